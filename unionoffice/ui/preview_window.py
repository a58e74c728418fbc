"""The print preview: pages as they will come out of the printer, saved or printed from here."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeySequence, QPainter, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from unionoffice.kernel.errors import UserError
from unionoffice.services.filing import file_shown
from unionoffice.ui import shown, theme
from unionoffice.ui.icons import dress
from unionoffice.ui.prompts import PDF, Prompts

_STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_RESOLUTION = 300
_GAP = "〓"


class PreviewWindow(QWidget):
    """A window with one PDF.

    What is shown only `once` – the sentence says what closing it means – stands before the program's other windows, and
    is not closed without asking before it was printed or saved. Signals: given_up() when it goes all the same, which
    includes somebody leaving the office (`give_up`).
    """

    given_up = Signal()

    def __init__(
        self,
        title: str,
        data: bytes,
        *,
        prompts: Prompts,
        file_name: str,
        parent: QWidget | None = None,
        once: str = "",
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"打印预览 — {title}")
        room = self.screen().availableSize()
        self.resize(min(980, room.width()), min(720, room.height() - theme.TITLE_BAR))
        self._data = data
        self._title = title
        self._file_name = file_name
        self._prompts = prompts
        self._once = once
        self._owed = bool(once)  # nobody has it yet
        if once:
            self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._buffer)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._page = QLabel()
        self._zoom = QLabel()
        self._zoom.setMinimumWidth(44)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()
        self._say()

    @property
    def page_text(self) -> str:
        """The page now in view, as shown."""
        return self._page.text()

    def has_gaps(self) -> bool:
        """Whether a page shows the mark for a character that no font could draw."""
        return any(_GAP in self.document.getAllText(page).text() for page in range(self.document.pageCount()))

    def print(self) -> None:
        """Ask for a printer and print the pages wanted."""
        printer = self._prompts.choose_printer(pages=self.document.pageCount())
        if printer is not None:
            print_document(self.document, printer, self._title)
            self._owed = False

    def save(self) -> None:
        """Ask for a place and write the PDF there, fit for filing."""
        path = self._prompts.save_file("存为 PDF", [PDF], name=self._file_name)
        if path is None:
            return
        try:
            sentence = file_shown(self._data, path)
        except UserError as fault:
            self._prompts.show_error(fault)
            return
        self._owed = False
        if sentence:
            self._prompts.show_message("存为 PDF", sentence)

    def zoom(self, by: int) -> None:
        """One step larger or smaller."""
        now = self.view.zoomFactor()
        wanted = [step for step in _STEPS if (step > now + 0.01 if by > 0 else step < now - 0.01)]
        if wanted:
            self.view.setZoomMode(QPdfView.ZoomMode.Custom)
            self.view.setZoomFactor(wanted[0] if by > 0 else wanted[-1])

    def fit_width(self) -> None:
        """As wide as the window."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def turn(self, by: int) -> None:
        """Some pages on or back."""
        navigator = self.view.pageNavigator()
        page = min(max(navigator.currentPage() + by, 0), self.document.pageCount() - 1)
        navigator.jump(page, QPointF(), navigator.currentZoom())

    def step_aside(self) -> None:
        """Projecting began or ended: be closed, or out of sight where it cannot be shown again."""
        if self._once:
            self.setVisible(not shown.screen.projecting)
        else:
            self.close()

    @property
    def owed(self) -> bool:
        """Whether what is shown only once is neither printed nor saved yet."""
        return self._owed

    def give_up(self) -> None:
        """Say that what nobody has printed or saved goes with the window, if that is so; once only."""
        if self._owed:
            self._owed = False
            self.given_up.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._owed and not self._prompts.confirm(
            f"“{self._title}”还没有打印，也没有保存。", verb="不打印，关闭", detail=self._once, destructive=True
        ):
            event.ignore()
            return
        event.accept()
        self.give_up()

    def _lay_out(self) -> None:
        tools = QFrame()
        tools.setObjectName("preview_tools")
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(4)
        print_button = QPushButton("打印")
        print_button.setObjectName("primary")
        dress(print_button, "print", "on_accent")
        print_button.clicked.connect(self.print)
        save_button = QPushButton("存为 PDF")
        dress(save_button, "save")
        save_button.clicked.connect(self.save)
        row.addWidget(_tool("chevron-up", "上一页", lambda: self.turn(-1)))
        row.addWidget(self._page)
        row.addWidget(_tool("chevron-down", "下一页", lambda: self.turn(1)))
        row.addSpacing(16)
        row.addWidget(_tool("zoom-out", "缩小", lambda: self.zoom(-1)))
        row.addWidget(self._zoom)
        row.addWidget(_tool("zoom-in", "放大", lambda: self.zoom(1)))
        row.addWidget(_tool("fit-width", "适合宽度", self.fit_width))
        row.addStretch(1)
        row.addWidget(save_button)
        row.addWidget(print_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        layout.addWidget(self.view, 1)

    def _connect(self) -> None:
        navigator = self.view.pageNavigator()
        navigator.currentPageChanged.connect(self._say)
        self.view.zoomFactorChanged.connect(self._say)
        self.view.zoomModeChanged.connect(self._say)
        keys = {
            "Ctrl+P": self.print,
            "Ctrl+S": self.save,
            "Esc": self.close,
            "Ctrl++": lambda: self.zoom(1),
            "Ctrl+=": lambda: self.zoom(1),
            "Ctrl+-": lambda: self.zoom(-1),
        }
        for key, slot in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(slot)

    def _say(self) -> None:
        page = self.view.pageNavigator().currentPage() + 1
        self._page.setText(f"第 {page} / {self.document.pageCount()} 页")
        fitted = self.view.zoomMode() == QPdfView.ZoomMode.FitToWidth
        self._zoom.setText("适宽" if fitted else f"{self.view.zoomFactor():.0%}")


def print_document(document: QPdfDocument, printer: QPrinter, title: str) -> int:
    """Print the pages that the printer was set up for, each scaled onto its paper; returns how many."""
    first, last = printer.fromPage() or 1, printer.toPage() or document.pageCount()
    pages = range(first - 1, min(last, document.pageCount()))
    printer.setDocName(title)
    printer.setFullPage(True)
    painter = QPainter()
    for number, page in enumerate(pages):
        _turn_paper(document, printer, page)
        if number == 0:
            painter.begin(printer)
        else:
            printer.newPage()
        paper = QRectF(painter.viewport())
        painter.drawImage(_fitted(document.pagePointSize(page).toSize(), paper), _picture(document, printer, page))
    painter.end()
    return len(pages)


def _turn_paper(document: QPdfDocument, printer: QPrinter, page: int) -> None:
    size = document.pagePointSize(page)
    layout = printer.pageLayout()
    wide = size.width() > size.height()
    layout.setOrientation(layout.Orientation.Landscape if wide else layout.Orientation.Portrait)
    printer.setPageLayout(layout)
    printer.setFullPage(True)


def _picture(document: QPdfDocument, printer: QPrinter, page: int) -> QImage:
    points = document.pagePointSize(page)
    share = min(printer.resolution(), _RESOLUTION) / 72
    drawn = document.render(page, QSize(round(points.width() * share), round(points.height() * share)))
    paper = QImage(drawn.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return paper


def _fitted(size: QSize, paper: QRectF) -> QRectF:
    share = min(paper.width() / size.width(), paper.height() / size.height())
    width, height = size.width() * share, size.height() * share
    return QRectF((paper.width() - width) / 2, (paper.height() - height) / 2, width, height)


def _tool(name: str, tip: str, slot: object) -> QToolButton:
    button = QToolButton()
    dress(button, name)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(slot)
    return button

"""A PDF beside what is being filled in: shown anew as one types, and how to leaf through it."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt, Signal
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from unionoffice.ui import shown
from unionoffice.ui.icons import dress
from unionoffice.ui.process import word_label

PROJECTING = "正在投屏，纸面上有完整的内容，不显示预览。"


class LivePreview(QFrame):
    """Shows one PDF, or a sentence why there is none. Nothing is shown while projecting.

    Signals: turned(by) when another copy is wanted, -1 or 1.
    """

    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        self._shown = _Pages(self)
        self._sentence = word_label("", "empty_text")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setContentsMargins(24, 24, 24, 24)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._sentence)
        self._stack.addWidget(self._shown.view)
        self.back = _tool("chevron-left", "上一份（Alt+PgUp）")
        self.on = _tool("chevron-right", "下一份（Alt+PgDown）")
        self._copy = QLabel()
        self._pages = QLabel()
        self._pages.setObjectName("secondary")
        self._busy = QLabel("正在排版…")
        self._busy.setObjectName("secondary")
        self._busy.hide()
        self.back.clicked.connect(lambda: self.turned.emit(-1))
        self.on.clicked.connect(lambda: self.turned.emit(1))
        shown.screen.changed.connect(self._cover)
        self._lay_out()
        self.say("")
        self.show_place(0, 0, "")

    @property
    def document(self) -> QPdfDocument:
        """The pages shown."""
        return self._shown.document

    @property
    def data(self) -> bytes:
        """The PDF shown, b"" for none."""
        return bytes(self._shown.buffer.data().data())

    @property
    def sentence(self) -> str:
        """Why nothing is shown, "" when something is."""
        return self._sentence.text() if self._stack.currentWidget() is self._sentence else ""

    @property
    def copy_text(self) -> str:
        """Which copy is shown."""
        return self._copy.text()

    def say(self, sentence: str) -> None:
        """Show a sentence in place of pages."""
        self._sentence.setText(sentence)
        self._pages.setText("")
        self._stack.setCurrentWidget(self._sentence)
        self._change_to(_Pages(self))

    def show_pdf(self, data: bytes) -> None:
        """Show these pages where the last ones were being read."""
        if shown.screen.projecting:
            self.say(PROJECTING)
            return
        former = self._shown.view.pageNavigator()
        page, at = former.currentPage(), former.currentLocation()
        self._change_to(_Pages(self, data))
        count = self.document.pageCount()
        self._pages.setText(f"共 {count} 页" if count else "")
        self._stack.setCurrentWidget(self._shown.view)
        if 0 < page < count:
            navigator = self._shown.view.pageNavigator()
            navigator.jump(page, at or QPointF(), navigator.currentZoom())

    def show_page(self, page: int) -> None:
        """Scroll to a page, from 0, as far as there is one."""
        if 0 <= page < self.document.pageCount():
            navigator = self._shown.view.pageNavigator()
            navigator.jump(page, QPointF(), navigator.currentZoom())

    @property
    def page(self) -> int:
        """The page being read, from 0."""
        return self._shown.view.pageNavigator().currentPage()

    def show_place(self, place: int, count: int, title: str) -> None:
        """Say which of how many copies is shown; `place` counts from 0."""
        self._copy.setText(f"第 {place + 1} / {count:,} 份　{title}".rstrip() if count else title)
        for button in (self.back, self.on):
            button.setVisible(count > 1)
        self.back.setEnabled(place > 0)
        self.on.setEnabled(place + 1 < count)

    def show_busy(self, busy: bool) -> None:
        """Say that newer pages are being drawn."""
        self._busy.setVisible(busy)

    def _change_to(self, pages: _Pages) -> None:
        former, self._shown = self._shown, pages
        self._stack.addWidget(pages.view)
        if self._stack.currentWidget() is former.view:
            self._stack.setCurrentWidget(pages.view)
        self._stack.removeWidget(former.view)
        former.put_away()

    def _cover(self) -> None:
        if shown.screen.projecting:
            self.say(PROJECTING)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(4)
        row.addWidget(self.back)
        self._copy.setWordWrap(True)
        row.addWidget(self._copy, 1)
        row.addWidget(self.on)
        row.addWidget(self._busy)
        row.addWidget(self._pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)


class _Pages:
    """The pages of one PDF and of no other, in a view of their own.

    QPdfView draws in a thread and keeps every picture that arrives, also one begun before its document was changed:
    it then showed a page of the former paper for ever. A view that is given one document only cannot.
    """

    def __init__(self, parent: QWidget, data: bytes = b"") -> None:
        self.document = QPdfDocument(parent)
        self.buffer = QBuffer(parent)
        if data:
            self.buffer.setData(QByteArray(data))
            self.buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            self.document.load(self.buffer)
        self.view = QPdfView(parent)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        # a bar that came and went would change the width, the width the page, and the page the bar, for ever
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("预览")

    def put_away(self) -> None:
        """Delete them, what draws before what it draws from."""
        self.view.hide()
        for each in (self.view, self.document, self.buffer):
            each.deleteLater()


def _tool(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    dress(button, name)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition("（")[0])
    return button

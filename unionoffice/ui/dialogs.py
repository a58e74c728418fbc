"""The program's own dialogs: a sentence, perhaps one field, a button that is a verb; opened by `prompts` only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import shown
from unionoffice.ui.icons import pixmap
from unionoffice.ui.jobs import Jobs

_WIDTH = 440


class AnswerDialog(QDialog):
    """A question with a verb and 取消. The body holds what a kind of question adds."""

    def __init__(
        self, question: str, *, verb: str, detail: str = "", tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("工会办公")
        self.setMinimumWidth(_WIDTH)
        self.body = QVBoxLayout()
        self.buttons = QHBoxLayout()
        self.accept_button = QPushButton(verb)
        self.cancel_button: QPushButton | None = QPushButton("取消")
        self._build(question, detail, tone)

    def _build(self, question: str, detail: str, tone: str) -> None:
        self.body.setSpacing(8)
        self.body.addWidget(_sentence(question, "dialog_title"))
        if detail:
            self.body.addWidget(_sentence(detail, "dialog_detail"))
        top = QHBoxLayout()
        top.setSpacing(16)
        if tone:
            sign = QLabel()
            sign.setPixmap(pixmap(tone, "amber" if tone == "warning" else "secondary", 32, self.devicePixelRatioF()))
            top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addLayout(self.body)
        column.addStretch(1)
        top.addLayout(column, 1)
        self._build_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(24)
        layout.addLayout(top, 1)
        layout.addLayout(self.buttons)

    def _build_buttons(self) -> None:
        self.accept_button.setObjectName("primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        if self.cancel_button is not None:
            self.cancel_button.setAutoDefault(False)
            self.cancel_button.clicked.connect(self.reject)
            self.buttons.addWidget(self.cancel_button)
        self.buttons.addWidget(self.accept_button)


class MessageDialog(AnswerDialog):
    """Something to be read. Signals: extra_requested() for a second button."""

    extra_requested = Signal()

    def __init__(
        self,
        title: str,
        text: str,
        *,
        detail: str = "",
        tone: str = "info",
        extra: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, verb="知道了", detail=detail, tone=tone, parent=parent)
        self.setWindowTitle(title)
        assert self.cancel_button is not None
        self.cancel_button.setVisible(False)
        if extra:
            button = QPushButton(extra)
            button.setAutoDefault(False)
            button.clicked.connect(self.extra_requested)
            self.buttons.insertWidget(0, button)


class WorkDialog(AnswerDialog):
    """Stands before the window until the job of that title has ended. Closing it asks the job to stop."""

    def __init__(self, title: str, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(title, verb="停止", detail="办完以前请不要关机。", parent=parent)
        self._title, self._jobs = title, jobs
        self._text = _sentence("正在准备", "secondary")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._text)
        assert self.cancel_button is not None
        self.cancel_button.setVisible(False)
        self.accept_button.setObjectName("")
        self.accept_button.setDefault(False)
        self.accept_button.setAutoDefault(False)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self.reject)
        jobs.progressed.connect(self._progressed)
        jobs.ended.connect(self._ended)

    @property
    def text(self) -> str:
        """What is being done."""
        return self._text.text()

    def reject(self) -> None:
        """Ask the job to stop; the dialog goes when it has."""
        self.accept_button.setEnabled(False)
        self._text.setText("正在停止…")
        self._jobs.cancel()

    def _progressed(self, done: int, total: int, text: str) -> None:
        if self.accept_button.isEnabled():
            self._text.setText(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _ended(self, title: str) -> None:
        if title == self._title:
            self.accept()


class ReasonDialog(AnswerDialog):
    """A reason in a few words; the verb can be pressed once there is one."""

    def __init__(self, title: str, *, verb: str, detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, verb=verb, detail=detail, parent=parent)
        self._edit = QPlainTextEdit()
        self._edit.setPlaceholderText("写明理由，会记入这条记录的历史")
        self._edit.setAccessibleName("理由")
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(90)
        self._edit.textChanged.connect(self._look)
        self.body.addWidget(self._edit)
        self._edit.setFocus()
        self._look()

    @property
    def text(self) -> str:
        """The reason."""
        return self._edit.toPlainText().strip()

    def _look(self) -> None:
        self.accept_button.setEnabled(bool(self.text))


class PurposeDialog(AnswerDialog):
    """One of the usual reasons, or another one typed; the verb can be pressed once there is one."""

    def __init__(
        self, title: str, reasons: Sequence[str], *, verb: str, detail: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, verb=verb, detail=detail, parent=parent)
        self._usual = [QRadioButton(reason) for reason in reasons]
        self._other = QRadioButton("其他")
        self._edit = QLineEdit()
        self._edit.setPlaceholderText("写明理由")
        self._edit.setAccessibleName("其他理由")
        for button in (*self._usual, self._other):
            self.body.addWidget(button)
            button.toggled.connect(self._look)
        self.body.addWidget(self._edit)
        self._edit.textEdited.connect(lambda: self._other.setChecked(True))
        self._edit.textChanged.connect(self._look)
        self._other.clicked.connect(lambda: self._edit.setFocus())
        (self._usual or [self._other])[0].setChecked(True)
        (self._usual or [self._other])[0].setFocus()
        self._look()

    @property
    def text(self) -> str:
        """The reason."""
        chosen = next((button.text() for button in self._usual if button.isChecked()), "")
        return chosen or self._edit.text().strip()

    def _look(self) -> None:
        self.accept_button.setEnabled(bool(self.text))


class TextDialog(AnswerDialog):
    """One line of text; the verb can be pressed once there is one."""

    def __init__(self, title: str, label: str, *, verb: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, verb=verb, parent=parent)
        self._edit = QLineEdit(text)
        self._edit.setAccessibleName(label)
        self._edit.textChanged.connect(self._look)
        self.body.addWidget(_sentence(label, "field_label"))
        self.body.addWidget(self._edit)
        self._edit.selectAll()
        self._edit.setFocus()
        self._look()

    @property
    def text(self) -> str:
        """What was typed, trimmed."""
        return self._edit.text().strip()

    def _look(self) -> None:
        self.accept_button.setEnabled(bool(self.text))


class ChoiceDialog(AnswerDialog):
    """One of several options, each on its own line."""

    def __init__(
        self, title: str, label: str, options: Mapping[str, str], *, verb: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, verb=verb, detail=label, parent=parent)
        self._list = QListWidget()
        self._list.setAccessibleName(label or title)
        for code, text in options.items():
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, code)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.itemDoubleClicked.connect(self.accept)
        self.body.addWidget(self._list)
        self._list.setFocus()

    @property
    def code(self) -> str:
        """The code of the chosen option."""
        item = self._list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item else ""


def _sentence(text: str, name: str) -> QLabel:
    label = QLabel(shown.told(text))
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

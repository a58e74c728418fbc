"""Coming in: the dialogs that found an office, log in to it, and change a password; opened by `prompts` only.

Each tries what was typed by a function of its caller's and stays open with the sentence when it is refused, so that
nothing has to be typed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from unionoffice.kernel.errors import UserError
from unionoffice.ui import shown
from unionoffice.ui.dialogs import AnswerDialog
from unionoffice.ui.icons import dress, icon
from unionoffice.ui.prompts import Entry
from unionoffice.ui.shown import HIDDEN


@dataclass(frozen=True, slots=True)
class Founding:
    """What somebody wants an office to be; without a password it is not encrypted."""

    path: Path
    name: str
    user: str
    password: str | None


Attempt = Callable[[], None]
"""Tries what was typed; raises UserError when it is refused."""


class EntranceDialog(AnswerDialog):
    """Fields under one another, and a place for the sentence why not; the verb can be pressed once all are filled."""

    def __init__(self, question: str, *, verb: str, detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(question, verb=verb, detail=detail, parent=parent)
        self._fields: dict[str, QWidget] = {}
        self.form = QFormLayout()
        self.form.setSpacing(10)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.body.addLayout(self.form)
        self._told = QLabel()
        self._told.setObjectName("field_error")
        self._told.setWordWrap(True)
        self._told.setVisible(False)
        self.body.addWidget(self._told)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._try)

    @property
    def told(self) -> str:
        """Why the last try was refused; blank before one."""
        return self._told.text()

    def attempt(self) -> None:
        """Do what the dialog is for. Raises UserError, with the name of the field, when it is refused."""
        raise NotImplementedError

    def line(self, name: str, label: str, text: str = "", *, secret: bool = False, hint: str = "") -> QLineEdit:
        """One more field."""
        edit = _secret_edit() if secret else QLineEdit()
        edit.setText(text)
        edit.setPlaceholderText(hint)
        edit.setAccessibleName(label)
        edit.textChanged.connect(self._look)
        self.row(name, label, edit)
        return edit

    def row(self, name: str, label: str, widget: QWidget) -> None:
        """One more row of the form, focused by its name when it is refused."""
        self._fields[name] = widget
        caption = QLabel(label)
        caption.setObjectName("field_label")
        caption.setBuddy(widget)
        caption.setMinimumHeight(
            min(widget.sizeHint().height(), widget.maximumHeight())
        )  # beside the middle of its field, not its upper edge
        self.form.addRow(caption, widget)

    def ready(self) -> bool:
        """Whether there is anything to try."""
        return all(edit.text() for edit in self._fields.values() if isinstance(edit, QLineEdit) and edit.isEnabled())

    def _look(self) -> None:
        self.accept_button.setEnabled(self.ready())

    def _try(self) -> None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self.attempt()
        except UserError as fault:
            self._tell(fault)
        else:
            self.accept()
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _tell(self, fault: UserError) -> None:
        self._told.setText(shown.told(fault.sentence))
        self._told.setVisible(True)
        field = self._fields.get(fault.field or "")
        if isinstance(field, QLineEdit):
            field.selectAll()
        if field is not None:
            field.setFocus()


class EntriesDialog(EntranceDialog):
    """A short form of a few fields."""

    def __init__(
        self,
        question: str,
        entries: Sequence[Entry],
        attempt: Callable[[Mapping[str, str]], None],
        *,
        verb: str,
        detail: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(question, verb=verb, detail=detail, parent=parent)
        self.setMinimumWidth(540)
        self._attempt = attempt
        self._widgets = {entry.name: self._made(entry) for entry in entries}
        self._needed = {entry.name for entry in entries if not entry.optional and entry.options is None}
        next(iter(self._widgets.values())).setFocus()
        self._look()

    def values(self) -> dict[str, str]:
        """What was typed or chosen, by name."""
        return {name: _text_of(widget) for name, widget in self._widgets.items()}

    def ready(self) -> bool:
        return all(text for name, text in self.values().items() if name in self._needed)

    def attempt(self) -> None:
        self._attempt(self.values())

    def _made(self, entry: Entry) -> QWidget:
        if entry.options is not None:
            choice = QComboBox()
            for code, label in entry.options.items():
                choice.addItem(label, code)
            choice.setCurrentIndex(max(0, choice.findData(entry.text)))
            choice.setAccessibleName(entry.label)
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.row(entry.name, entry.label, choice)
            return choice
        if entry.lines == 1:
            return self.line(entry.name, entry.label, entry.text, secret=entry.secret, hint=entry.hint)
        text = QPlainTextEdit(entry.text)
        text.setPlaceholderText(entry.hint)
        text.setAccessibleName(entry.label)
        text.setTabChangesFocus(True)
        text.setFixedHeight(text.fontMetrics().lineSpacing() * entry.lines + 20)
        text.textChanged.connect(self._look)
        self.row(entry.name, entry.label, text)
        return text


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return str(widget.currentData())
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText().strip()
    return widget.text().strip() if isinstance(widget, QLineEdit) else ""


class LoginDialog(EntranceDialog):
    """A name and its password, or the wish to come in by recovery cards; with `locked` only that person comes back."""

    def __init__(
        self,
        office: str,
        names: Sequence[str],
        attempt: Callable[[str, str], None],
        *,
        last: str = "",
        locked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"{office}已锁定" if locked else office,
            verb="解锁" if locked else "登录",
            detail="输入密码继续；没有保存的内容都还在。" if locked else "这个办公文件已加密，请登录。",
            parent=parent,
        )
        self._attempt = attempt
        self.wants_cards = False
        self._name = QComboBox()
        self._name.setAccessibleName("用户")
        self._name.addItems(list(names))
        self._name.setCurrentText(last if last in names else names[0])
        self._name.setEnabled(not locked)
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.row("name", "用户", self._name)
        self._password = self.line("password", "密码", secret=True)
        if not locked:
            forgotten = QPushButton("忘记密码")
            forgotten.setAutoDefault(False)
            forgotten.clicked.connect(self._ask_cards)
            self.buttons.insertWidget(0, forgotten)
        if locked and self.cancel_button is not None:
            self.cancel_button.setText("关闭办公文件")
        self._password.setFocus()
        self._look()

    @property
    def name(self) -> str:
        """Who logs in."""
        return self._name.currentText()

    def attempt(self) -> None:
        self._attempt(self.name, self._password.text())

    def _ask_cards(self) -> None:
        self.wants_cards = True
        self.reject()


class PasswordDialog(EntranceDialog):
    """A new password, twice; with `former` after the one in force."""

    def __init__(
        self,
        question: str,
        attempt: Callable[[str, str], None],
        *,
        rule: str,
        former: bool = True,
        detail: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(question, verb="确定", detail=detail, parent=parent)
        self.setMinimumWidth(540)
        self._attempt = attempt
        self._former = self.line("former", "现在的密码", secret=True) if former else None
        self._password = self.line("password", "新密码", secret=True, hint=rule)
        self._again = self.line("again", "再输一次", secret=True)
        (self._former or self._password).setFocus()
        self._look()

    def attempt(self) -> None:
        if self._password.text() != self._again.text():
            raise UserError("两次输入的新密码不一样。", field="again")
        self._attempt(self._former.text() if self._former else "", self._password.text())


class FirstPasswordDialog(AnswerDialog):
    """A password to be handed over; while projecting it can only be copied or printed. Signals: print_requested()."""

    print_requested = Signal()

    def __init__(self, name: str, password: str, parent: QWidget | None = None) -> None:
        super().__init__(
            f"“{name}”的首次密码",
            verb="已记下，关闭",
            detail="只显示这一次，交给本人；他第一次登录时要改成自己的密码。忘了可以再重设。",
            tone="lock",
            parent=parent,
        )
        assert self.cancel_button is not None
        self.cancel_button.setVisible(False)
        self._name, self._password = name, password
        written = QLabel(HIDDEN if shown.screen.projecting else password)
        written.setObjectName("first_password")
        written.setAccessibleName("首次密码")
        written.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.body.addWidget(written)
        for place, (text, icon_name, slot) in enumerate(
            (("复制", "copy", self._copy), ("打印", "print", self.print_requested.emit))
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            dress(button, icon_name)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            self.buttons.insertWidget(place, button)

    @property
    def slip(self) -> str:
        """What is printed to be handed over."""
        return (
            f"登录用户：{self._name}\n首次密码：{self._password}\n\n"
            "第一次登录时要改成自己的密码。改好以后销毁这张纸，密码不要告诉别人。"
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._password)


class FoundingDialog(EntranceDialog):
    """A new office: whose, where, and who looks after it with what password."""

    def __init__(
        self,
        attempt: Callable[[Founding], None],
        choose: Callable[[str], Path | None],
        *,
        user: str,
        folder: Path,
        rule: str,
        suffix: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("新建办公文件", verb="新建", parent=parent)
        self.setMinimumWidth(560)
        self._attempt, self._choose = attempt, choose
        self._folder, self._suffix = folder, suffix
        self._path: Path | None = None
        self._name = self.line("name", "单位名称", hint="如：××有限公司工会委员会")
        self._user = self.line("user", "您的姓名", user)
        self._password = self.line("password", "登录密码", secret=True, hint=rule)
        self._again = self.line("again", "再输一次", secret=True)
        self._plain = QCheckBox("不加密（谁拿到文件谁就能看，不分用户，不建议）")
        self._plain.toggled.connect(self._show_plain)
        self.form.addRow("", self._plain)
        self._place = QLabel()
        self._place.setObjectName("secondary")
        self._place.setWordWrap(True)
        change = QPushButton("更改")
        change.setAutoDefault(False)
        change.clicked.connect(self._change_place)
        place = QHBoxLayout()
        place.addWidget(self._place, 1)
        place.addWidget(change)
        caption = QLabel("存放位置")
        caption.setObjectName("field_label")
        self.form.addRow(caption, place)
        self._name.textChanged.connect(self._show_place)
        self._show_place()
        self._name.setFocus()
        self._look()

    @property
    def path(self) -> Path:
        """Where the office will lie: as chosen, else by its name."""
        return self._path or self._folder / f"{_file_name(self._name.text()) or '工会'}{self._suffix}"

    def attempt(self) -> None:
        plain = self._plain.isChecked()
        if not plain and self._password.text() != self._again.text():
            raise UserError("两次输入的密码不一样。", field="again")
        password = None if plain else self._password.text()
        self._attempt(Founding(self.path, self._name.text().strip(), self._user.text().strip(), password))

    def _show_plain(self, plain: bool) -> None:
        for edit in (self._password, self._again):
            edit.setEnabled(not plain)
        self._look()

    def _change_place(self) -> None:
        chosen = self._choose(self.path.name)
        if chosen is not None:
            self._path = chosen
            self._show_place()

    def _show_place(self) -> None:
        self._place.setText(str(self.path))
        self._place.setToolTip(str(self.path))


def _file_name(text: str) -> str:
    """A name without what Windows does not allow in one."""
    return "".join(sign for sign in text.strip() if sign not in '<>:"/\\|?*' and sign.isprintable()).rstrip(". ")


def _secret_edit() -> QLineEdit:
    """A password field whose eye shows what was typed."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
    eye = QAction(icon("eye"), "显示密码", edit)
    eye.setCheckable(True)
    eye.toggled.connect(
        lambda shown: edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
    )
    edit.addAction(eye, QLineEdit.ActionPosition.TrailingPosition)
    return edit

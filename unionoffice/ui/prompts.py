"""Questions to the user: every modal dialog of the program opens here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFont, QTextDocument
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.ui.dialogs import (
    AnswerDialog,
    ChoiceDialog,
    MessageDialog,
    PurposeDialog,
    ReasonDialog,
    TextDialog,
    WorkDialog,
)

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from unionoffice.ui.entrance import Founding
    from unionoffice.ui.jobs import Jobs


@dataclass(frozen=True, slots=True)
class FileKind:
    """Files offered in a file dialog: what they are called, and their suffixes without dots."""

    label: str
    suffixes: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """As a file dialog wants it: Excel 工作簿 (*.xlsx *.xls)."""
        return f"{self.label} ({' '.join(f'*.{suffix}' for suffix in self.suffixes)})"


EXCEL_IN = FileKind("Excel 工作簿", ("xlsx", "xls", "et", "xlsm", "csv"))
EXCEL_OUT = FileKind("Excel 工作簿", ("xlsx",))
BACKUP = FileKind("备份", ("ghbackup",))
PDF = FileKind("PDF 文件", ("pdf",))
ANY_FILE = FileKind("所有文件", ("*",))


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a short form: its name in the answer, its label, what stands in it; of several `lines`, or of
    `options` (label by code) to choose from, one of which is always chosen. It must be filled in unless `optional`."""

    name: str
    label: str
    text: str = ""
    hint: str = ""
    secret: bool = False
    lines: int = 1
    options: Mapping[str, str] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """Who logged in, blank when nobody did; or that somebody wants to come in by recovery cards."""

    name: str = ""
    cards: bool = False


class Prompts(Protocol):
    """What the program may ask a person; tests answer from a script."""

    def show_error(self, error: UserError) -> None:
        """Tell what is wrong and what to do."""

    def show_fault(self, number: str, log_file: Path) -> None:
        """Tell of a bug: its number, and where it is written down."""

    def show_message(self, title: str, text: str) -> None:
        """Tell something that has to be read before going on."""

    def confirm(self, question: str, *, verb: str, detail: str = "", destructive: bool = False) -> bool:
        """Ask before something far-reaching; `verb` is the button, naming number and kind: 归档 3 条."""

    def ask_reason(self, title: str, *, verb: str, detail: str = "") -> str | None:
        """A reason of at least one character, None when the user turned back."""

    def ask_purpose(self, title: str, reasons: Sequence[str], *, verb: str, detail: str = "") -> str | None:
        """One of `reasons` or another one in a few words, None when the user turned back."""

    def ask_text(self, title: str, label: str, *, verb: str, text: str = "") -> str | None:
        """One line of text, None when the user turned back."""

    def ask_choice(self, title: str, label: str, options: Mapping[str, str], *, verb: str) -> str | None:
        """The code of one of `options` (label by code), None when the user turned back."""

    def ask_founding(
        self, attempt: Callable[[Founding], None], *, user: str, folder: Path, rule: str, suffix: str
    ) -> bool:
        """What a new office is to be, tried by `attempt`; False when the user turned back."""

    def ask_login(
        self,
        office: str,
        names: Sequence[str],
        attempt: Callable[[str, str], None],
        *,
        last: str = "",
        locked: bool = False,
    ) -> LoginAnswer:
        """A name and its password, tried by `attempt`; with `locked` only `last` can come back."""

    def ask_password(
        self, question: str, attempt: Callable[[str, str], None], *, rule: str, former: bool = True, detail: str = ""
    ) -> bool:
        """A new password, after the one in force where `former` is asked for; False when the user turned back."""

    def ask_entries(
        self,
        question: str,
        entries: Sequence[Entry],
        attempt: Callable[[Mapping[str, str]], None],
        *,
        verb: str,
        detail: str = "",
    ) -> bool:
        """A short form, tried by `attempt` with the text by name; False when the user turned back."""

    def stay_with(self, title: str, jobs: Jobs) -> None:
        """Keep the user in front of the running job of that title until it has ended; he may ask it to stop."""

    def show_first_password(self, name: str, password: str) -> None:
        """A password to be handed over, this once: read, copied or printed."""

    def open_files(self, title: str, kinds: Sequence[FileKind], *, several: bool = False) -> list[Path]:
        """Existing files, empty when the user turned back."""

    def save_file(self, title: str, kinds: Sequence[FileKind], *, name: str) -> Path | None:
        """Where to write a file; replacing an existing one has been agreed to."""

    def choose_folder(self, title: str) -> Path | None:
        """An existing folder."""

    def choose_printer(self, *, pages: int) -> QPrinter | None:
        """A printer set up by the user, with the range of pages wanted."""


class QtPrompts:
    """Prompts as dialogs over the active window; remembers the folder last used."""

    def __init__(self) -> None:
        self._folder = Path.home()

    def show_error(self, error: UserError) -> None:
        detail = _differences(error) if isinstance(error, Conflict) else ""
        _ask(MessageDialog("没有完成", error.sentence, detail=detail, tone="warning", parent=_window()))

    def show_fault(self, number: str, log_file: Path) -> None:
        dialog = MessageDialog(
            "程序出错",
            "这一步没有完成，数据没有改动，其他功能可以继续使用。",
            detail=f"错误编号 {number}，详细记录在 {log_file}。联系维护人员时报出编号并附上这个文件。",
            tone="warning",
            parent=_window(),
            extra="打开记录所在文件夹",
        )
        dialog.extra_requested.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file.parent))))
        _ask(dialog)

    def show_message(self, title: str, text: str) -> None:
        _ask(MessageDialog(title, text, parent=_window()))

    def confirm(self, question: str, *, verb: str, detail: str = "", destructive: bool = False) -> bool:
        tone = "warning" if destructive else "help"
        return _ask(AnswerDialog(question, verb=verb, detail=detail, tone=tone, parent=_window()))

    def ask_reason(self, title: str, *, verb: str, detail: str = "") -> str | None:
        dialog = ReasonDialog(title, verb=verb, detail=detail, parent=_window())
        return dialog.text if _ask(dialog) else None

    def ask_purpose(self, title: str, reasons: Sequence[str], *, verb: str, detail: str = "") -> str | None:
        dialog = PurposeDialog(title, reasons, verb=verb, detail=detail, parent=_window())
        return dialog.text if _ask(dialog) else None

    def ask_text(self, title: str, label: str, *, verb: str, text: str = "") -> str | None:
        dialog = TextDialog(title, label, verb=verb, text=text, parent=_window())
        return dialog.text if _ask(dialog) else None

    def ask_choice(self, title: str, label: str, options: Mapping[str, str], *, verb: str) -> str | None:
        dialog = ChoiceDialog(title, label, options, verb=verb, parent=_window())
        return dialog.code if _ask(dialog) else None

    def ask_founding(
        self, attempt: Callable[[Founding], None], *, user: str, folder: Path, rule: str, suffix: str
    ) -> bool:
        def choose(name: str) -> Path | None:
            return self.save_file("办公文件存放位置", (FileKind("办公文件", (suffix.lstrip("."),)),), name=name)

        dialog = _entrance().FoundingDialog(
            attempt, choose, user=user, folder=folder, rule=rule, suffix=suffix, parent=_window()
        )
        return _ask(dialog)

    def ask_login(
        self,
        office: str,
        names: Sequence[str],
        attempt: Callable[[str, str], None],
        *,
        last: str = "",
        locked: bool = False,
    ) -> LoginAnswer:
        dialog = _entrance().LoginDialog(office, names, attempt, last=last, locked=locked, parent=_window())
        if _ask(dialog):
            return LoginAnswer(dialog.name)
        return LoginAnswer(cards=dialog.wants_cards)

    def ask_password(
        self, question: str, attempt: Callable[[str, str], None], *, rule: str, former: bool = True, detail: str = ""
    ) -> bool:
        dialog = _entrance().PasswordDialog(
            question, attempt, rule=rule, former=former, detail=detail, parent=_window()
        )
        return _ask(dialog)

    def ask_entries(
        self,
        question: str,
        entries: Sequence[Entry],
        attempt: Callable[[Mapping[str, str]], None],
        *,
        verb: str,
        detail: str = "",
    ) -> bool:
        return _ask(_entrance().EntriesDialog(question, entries, attempt, verb=verb, detail=detail, parent=_window()))

    def stay_with(self, title: str, jobs: Jobs) -> None:
        _ask(WorkDialog(title, jobs, parent=_window()))

    def show_first_password(self, name: str, password: str) -> None:
        dialog = _entrance().FirstPasswordDialog(name, password, parent=_window())
        dialog.print_requested.connect(lambda: self._print(dialog.slip))
        _ask(dialog)

    def _print(self, text: str) -> None:
        printer = self.choose_printer(pages=1)
        if printer is not None:
            page = QTextDocument()
            page.setDefaultFont(QFont(QApplication.font().family(), 14))
            page.setPlainText(text)
            page.print_(printer)

    def open_files(self, title: str, kinds: Sequence[FileKind], *, several: bool = False) -> list[Path]:
        if several:
            names, _ = QFileDialog.getOpenFileNames(_window(), title, str(self._folder), _patterns(kinds))
        else:
            name, _ = QFileDialog.getOpenFileName(_window(), title, str(self._folder), _patterns(kinds))
            names = [name] if name else []
        found = [Path(name) for name in names]
        if found:
            self._folder = found[0].parent
        return found

    def save_file(self, title: str, kinds: Sequence[FileKind], *, name: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(_window(), title, str(self._folder / name), _patterns(kinds))
        if not chosen:
            return None
        path = Path(chosen)
        self._folder = path.parent
        return path if path.suffix else path.with_suffix(f".{kinds[0].suffixes[0]}")

    def choose_folder(self, title: str) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(_window(), title, str(self._folder))
        if not chosen:
            return None
        self._folder = Path(chosen)
        return self._folder

    def choose_printer(self, *, pages: int) -> QPrinter | None:
        support = import_module("PySide6.QtPrintSupport")  # loads the spooler: only when something is printed
        printer: QPrinter = support.QPrinter(support.QPrinter.PrinterMode.HighResolution)
        dialog = support.QPrintDialog(printer, _window())
        dialog.setMinMax(1, pages)
        return printer if dialog.exec() else None


def _entrance() -> Any:
    """The dialogs of coming in, which a plain office never needs."""
    return import_module("unionoffice.ui.entrance")


def _ask(dialog: QDialog) -> bool:
    answer = bool(dialog.exec())
    dialog.deleteLater()
    return answer


def _window() -> QWidget | None:
    return QApplication.activeModalWidget() or QApplication.activeWindow()


def _patterns(kinds: Sequence[FileKind]) -> str:
    return ";;".join(kind.pattern for kind in kinds)


def _differences(conflict: Conflict) -> str:
    labels = list(dict.fromkeys([*conflict.ours, *conflict.theirs]))
    lines = [
        f"{label}：您填写“{conflict.ours.get(label, '')}”，已保存的是“{conflict.theirs.get(label, '')}”"
        for label in labels
    ]
    return "\n".join(lines)

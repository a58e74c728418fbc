"""Prompts that answer from a script and remember what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unionoffice.kernel.errors import UserError
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.prompts import FileKind, LoginAnswer


class FakePrompts:
    """`answers` are given in order; `asked` holds (kind of question, its text). Being asked without an answer left
    fails the test."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []
        self.verbs: list[str] = []
        self.options: dict[str, Any] = {}

    def show_error(self, error: UserError) -> None:
        self.asked.append(("error", error.sentence))

    def show_fault(self, number: str, log_file: Path) -> None:
        self.asked.append(("fault", number))

    def show_message(self, title: str, text: str) -> None:
        self.asked.append(("message", text))

    def confirm(self, question: str, *, verb: str, detail: str = "", destructive: bool = False) -> bool:
        self.verbs.append(verb)
        return bool(self._answer("confirm", question))

    def ask_reason(self, title: str, *, verb: str, detail: str = "") -> str | None:
        return self._answer("reason", title)

    def ask_purpose(self, title: str, reasons: Sequence[str], *, verb: str, detail: str = "") -> str | None:
        self.reasons = list(reasons)
        return self._answer("purpose", title)

    def ask_text(self, title: str, label: str, *, verb: str, text: str = "") -> str | None:
        return self._answer("text", title)

    def ask_choice(self, title: str, label: str, options: Mapping[str, str], *, verb: str) -> str | None:
        return self._answer("choice", title)

    def ask_founding(self, attempt: Any, **options: Any) -> bool:
        self.options = options
        return self._tried("founding", "新建", attempt)

    def ask_login(
        self, office: str, names: Sequence[str], attempt: Any, *, last: str = "", locked: bool = False
    ) -> LoginAnswer:
        self.names = list(names)
        said = self.answers[0] if self.answers else None
        if isinstance(said, LoginAnswer):
            return self._answer("login", office)
        return LoginAnswer(said[0]) if self._tried("login", "locked" if locked else office, attempt) else LoginAnswer()

    def ask_password(self, question: str, attempt: Any, **options: Any) -> bool:
        self.options = options
        return self._tried("password", question, attempt)

    def ask_entries(self, question: str, entries: Sequence[Any], attempt: Any, **_options: Any) -> bool:
        self.entries = [entry.label for entry in entries]
        self.offered = {entry.name: entry.text for entry in entries}
        return self._tried("entries", question, attempt)

    def stay_with(self, title: str, jobs: Jobs) -> None:
        self.asked.append(("stay", title))

    def show_first_password(self, name: str, password: str) -> None:
        self.asked.append(("first_password", f"{name} {password}"))

    def _tried(self, kind: str, text: str, attempt: Any) -> bool:
        """Answers are what `attempt` is called with, or None for turning back; a refusal is asked for again."""
        while (answer := self._answer(kind, text)) is not None:
            try:
                attempt(*answer)
            except UserError as fault:
                self.asked.append(("refused", fault.sentence))
            else:
                return True
        return False

    def open_files(self, title: str, kinds: Sequence[FileKind], *, several: bool = False) -> list[Path]:
        return self._answer("open_files", title)

    def save_file(self, title: str, kinds: Sequence[FileKind], *, name: str) -> Path | None:
        return self._answer("save_file", name)

    def choose_folder(self, title: str) -> Path | None:
        return self._answer("folder", title)

    def choose_printer(self, *, pages: int) -> Any:
        return self._answer("printer", str(pages))

    def _answer(self, kind: str, text: str) -> Any:
        self.asked.append((kind, text))
        assert self.answers, f"nobody expected to be asked: {kind} {text}"
        return self.answers.pop(0)

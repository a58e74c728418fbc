"""Faults a user is told about; anything else that is raised is a bug."""

from __future__ import annotations


class UserError(Exception):
    """A sentence in the office's words: what is wrong, where, and what to do.

    `field` names the form field to focus, where there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Refused(UserError):
    """A rule or a role says no; nothing was changed."""


class Conflict(UserError):
    """Somebody else saved the same record first; `ours` and `theirs` hold the differing values by field label."""

    def __init__(self, sentence: str, *, ours: dict[str, str] | None = None, theirs: dict[str, str] | None = None):
        super().__init__(sentence)
        self.ours = ours or {}
        self.theirs = theirs or {}


class EnvironmentFault(UserError):
    """The world outside failed: disk full, file locked, damaged or newer than this program."""


class Cancelled(UserError):
    """The user stopped a long job; nothing it did is kept."""

    def __init__(self) -> None:
        super().__init__("已取消，没有改动任何数据。")

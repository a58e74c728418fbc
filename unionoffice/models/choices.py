"""Closed sets of words: enumerations in code, and code tables (代码表) that are data with a source."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, Self

from unionoffice.kernel.resources import resource


class Choices(Protocol):
    """A closed set: stored code → Chinese label, in the order an office expects."""

    def labels(self) -> dict[str, str]:
        """Label by stored code."""


class Choice(StrEnum):
    """An enumeration whose members are written `NAME = "stored code", "中文标签"`."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Label by stored code."""
        return {member.value: member.label for member in cls}


class CodeTable:
    """A code table from `resources/code_tables/NAME.json`, read when it is first asked for.

    `labels()` gives label by code; `words()` every accepted spelling → code, for imports.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def labels(self) -> dict[str, str]:
        """Label by stored code, in the table's order."""
        return {item["code"]: item["label"] for item in _table(self.name)["items"]}

    def words(self) -> dict[str, str]:
        """Every accepted spelling, label included → code."""
        found: dict[str, str] = {}
        for item in _table(self.name)["items"]:
            for word in (item["label"], *item.get("words", ())):
                found.setdefault(word, item["code"])
        return found

    @property
    def source(self) -> str:
        """The standard or document the table comes from."""
        return str(_table(self.name)["source"])


@cache
def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(resource(f"code_tables/{name}.json").read_text("utf-8"))
    return table

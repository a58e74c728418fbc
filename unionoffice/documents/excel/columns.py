"""What an import expects: target fields, their kinds, the words of their code tables, their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from unionoffice.kernel.text import squash

Kind = Literal["name", "id", "phone", "date", "choice", "flag", "money", "text", "note", "email"]

_MARKS = re.compile(r"[\s*﹡＊※★☆#:：/／、_\-—.。,，·]+|[（(\[【]\s*(?:必填|必填项|选填|可选|必须|必录)\s*[)）\]】]")
_SUFFIX = re.compile(r"[（(\[【][^（(\[【]*[)）\]】]$")


@dataclass(frozen=True, slots=True)
class ChoiceTable:
    """A code table: `labels` code → label in the table's order, `words` folded word → code, `source` for the user."""

    title: str
    source: str
    labels: dict[str, str]
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One target field; `headings` are further captions it is known by."""

    name: str
    label: str
    kind: Kind
    choices: ChoiceTable | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportColumns:
    """All target fields of an import by name, the captions passed over, the fields a sheet must have."""

    title: str
    columns: dict[str, ColumnSpec]
    ignored: frozenset[str] = frozenset()
    required: tuple[str, ...] = ("name",)

    def lookup(self) -> dict[str, str]:
        """Folded caption → field name."""
        known: dict[str, str] = {}
        for spec in self.columns.values():
            for caption in (spec.label, *spec.headings):
                known.setdefault(fold_caption(caption), spec.name)
        return known


class _Item(msgspec.Struct):
    code: str
    label: str
    words: list[str] = []


class _Table(msgspec.Struct):
    title: str
    source: str
    items: list[_Item]


class _Column(msgspec.Struct):
    name: str
    label: str
    kind: Kind
    choices: str | None = None
    headings: list[str] = []


class _Import(msgspec.Struct):
    title: str
    required: list[str]
    ignored: list[str]
    columns: list[_Column]


def load_columns(resources: Path, import_name: str) -> ImportColumns:
    """Target fields of `resources/imports/<import_name>.json` with the code tables they name."""
    given = msgspec.json.decode((resources / "imports" / f"{import_name}.json").read_bytes(), type=_Import)
    columns = {}
    for item in given.columns:
        choices = load_choices(resources, item.choices) if item.choices else None
        columns[item.name] = ColumnSpec(item.name, item.label, item.kind, choices, tuple(item.headings))
    return ImportColumns(
        given.title, columns, frozenset(fold_caption(text) for text in given.ignored), tuple(given.required)
    )


def member_columns(resources: Path) -> ImportColumns:
    """Target fields of the member roster (会员名册, domain.md §10.1)."""
    return load_columns(resources, "member")


def load_choices(resources: Path, table_name: str) -> ChoiceTable:
    """The code table `resources/code_tables/<table_name>.json`."""
    table = msgspec.json.decode((resources / "code_tables" / f"{table_name}.json").read_bytes(), type=_Table)
    words: dict[str, str] = {}
    for item in table.items:
        for word in (item.label, *item.words):
            words.setdefault(fold_word(word), item.code)
    return ChoiceTable(table.title, table.source, {item.code: item.label for item in table.items}, words)


def fold_caption(text: str) -> str:
    """A heading without spaces, line breaks, marks (* ﹡ （必填）) and punctuation, lower-case."""
    return _MARKS.sub("", squash(text)).lower()


def bare_caption(folded: str) -> str:
    """A folded heading without a last remark in brackets: 工资(元) → 工资."""
    return _SUFFIX.sub("", folded)


def fold_word(text: str) -> str:
    """A word of a code table without spaces, lower-case."""
    return squash(text).replace(" ", "").lower()

"""A template's text as it is edited in the window: its head and its words apart, one part or field more or less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from unionoffice.documents.official.parts import ATTACHED, HEAD, SECTIONS, heading
from unionoffice.documents.official.templates import FieldKind

_TAG = re.compile(r"\{\{([^{}]*)\}\}")


def divided(text: str) -> tuple[str, str]:
    """The lines up to the first part that is on the paper, and those from it on; together they are the text."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if (part := _part(line)) and part not in HEAD:
            return "".join(lines[:at]), "".join(lines[at:])
    return text, ""


def stray(text: str) -> int:
    """The line of a text, from 1, with words before any part; 0 for none."""
    for at, line in enumerate(text.splitlines(), 1):
        if heading(line):
            return 0
        if line.strip() and not line.strip().startswith("#"):
            return at
    return 0


def absent(text: str) -> tuple[str, ...]:
    """The parts that a text could have besides those in it; it may have several attachments."""
    there = {_part(line) for line in text.splitlines()}
    return tuple(name for name in SECTIONS if name not in there or name in ATTACHED)


def with_part(text: str, name: str) -> tuple[str, int]:
    """The text with an empty part where the order of papers has it, and the line (from 1) on which it is typed."""
    lines = text.splitlines()
    order = SECTIONS.index(name)
    later = [at for at, line in enumerate(lines) if (part := _part(line)) in SECTIONS and SECTIONS.index(part) > order]
    at = later[0] if later else len(lines)
    opening = f"【{name} 附件名称】" if name in ATTACHED else f"【{name}】"
    return "\n".join([*lines[:at], opening, "", *lines[at:]]) + "\n", at + 2


def with_field(
    text: str, name: str, kind: FieldKind, *, example: str = "", optional: bool = False, titles: Sequence[str] = ()
) -> str:
    """The text with one more field asked for, behind the others. What is wrong with it, `faults` tells of the text."""
    kinds = f"{kind}（可空）" if optional else str(kind)
    new = [f"{name.strip()}｜{kinds}" + (f"｜{example or _example(kind, name)}" if kind not in _BELOW else "")]
    if kind is FieldKind.WORKDAYS:
        new[0] += f"｜{'至'.join(title.strip() for title in titles)}"
    elif kind is FieldKind.TABLE:
        new.append("|" + "|".join(title.strip() for title in titles))
    elif kind is FieldKind.PARAGRAPHS:
        new += [f">{line}" for line in (example or name).splitlines()]
    lines = text.splitlines()
    parts = [(at, part) for at, line in enumerate(lines) if (part := _part(line))]
    begins = next((at for at, part in parts if part == "填写项"), None)
    if begins is None:
        new.insert(0, "【填写项】")
        begins = next((at for at, part in parts if part == "模板"), -1)
    at = next((at for at, _ in parts if at > begins), len(lines))
    return "\n".join([*lines[:at], *new, *lines[at:]]) + "\n"


def without_field(text: str, name: str) -> str:
    """The text that does not ask for a field any more; its tags are left to be taken out by hand."""
    kept: list[str] = []
    inside = dropping = False
    for line in text.splitlines():
        if part := _part(line):
            inside = part == "填写项"
            dropping = False
        elif inside and line.strip():
            if not line.strip().startswith(("|", ">")):
                dropping = line.partition("｜")[0].strip() == name
            if dropping:
                continue
        kept.append(line)
    return "\n".join(kept) + "\n"


def with_fact(text: str, name: str, value: str) -> str:
    """The text with 名称, 文种, 版头 … of the template said anew; an empty value takes the line out."""
    lines = text.splitlines()
    begins = next((at for at, line in enumerate(lines) if _part(line) == "模板"), None)
    if begins is None:
        lines, begins = ["【模板】", *lines], 0
    ends = next((at for at, line in enumerate(lines) if at > begins and _part(line)), len(lines))
    facts = [line for line in lines[begins + 1 : ends] if line.partition("：")[0].strip() != name]
    place = next(
        (at for at, line in enumerate(lines[begins + 1 : ends]) if line.partition("：")[0].strip() == name), None
    )
    if value:
        facts.insert(len(facts) if place is None else place, f"{name}：{' '.join(value.split())}")
    return "\n".join([*lines[: begins + 1], *facts, *lines[ends:]]) + "\n"


def tags_in(text: str) -> set[str]:
    """The names in {{…}} that the words of a text hold."""
    return set(_TAG.findall(divided(text)[1]))


def _part(line: str) -> str:
    """The part that a line opens, "" for any other line."""
    opened = heading(line)
    return opened[0] if opened else ""


_BELOW = (FieldKind.TABLE, FieldKind.PARAGRAPHS)


def _example(kind: FieldKind, name: str) -> str:
    """Something that can stand in an empty field of the preview."""
    if kind is FieldKind.DATE:
        return date.today().isoformat()
    return {FieldKind.NUMBER: "1", FieldKind.WORKDAYS: "5", FieldKind.MONEY: "100"}.get(kind, name.strip())

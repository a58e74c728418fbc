"""A template's text cut at its 【…】 lines, in the spellings that offices use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from unionoffice.kernel.errors import UserError

HEAD = ("模板", "填写项")
"""The parts that say what a template is and asks for; what they hold is not on the paper."""
SECTIONS = (
    *("发文机关标志", "发文字号", "份号", "密级", "紧急程度", "签发人", "标题", "主送", "正文"),
    *("附件", "横排附件", "与会人员", "署名", "成文日期", "附注", "抄送", "印发机关", "印发日期"),
)
"""The parts a paper may have, in the order in which a file writes them."""
ATTACHED = ("附件", "横排附件")
"""The parts that a paper may have several of, each with a name."""
BEGINS = "公文的文字要从【标题】这样单独一行的名称开始，下面写内容"

_HEADING = re.compile(r"[ \t\ufeff]*【([^】]*)】[ \t]*$")
_ATTACHED = re.compile(
    rf"({'|'.join(ATTACHED)})(?:\s*\d{{1,2}}(?=\s*[：:]|$)|\d{{1,2}}(?=\s))?(?:\s*[：:]\s*|\s+|$)(.*)"
)
_RUN_ON = re.compile(rf"【({'|'.join((*HEAD, *SECTIONS))})】\s*\S")
_LABEL = re.compile(r"附件\s*\d*\s*[：:]\s*")
_NUMBERED = re.compile(r"(\d+)[.．、]\s*(\S.*)")


class WrongTemplate(UserError):
    """Something in a template's text that cannot be used; `line` counts from 1, 0 where a part is missing."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"第 {line} 行：{sentence}" if line else sentence)
        self.line = line


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper with its text; `line` is where that begins in the file. An attachment has a `title`, which
    stands on the line `titled`. `remarks` are the lines that begin with #."""

    name: str
    lines: tuple[str, ...]
    line: int
    title: str = ""
    titled: int = 0
    remarks: tuple[str, ...] = ()

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Its lines that are not blank, with their numbers."""
        return ((number, line) for number, line in enumerate(self.lines, self.line) if line)


def heading(line: str) -> tuple[str, str] | None:
    """The part that a line opens and the name of an attachment; None for any other line."""
    found = _HEADING.match(line.rstrip("\r\n"))
    if not found:
        return None
    attached = _ATTACHED.match(found[1].strip())
    return (attached[1], attached[2].strip()) if attached else (found[1].strip(), "")


def cut(text: str) -> list[Section]:
    """The parts of a text; lines that begin with # are remarks."""
    found: list[Section] = []
    lines: list[str] = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = raw.strip()
        if opened := heading(line):
            lines = []
            found.append(_opened(*opened, line, number))
        elif run_on := _RUN_ON.match(line):
            raise WrongTemplate(number, f"【{run_on[1]}】要单独占一行，内容写在下一行。")
        elif not found and line and not line.startswith("#"):
            raise WrongTemplate(number, "模板应以【模板】开头。")
        if found:
            lines.append("" if opened or line.startswith("#") else line)
            remarks = (*found[-1].remarks, line) if line.startswith("#") else found[-1].remarks
            found[-1] = replace(found[-1], lines=tuple(lines), remarks=remarks)
    return [part for section in found for part in _titled(section)]


def nearest(name: str, names: Sequence[str]) -> str:
    """What was perhaps meant, as the end of a sentence."""
    found = get_close_matches(name, names, 1, 0.3)
    return f"，最接近的是“{found[0]}”" if found else ""


def _opened(name: str, title: str, line: str, number: int) -> Section:
    if name not in (*HEAD, *SECTIONS):
        raise WrongTemplate(number, f"没有{line}这一部分{nearest(name, (*HEAD, *SECTIONS))}。")
    return Section(name, (), number, title, number)


def _titled(section: Section) -> Iterator[Section]:
    """An attachment whose name was left out of its heading is called by its first line; where there is nothing but a
    numbered list of names, each is one."""
    lines = list(section.numbered())
    if section.name not in ATTACHED or section.title or not lines:
        yield section
        return
    (first, title), *more = lines
    title = _LABEL.sub("", title, 1)
    names = [_NUMBERED.fullmatch(line) for line in (title, *(line for _, line in more))]
    if all(found and int(found[1]) == at for at, found in enumerate(names, 1)):
        for (number, _), found in zip(lines, names, strict=True):
            yield Section(section.name, (), number, found[2] if found else "", number, section.remarks)
        return
    if not title or title.startswith("|"):
        raise WrongTemplate(first, f"附件要有名称，写成【{section.name} 附件名称】，内容写在下面。")
    rest = tuple("" if number <= first else line for number, line in enumerate(section.lines, section.line))
    yield replace(section, lines=rest, title=title, titled=first)

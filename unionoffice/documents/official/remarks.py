"""What is said beside a paper: words of its template that its pages do not show, and a number not as it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from unionoffice.documents.official.document import Head, Kind, OfficialDocument, Paragraph, chinese
from unionoffice.documents.official.heads import is_letter
from unionoffice.documents.official.listing import names_attachments
from unionoffice.documents.official.templates import Template, Value, dated_by, skipped

_MOST = 24
_NUMBER = re.compile(r"(.*)[〔\[［（(【〖](\d{2}|\d{4})[〕\]］）)】〗](?:第)?0*([1-9]\d*)号?")


def remarks(template: Template, document: OfficialDocument, values: Mapping[str, Value]) -> Iterator[str]:
    """What somebody wrote and will not find on the pages, and what of them the standard has otherwise."""
    yield from _left_out(document)
    for section in template.sections:
        for remark in section.remarks:
            if remark[1:2].strip():
                yield f"“{_short(remark)}”以 # 开头，当作说明，不印出来。"
    for line, field, attached in skipped(template, values):
        yield f"“{field}”没有填，{'不附附件' if attached else '写着它的一行不印：'}“{_short(line)}”。"
    yield from _number(document.number)
    yield from _listed_twice(document)
    yield from _after_its_period(template, document, values)


def _left_out(document: OfficialDocument) -> Iterator[str]:
    red = document.head is Head.RED and bool(document.organ)
    if document.organ and not red:
        yield "版头是“无”，【发文机关标志】不印。"
    if document.signers and not (red and document.kind.upward):
        yield "【签发人】不印，只有请示、报告的红头上才有。"
    for part, said in (("印发机关", document.issuer), ("印发日期", document.issued)):
        if said and is_letter(document):
            yield f"【{part}】不印，红头的函没有这一项。"


def _listed_twice(document: OfficialDocument) -> Iterator[str]:
    """Lines of the text that name attachments otherwise than the list printed below it."""
    for block in document.body if document.attachments else ():
        if isinstance(block, Paragraph) and names_attachments(block.text):
            yield (
                f"正文里的“{_short(block.text)}”和正文下面的附件说明各印一遍。附件说明照【附件】的名称自动排，"
                "正文里的这一行可以删去，或者改成和【附件】一样的名称。"
            )


def _after_its_period(template: Template, document: OfficialDocument, values: Mapping[str, Value]) -> Iterator[str]:
    """A public notice that is dated when its period is over."""
    tag = dated_by(template)
    if template.kind is not Kind.PUBLIC_NOTICE or document.dated is None or (tag and tag not in values):
        return
    ends = [field.between[1] for field in template.asked if field.between]
    ends += [field.name for field in template.asked if field.since and field.name != tag]
    for name in dict.fromkeys(ends):
        last = values.get(name)
        if isinstance(last, date) and last < document.dated:
            yield f"成文日期（{chinese(document.dated)}）在“{name}”（{chinese(last)}）之后，请核对。"


def _number(number: str) -> Iterator[str]:
    """A number that can be read but is not written as GB/T 9704 has it."""
    found = _NUMBER.fullmatch("".join(number.split()))
    if found:
        organ, year, at = found.groups()
        right = f"{organ}〔{year if len(year) == 4 else f'20{year}'}〕{at}号"
        if right != number:
            yield f"发文字号“{number}”按标准写成“{right}”：年份四位、用六角括号，序号前面不加“第”和 0。"


def _short(line: str) -> str:
    return line if len(line) <= _MOST else f"{line[:_MOST]}…"

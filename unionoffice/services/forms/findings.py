"""What would not be seen on paper as one expects (打印前检查), each with its copy and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.plan import Planner, SheetPlan
from unionoffice.documents.workbook.printing import READABLE, Printed, Unfit
from unionoffice.documents.workbook.tags import NO_LISTS, Photo, Tag, address, tagged
from unionoffice.models.choices import Choice
from unionoffice.services.forms.context import blank
from unionoffice.services.forms.filling import Job
from unionoffice.services.forms.tags import PHOTO, Subject, in_sentences
from unionoffice.services.forms.typed import summed, whose

_MOST_NAMED = 30
_MOST_BLANK = 10


class FindingKind(Choice):
    """What printing would not show as one expects."""

    FILE = "file", "Excel 文件"
    TYPED = "typed", "填的内容"
    BLANK = "blank", "没有填"
    SHARED = "shared", "各份相同"
    GLYPH = "glyph", "缺字"
    NUMBER = "number", "数字放不下"
    SMALLER = "smaller", "缩小打印"
    CUT = "cut", "文字放不下"
    LIST = "list", "名单超出"
    FORMULA = "formula", "公式"
    LOST = "lost", "不能打印的内容"
    PHOTO = "photo", "没有照片"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before printing: on whose form, in which cell ("" for the form itself), and the sentence.

    `copy` is the place of the copy among those asked for and `page` that of the page in it, from 0; None where it is
    about the form itself, or the page is not known.
    """

    kind: FindingKind
    title: str
    cell: str
    sentence: str
    copy: int | None = None
    page: int | None = None


def findings(job: Job, printed: Printed, fonts: Fonts) -> list[Finding]:
    """What is to be told of a form that was printed into nothing."""
    found = _lost(job)
    found += _file(job)
    found += [Finding(FindingKind.TYPED, "", "", sentence) for sentence in job.faults]
    found += _blank(job)
    found += gaps(job)
    found += _shared(job)
    found += _photos(job)
    found += _long_lists(job)
    found += glyphs(job, printed, fonts)
    found += [_unfit(each) for each in printed.unfit]
    found += _formulas(printed)
    return found


def unseen(job: Job, printed: Printed) -> list[Finding]:
    """What cannot be seen on a paper that was printed, or not as what it is: to be told even where nobody asked."""
    unfit = [_unfit(each) for each in printed.unfit]
    cut = [each for each in unfit if each.kind is not FindingKind.SMALLER]
    return [*_lost(job), *cut, *_formulas(printed), *_photos(job)]


def _lost(job: Job) -> list[Finding]:
    """What of the form's own file is not drawn."""
    return [Finding(FindingKind.LOST, "", "", f"表里的{what}打印不出来，Excel 文件里仍有。") for what in job.book.lost]


def _formulas(printed: Printed) -> list[Finding]:
    """The form's own formulas that could not be computed."""
    return [
        Finding(FindingKind.FORMULA, "", cell, f"{cell} 的公式本程序算不出来，打印时空着。")
        for cell in dict.fromkeys(printed.unknown_formulas)
    ]


def _file(job: Job) -> list[Finding]:
    """What is to be told of the file that the copies are filled from."""
    rows, copies = job.request.rows, job.request.row_copies
    found = []
    for note in rows.notes if rows is not None else ():
        title, copy = ("", None) if note.row is None or copies is None else (copies[note.row].title, note.row)
        found.append(Finding(FindingKind.FILE, title, "", note.sentence, copy))
    return found


def _blank(job: Job) -> list[Finding]:
    """What a paper for the public lacks; others are filled by hand as well."""
    lacking = job.request.blank
    if not lacking or not job.request.form.public:
        return []
    more = f"等 {len(lacking)} 项" if len(lacking) > _MOST_BLANK else ""
    return [Finding(FindingKind.BLANK, "", "", f"{'、'.join(lacking[:_MOST_BLANK])}{more}，纸上空着。")]


def gaps(job: Job) -> list[Finding]:
    """What is missing where paper says something all the same: amounts that a sum lacks, words of a sentence."""
    return [*_not_summed(job), *_lined(job)]


def _not_summed(job: Job) -> list[Finding]:
    """Rows without the amount that is added up; nothing where no row has one, as it is then written by hand."""
    found = []
    rows = job.request.rows
    for copy, (title, values) in enumerate(job.read.filled):
        for group, name in summed(job.book):
            items = values.lists.get(group, ())
            lacking = [place for place, item in enumerate(items) if not str(blank(item.get(name))).strip()]
            if not lacking or len(lacking) == len(items):
                continue
            filed = rows is not None and rows.listed == group
            wheres = [rows.rows[each].where if rows is not None and filed else f"第 {each + 1} 行" for each in lacking]
            named = "、".join(
                f"{where}{whose(items[each])}" for where, each in zip(wheres[:_MOST_BLANK], lacking, strict=False)
            )
            more = f"等 {len(lacking)} 行" if len(lacking) > _MOST_BLANK else ""
            sentence = f"“{group}”有 {len(lacking)} 行没有“{name}”，合计里没有它们：{named}{more}。"
            found.append(Finding(FindingKind.BLANK, title, "", sentence, copy))
    return found


def _lined(job: Job) -> list[Finding]:
    """What a file's rows or the records lack that stands within a sentence: a line to write on is left.

    What is typed for all copies is left to be written by hand; whoever prints has seen its field.
    """
    rows = job.request.rows
    found: list[Finding] = []
    filed = rows.filled if job.request.row_copies is not None and rows is not None else ()
    wheres = [f"{row.where}“{row.title}”" for row in job.request.row_copies or ()]
    lacking: dict[tuple[int, ...], list[str]] = {}
    for tag in dict.fromkeys(in_sentences(job.book)):
        asked = tag.name in job.request.form.asked
        if tag.name not in filed if asked else job.request.form.subject is Subject.FREE:
            continue
        copies = tuple(place for place, (_, values) in enumerate(job.read.filled) if _is_blank(values.single, tag))
        if copies:
            lacking.setdefault(copies, []).append(f"“{tag.name}”")
    for copies, names in lacking.items():
        named = [wheres[place] if wheres else f"“{job.read.filled[place][0]}”" for place in copies[:_MOST_BLANK]]
        more = f"等 {len(copies)} 份" if len(copies) > _MOST_BLANK else ""
        on_whose = f"：{'、'.join(named)}{more}" if wheres or len(job.read.filled) > 1 else ""
        sentence = f"没有{'、'.join(names)}，句子里留了一条线{on_whose}。"
        found.append(Finding(FindingKind.BLANK, "", "", sentence, copies[0]))
    return found


def _is_blank(single: Mapping[str, Any], tag: Tag) -> bool:
    return not str(blank(single.get(tag.text, single.get(tag.name)))).strip()


def _shared(job: Job) -> list[Finding]:
    """What was typed once and goes onto the papers of several people."""
    form, copies, rows = job.request.form, len(job.read.filled), job.request.rows
    filled = rows.filled if rows is not None else ()
    named = "、".join(
        f"“{name}”" for name in form.asked if name not in filled and job.request.asked.get(name) not in (None, "")
    )
    if form.subject not in (Subject.MEMBER, Subject.FREE) or copies < 2 or not named:
        return []
    if rows is not None:
        sentence = f"{named}填的内容会印在 {copies:,} 份上；各份不同的请写进 Excel 文件。"
    else:
        sentence = f"{named}填的内容会印在所选 {copies:,} 人的表上；各人不同的请分开打印。"
    return [Finding(FindingKind.SHARED, "", "", sentence)]


def _photos(job: Job) -> list[Finding]:
    """Who has no photo among those chosen, or named by a file; nothing where none were."""
    rows = job.request.rows
    if job.request.photos is None and (rows is None or PHOTO not in rows.filled):
        return []
    lacking = [place for place, (_, values) in enumerate(job.read.filled) if values.single.get(PHOTO) is None]
    if not lacking:
        return []
    why = {place: f"（{told}）" for place, told in job.read.without_photo.items()}
    names = "、".join(f"{job.read.filled[place][0]}{why.get(place, '')}" for place in lacking[:_MOST_NAMED])
    more = "等" if len(lacking) > _MOST_NAMED else ""
    sentence = f"{len(lacking)} 人没有照片，这一格按没有照片打印：{names}{more}。"
    return [Finding(FindingKind.PHOTO, "", "", sentence, lacking[0])]


def _long_lists(job: Job) -> list[Finding]:
    """Lists that are longer than the lines printed for them."""
    planner = Planner(job.book)
    return [
        each
        for copy, (title, values) in enumerate(job.read.filled)
        for plan in planner.plan(values)
        for each in _long_list(job.book, title, copy, plan)
    ]


def glyphs(job: Job, printed: Printed, fonts: Fonts) -> list[Finding]:
    """Characters that no font at hand can draw, each with its cell and whose line it is."""
    if not printed.missing:
        return []
    planner, names = Planner(job.book), _name_columns(job.book)
    found: list[Finding] = []
    for copy, (title, values) in enumerate(job.read.filled):
        for plan in planner.plan(values):
            for place, value in plan.values.items():
                text = "" if isinstance(value, Photo) else str(value)
                if missing := fonts.missing(text, Style.SONG):
                    person = str(plan.values.get((place[0], names.get(plan.title, 0)), ""))
                    whom = f"（{person}）" if person and person not in text else ""
                    sentence = f"“{missing}”{whom}没有字体能打印，会印成〓。可以把有这个字的字体放进 fonts 文件夹。"
                    where = f"{plan.title}!{address(place)}"
                    found.append(Finding(FindingKind.GLYPH, title, where, sentence, copy))
    return found


def _name_columns(book: Book) -> dict[str, int]:
    """The column of each sheet in which a list has the names of people."""
    return {
        sheet.title: place[1]
        for sheet in book.sheets
        for place, _, tags in tagged(sheet)
        for tag in tags
        if tag.group not in NO_LISTS and tag.group and tag.name.endswith("姓名")
    }


def _unfit(found: Unfit) -> Finding:
    text = found.text if len(found.text) <= 20 else f"{found.text[:20]}…"
    if found.shrunk:
        hard = f" {found.size:.1f} 磅的小字打印，不容易看清，请缩短或把格子加大。"
        how = hard if found.size < READABLE else "小一些的字打印。"
        kind, sentence = FindingKind.SMALLER, f"“{text}”放不下，会用{how}"
    elif found.number:
        kind, sentence = FindingKind.NUMBER, f"“{text}”放不下，会显示为 ###，请把这一列加宽。"
    elif found.copy is None:
        kind, sentence = FindingKind.CUT, f"表上原有的“{text}”放不下，有一部分看不到，请把格子加大。"
    else:
        kind, sentence = FindingKind.CUT, f"“{text}”放不下，有一部分看不到，请缩短或把格子加大。"
    return Finding(kind, found.title, found.cell, sentence, found.copy, found.page)


def _long_list(book: Book, title: str, copy: int, plan: SheetPlan) -> list[Finding]:
    """Lists that grow a form of one page, which has lines printed for them."""
    sheet = next(sheet for sheet in book.sheets if sheet.title == plan.title)
    if sheet.title_rows is not None:
        return []
    found = []
    for block in plan.blocks:
        printed = block.last - block.first + 1
        if block.breaks or printed < 2 or block.grown <= 0:
            continue
        name = next(
            (tag.group for place, _, tags in tagged(sheet) if place[0] == block.first for tag in tags if tag.group), ""
        )
        sentence = f"“{name}”有 {len(block.rows)} 项，表上印了 {printed} 行，会加 {block.grown} 行，可能多出一页。"
        found.append(Finding(FindingKind.LIST, title, f"{plan.title}!{address((block.first, 1))}", sentence, copy))
    return found

"""Which tags a form may use, by what it is about (表单标签, F68): fields' labels, what follows from them, lists.

`{{填写.事由}}` is asked when the form is printed; any name may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from unionoffice.documents.workbook import tags as workbook_tags
from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.formats import date_letters
from unionoffice.documents.workbook.tags import ASKED, CAPITALS, PAGE_SUM, SUM, TAG, Known, Rich, Tag, rewritten, tagged
from unionoffice.kernel.errors import UserError
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member, MembershipEvent
from unionoffice.models.organisation import Officer, Term, Unit
from unionoffice.models.welfare import Batch, Line
from unionoffice.services.forms.kinds import WORDED


class Subject(Choice):
    """What a form is about: for each record of which it is printed once."""

    MEMBER = "member", "会员"
    ROLL = "roll", "会员名单"
    UNIT = "unit", "组织"
    BATCH = "batch", "福利批次"
    APPROVAL = "approval", "审批"
    FREE = "free", "填写"


COMMON = ("工会名称", "单位名称", "统一社会信用代码", "今天", "年度", "经办人", "主席", "打印人", "打印时间")
OF_THE_PRINT = frozenset(("今天", "年度", "打印人", "打印时间"))
"""What differs from print to print though nothing has changed."""
PHOTO = "照片"
"""Filled with a picture that is chosen when a form is printed; forms of these subjects have room for one."""
WITH_PHOTO = (Subject.MEMBER, Subject.FREE)
_KEPT_INSIDE = frozenset(["archived", "household_id", "enrolled"])
_TOTALS = (SUM, PAGE_SUM, CAPITALS)

OF_MEMBER = (
    "年龄",
    "出生年月",
    "入会年月",
    "单位全称",
    "所属分工会",
    "所属小组",
    "月应缴会费",
    "月应缴会费大写",
    PHOTO,
)
OF_RELATIVE = ("年龄", "出生年月")
OF_SHARE = ("日期", "批次", "物品", "数量", "金额", "领取情况", "领取日期")
OF_PERIOD = ("期间", "期初人数", "增加人数", "减少人数", "期末人数")
OF_UNIT = (
    "单位全称",
    "会员人数",
    "负责人",
    "本届届次",
    "本届开始日期",
    "本届届满日期",
    "距届满天数",
    "届满情况",
    *OF_PERIOD,
)
OF_OFFICER = ("任期", "性别", "出生年月", "政治面貌", "学历", "部门", "手机号码")
OF_TERM = ("情况", "距届满天数")
OF_LOWER = ("名称", "类型", "上级", "负责人", "会员人数")
OF_LEADER = ("分工会", "小组", "姓名", "性别", "任职日期", "会员人数", "手机号码")
OF_MOVE = ("日期", "变动", "姓名", "性别", "会员编号", "所属分工会", "所属小组", "原因", "依据或批准文号")
MOVES = ("入会", "转入", "恢复会籍", "转出", "保留会籍", "退会", "除名", "去世")
OF_BALANCE = ("名称", "期初人数", *MOVES, "期末人数")
OF_BATCH = ("项目名称", "依据文件", "物品", "每人金额", "合计大写", "预算大写", "范围", "审批时间", "分工会名称")
OF_LINE = ("单价", "物品", "物品名称", "规格", "领取情况", "备注")
OF_BRANCH = ("分工会", "人数", "数量", "金额", "已领", "代领", "未领", "待领")
OF_LEFT_OUT = ("姓名", "分工会", "原因")
OF_STEP = ("步骤", "状态", "说明", "办理人")


def labels(model: type[Record]) -> dict[str, str]:
    """Field name by label; an amount's label also without its unit: 单价 for 单价（元）."""
    found: dict[str, str] = {}
    for name, facts in model.fields().items():
        if name not in _KEPT_INSIDE:
            found[facts.label] = name
            found[bare(facts.label)] = name
    return found


def bare(label: str) -> str:
    """A label without the unit in brackets."""
    return label.removesuffix("（元）")


_MEMBER_LISTS = {
    "家庭成员": (*labels(FamilyMember), *OF_RELATIVE),
    "会籍变动": tuple(labels(MembershipEvent)),
    "福利": OF_SHARE,
}
_UNIT_LISTS = {
    "任职": (*labels(Officer), *OF_OFFICER),
    "届次": (*labels(Term), *OF_TERM),
    "下级": OF_LOWER,
    "小组长": OF_LEADER,
    "变动": OF_MOVE,
    "增减": OF_BALANCE,
}
_BATCH_LISTS = {"名单": (*labels(Line), *OF_LINE), "分工会": OF_BRANCH, "未列入": OF_LEFT_OUT}

KNOWN: dict[Subject, Known] = {
    Subject.MEMBER: Known((*COMMON, *labels(Member), *OF_MEMBER), _MEMBER_LISTS),
    Subject.ROLL: Known(
        (*COMMON, *labels(Unit), "单位全称", "会员人数", "负责人"), {"会员": (*labels(Member), *OF_MEMBER[:-1])}
    ),
    Subject.UNIT: Known((*COMMON, *labels(Unit), *OF_UNIT), _UNIT_LISTS),
    Subject.BATCH: Known((*COMMON, *labels(Batch), *OF_BATCH), _BATCH_LISTS),
    Subject.APPROVAL: Known((*COMMON, *labels(Batch), *OF_BATCH, "审批规则", "审批进度", "编制人"), {"步骤": OF_STEP}),
    Subject.FREE: Known(COMMON),
}


_OF_PEOPLE: tuple[tuple[str, type[Record]], ...] = (("家庭成员", FamilyMember), ("会员", Member), ("", Member))


def of_people(chosen: Callable[[type[Record], str], bool]) -> frozenset[str]:
    """The tags of people's fields that are chosen, by record type and name."""
    return frozenset(
        f"{group}.{label}" if group else label
        for group, model in _OF_PEOPLE
        for label, name in labels(model).items()
        if chosen(model, name)
    )


def _masked() -> frozenset[str]:
    """Tags whose values are masked wherever nobody has asked for them in full."""
    found = of_people(lambda model, name: bool(model.fields()[name].masks))
    return found | {"任职.手机号码", "小组长.手机号码", "家庭成员.出生年月", PHOTO}


MASKED = _masked()
ASKED_NAMES = f"{ASKED}."
"""What names of values begin with that were typed for one print."""


def used(book: Book) -> list[Tag]:
    """Every tag of a form, in order."""
    return [tag for sheet in book.sheets for _, _, found in tagged(sheet) for tag in found]


def asked_in(book: Book, subject: Subject) -> tuple[str, ...]:
    """The names that are asked when a form is printed, each once; of a form about nothing every single tag is.

    What is written in capitals follows from the amount of that name, and is not asked.
    """
    found: dict[str, None] = {}
    for tag in used(book):
        free = subject is Subject.FREE and not tag.group and tag.name not in (*COMMON, PHOTO)
        if tag.group == ASKED or free:
            found[tag.name] = None
    return tuple(name for name in found if name.removesuffix("大写") not in found or not name.endswith("大写"))


def lists_in(book: Book) -> dict[str, tuple[str, ...]]:
    """The lists that a form uses and the fields of each."""
    found: dict[str, dict[str, None]] = {}
    for tag in used(book):
        if tag.group and tag.group not in (*_TOTALS, ASKED):
            found.setdefault(tag.group, {})[tag.name] = None
    return {group: tuple(names) for group, names in found.items()}


def names_somebody(name: str) -> bool:
    """Whether a tag is called like the name of who or what a row is about."""
    return name.endswith(("姓名", "名称"))


def listed_in(book: Book) -> str:
    """The list that a form about nothing consists of, such as 名单 of a sign sheet; "" where it is about somebody.

    It is about somebody where a name stands on it by itself.
    """
    lists = lists_in(book)
    if not lists or any(name.endswith("姓名") or name == "名称" for name in asked_in(book, Subject.FREE)):
        return ""
    return next((group for group, fields in lists.items() if any(map(names_somebody, fields))), next(iter(lists)))


def known(subject: Subject, book: Book | None = None) -> Known:
    """The tags of a subject; with a form also the names that it asks for, and of one about nothing its own lists."""
    base = KNOWN[subject]
    if book is None:
        return base
    asked = {tag.text for tag in used(book) if tag.group == ASKED}
    if subject is not Subject.FREE:
        return replace(base, single=(*base.single, *asked))
    own = {tag.name for tag in used(book) if not tag.group}
    return Known((*base.single, *asked, *own), lists_in(book))


def check(book: Book, subject: Subject) -> None:
    """Raise UserError, naming the cell and the nearest known tag, unless a form can be filled."""
    found_known = known(subject, book)
    workbook_tags.check(book, found_known)
    own = lists_in(book)
    for tag in used(book):
        fitting = [name for name in own if tag.name in found_known.lists.get(name, ())]
        if tag.group in _TOTALS and len(fitting) != 1:
            which = f"这张表的{'、'.join(fitting)}里都有" if fitting else "这张表没有用到有它的名单"
            raise UserError(f"“{tag.text}”不知道是哪一份名单的：{which}“{tag.name}”。")
    for sheet in book.sheets:
        rows: dict[int, dict[str, None]] = {}
        for place, _, found in tagged(sheet):
            for tag in found:
                if tag.group and tag.group not in (*_TOTALS, ASKED):
                    rows.setdefault(place[0], {})[tag.group] = None
        for row, groups in rows.items():
            if len(groups) > 1:
                names = "、".join(f"“{name}”" for name in groups)
                raise UserError(f"“{sheet.title}”第 {row} 行用了{names}几份名单，一行只能用一份，请分到两行。")


def shows(book: Book, names: Iterable[str]) -> bool:
    """Whether a form uses one of these tags."""
    return not {tag.text for tag in used(book)}.isdisjoint(names)


BLANK = "________"
_DAY = 'yyyy"年"m"月"d"日"'
_PLAIN_FORMATS = ("General", "@")


def prepared(book: Book, subject: Subject) -> Book:
    """A form ready to be filled by somebody who knows nothing of number formats.

    A date alone in a cell without a date format is written as 2026年9月10日, else it would show as 46275. What is asked
    within a sentence and left blank leaves a line to write on.
    """
    dates = _dates(subject) | _days_elsewhere(book)
    sheets = []
    for sheet in book.sheets:
        cells = dict(sheet.cells)
        for place, text, found in tagged(sheet):
            cell = cells[place]
            whole = TAG.fullmatch(text.strip()) is not None
            if whole and cell.look.format in _PLAIN_FORMATS:
                if not found[0].how and found[0].text in dates:
                    cells[place] = replace(cell, value=f"{{{{{found[0].text}|{_DAY}}}}}", runs=())
            elif not whole:
                words = rewritten(text, cell.runs, _lined_free if subject is Subject.FREE else _lined)
                cells[place] = replace(cell, value=words, runs=words.runs if isinstance(words, Rich) else ())
        sheets.append(replace(sheet, cells=cells))
    return replace(book, sheets=sheets)


def _lined(match: re.Match[str]) -> str:
    return _with_line(match) if match[1].strip().startswith(f"{ASKED}.") else match[0]


def _lined_free(match: re.Match[str]) -> str:
    """Of a form about nothing every single tag is asked, but those that the program fills in."""
    free = "." not in match[1] and match[1].strip() not in (*COMMON, PHOTO)
    return _with_line(match) if free else _lined(match)


def _with_line(match: re.Match[str]) -> str:
    """A tag with a line for nothing, unless it is a choice or says itself what stands there."""
    how = (match[2] or "").strip()
    if WORDED.search(how):
        return match[0]
    return f"{{{{{match[1]}|{how}|空:{BLANK}}}}}" if how else f"{{{{{match[1]}|空:{BLANK}}}}}"


def in_sentences(book: Book) -> tuple[Tag, ...]:
    """The single tags within sentences where a blank one leaves a line to write on."""
    return tuple(
        tag
        for sheet in book.sheets
        for _, text, found in tagged(sheet)
        if TAG.fullmatch(text.strip()) is None
        for tag in found
        if tag.group in ("", ASKED) and BLANK in (tag.empty, tag.how.replace("：", ":", 1).removeprefix("空:"))
    )


def _days_elsewhere(book: Book) -> frozenset[str]:
    """The tags that stand somewhere alone in a cell with a format of days: they are days in every cell."""
    found = set()
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            alone = TAG.fullmatch(text.strip()) is not None
            if alone and not tags[0].how and date_letters(sheet.cells[place].look.format):
                group = tags[0].group
                found |= {tags[0].name, f"{ASKED}.{tags[0].name}"} if group in ("", ASKED) else {tags[0].text}
    return frozenset(found)


def _dates(subject: Subject) -> frozenset[str]:
    """The tags whose values are days."""
    models: Mapping[Subject, tuple[tuple[str, type[Record]], ...]] = {
        Subject.MEMBER: (("", Member), ("家庭成员", FamilyMember), ("会籍变动", MembershipEvent)),
        Subject.ROLL: (("", Unit), ("会员", Member)),
        Subject.UNIT: (("", Unit), ("任职", Officer), ("届次", Term)),
        Subject.BATCH: (("", Batch), ("名单", Line)),
        Subject.APPROVAL: (("", Batch),),
        Subject.FREE: (),
    }
    found = {
        f"{group}.{label}" if group else label
        for group, model in models[subject]
        for label, facts in _facts(model)
        if facts.kind in (Kind.DATE, Kind.PARTIAL_DATE)
    }
    extra = ("今天", "本届开始日期", "本届届满日期", "福利.日期", "福利.领取日期", "小组长.任职日期", "变动.日期")
    return frozenset(found | set(extra))


def _facts(model: type[Record]) -> Iterator[tuple[str, Field]]:
    for label, name in labels(model).items():
        yield label, model.fields()[name]

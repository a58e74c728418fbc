"""Papers from templates an office can read and edit: text files with fields declared in them and {{tags}}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from unionoffice.documents.official.document import (
    Attachment,
    Head,
    Kind,
    OfficialDocument,
    Roll,
    blocks,
    chinese,
    row_of,
    table_of,
)
from unionoffice.documents.official.publicity import cells, texts
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import capital, parse_yuan
from unionoffice.models.public_mask import Contact, contact_of, contacts, numbered, over_cells, refused
from unionoffice.models.rule_pack import rule_on

Value = str | int | date | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""What a field may hold: text, a number or an amount in 分, a date, names, or rows of a table."""


class WrongTemplate(UserError):
    """Something in a template's text that cannot be used; `line` counts from 1, 0 where a part is missing."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"第 {line} 行：{sentence}" if line else sentence)
        self.line = line


class FieldKind(StrEnum):
    """What an office types into a field."""

    TEXT = "文字"
    PARAGRAPHS = "多段"
    DATE = "日期"
    NUMBER = "整数"
    WORKDAYS = "工作日数"
    MONEY = "金额"
    NAMES = "名单"
    PHONE = "电话"
    TABLE = "表格"


@dataclass(frozen=True, slots=True)
class TagField:
    """One thing to fill in. `titles` are a table's columns; `example` is made up, so that the template can be shown.

    `between` are the two dates whose working days a number of them counts, both included.
    """

    name: str
    kind: FieldKind
    example: Value
    hint: str = ""
    optional: bool = False
    titles: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper with its text; `line` is where that begins in the file."""

    name: str
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A paper with gaps. `key` is the file's name without ending, by which an office's own file replaces ours.

    `category` (分类) and `period` (期限) are how it is filed, "" where its kind says that (rule pack `filing`).
    """

    key: str
    name: str
    kind: Kind
    head: Head
    public: bool
    seal: bool
    hint: str
    category: str
    period: str
    fields: tuple[TagField, ...]
    sections: tuple[Section, ...]

    @property
    def examples(self) -> dict[str, Value]:
        """Made-up values for every field."""
        return {field.name: field.example for field in self.fields}


_HEADING = re.compile(r"【([^】]+)】$")
_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_FACTS = ("名称", "文种", "版头", "公开", "印章", "分类", "期限", "说明")
SECTIONS = (
    *("发文机关标志", "发文字号", "份号", "密级", "紧急程度", "签发人", "标题", "主送", "正文"),
    *("附件", "横排附件", "与会人员", "署名", "成文日期", "附注", "抄送", "印发机关", "印发日期"),
)
"""The parts a paper may have, in the order in which a file writes them."""
_NEEDED = ("标题", "正文")
_DERIVED = {
    FieldKind.MONEY: "大写",
    FieldKind.DATE: "星期",
    FieldKind.NAMES: "人数",
    FieldKind.TABLE: "行数",
}
NUMBERED = "序号"
"""The column that nobody types."""
_SUMS = ("合计", "总计", "小计")
_WEEKDAYS = "一二三四五六日"
_ChoiceT = TypeVar("_ChoiceT", bound=StrEnum)


def read_template(text: str, key: str) -> Template:
    """A template from the text of its file. Raises WrongTemplate for the first thing that is wrong in it."""
    template = _read_parts(text, key)
    for fault in _faults(template):
        raise fault
    return template


def faults(text: str, key: str = "") -> list[WrongTemplate]:
    """Everything wrong in a template's text, in order; of what keeps it from being read at all, the first."""
    try:
        return sorted(_faults(_read_parts(text, key)), key=lambda fault: fault.line)
    except WrongTemplate as fault:
        return [fault]


def tags(template: Template) -> dict[str, TagField]:
    """Every tag that may be written in the text, with the field it shows: 名单 and its count 名单人数."""
    derived = {field.name + _DERIVED[field.kind]: field for field in template.fields if field.kind in _DERIVED}
    return {**derived, **{field.name: field for field in template.fields}}


def _read_parts(text: str, key: str) -> Template:
    sections = _sections(text)
    facts = _facts(sections)
    fields = tuple(_fields(sections))
    return Template(
        key=key,
        name=facts.get("名称", (key, 0))[0],
        kind=_choice(Kind, facts, "文种", Kind.NOTICE),
        head=_choice(Head, facts, "版头", Head.NONE),
        public=_yes(facts, "公开"),
        seal=_yes(facts, "印章"),
        hint=facts.get("说明", ("", 0))[0],
        category=_category(facts),
        period=_period(facts),
        fields=fields,
        sections=tuple(section for section in sections if section.name not in ("模板", "填写项")),
    )


def fill(template: Template, values: Mapping[str, Value]) -> OfficialDocument:
    """The paper with its gaps filled. A paper for the public is refused while it shows private numbers."""
    _check_values(template, values)
    filler = _Filler(template, values)
    document = filler.document()
    if template.public:
        day = document.dated if isinstance(document.dated, date) else date.max
        own = [word for field in template.fields for word in _to_object(field, values.get(field.name, ""), day)]
        # no number goes on over these signs: what stands in two cells is two things
        shown = "\n".join(texts(document, cells="；{}；", between="；"))
        told = [f"{each.what}（{each.shown}）" for each in refused(numbered(shown), day, allowed=own)]
        over = over_cells(dict(cells(document)), day)
        told += [f"{each.what}（{each.shown}，拆在{each.where}）" for each in over]
        if told:
            raise Refused(f"这是对外公开的文件，不能写{'、'.join(dict.fromkeys(told))}。请删去后再生成。")
    return document


def _to_object(field: TagField, value: Value, day: date) -> list[str]:
    """Where people shall call, come or write to object, of what was typed into a field."""
    kind = Contact.PHONE if field.kind is FieldKind.PHONE else None
    if field.name.startswith("受理"):
        kind = kind or contact_of(field.name, day)
    return contacts(kind, str(value), day) if kind else []


def typed(field: TagField, text: str) -> Value:
    """What was typed into a field, as its kind keeps it."""
    text = text.strip()
    try:
        return _read(field.kind, text)
    except ValueError:
        raise UserError(f"“{field.name}”应填{_EXPECTED[field.kind]}，现在是“{text}”。", field=field.name) from None


_EXPECTED = {
    FieldKind.DATE: "日期，如 2026-09-01",
    FieldKind.NUMBER: "整数",
    FieldKind.WORKDAYS: "整数",
    FieldKind.MONEY: "金额（元），如 1200.00",
}


def _read(kind: FieldKind, text: str) -> Value:
    if not text:
        return ""
    if kind is FieldKind.DATE:
        return date.fromisoformat(text)
    if kind in (FieldKind.NUMBER, FieldKind.WORKDAYS):
        return int(text)
    if kind is FieldKind.MONEY:
        return parse_yuan(text)
    if kind is FieldKind.NAMES:
        return tuple(name for name in re.split(r"[、，,；;\s]+", text) if name)
    return text


def _sections(text: str) -> list[Section]:
    """The file cut at its 【…】 lines; lines that begin with # are remarks."""
    found: list[Section] = []
    lines: list[str] = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = raw.strip()
        heading = _HEADING.match(line) if line.startswith("【") else None
        if heading:
            lines = []
            found.append(_opened(heading[1], number))
        elif not found and line and not line.startswith("#"):
            raise WrongTemplate(number, "模板应以【模板】开头。")
        if found:
            lines.append("" if heading or line.startswith("#") else line)
            found[-1] = Section(found[-1].name, tuple(lines), found[-1].line)
    return found


def _opened(heading: str, number: int) -> Section:
    name = heading.split()[0] if heading.split() else ""
    if name not in ("模板", "填写项", *SECTIONS):
        raise WrongTemplate(number, f"没有【{heading}】这一部分{_nearest(name, ('模板', '填写项', *SECTIONS))}。")
    return Section(heading if name in ("附件", "横排附件") else name, (), number)


def _facts(sections: Sequence[Section]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for section in sections:
        if section.name == "模板":
            for number, line in _numbered(section):
                name, colon, value = line.partition("：")
                if not colon or name not in _FACTS:
                    raise WrongTemplate(number, f"应写成“名称：内容”，可写的有{'、'.join(_FACTS)}。")
                found[name] = (value.strip(), number)
    return found


def _choice(choices: type[_ChoiceT], facts: Mapping[str, tuple[str, int]], name: str, default: _ChoiceT) -> _ChoiceT:
    value, number = facts.get(name, (default.value, 0))
    try:
        return choices(value)
    except ValueError:
        raise WrongTemplate(number, f"“{name}”应为{'、'.join(choices)}之一，现在是“{value}”。") from None


def _yes(facts: Mapping[str, tuple[str, int]], name: str) -> bool:
    value, number = facts.get(name, ("否", 0))
    if value not in ("是", "否"):
        raise WrongTemplate(number, f"“{name}”应填是或否，现在是“{value}”。")
    return value == "是"


def _category(facts: Mapping[str, tuple[str, int]]) -> str:
    """One word of a file's name."""
    value, number = facts.get("分类", ("", 0))
    if re.search(r'[<>:"/\\|?*\s-]', value):
        raise WrongTemplate(number, f"“分类”用在文件名里，不能有“{value}”里的空格和符号。")
    return value


def _period(facts: Mapping[str, tuple[str, int]]) -> str:
    value, number = facts.get("期限", ("", 0))
    periods: list[str] = rule_on("filing", date.max).values["periods"]
    if value and value not in periods:
        raise WrongTemplate(number, f"“期限”应为{'、'.join(periods)}之一，现在是“{value}”。")
    return value


def _fields(sections: Sequence[Section]) -> list[TagField]:
    names: set[str] = set()
    found: list[tuple[int, TagField]] = []
    for number, field in _declared(sections):
        if not field.name or set(field.name) & set("{}【】｜"):
            raise WrongTemplate(number, f"“{field.name}”不能用作填写项的名称。")
        if field.name in names:
            raise WrongTemplate(number, f"填写项“{field.name}”写了两次。")
        names.add(field.name)
        found.append((number, field))
    dates = {field.name for _, field in found if field.kind is FieldKind.DATE}
    for number, field in found:
        for day in field.between:
            if day not in dates:
                raise WrongTemplate(number, f"“{field.name}”数的“{day}”不是日期填写项{_nearest(day, tuple(dates))}。")
    return [field for _, field in found]


def _declared(sections: Sequence[Section]) -> Iterator[tuple[int, TagField]]:
    for section in sections:
        if section.name == "填写项":
            waiting: list[tuple[int, str]] = []
            for number, line in _numbered(section):
                if line[0] in "|>" and waiting:
                    waiting.append((number, line))
                    continue
                if waiting:
                    yield waiting[0][0], _field(waiting)
                waiting = [(number, line)]
            if waiting:
                yield waiting[0][0], _field(waiting)


def _field(lines: Sequence[tuple[int, str]]) -> TagField:
    """名称｜种类｜示例｜提示; a table's or long text's example stands below, behind | or >."""
    number, line = lines[0]
    name, kind_name, example, hint = ([part.strip() for part in line.split("｜")] + [""] * 4)[:4]
    optional = kind_name.endswith("（可空）")
    try:
        kind = FieldKind(kind_name.removesuffix("（可空）"))
    except ValueError:
        told = _nearest(kind_name, tuple(FieldKind))
        raise WrongTemplate(number, f"没有“{kind_name}”这种填写项{told}，可用的有{'、'.join(FieldKind)}。") from None
    more = [line for _, line in lines[1:]]
    if kind is FieldKind.TABLE:
        if not more:
            raise WrongTemplate(number, f"表格“{name}”下面要有以 | 开头的表头。")
        table = table_of(more)
        if len(set(table.titles)) < len(table.titles):
            raise WrongTemplate(number, f"表格“{name}”有两栏同名，填的内容会分不清。")
        return TagField(name, kind, table.rows, hint, optional, table.titles)
    if kind is FieldKind.PARAGRAPHS and more:
        return TagField(name, kind, "\n".join(line[1:].strip() for line in more), hint, optional)
    between = tuple(each.strip() for each in hint.split("至")) if kind is FieldKind.WORKDAYS else ()
    if between and len(between) != 2:
        raise WrongTemplate(
            number, f"工作日数“{name}”后面要写从哪天到哪天，如“{name}｜工作日数｜5｜公示开始至公示结束”。"
        )
    try:
        return TagField(name, kind, _read(kind, example), "" if between else hint, optional, between=between)
    except (ValueError, UserError):
        raise WrongTemplate(number, f"“{name}”的示例“{example}”不是{kind.value}。") from None


def _numbered(section: Section) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(section.lines, section.line):
        if line:
            yield number, line


def _faults(template: Template) -> Iterator[WrongTemplate]:
    """Parts that no paper is without, and tags that cannot be filled."""
    there = {section.name for section in template.sections}
    yield from (WrongTemplate(0, f"缺【{name}】这一部分。") for name in _NEEDED if name not in there)
    known = tags(template)
    for section in template.sections:
        titled = [(section.line, section.name)]
        for number, line in (*titled, *_numbered(section)):
            for tag in _TAG.findall(line):
                if tag not in known:
                    yield WrongTemplate(number, f"没有“{tag}”这个填写项{_nearest(tag, tuple(known))}。")
                elif known[tag].kind is FieldKind.TABLE and tag == known[tag].name and line != f"{{{{{tag}}}}}":
                    yield WrongTemplate(number, f"表格“{tag}”应单独占一行。")
            if re.search(r"\{\{|\}\}", _TAG.sub("", line)):
                yield WrongTemplate(number, "填写项的括号不成对，应写成 {{名称}}。")


def _check_values(template: Template, values: Mapping[str, Value]) -> None:
    names = tuple(field.name for field in template.fields)
    for name in values:
        if name not in names:
            raise UserError(f"“{template.name}”没有“{name}”这个填写项{_nearest(name, names)}。")
    lacking = [field.name for field in template.fields if not field.optional and values.get(field.name, "") in ("", ())]
    if lacking:
        raise UserError(f"还没有填写：{'、'.join(lacking)}。", field=lacking[0])


def _nearest(name: str, names: Sequence[str]) -> str:
    found = get_close_matches(name, names, 1, 0.3)
    return f"，最接近的是“{found[0]}”" if found else ""


class _Filler:
    """Puts values into the sections of one template."""

    def __init__(self, template: Template, values: Mapping[str, Value]) -> None:
        self._template = template
        self._values = values
        self._known = tags(template)

    def document(self) -> OfficialDocument:
        template = self._template
        return OfficialDocument(
            kind=template.kind,
            head=template.head,
            public=template.public,
            seal=template.seal,
            title=self._text("标题"),
            organ=self._text("发文机关标志"),
            number=self._text("发文字号"),
            copy_number=self._text("份号"),
            secrecy=self._text("密级"),
            urgency=self._text("紧急程度"),
            signers=tuple(name for name in re.split(r"[、，\s]+", self._text("签发人")) if name),
            to=self._text("主送").rstrip("：:"),
            body=blocks(self._text("正文")),
            attachments=tuple(self._attachments()),
            rolls=tuple(self._rolls()),
            signature=self._text("署名").replace("\n", ""),
            dated=self._day("成文日期"),
            note=self._text("附注").strip("（）"),
            cc=self._text("抄送").rstrip("。"),
            issuer=self._text("印发机关"),
            issued=self._day("印发日期"),
        )

    def _text(self, name: str) -> str:
        return "\n".join(line for section in self._named(name) for line in self._lines(section))

    def _named(self, name: str) -> Iterator[Section]:
        return (section for section in self._template.sections if section.name.split()[0] == name)

    def _lines(self, section: Section) -> Iterator[str]:
        """The lines that have something to say; a line with an empty field that may be empty falls away."""
        for _, line in _numbered(section):
            tags = _TAG.findall(line)
            if not any(self._value(tag) in ("", ()) for tag in tags):
                table = self._known[tags[0]] if len(tags) == 1 and line == f"{{{{{tags[0]}}}}}" else None
                if table and table.kind is FieldKind.TABLE:
                    yield from self._table(table)
                else:
                    yield self._filled(line)

    def _filled(self, line: str) -> str:
        return _TAG.sub(lambda found: self._shown(found[1], first=found.start() == 0), line)

    def _value(self, tag: str) -> Value:
        return self._values.get(self._known[tag].name, "")

    def _shown(self, tag: str, *, first: bool) -> str:
        field, value = self._known[tag], self._value(tag)
        if tag != field.name:
            return _derived(value, field.kind)
        if isinstance(value, date):
            return chinese(value)
        if isinstance(value, int):
            return _money(value) if field.kind is FieldKind.MONEY else str(value)
        if field.kind is FieldKind.PARAGRAPHS and isinstance(value, str):
            return value
        texts = value if isinstance(value, tuple) else (value,)
        shown = " ".join("、".join(map(str, texts)).splitlines())
        return f"\u200b{shown}" if first and shown[:1] in ("|", "<", "^", ">") else shown

    def _table(self, field: TagField) -> Iterator[str]:
        rows = self._values.get(field.name, ())
        yield row_of(field.titles)
        yield from map(row_of, _counted(field.titles, [tuple(row) for row in rows] if isinstance(rows, tuple) else []))

    def _attachments(self) -> Iterator[Attachment]:
        for section in self._template.sections:
            name, _, title = section.name.partition(" ")
            lines = list(self._lines(section)) if name in ("附件", "横排附件") else []
            if title and not any(self._value(tag) in ("", ()) for tag in _TAG.findall(title)):
                yield Attachment(self._filled(title.strip()), blocks("\n".join(lines)), name == "横排附件")

    def _rolls(self) -> Iterator[Roll]:
        for line in self._text("与会人员").splitlines():
            label, colon, names = line.partition("：")
            if colon and names:
                yield Roll(label, names)

    def _day(self, name: str) -> date | None:
        """A date section holds nothing but one date field."""
        for section in self._named(name):
            for tag in _TAG.findall("".join(section.lines)):
                value = self._value(tag)
                if isinstance(value, date):
                    return value
        return None


def _counted(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """The rows with their numbers in order where nobody typed any; what sums them up has none."""
    number = 0
    for row in rows:
        sums_up = any(str(cell).strip() in _SUMS for cell in row)
        number += not sums_up
        yield tuple(
            number if title == NUMBERED and not sums_up and not str(cell).strip() else cell
            for title, cell in zip(titles, (*row, *[""] * len(titles)), strict=False)
        )


def _money(fen: int) -> str:
    """Yuan as running text has them: 12000 or 1409.50, without separators."""
    return str(fen // 100) if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def _derived(value: Value, kind: FieldKind) -> str:
    if kind is FieldKind.MONEY and isinstance(value, int):
        return f"人民币{capital(value)}"
    if kind is FieldKind.DATE and isinstance(value, date):
        return f"星期{_WEEKDAYS[value.weekday()]}"
    return str(len(value)) if isinstance(value, tuple) else ""

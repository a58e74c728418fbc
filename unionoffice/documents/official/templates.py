"""Papers from templates an office can read and edit: text files with fields declared in them and {{tags}}."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from unionoffice.documents.official.listing import without_list
from unionoffice.documents.official.parts import BEGINS, HEAD, Section, WrongTemplate, cut, nearest
from unionoffice.documents.official.publicity import cells, texts
from unionoffice.kernel.dates import precision, read_text
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import capital, parse_yuan
from unionoffice.models.public_mask import Contact, contact_of, contacts, numbered, over_cells, refused
from unionoffice.models.rule_pack import rule_on

Value = str | int | date | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""What a field may hold: text, a number or an amount in 分, a date, names, or rows of a table."""


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

    `between` are the two dates whose working days a number of them counts, both included. A hint may tell of others:
    `since` is the date before which a date may not lie (不早于成文日期), `sums` the table and its column that an amount
    adds up (等于预算明细的金额合计).
    """

    name: str
    kind: FieldKind
    example: Value
    hint: str = ""
    optional: bool = False
    titles: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    since: str = ""
    sums: tuple[str, ...] = ()


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

    @property
    def asked(self) -> tuple[TagField, ...]:
        """The fields that the words show, with both ends of a period that is counted in them."""
        known = tags(self)
        shown = {known[tag].name for tag in _tags_of(self.sections) if tag in known}
        ends = {end for field in self.fields if field.name in shown for end in field.between}
        return tuple(field for field in self.fields if field.name in shown | ends)

    @property
    def unused(self) -> tuple[str, ...]:
        """The fields that neither the words nor a field asked for needs."""
        needed = {name for field in self.asked for name in (field.name, field.since, *field.sums[:1])}
        return tuple(field.name for field in self.fields if field.name not in needed)


_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_SINCE = re.compile(r"不早于(.+)")
_ADDS_UP = re.compile(r"等于(.+?)的(.+)合计")
_FACTS = ("名称", "文种", "版头", "公开", "印章", "分类", "期限", "说明")
_NEEDED = ("标题", "正文")
_DAYS = ("成文日期", "印发日期")
_DERIVED = {
    FieldKind.MONEY: "大写",
    FieldKind.DATE: "星期",
    FieldKind.NAMES: "人数",
    FieldKind.TABLE: "行数",
}
NUMBERED = "序号"
"""The column that nobody types."""
SUMS = ("合计", "总计", "小计")
"""What a row begins with that adds others up."""
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
    sections = cut(text)
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
        sections=tuple(section for section in sections if section.name not in HEAD),
    )


def dated_by(template: Template) -> str:
    """The field that says the day of the paper, "" where its words say it or nothing does."""
    lines = [line for section in template.sections if section.name == "成文日期" for _, line in section.numbered()]
    return next((tag for line in lines for tag in _TAG.findall(line)), "")


def skipped(template: Template, values: Mapping[str, Value]) -> Iterator[tuple[str, str, bool]]:
    """What falls away with a field that may be left open although it says more: the line, the field, whether it names
    an attachment that falls away with all it holds."""
    known = tags(template)
    optional = {field.name for field in template.fields if field.optional}
    for section in template.sections:
        for line, holds_more in ((section.title, any(section.lines)), *((line, False) for line in section.lines)):
            names = {known[tag].name: values.get(known[tag].name, "") for tag in _TAG.findall(line)}
            lacking = [name for name, value in names.items() if value in ("", ()) and name in optional]
            if lacking and (holds_more or len(lacking) < len(names)):
                yield line, lacking[0], line == section.title


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


def _facts(sections: Sequence[Section]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for section in sections:
        if section.name == "模板":
            for number, line in section.numbered():
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
                raise WrongTemplate(number, f"“{field.name}”数的“{day}”不是日期填写项{nearest(day, tuple(dates))}。")
    columns = {field.name: field.titles for _, field in found if field.kind is FieldKind.TABLE}
    return [_related(number, field, dates, columns) for number, field in found]


def _related(number: int, field: TagField, dates: Collection[str], columns: Mapping[str, Sequence[str]]) -> TagField:
    """The field with what its hint says of another one; any other hint is for people only."""
    since = _SINCE.fullmatch(field.hint) if field.kind is FieldKind.DATE else None
    if since and since[1] in dates:
        return replace(field, since=since[1])
    adds_up = _ADDS_UP.fullmatch(field.hint) if field.kind is FieldKind.MONEY else None
    if not adds_up:
        return field
    table, column = adds_up.groups()
    if table not in columns:
        raise WrongTemplate(number, f"“{field.name}”对照的“{table}”不是表格填写项{nearest(table, tuple(columns))}。")
    if column not in columns[table]:
        raise WrongTemplate(number, f"表格“{table}”没有“{column}”这一栏{nearest(column, columns[table])}。")
    return replace(field, sums=(table, column))


def _declared(sections: Sequence[Section]) -> Iterator[tuple[int, TagField]]:
    for section in sections:
        if section.name == "填写项":
            waiting: list[tuple[int, str]] = []
            for number, line in section.numbered():
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
    name, kind_name, example, hint = ([part.strip() for part in line.split("｜", 3)] + [""] * 4)[:4]
    if "｜" not in line:
        raise WrongTemplate(number, f"“{line}”不是填写项，填写项写成“名称｜种类｜示例”。{BEGINS}。")
    optional = kind_name.endswith("（可空）")
    try:
        kind = FieldKind(kind_name.removesuffix("（可空）"))
    except ValueError:
        told = nearest(kind_name, tuple(FieldKind))
        raise WrongTemplate(number, f"没有“{kind_name}”这种填写项{told}，可用的有{'、'.join(FieldKind)}。") from None
    more = [line for _, line in lines[1:]]
    if kind is FieldKind.TABLE:
        if not more:
            raise WrongTemplate(number, f"表格“{name}”下面要有以 | 开头的表头。")
        table = table_of(more)
        if len(table.titles) > len(table_of(more[:1]).titles):
            raise WrongTemplate(number, f"表格“{name}”有一行的格数比表头多。")
        if len(set(table.titles)) < len(table.titles):
            raise WrongTemplate(number, f"表格“{name}”有两栏同名，填的内容会分不清。")
        return TagField(name, kind, table.rows, hint, optional, table.titles)
    if kind is FieldKind.PARAGRAPHS and more:
        shown = [example, *(line[1:].strip() for line in more)]
        return TagField(name, kind, "\n".join(filter(None, shown)), hint, optional)
    if more:
        raise WrongTemplate(lines[1][0], f"“{name}”是{kind}，下面不能有“{more[0]}”这样的行。")
    between = tuple(each.strip() for each in hint.split("至")) if kind is FieldKind.WORKDAYS else ()
    if between and len(between) != 2:
        raise WrongTemplate(
            number, f"工作日数“{name}”后面要写从哪天到哪天，如“{name}｜工作日数｜5｜公示开始至公示结束”。"
        )
    try:
        return TagField(name, kind, _read(kind, example), "" if between else hint, optional, between=between)
    except (ValueError, UserError):
        raise WrongTemplate(number, f"“{name}”的示例“{example}”不是{kind.value}。") from None


def _faults(template: Template) -> Iterator[WrongTemplate]:
    """Parts that no paper is without, and tags that cannot be filled."""
    there = {section.name for section in template.sections}
    yield from (WrongTemplate(0, f"缺【{name}】这一部分。") for name in _NEEDED if name not in there)
    known = tags(template)
    for section in template.sections:
        titled = [(section.titled, section.title)] if section.title else []
        for number, line in (*titled, *section.numbered()):
            yield from _tag_faults(number, line, known, alone=(number, line) not in titled)
        if section.name in _DAYS:
            yield from _day_faults(section, known)


def _tag_faults(number: int, line: str, known: Mapping[str, TagField], *, alone: bool) -> Iterator[WrongTemplate]:
    """What is wrong with the tags of a line, in which a table may stand `alone`."""
    for tag in _TAG.findall(line):
        if tag not in known:
            yield WrongTemplate(number, f"没有“{tag}”这个填写项{nearest(tag, tuple(known))}。")
        elif _is_table(known[tag], tag) and not (alone and line == f"{{{{{tag}}}}}"):
            yield WrongTemplate(number, f"表格“{tag}”应单独占一行。")
    if re.search(r"\{\{|\}\}", _TAG.sub("", line)):
        yield WrongTemplate(number, "填写项的括号不成对，应写成 {{名称}}。")


def _is_table(field: TagField, tag: str) -> bool:
    """Whether a tag stands for a whole table, not for the number of its rows."""
    return field.kind is FieldKind.TABLE and tag == field.name


def _day_faults(section: Section, known: Mapping[str, TagField]) -> Iterator[WrongTemplate]:
    """A date is one line: a field for a date, or a day."""
    for number, line in list(section.numbered())[1:]:
        yield WrongTemplate(number, f"【{section.name}】只写一个日期，“{line}”不会印出来，请移到别的部分。")
    for number, line in list(section.numbered())[:1]:
        tag = _TAG.fullmatch(_day_text(line))
        of_day = tag and tag[1] in known and known[tag[1]].kind is FieldKind.DATE and known[tag[1]].name == tag[1]
        unknown = any(each not in known for each in _TAG.findall(line))  # said already
        if not of_day and not unknown and _literal_day(line) is None:
            told = f"“{line}”不是日期，写成 2026年9月1日，或者只写一个日期填写项，如 {{{{{section.name}}}}}"
            yield WrongTemplate(number, f"【{section.name}】的{told}。")


def _day_text(line: str) -> str:
    """What of a line says the day: 印发 behind it is printed anyway."""
    return line.removesuffix("印发").strip()


def _literal_day(line: str) -> date | None:
    """The day that a line names, None where it does not name one."""
    read = read_text(_day_text(line)).iso
    return date.fromisoformat(read) if read and precision(read) == 3 else None


def _tags_of(sections: Sequence[Section]) -> list[str]:
    return [tag for section in sections for line in (section.title, *section.lines) for tag in _TAG.findall(line)]


def _check_values(template: Template, values: Mapping[str, Value]) -> None:
    names = tuple(field.name for field in template.fields)
    for name in values:
        if name not in names:
            raise UserError(f"“{template.name}”没有“{name}”这个填写项{nearest(name, names)}。")
    lacking = [field.name for field in template.asked if not field.optional and values.get(field.name, "") in ("", ())]
    if lacking:
        raise UserError(f"还没有填写：{'、'.join(lacking)}。", field=lacking[0])


class _Filler:
    """Puts values into the sections of one template."""

    def __init__(self, template: Template, values: Mapping[str, Value]) -> None:
        self._template = template
        self._values = values
        self._known = tags(template)

    def document(self) -> OfficialDocument:
        template = self._template
        attachments = tuple(self._attachments())
        return OfficialDocument(
            kind=template.kind,
            head=template.head,
            public=template.public,
            seal=template.seal,
            title=self._text("标题"),
            organ=self._text("发文机关标志"),
            number=self._one("发文字号"),
            copy_number=self._one("份号"),
            secrecy=self._one("密级"),
            urgency=self._one("紧急程度"),
            signers=tuple(name for name in re.split(r"[、，\s]+", self._text("签发人")) if name),
            to=self._one("主送", "，").rstrip("：:"),
            body=without_list(blocks(self._text("正文")), attachments),
            attachments=attachments,
            rolls=tuple(self._rolls()),
            signature=self._text("署名"),
            dated=self._day("成文日期"),
            note=self._one("附注", "；").strip("（）"),
            cc=self._one("抄送", "，").rstrip("。"),
            issuer=self._one("印发机关", "　"),
            issued=self._day("印发日期"),
        )

    def _text(self, name: str) -> str:
        return "\n".join(line for section in self._named(name) for line in self._lines(section))

    def _named(self, name: str) -> Iterator[Section]:
        return (section for section in self._template.sections if section.name == name)

    def _lines(self, section: Section) -> Iterator[str]:
        """The lines that have something to say; a line with an empty field that may be empty falls away."""
        for _, line in section.numbered():
            tags = _TAG.findall(line)
            if not any(self._value(tag) in ("", ()) for tag in tags):
                table = self._known[tags[0]] if len(tags) == 1 and line == f"{{{{{tags[0]}}}}}" else None
                if table and _is_table(table, tags[0]):
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

    def _attachments(self) -> list[Attachment]:
        """The attachments in order; one that is only named is the one that has its name and something to say."""
        found: list[Attachment] = []
        for attachment in self._each_attachment():
            same = (at for at, other in enumerate(found) if other.title == attachment.title)
            at = next((at for at in same if not (found[at].blocks and attachment.blocks)), None)
            if at is None:
                found.append(attachment)
            elif attachment.blocks:
                found[at] = attachment
        return found

    def _each_attachment(self) -> Iterator[Attachment]:
        for section in self._template.sections:
            title = section.title
            if title and not any(self._value(tag) in ("", ()) for tag in _TAG.findall(title)):
                lines = "\n".join(self._lines(section))
                yield Attachment(self._filled(title), blocks(lines), section.name == "横排附件")

    def _rolls(self) -> Iterator[Roll]:
        """Who was there; a line without a label goes on with the names of the one before."""
        found: list[Roll] = []
        for line in self._text("与会人员").splitlines():
            label, colon, names = line.partition("：")
            if colon:
                found.append(Roll(label, names))
            elif found:
                found[-1] = Roll(found[-1].label, "、".join(filter(None, (found[-1].names.rstrip("、"), line))))
            else:
                raise UserError(f"【与会人员】的“{line}”前面要写“出席：”“请假：”或“列席：”。")
        return iter(found)

    def _one(self, name: str, between: str = "") -> str:
        """A part that stands on one line of the paper, with `between` where its lines met."""
        found = ""
        for line in self._text(name).splitlines():
            found += (between if found and found[-1] not in "，、；。" else "") + line
        return found

    def _day(self, name: str) -> date | None:
        """The day of a date section: what its field holds, or what it says itself."""
        for section in self._named(name):
            for _, line in section.numbered():
                tag = _TAG.fullmatch(_day_text(line))
                value = self._value(tag[1]) if tag else _literal_day(line)
                return value if isinstance(value, date) else None
        return None


def _counted(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """The rows with their numbers in order where nobody typed any; what sums them up has none."""
    number = 0
    for row in rows:
        sums_up = any(str(cell).strip() in SUMS for cell in row)
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

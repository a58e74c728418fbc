"""Steps of a register that decide on a record are for somebody else than who prepared it (F60); deputies are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import ACTOR
from tests.services.test_tiers import NOW, PASSWORD, opened, version_of
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Conflict, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.registers import all_registers, register_named
from unionoffice.models.tier import Tier
from unionoffice.models.user import Role
from unionoffice.services import registers
from unionoffice.services.founding import create
from unionoffice.store.keyring import Cost
from unionoffice.store.queries.records import ListQuery

AID = register_named("legal_aid")
VALUES: dict[str, Any] = {
    "name": "赵申请", "opponent": "某公司", "cause": "wages", "claim": "拖欠工资", "way": "advice",
    "received_on": date(2026, 9, 1),
}  # fmt: skip
USERS = {
    "陈经办": ((Role.OFFICER,), (Tier.LEGAL_AID,)),
    "李经办": ((Role.OFFICER,), (Tier.LEGAL_AID,)),
    "王主席": ((Role.CHAIR,), (Tier.LEGAL_AID,)),
    "主席兼办": ((Role.OFFICER, Role.CHAIR), (Tier.LEGAL_AID,)),
    "刘代": ((Role.OFFICER,), (Tier.LEGAL_AID,)),
    "周副": ((Role.CHAIR,), ()),
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office in which 陈经办 and 李经办 stand in for the chair."""
    folder = tmp_path_factory.mktemp("steps")
    path = create(
        folder / "工会.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )
    app = opened(path, "张三")
    for name, (roles, tiers) in USERS.items():
        user_id, _ = app.users.add(name, roles, (), PASSWORD, app.actor)
        app.users.open_tiers(user_id, version_of(app, name), tiers, "负责这项工作", app.actor)
    rows = {row.name: row.id for row in app.users.rows()}
    pairs = (("王主席", "陈经办"), ("王主席", "李经办"), ("主席兼办", "刘代"), ("陈经办", "王主席"))
    for whom, name in pairs:
        app.users.stand_in(rows[whom], rows[name], date(2026, 9, 1), date(2026, 9, 30), "出差", app.actor)
    app.close()
    return path


@pytest.fixture
def as_(founded: Path) -> Iterator[Callable[[str], App]]:
    apps: list[App] = []

    def open_as(name: str) -> App:
        apps.append(opened(founded, name))
        return apps[-1]

    yield open_as
    for app in apps:
        app.close()


def entered(app: App) -> str:
    return app.registers.create(AID, VALUES, app.actor)[0]


def take(app: App, record_id: str, step: str = "approve", reason: str = "") -> Any:
    app.registers.take(AID, record_id, step, app.actor, reason=reason)
    return app.registers.get(AID, record_id)


def why(app: App, record_id: str) -> dict[str, str]:
    record = app.registers.get(AID, record_id)
    assert record is not None
    return app.registers.why_not(AID, record, app.actor)


def test_who_entered_a_record_does_not_decide_on_it_nor_as_deputy(as_: Callable[[str], App]) -> None:
    app = as_("陈经办")
    aid = entered(app)
    told = "您不能批准受理：您在 2026-09-10 办过“新建法律援助”，是这条法律援助的经办，经办和审批不能是同一个人。"
    with pytest.raises(Refused, match=told) as refused:
        take(app, aid)
    assert refused.value.sentence.endswith("请王主席、主席兼办、李经办（代理王主席）、刘代（代理主席兼办）办理。")
    assert why(app, aid) == {
        "approve": refused.value.sentence,
        "refuse": refused.value.sentence.replace("批准受理", "不予援助"),
    }
    record: Any = app.registers.get(AID, aid)
    assert (record.state.value, record.decided_on, record.decided_by) == ("applied", None, None)


def test_who_only_changed_it_is_a_preparer_too(as_: Callable[[str], App]) -> None:
    aid = entered(as_("陈经办"))
    other = as_("李经办")
    assert why(other, aid) == {}
    other.registers.save(AID, aid, {"claim": "拖欠工资和加班费"}, 1, other.actor)
    with pytest.raises(Refused, match="办过“修改”"):
        take(other, aid)


def test_who_holds_both_roles_does_not_decide_on_his_own(as_: Callable[[str], App]) -> None:
    app = as_("主席兼办")
    with pytest.raises(Refused, match="经办和审批不能是同一个人"):
        take(app, entered(app))
    assert take(app, entered(as_("陈经办"))).state.label == "受理"


def test_a_deputy_cannot_decide_where_the_chair_prepared_it(as_: Callable[[str], App]) -> None:
    aid = entered(as_("主席兼办"))
    assert why(as_("李经办"), aid) == {}
    told = "您代理的“主席兼办”不能批准受理：他在 2026-09-10 办过“新建法律援助”"
    assert why(as_("刘代"), aid)["approve"].startswith(told)
    with pytest.raises(Refused, match=told):
        take(as_("刘代"), aid)


def test_the_step_keeps_who_decided_when_and_for_whom(as_: Callable[[str], App]) -> None:
    aid = entered(as_("陈经办"))
    record = take(as_("王主席"), aid)
    assert (record.decided_on, record.decided_by) == (NOW.date(), "王主席")
    history = as_("王主席").registers.history(AID, aid)[0]
    assert (history.actor, history.action) == ("王主席", "批准受理")
    aid = entered(as_("陈经办"))
    record = take(as_("李经办"), aid, "refuse", "不符合条件")
    assert (record.decided_on, record.decided_by) == (NOW.date(), "李经办（代理王主席）")
    newest = as_("李经办").registers.history(AID, aid)[0]
    assert (newest.actor, newest.action, newest.reason) == ("李经办", "不予援助（代理王主席）", "不符合条件")


def test_a_step_of_the_preparing_role_stays_with_the_preparer(as_: Callable[[str], App]) -> None:
    app = as_("陈经办")
    aid = entered(app)
    take(as_("王主席"), aid)
    assert take(app, aid, "begin").state.label == "办理中"
    assert app.registers.history(AID, aid)[0].action == "开始办理"


def test_a_deputy_for_the_preparing_role_is_named_too(as_: Callable[[str], App]) -> None:
    chair = as_("王主席")
    aid = entered(as_("李经办"))
    take(chair, aid)
    take(chair, aid, "begin")
    assert chair.registers.history(AID, aid)[0].action == "开始办理（代理陈经办）"


def test_who_ceases_to_be_a_deputy_while_he_decides_does_not(
    as_: Callable[[str], App], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = as_("李经办")
    aid = entered(as_("陈经办"))
    answers = iter(("王主席", None))
    monkeypatch.setattr(registers.authority, "authority", lambda *_, **__: next(answers))
    with pytest.raises(Conflict, match="代理"):
        take(app, aid)
    record: Any = app.registers.get(AID, aid)
    assert record.state.value == "applied"


def test_without_a_tier_nobody_is_named_as_who_may(as_: Callable[[str], App]) -> None:
    app = as_("陈经办")
    with pytest.raises(Refused) as told:
        take(app, entered(app))
    assert "周副" not in told.value.sentence


@pytest.mark.parametrize("name", ["decided_on", "decided_by"])
def test_what_the_step_fills_nobody_types(as_: Callable[[str], App], name: str, tmp_path: Path) -> None:
    app = as_("陈经办")
    value = {"decided_on": date(2026, 9, 2), "decided_by": "王主席"}[name]
    with pytest.raises(UserError, match="由“批准受理”“不予援助”这一步自动填写") as told:
        app.registers.create(AID, {**VALUES, name: value}, app.actor)
    assert told.value.field == name
    aid = app.registers.create(AID, {**VALUES, name: None}, app.actor)[0]
    with pytest.raises(UserError, match="自动填写"):
        app.registers.save(AID, aid, {name: value}, 1, app.actor)
    take(as_("王主席"), aid)
    record: Any = app.registers.get(AID, aid)
    kept = {each: getattr(record, each) for each in ("decided_on", "decided_by")}
    app.registers.save(AID, aid, {**kept, "lawyer": "周律师"}, record.version, app.actor)
    with pytest.raises(UserError, match="自动填写"):
        app.registers.save(AID, aid, {name: None}, record.version + 1, app.actor)
    path = tmp_path / "台账.xlsx"
    book = openpyxl.Workbook()
    label = AID.model.fields()[name].label
    book.active.append(["申请人", "对方", "案由", "请求", "援助方式", "申请日期", label])
    book.active.append(["孙新人", "某公司", "劳动报酬", "工资", "法律咨询", "2026-09-01", str(value)])
    book.save(path)
    (counts, problems), _ = app.register_imports.run(AID, path, app.actor, Silent())
    assert (counts.new, counts.refused) == (0, 1) and "自动填写" in problems[0]
    assert app.registers.count(AID, ListQuery("孙新人")) == 0


def test_in_an_office_without_users_one_person_does_all(app: App) -> None:
    aid = entered(app)
    with pytest.raises(Refused, match="决定日期和审批人要先填写"):
        take(app, aid)
    assert why(app, aid) == {} and app.registers.by_the_program(AID, ACTOR) == frozenset()
    app.registers.save(AID, aid, {"decided_on": date(2026, 9, 3), "decided_by": "王主席"}, 1, ACTOR)
    record = app.registers.get(AID, aid)
    app.registers.take(AID, aid, "approve", ACTOR)
    record = app.registers.get(AID, aid)
    assert (record.decided_on, record.decided_by) == (date(2026, 9, 3), "王主席")  # type: ignore[union-attr]


def test_every_register_says_which_step_fills_a_field_that_is_in_its_form() -> None:
    for register in all_registers():
        assert register.workflow is not None
        filled = register.workflow.filled()
        assert set(filled) <= {attribute.key for section in register.form for attribute in section.fields}
        for step in register.workflow.steps:
            assert step.decides is (step.role != "officer")
            fields = register.model.fields()
            assert not {name for name in (step.day, step.by) if name and fields[name].required}

"""After undoing, an office is one that its own services could have made; what would not be is refused, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.conftest import ACTOR
from tests.services.people import id_number
from unionoffice.app import App
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind, Member, MembershipState
from unionoffice.models.organisation import UnitKind
from unionoffice.models.registers import register_named
from unionoffice.services.checks import check
from unionoffice.store.queries import organisation
from unionoffice.store.queries.members import MemberQuery

TODAY = date(2026, 9, 10)
STATES = ("在会", "退会", "已转出", "保留会籍", "除名", "去世", "未入会", "")


def bring_in(app: App, folder: Path, *lines: str, head: str = "姓名,工号,分工会,手机号码,会籍状态") -> int:
    path = folder / f"名单{app.store.log_position()}.csv"
    path.write_text(head + "\n" + "\n".join(lines) + "\n", "utf-8")
    app.imports.run([path], ACTOR, Silent())
    return last(app)


def last(app: App) -> int:
    return app.undo.actions()[0].id


def unit(app: App, name: str, parent: str = "", since: date | None = None) -> str:
    above = parent or app.organisation.tree()[0].id
    return app.organisation.add_unit(above, name, UnitKind.BRANCH, ACTOR, founded_on=since)[0]


def move(app: App, unit_id: str, parent: str, day: date = TODAY) -> int:
    app.organisation.move(unit_id, parent, day, "调整", ACTOR)
    return last(app)


def refused(app: App, operation: int) -> list[str]:
    """Why an undo is refused; what is refused is so before anything is written."""
    position = app.store.log_position()
    found = app.undo.effect(operation).obstacles
    with pytest.raises(Refused) as told:
        app.undo.undo(operation, ACTOR)
    assert told.value.sentence.splitlines()[1:] == list(found)
    assert app.store.log_position() == position
    return list(found)


def faults(app: App) -> set[str]:
    """What the services should never let happen; some doors do (an import beside a closed unit of the same name)."""
    nodes = app.organisation.tree()
    by_id = {node.id: node for node in nodes}
    with app.store.reading() as session:
        hanging = len(organisation.units(session)) - len(nodes)
    columns = ["id_number", "member_number", "unit_id", "membership_state"]
    people = app.members.rows(columns, MemberQuery(), offset=0, limit=None)  # type: ignore[arg-type]
    twins = Counter((node.parent_id, node.name) for node in nodes)
    numbers = Counter((place, row[place]) for row in people for place in (1, 2) if row[place])
    found = {f"two of {each}" for each, times in (*twins.items(), *numbers.items()) if times > 1}
    found |= {
        f"under a closed one: {n.id}" for n in nodes if not n.closed and n.parent_id and by_id[n.parent_id].closed
    }
    found |= {f"under nothing: {hanging}"} if hanging else set()
    found |= {f"too deep: {node.id}" for node in nodes if node.depth >= 6}
    for row in people:
        place = by_id.get(row[3] or "")
        if row[3] and (place is None or (place.closed and row[4] is MembershipState.ACTIVE)):
            found.add(f"misplaced: {row[0]}")
    return found


def sound(app: App, known: Set[str] = frozenset()) -> None:
    """What `check` says, and no fault that was not there before."""
    assert check(app.store).problems == ()
    assert faults(app) <= known


@pytest.mark.parametrize("state", STATES)
def test_people_of_every_state_are_undone_with_their_events(app: App, tmp_path: Path, state: str) -> None:
    app.undo.undo(bring_in(app, tmp_path, f"老退甲,001,机电队,,{state}"), ACTOR)
    sound(app)
    bring_in(app, tmp_path, f"老退甲,001,机电队,,{state}")
    sound(app)


def test_a_unit_does_not_go_back_beside_one_of_its_name(app: App, tmp_path: Path) -> None:
    first, second = unit(app, "一车间分会"), unit(app, "二车间分会")
    moved = move(app, second, first)
    bring_in(app, tmp_path, "张三,001,二车间分会,,")
    assert [node.name for node in app.organisation.tree()].count("二车间分会") == 2, "the import made another"
    told = "工会组织“二车间分会”：2026-09-10 09:30 测试经办做过“导入”，撤销以后同一上级下会有两个“二车间分会”。"
    assert refused(app, moved) == [told]


def test_a_name_is_not_taken_back_that_another_unit_bears(app: App) -> None:
    first = unit(app, "一车间分会")
    app.organisation.rename(first, "机电分会", TODAY, "", ACTOR)
    renamed = last(app)
    unit(app, "一车间分会")
    assert "会有两个“一车间分会”" in refused(app, renamed)[0]


def test_a_unit_does_not_go_back_under_a_closed_one(app: App) -> None:
    old, new = unit(app, "旧分会"), unit(app, "新分会")
    group = unit(app, "一组", old)
    moved = move(app, group, new)
    app.organisation.close_unit(old, TODAY, ACTOR)
    told = "工会组织“旧分会”：2026-09-10 09:30 测试经办做过“撤销组织”，撤销以后“一组”会回到已撤销的上级下面。"
    assert refused(app, moved) == [told]


def test_a_closed_unit_is_not_opened_under_a_closed_one(app: App) -> None:
    old = unit(app, "旧分会")
    group = unit(app, "一组", old)
    app.organisation.close_unit(group, TODAY, ACTOR)
    closed = last(app)
    app.organisation.close_unit(old, TODAY, ACTOR)
    assert "回到已撤销的上级下面" in refused(app, closed)[0]


def test_undoing_makes_no_circle(app: App) -> None:
    first, second = unit(app, "甲"), unit(app, "乙")
    group = unit(app, "丙", first)
    moved = move(app, group, second)
    move(app, first, group)
    assert "绕成圈" in refused(app, moved)[0]


def test_undoing_makes_no_seventh_level(app: App) -> None:
    parent = unit(app, "1")
    below = unit(app, "2", parent)
    for name in ("3", "4"):
        below = unit(app, name, below)
    moved_unit, under = unit(app, "5", below), unit(app, "别处")
    moved = move(app, moved_unit, under)
    unit(app, "6", moved_unit, TODAY)
    assert "超过 6 级" in refused(app, moved)[0]


def test_undoing_leaves_no_past_day_without_a_parent(app: App) -> None:
    old, late = unit(app, "甲", since=date(2026, 9, 2)), unit(app, "乙", since=date(2026, 9, 5))
    moved = move(app, old, late, date(2026, 9, 6))
    app.undo.undo(moved, ACTOR)
    sound(app)


def test_undoing_makes_no_past_day_too_deep(app: App) -> None:
    first, sixth = date(2026, 9, 1), date(2026, 9, 6)
    above = unit(app, "1", since=first)
    for name in ("2", "3"):
        above = unit(app, name, above, first)
    middle = unit(app, "4", above, first)
    root = app.organisation.tree()[0].id
    moved = move(app, middle, root, sixth)
    below = unit(app, "5", unit(app, "甲", middle, sixth), sixth)
    move(app, below, root)
    (told,) = refused(app, moved)
    assert told.endswith("撤销以后2026-09-06 那天会超过 6 级。")


def test_nobody_goes_back_to_a_closed_unit(app: App, tmp_path: Path) -> None:
    bring_in(app, tmp_path, "张三,001,旧分会,,", "李四,002,旧分会,,退会", "王五,003,新分会,,")
    ids = [hit.id for name in ("张三", "李四") for hit in app.members.search(name)]
    app.members.transfer(ids, app.organisation.named("新分会"), ACTOR)
    moved = last(app)
    app.organisation.close_unit(app.organisation.named("旧分会"), TODAY, ACTOR)
    told = "工会组织“旧分会”：2026-09-10 09:30 测试经办做过“撤销组织”，撤销以后在会的“张三”会回到已撤销的组织下面。"
    assert refused(app, moved) == [told]


def test_nobody_goes_back_to_a_unit_that_was_taken_away(app: App, tmp_path: Path) -> None:
    made = bring_in(app, tmp_path, "王五,003,新分会,,")
    old = unit(app, "旧分会")
    added = last(app)
    person = app.members.create({"name": "张三", "unit_id": old}, ACTOR)[0]
    app.members.transfer([person], app.organisation.named("新分会"), ACTOR)
    moved = last(app)
    app.undo.undo(added, ACTOR)
    assert "已经不在了" in refused(app, moved)[0]
    assert app.undo.effect(made).obstacles


@pytest.mark.parametrize(("name", "value"), [("id_number", id_number(5)), ("member_number", "0099")])
def test_a_number_that_somebody_else_bears_by_now_is_not_taken_back(app: App, name: str, value: str) -> None:
    first = app.members.create({"name": "张三", name: value}, ACTOR)[0]
    app.members.save(first, {name: None}, 1, ACTOR)
    saved = last(app)
    app.members.create({"name": "李四", name: value}, ACTOR)
    (told,) = refused(app, saved)
    assert told.startswith("会员“李四”：2026-09-10 09:30 测试经办做过“新建会员”，撤销以后他和会员“张三”的")


def test_numbers_exchanged_in_one_action_go_back_together(app: App) -> None:
    first, second = (app.members.create({"name": name, "member_number": name}, ACTOR)[0] for name in ("甲1", "乙2"))
    with app.store.operation("member:save", "修改", ACTOR) as uow:
        for each, number in ((first, "乙2"), (second, "甲1")):
            uow.get(Member, each).member_number = number
    assert app.undo.effect(last(app)).obstacles == ()
    app.undo.undo(last(app), ACTOR)
    assert [app.members.get(each).member_number for each in (first, second)] == ["甲1", "乙2"]  # type: ignore[union-attr]
    sound(app)


BATCH = {"kind": "festival", "item": "月饼", "quantity": 1, "unit_price": 9900, "budget": 9_000_000, "payment": "goods"}


def batch(app: App, name: str) -> str:
    return app.welfare.plan(name, None, {**BATCH, "name": name, "roll_date": TODAY}, ACTOR)[0]


def test_a_name_of_a_batch_is_not_taken_back_twice(app: App, tmp_path: Path) -> None:
    bring_in(app, tmp_path, "张三,001,机电队,,")
    first = batch(app, "中秋")
    app.welfare.save_batch(first, {"name": "中秋补发"}, 1, ACTOR)
    saved = last(app)
    batch(app, "中秋")
    assert "批次名称会相同" in refused(app, saved)[0]


def test_a_frozen_list_is_not_adjusted_by_undoing(app: App, tmp_path: Path) -> None:
    bring_in(app, tmp_path, "张三,001,机电队,,", "李四,002,机电队,,")
    first = batch(app, "中秋")
    app.welfare.decide(first, app.members.search("张三")[0].id, include=False, reason="已在别处领", actor=ACTOR)
    decided = last(app)
    app.welfare.approve(first, ACTOR)
    assert "已经冻结的名单会改动" in refused(app, decided)[0]


def test_an_adjustment_made_anew_stands_in_the_way_of_the_former(app: App, tmp_path: Path) -> None:
    bring_in(app, tmp_path, "张三,001,机电队,,", "李四,002,机电队,,")
    first, person = batch(app, "中秋"), app.members.search("张三")[0].id
    app.welfare.decide(first, person, include=False, reason="已在别处领", actor=ACTOR)
    app.welfare.withdraw_decision(first, person, ACTOR)
    withdrawn = last(app)
    app.welfare.decide(first, person, include=False, reason="自己不要", actor=ACTOR)
    assert "名单调整会有两条" in refused(app, withdrawn)[0]


def test_an_import_that_moved_people_to_a_new_unit_is_undone(app: App, tmp_path: Path) -> None:
    bring_in(app, tmp_path, "张三,001,机电队,,")
    before = app.members.search("张三")[0].unit
    moved = bring_in(app, tmp_path, "张三,001,通风队,,")
    assert app.members.search("张三")[0].unit == "通风队"
    assert app.undo.effect(moved).obstacles == ()
    app.undo.undo(moved, ACTOR)
    assert app.members.search("张三")[0].unit == before
    sound(app)


def test_what_uses_it_is_told_by_field_and_batch_and_counted(app: App, tmp_path: Path) -> None:
    names = ("张一", "李二", "王三", "赵四")
    operation = bring_in(app, tmp_path, *(f"{name},00{place},,," for place, name in enumerate(names)))
    for name in ("中秋", "春节"):
        app.welfare.approve(batch(app, name), ACTOR)
    root = app.organisation.tree()[0].id
    consent = register_named("consent")
    given = {"name": "张一", "notice": "2026年版", "given_on": date(2026, 9, 1), "way": "signed"}
    app.registers.create(consent, given, ACTOR)
    told = app.undo.effect(operation).obstacles
    assert set(told) == {
        "“中秋”的发放明细 4 条（“张一”、“李二”、“王三”等）：会员是这一步登记的。",
        "“春节”的发放明细 4 条（“张一”、“李二”、“王三”等）：会员是这一步登记的。",
        "同意台账“张一”：会员是这一步登记的“张一”。",
    }
    made = app.organisation.add_unit(root, "新分会", UnitKind.BRANCH, ACTOR)[0]
    added = last(app)
    app.members.transfer([hit.id for name in names[:2] for hit in app.members.search(name)], made, ACTOR)
    (use,) = app.undo.effect(added).obstacles
    assert use == "会员 2 条（“张一”、“李二”）：所属工会是这一步登记的“新分会”。"
    changed = [sentence for sentence in app.undo.effect(operation).obstacles if "做过" in sentence]
    assert changed == ["会员 2 条（“张一”、“李二”）：2026-09-10 09:30 测试经办做过“调整所属工会”。"]


def test_of_many_obstacles_the_first_are_told_and_the_rest_counted(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, tmp_path, *(f"会员{place:02},{place:03},,," for place in range(25)))
    for hit in app.members.search("会员", 30):
        app.members.save(hit.id, {"remark": "代表"}, 1, ACTOR)
    told = app.undo.effect(operation).obstacles
    assert len(told) == 21 and told[-1] == "……另有 5 处。"


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_done_every_undo_leaves_the_office_sound(app: App, tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    done = Done(app, tmp_path, random)
    undone = kept = 0
    for _ in range(60):
        done.something()
        if random.random() < 0.45:
            actions = [each for each in app.undo.actions(40) if each.undoable and not each.undone]
            if not actions:
                continue
            chosen = random.choice(actions).id
            if app.undo.effect(chosen).obstacles:
                refused(app, chosen)
                kept += 1
            else:
                known = faults(app)
                app.undo.undo(chosen, ACTOR)
                undone += 1
                sound(app, known)
    assert undone and kept, (undone, kept)


class Done:
    """An office at work: whatever its services refuse is simply not done."""

    def __init__(self, app: App, folder: Path, random: Random) -> None:
        self._app = app
        self._folder = folder
        self._random = random
        self._batches: list[str] = []

    def something(self) -> None:
        app, random = self._app, self._random
        deeds: list[Any] = [
            self._import, self._import, self._move, self._rename, self._close, self._add_unit, self._transfer,
            self._save, self._event, self._relative, self._join, self._plan, self._decide, self._approve,
            lambda: app.members.give_numbers(ACTOR), self._consents,
        ]  # fmt: skip
        try:
            random.choice(deeds)()
        except (UserError, IndexError):
            return

    def _person(self) -> str:
        return self._random.choice(self._app.members.ids(MemberQuery()))

    def _unit(self) -> str:
        return self._random.choice(self._app.organisation.tree()).id

    def _name(self) -> str:
        return self._random.choice(("一分会", "二分会", "三分会", "甲组", "乙组"))

    def _import(self) -> None:
        random = self._random
        lines = [
            f"人{number},{number:03},{random.choice((self._name(), ''))},"
            f"{random.choice(('', f'138000000{number:02}'))},{random.choice(STATES)}"
            for number in random.sample(range(20), 5)
        ]
        bring_in(self._app, self._folder, *lines)

    def _move(self) -> None:
        move(self._app, self._unit(), self._unit())

    def _rename(self) -> None:
        self._app.organisation.rename(self._unit(), self._name(), TODAY, "", ACTOR)

    def _close(self) -> None:
        self._app.organisation.close_unit(self._unit(), TODAY, ACTOR)

    def _add_unit(self) -> None:
        self._app.organisation.add_unit(self._unit(), self._name(), UnitKind.BRANCH, ACTOR)

    def _transfer(self) -> None:
        self._app.members.transfer([self._person(), self._person()], self._unit(), ACTOR)

    def _save(self) -> None:
        found = self._app.members.get(self._person())
        assert found is not None
        values = {"id_number": self._random.choice((None, id_number(3), id_number(4)))}
        self._app.members.save(found.id, values, found.version, ACTOR)

    def _event(self) -> None:
        kind = self._random.choice(list(EventKind))
        self._app.members.record_event(self._person(), kind, "2026-09-10", ACTOR, reason="试")

    def _relative(self) -> None:
        self._app.members.save_relative(self._person(), {"name": "家人", "kinship": "20"}, ACTOR)

    def _join(self) -> None:
        self._app.members.join_household(self._person(), self._person(), ACTOR)

    def _plan(self) -> None:
        self._batches.append(batch(self._app, f"第{self._random.randrange(6)}批"))

    def _decide(self) -> None:
        chosen = self._random.choice(self._batches)
        if self._random.random() < 0.5:
            self._app.welfare.withdraw_decision(chosen, self._person(), ACTOR)
        else:
            include = self._random.random() < 0.5
            self._app.welfare.decide(chosen, self._person(), include=include, reason="试", actor=ACTOR)

    def _approve(self) -> None:
        self._app.welfare.approve(self._random.choice(self._batches), ACTOR)

    def _consents(self) -> None:
        path = self._folder / "同意.csv"
        name = f"人{self._random.randrange(20)}"
        path.write_text(f"姓名,告知书版本,同意日期,同意方式\n{name},2026年版,2026-09-01,本人签字\n", "utf-8")
        self._app.register_imports.run(register_named("consent"), path, ACTOR, Silent())

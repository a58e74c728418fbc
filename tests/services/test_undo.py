"""A whole action is undone in one step while nothing later depends on it, else everything that does is named (F106)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind, Member
from unionoffice.models.organisation import UnitKind
from unionoffice.services.checks import check
from unionoffice.store.queries.members import MemberQuery

HEAD = "姓名,工号,分工会,手机号码\n"


def roster(folder: Path, *lines: str, name: str = "名单.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return path


def bring_in(app: App, path: Path) -> int:
    app.imports.run([path], ACTOR, Silent())
    return app.undo.actions()[0].id


def state(app: App) -> dict[str, object]:
    """Everything an office shows of people and units."""
    names = [name for name in Member.fields() if name != "archived"]
    return {
        "people": app.members.rows(names, MemberQuery(sort="name"), offset=0, limit=None),
        "tree": [(node.name, node.path) for node in app.organisation.tree()],
        "names": [(change.unit_id, change.name) for unit in app.organisation.tree()
                  for change in app.organisation.changes(unit.id)],
    }  # fmt: skip


def test_an_import_is_undone_with_the_units_it_made_and_the_values_it_changed(app: App, tmp_path: Path) -> None:
    bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,13800000001", "单雄信,002,机电队,13800000002"))
    before = state(app)
    operation = bring_in(
        app, roster(tmp_path, "曾丽梅,001,机电队,13911111111", "王五,003,通风队,", "赵六,004,通风队,", name="二.csv")
    )
    effect = app.undo.effect(operation)
    assert effect.puts_away == {"工会组织": 1, "组织变更": 1, "会员": 2}
    assert effect.restores == {"会员": 1}
    assert effect.obstacles == ()
    app.undo.undo(operation, ACTOR)
    assert state(app) == before
    assert app.members.search("王五") == []
    assert check(app.store).problems == ()


def test_what_was_undone_can_be_brought_in_again(app: App, tmp_path: Path) -> None:
    path = roster(tmp_path, "曾丽梅,001,机电队,13800000001")
    app.undo.undo(bring_in(app, path), ACTOR)
    assert app.members.count(MemberQuery()) == 0
    bring_in(app, path)
    assert app.members.count(MemberQuery()) == 1
    assert [node.name for node in app.organisation.tree()][1:] == ["机电队"]


def test_an_import_is_undone_while_a_later_one_of_other_people_stands(app: App, tmp_path: Path) -> None:
    first = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,", "单雄信,002,机电队,"))
    bring_in(app, roster(tmp_path, "王五,003,,", "赵六,004,,", name="二.csv"))
    assert app.undo.effect(first).obstacles == ()
    app.undo.undo(first, ACTOR)
    assert app.members.count(MemberQuery()) == 2
    assert check(app.store).problems == ()


def test_an_action_is_undone_once(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    app.undo.undo(operation, ACTOR)
    assert next(action for action in app.undo.actions() if action.id == operation).undone
    with pytest.raises(Refused, match="已经撤销过了"):
        app.undo.undo(operation, ACTOR)


def test_a_later_change_stands_in_the_way_and_is_named(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    (hit,) = app.members.search("曾丽梅")
    member = app.members.get(hit.id)
    assert member is not None
    app.members.save(member.id, {"remark": "代表"}, member.version, ACTOR)
    (sentence,) = app.undo.effect(operation).obstacles
    assert sentence == "会员“曾丽梅”：2026-09-10 09:30 测试经办做过“修改”。"
    before = state(app)
    with pytest.raises(Refused, match="曾丽梅"):
        app.undo.undo(operation, ACTOR)
    assert state(app) == before


def test_what_came_to_name_a_new_record_stands_in_the_way(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    unit = app.organisation.named("机电队")
    app.members.create({"name": "后来人", "unit_id": unit}, ACTOR)
    assert any("后来人" in sentence for sentence in app.undo.effect(operation).obstacles)
    with pytest.raises(Refused, match="后来人"):
        app.undo.undo(operation, ACTOR)


def test_a_membership_event_recorded_since_stands_in_the_way(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    (hit,) = app.members.search("曾丽梅")
    app.members.record_event(hit.id, EventKind.RETAIN, "2026-09-01", ACTOR, reason="停薪留职")
    assert app.undo.effect(operation).obstacles


def test_a_branch_move_of_many_is_undone(app: App, tmp_path: Path) -> None:
    bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,", "单雄信,002,机电队,", "王五,003,通风队,"))
    before = state(app)
    ids = app.members.ids(MemberQuery())
    app.members.transfer(ids, app.organisation.named("通风队"), ACTOR)
    app.undo.undo(app.undo.actions()[0].id, ACTOR)
    assert state(app)["people"] == before["people"]


def test_a_household_that_somebody_joined_since_stays(app: App) -> None:
    first, second = (app.members.create({"name": name}, ACTOR)[0] for name in ("张三", "李四"))
    app.members.save_relative(first, {"name": "张小宝", "kinship": "20"}, ACTOR)
    formed = app.undo.actions()[0]
    assert app.undo.effect(formed.id).obstacles == ()
    app.members.join_household(second, first, ACTOR)
    assert app.undo.effect(app.undo.actions()[0].id).obstacles == ()  # he may leave it again
    (told,) = app.undo.effect(formed.id).obstacles
    assert "会员“李四”" in told and "做过“合并家庭”" in told and "只剩他自己" in told
    with pytest.raises(Refused, match="李四"):
        app.undo.undo(formed.id, ACTOR)
    app.undo.undo(app.undo.actions()[0].id, ACTOR)
    app.undo.undo(formed.id, ACTOR)


def test_a_joined_household_is_parted_again(app: App) -> None:
    first, second = (app.members.create({"name": name}, ACTOR)[0] for name in ("甲", "乙"))
    app.members.save_relative(first, {"name": "丙", "kinship": "20"}, ACTOR)
    former = [app.members.get(each).household_id for each in (first, second)]  # type: ignore[union-attr]
    app.members.join_household(second, first, ACTOR)
    joined = app.undo.actions()[0]
    assert joined.undoable
    app.undo.undo(joined.id, ACTOR)
    assert [app.members.get(each).household_id for each in (first, second)] == former  # type: ignore[union-attr]
    assert check(app.store).problems == ()


def test_what_has_its_own_way_back_is_not_undone_here(app: App) -> None:
    office = app.offices.get()
    app.offices.save({"preparer": "某人"}, office.version, ACTOR)
    action = app.undo.actions()[0]
    assert not action.undoable
    with pytest.raises(Refused, match="不能整体撤销"):
        app.undo.undo(action.id, ACTOR)


def test_only_who_could_have_done_it_undoes_it(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    with pytest.raises(Refused, match="您的角色不能"):
        app.undo.undo(operation, Actor("主席", frozenset({"chair"})))
    assert app.members.count(MemberQuery()) == 1


def test_undoing_leaves_the_log_whole_and_says_what_it_undid(app: App, tmp_path: Path) -> None:
    operation = bring_in(app, roster(tmp_path, "曾丽梅,001,机电队,"))
    app.undo.undo(operation, ACTOR)
    newest = app.undo.actions()[0]
    assert (newest.label, newest.reason) == ("撤销", "撤销 2026-09-10 09:30 测试经办的“导入”")
    assert check(app.store).problems == ()


def test_a_unit_added_by_hand_is_undone_while_it_is_empty(app: App) -> None:
    before = state(app)
    app.organisation.add_unit(app.organisation.tree()[0].id, "新分会", UnitKind.BRANCH, ACTOR)
    app.undo.undo(app.undo.actions()[0].id, ACTOR)
    assert state(app) == before

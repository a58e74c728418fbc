"""One rule of roles and branches on every surface (F90): what somebody is not in charge of exists nowhere for him."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.services.people import roster
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind
from unionoffice.models.organisation import UnitKind
from unionoffice.models.registers import register_named
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.founding import create
from unionoffice.services.welfare import LineQuery
from unionoffice.store.keyring import Cost
from unionoffice.store.queries.members import MemberQuery

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"
MINE, FOREIGN = "赵本部", "钱外部"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two branches with one member each, both on an approved list; an officer of 甲 alone, an auditor, an admin."""
    found = create(
        tmp_path_factory.mktemp("scope") / "工会.ghoffice",
        "示范工会",
        FixedClock(NOW),
        Actor("张三"),
        password=PASSWORD,
        cost=Cost(1, 8192),
    )
    app = opened(found, "张三")
    root = app.organisation.tree()[0].id
    units = {name: app.organisation.add_unit(root, name, UnitKind.BRANCH, app.actor)[0] for name in ("甲", "乙")}
    for name, unit, number in ((MINE, "甲", "610102199001011234"), (FOREIGN, "乙", "610102199102022345")):
        member_id, _ = app.members.create(
            {"name": name, "unit_id": units[unit], "phone": f"1380000{number[-4:]}"}, app.actor
        )
        app.members.record_event(member_id, EventKind.JOIN, "2020-01-01", app.actor)
    values = {
        "name": "中秋慰问", "kind": "节日慰问", "item": "月饼", "spec": None, "payment": "实物", "quantity": "1",
        "unit_price": "100", "budget": "1000", "roll_date": date(2026, 9, 1), "unit_ids": None,
    }  # fmt: skip
    batch_id, _ = app.welfare.plan("中秋慰问", None, values, app.actor)
    app.welfare.approve(batch_id, Actor("李主席"))
    for name, roles, named in (
        ("王一", (Role.OFFICER,), (units["甲"],)),
        ("审计", (Role.AUDITOR,), ()),
        ("系统", (Role.ADMIN,), ()),
        ("主席", (Role.CHAIR,), ()),
    ):
        app.users.add(name, roles, named, PASSWORD, app.actor)
    app.close()
    return found


def opened(path: Path, name: str) -> App:
    return App(path, clock=FixedClock(NOW), login=logins.log_in(path, name, PASSWORD, NOW), shipped_fonts=True)


@pytest.fixture
def mine(path: Path) -> Iterator[App]:
    app = opened(path, "王一")
    yield app
    app.close()


def ids(path: Path) -> dict[str, str]:
    app = opened(path, "张三")
    found = {name: app.members.search(name)[0].id for name in (MINE, FOREIGN)}
    app.close()
    return found


def batch(app: App) -> str:
    return app.welfare.batches()[0].id


SURFACES: dict[str, Callable[[App, Path], Any]] = {
    "list": lambda app, folder: app.members.rows(("name",), MemberQuery()),
    "search": lambda app, folder: app.members.search("部"),
    "search by number": lambda app, folder: app.members.search("1380000"),
    "welfare lines": lambda app, folder: [line.name for line in app.welfare.lines(LineQuery(batch(app)))],
    "export": lambda app, folder: _exported(app, folder / "名单.xlsx"),
    "sign sheet": lambda app, folder: _printed(app, folder / "签领表.pdf"),
    "sign sheet in Excel": lambda app, folder: _saved(app, folder / "签领表.xlsx"),
}


def _exported(app: App, path: Path) -> str:
    app.exports.members(path, MemberQuery(), Silent())
    return _cells(path)


def _printed(app: App, path: Path) -> str:
    app.papers.save_sign_sheet(batch(app), path, Silent())
    return "".join(page.extract_text() for page in PdfReader(path).pages)


def _saved(app: App, path: Path) -> str:
    app.papers.save_sign_sheet(batch(app), path, Silent())
    return _cells(path)


def _cells(path: Path) -> str:
    return str([[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet])


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_shows_the_own_branch_and_nobody_else(
    surface: str, mine: App, path: Path, tmp_path: Path
) -> None:
    shown = str(SURFACES[surface](mine, tmp_path))
    assert MINE in shown
    assert FOREIGN not in shown
    whole = opened(path, "张三")
    (tmp_path / "全部").mkdir()
    shown = str(SURFACES[surface](whole, tmp_path / "全部"))
    assert MINE in shown and FOREIGN in shown
    whole.close()


@pytest.mark.parametrize("surface", SURFACES)
def test_who_only_looks_after_the_system_sees_nobody(surface: str, path: Path, tmp_path: Path) -> None:
    app = opened(path, "系统")
    try:
        shown = str(SURFACES[surface](app, tmp_path))
    except UserError as fault:
        assert "您的角色不能" in fault.sentence or "请先生成名单" in fault.sentence
    else:
        assert MINE not in shown and FOREIGN not in shown
    assert not any(tmp_path.iterdir())
    app.close()


def test_an_auditor_sees_and_takes_nothing_away(path: Path, tmp_path: Path) -> None:
    app = opened(path, "审计")
    assert {hit.name for hit in app.members.search("部")} == {MINE, FOREIGN}
    with pytest.raises(Refused, match="不能导出"):
        app.exports.members(tmp_path / "名单.xlsx", MemberQuery(), Silent())
    with pytest.raises(Refused, match="不能登记业务"):
        app.members.create({"name": "某人"}, app.actor)
    assert not any(tmp_path.iterdir())
    app.close()


def test_counts_are_of_the_own_branch(mine: App) -> None:
    assert mine.members.count(MemberQuery()) == 1
    assert sum(mine.members.state_counts().values()) == 1
    assert mine.welfare.line_count(LineQuery(batch(mine))) == 1


def test_a_card_of_another_branch_is_not_there(mine: App, path: Path) -> None:
    found = ids(path)
    assert mine.members.get(found[MINE]) is not None
    assert mine.members.get(found[FOREIGN]) is None
    assert mine.members.card(found[FOREIGN]) is None
    assert mine.members.history(found[MINE]) and not mine.members.history(found[FOREIGN])
    with pytest.raises(UserError, match="找不到"):
        mine.members.save(found[FOREIGN], {"remark": "x"}, 1, mine.actor)


def test_nobody_is_taken_in_from_elsewhere_or_sent_away(mine: App, path: Path) -> None:
    other = next(node.id for node in mine.organisation.tree() if node.name == "乙")
    with pytest.raises(Refused, match="不在您分管"):
        mine.members.transfer([ids(path)[MINE]], other, mine.actor)
    with pytest.raises(Refused, match="不在您分管"):
        mine.members.create({"name": "新人", "unit_id": other}, mine.actor)


def test_what_concerns_the_whole_union_is_not_for_a_branch(mine: App) -> None:
    for act in (
        lambda: mine.organisation.add_unit(mine.organisation.tree()[0].id, "丙", UnitKind.BRANCH, mine.actor),
        lambda: mine.members.give_numbers(mine.actor),
    ):
        with pytest.raises(Refused, match="只分管部分分工会"):
            act()


def test_a_taken_identity_number_is_noticed_and_tells_no_name(mine: App, path: Path) -> None:
    whole = opened(path, "张三")
    member = whole.members.get(ids(path)[FOREIGN])
    assert member is not None
    number = "11010519491231002X"
    whole.members.save(member.id, {"id_number": number}, member.version, whole.actor)
    whole.close()
    own = next(node.id for node in mine.organisation.tree() if node.name == "甲")
    with pytest.raises(Refused, match="已登记在别的分工会") as refused:
        mine.members.create({"name": "重名", "unit_id": own, "id_number": number}, mine.actor)
    assert FOREIGN not in refused.value.sentence


@pytest.mark.parametrize("name", ["王一", "审计", "系统", "主席"])
def test_a_roster_asks_nobody_who_may_not_import_it(name: str, path: Path, tmp_path: Path) -> None:
    """A preview tells whom the office knows, with their numbers: names guessed in a file would ask for them."""
    guessed = roster(tmp_path / "猜.xlsx", ["姓名", "手机"], [FOREIGN, "13800002345"], [MINE, ""])
    app = opened(path, name)
    for dry_run in (True, False):
        with pytest.raises(Refused, match="不能导入花名册"):
            app.imports.run([guessed], app.actor, Silent(), dry_run=dry_run, report=tmp_path / "结果.xlsx")
    with pytest.raises(Refused, match="不能导入花名册"):
        app.imports.preview([guessed], app.actor)
    assert app.imports.pending() is None
    app.close()
    whole = opened(path, "张三")
    run_id = whole.imports.preview([guessed], whole.actor).run_id
    whole.close()
    app = opened(path, name)
    with pytest.raises(Refused, match="不能导入花名册"):
        app.imports.rows(run_id)
    with pytest.raises(Refused, match="不能导入花名册"):
        app.imports.report(run_id, tmp_path / "结果.xlsx")
    assert {each.name for each in tmp_path.iterdir()} == {"猜.xlsx"}
    app.imports.drop(run_id)
    app.close()


@pytest.mark.parametrize("name", ["审计", "系统", "主席"])
def test_a_register_s_file_asks_nobody_who_may_not_import_it(name: str, path: Path, tmp_path: Path) -> None:
    app = opened(path, name)
    with pytest.raises(Refused, match="您的角色不能"):
        app.register_imports.run(register_named("merchant"), tmp_path / "没有.xlsx", app.actor, Silent())
    app.close()

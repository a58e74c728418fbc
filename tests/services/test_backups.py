"""Backups as an office has them: by themselves, in two places, rehearsed, and restored (F98)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ACTOR
from tests.store.test_schema import first_program
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.backup import BackupKind
from unionoffice.models.organisation import UnitKind
from unionoffice.models.tier import Tier
from unionoffice.models.user import Role, UserState
from unionoffice.services import backup_places, restoring
from unionoffice.services.access_log import file_hash
from unionoffice.services.backup_places import Places, listed, newest_good
from unionoffice.services.backups import Backups
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.logins import log_in
from unionoffice.services.opening import Login
from unionoffice.services.recovery import POSTS, Holder, recover
from unionoffice.services.restoring_by_cards import open_by_cards
from unionoffice.services.soundness import trouble
from unionoffice.store import backup, keyring, schema
from unionoffice.store.engine import connect

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD, OTHER = "Xk7-船坞-2026", "Qp9-锅炉-2027"


class Desk:
    """One office on one PC: opened and closed as often as a test likes."""

    def __init__(self, folder: Path, *, encrypted: bool) -> None:
        self.folder = folder
        self.clock = FixedClock(NOW)
        self.path = folder / "红星 厂.ghoffice"
        self.places = Places(folder / "本机" / "places.json")
        self.encrypted = encrypted
        password = PASSWORD if encrypted else None
        create(self.path, "红星厂工会", self.clock, ACTOR, password=password, cost=keyring.Cost(1, 8192))
        self.app: App | None = None
        self.open()

    def open(self, name: str = ACTOR.name, password: str = PASSWORD) -> App:
        self.close()
        login = log_in(self.path, name, password, self.clock.now()) if self.encrypted else None
        self.app = App(self.path, clock=self.clock, actor=None if login else ACTOR, login=login)
        self.app.backups = Backups(self.app.store, self.places)
        return self.app

    def close(self) -> None:
        if self.app is not None:
            self.app.close()
            self.app = None

    @property
    def key(self) -> bytes | None:
        return log_in(self.path, ACTOR.name, PASSWORD, self.clock.now()).key if self.encrypted else None

    def add(self, name: str) -> None:
        assert self.app is not None
        self.app.members.create({"name": name}, self.app.actor)

    def pass_time(self, **span: float) -> None:
        self.clock.time += timedelta(**span)

    def newest(self) -> Path:
        found = newest_good(self.path, self.places)
        assert found is not None
        return found.path

    def restore(self, chosen: Path, *, password: str = PASSWORD, **options: Path) -> restoring.Restored:
        login = actor = None
        if restoring.names(chosen, self.path):
            login = restoring.log_in(chosen, self.path, ACTOR.name, password, self.clock.now())
        else:
            actor = ACTOR
        return restoring.restore(chosen, self.path, self.clock, login=login, actor=actor, **options)


@pytest.fixture(autouse=True)
def _nothing_in_the_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_places, "_documents", lambda: tmp_path / "文档")


@pytest.fixture(params=["plain", "encrypted"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "工会 资料"
    folder.mkdir()
    found = Desk(folder, encrypted=request.param == "encrypted")
    yield found
    found.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def people(app: App) -> list[str]:
    return sorted(hit.name for hit in app.members.search("会员"))


# -- by themselves -----------------------------------------------------------------------------------------------------


def test_due_at_the_first_change_of_a_day_after_hours_of_work_and_on_closing(desk: Desk) -> None:
    app = desk.open()
    assert app.backups.due()  # there is none yet
    assert app.backups.automatic() is not None
    assert not app.backups.due() and not app.backups.due(closing=True)  # nothing has changed
    desk.add("会员甲")
    desk.pass_time(hours=1)
    assert not app.backups.due() and app.backups.due(closing=True)
    desk.pass_time(hours=3)
    assert app.backups.due()
    app.backups.automatic()
    assert not app.backups.due(closing=True)
    assert app.backups.automatic(closing=True) is None
    desk.pass_time(days=1, hours=-5)
    assert not app.backups.due()
    desk.add("会员乙")
    assert app.backups.due()  # the first change of a day
    assert [each.manifest.number for each in app.backups.listed() if each.manifest] == [2, 1]


def test_a_clock_set_back_a_year_stops_nothing_and_removes_nothing_good(desk: Desk) -> None:
    app = desk.open()
    for day in range(20):
        desk.add(f"会员{day}")
        assert app.backups.automatic() is not None
        desk.pass_time(days=1)
    best = app.backups.listed()[0].path
    desk.pass_time(days=-365)
    for day in range(5):
        desk.add(f"会员又{day}")
        assert app.backups.due()
        made = app.backups.automatic()
        assert made is not None and made.path is not None
        assert app.backups.listed()[0].path == made.path == desk.newest()
        assert best.exists()
        desk.pass_time(days=1)


def test_a_new_password_alone_makes_a_backup_due(tmp_path: Path) -> None:
    desk = Desk(tmp_path, encrypted=True)
    app = desk.open()
    app.backups.automatic()
    app.users.change_password(app.actor, PASSWORD, OTHER)
    assert app.backups.due(closing=True)
    app.backups.automatic(closing=True)
    assert not app.backups.due(closing=True)
    desk.close()


def test_old_ones_go_those_by_hand_and_of_others_stay(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path, encrypted=False)
    other_app = other.open()
    other_made = other_app.backups.automatic()
    assert other_made is not None and other_made.path is not None
    other.close()
    app = desk.open()
    foreign = shutil.copy(other_made.path, app.backups.first.mkdir() or app.backups.first)
    by_hand = app.backups.make(app.actor).path
    assert by_hand is not None
    renamed = None
    for day in range(60):
        desk.pass_time(days=1)
        desk.add(f"会员{day}")
        made = app.backups.automatic()
        assert made is not None and made.path is not None
        if day == 3:
            renamed = made.path.rename(made.path.with_name("留着.ghbackup"))
    left = app.backups.listed()
    automatic = [each for each in left if each.manifest and each.manifest.kind is BackupKind.AUTOMATIC]
    assert 9 <= len(automatic) <= 16
    assert by_hand.exists() and Path(foreign).exists() and renamed is not None and renamed.exists()
    assert Path(foreign) not in [each.path for each in left]


def test_a_practice_office_is_not_backed_up(tmp_path: Path) -> None:
    path = create(tmp_path / "练习", "练习工会", FixedClock(NOW), ACTOR, practice=True)
    app = App(path, clock=FixedClock(NOW), actor=ACTOR)
    found = Backups(app.store, Places(tmp_path / "places.json"))
    assert not found.due(closing=True) and found.automatic(closing=True) is None and found.notices() == ()
    app.close()


# -- the second place --------------------------------------------------------------------------------------------------


def test_the_second_place_is_remembered_told_when_missing_and_catches_up(desk: Desk) -> None:
    app = desk.open()
    stick = desk.folder / "U 盘"
    assert any("只有一份" in sentence for sentence in app.backups.notices())
    with pytest.raises(UserError, match="不存在"):
        app.backups.choose_second(stick, app.actor)
    stick.mkdir()
    app.backups.choose_second(stick, app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None and made.second is not None
    assert made.second.read_bytes() == made.path.read_bytes()
    app = desk.open()
    assert app.backups.second == stick
    stick.rename(desk.folder / "拔走了")
    desk.pass_time(days=1)
    desk.add("会员甲")
    made = app.backups.automatic()
    assert made is not None and made.path is not None and made.second is None
    assert "找不到" in (made.second_problem or "")
    assert any("找不到" in sentence and "2026-09-10" not in sentence for sentence in app.backups.notices())
    assert not app.backups.due(closing=True)
    (desk.folder / "拔走了").rename(stick)
    assert app.backups.due()
    caught = app.backups.automatic()
    assert caught is not None and caught.path is None and caught.second is not None
    assert caught.second.read_bytes() == made.path.read_bytes()
    assert not app.backups.due(closing=True)
    assert {each.second for each in app.backups.listed()} == {False, True}
    for wrong in (desk.folder, app.backups.first):
        with pytest.raises(UserError, match="不能和"):
            app.backups.choose_second(wrong, app.actor)
    app.backups.choose_second(None, app.actor)
    assert app.backups.second is None


def test_a_stick_pulled_out_in_the_middle_keeps_the_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk.open()
    stick = desk.folder / "U盘"
    stick.mkdir()
    app.backups.choose_second(stick, app.actor)
    honest = backup._to_disk

    def pulled(file: object) -> None:
        if "U盘" in getattr(file, "name", b"").__str__():
            raise OSError(5, "Input/output error")
        honest(file)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_to_disk", pulled)
    made = app.backups.automatic()
    assert made is not None and made.path is not None and made.second is None
    assert "第二份没有做成" in (made.second_problem or "")
    assert names(stick) == ["工会办公备份位置.txt"]
    backup.verify(made.path)


def test_what_this_pc_remembers_may_be_broken(desk: Desk) -> None:
    app = desk.open()
    (desk.folder / "本机").mkdir()
    (desk.folder / "本机" / "places.json").write_bytes(b"\xff{")
    assert app.backups.second is None
    app.backups.choose_second(desk.folder / "本机", app.actor)
    assert app.backups.second == desk.folder / "本机"


# -- rehearsing --------------------------------------------------------------------------------------------------------


def test_a_rehearsal_is_logged_and_leaves_nothing(desk: Desk) -> None:
    app = desk.open()
    with pytest.raises(Refused, match="还没有备份"):
        app.backups.rehearse(app.actor)
    desk.add("会员甲")
    made = app.backups.make(app.actor).path
    assert made is not None and app.backups.rehearsal_due()
    done = app.backups.rehearse(app.actor)
    assert (done.problem, done.backup, done.at) == (None, made.name, NOW)
    assert app.backups.last_rehearsal() == done
    assert done.text() == "上次恢复演练 2026-09-10 成功"
    assert not app.backups.rehearsal_due()
    assert names(made.parent) == [made.name]
    desk.pass_time(days=32)
    assert app.backups.rehearsal_due()
    assert any("应再做一次" in sentence for sentence in app.backups.notices())
    assert check(app.store).problems == ()


def test_a_rehearsal_of_a_damaged_backup_fails_and_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk.open()
    made = app.backups.make(app.actor).path
    assert made is not None
    content = bytearray(made.read_bytes())
    content[20_000] ^= 4
    made.write_bytes(content)
    done = app.backups.rehearse(app.actor)
    assert "办公文件" in (done.problem or "") and "没有成功" in done.text()
    assert app.backups.last_rehearsal() == done and app.backups.rehearsal_due()
    assert names(made.parent) == [made.name]
    made.unlink()
    made = app.backups.make(app.actor).path
    assert made is not None

    def broken(*_arguments: object) -> None:
        raise RuntimeError("a bug in the middle")

    monkeypatch.setattr("unionoffice.services.backups.check", broken)
    with pytest.raises(RuntimeError):
        app.backups.rehearse(app.actor)
    assert names(made.parent) == [made.name]


def test_counts_that_differ_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk.open()
    desk.add("会员甲")
    honest = backup.counts
    monkeypatch.setattr(backup, "counts", lambda connection: {**honest(connection), "member": 7})
    app.backups.make(app.actor)
    monkeypatch.undo()
    monkeypatch.setattr(backup_places, "_documents", lambda: desk.folder / "文档")
    assert app.backups.rehearse(app.actor).problem == "会员应有 7 条，恢复出来 1 条。"


# -- restoring ---------------------------------------------------------------------------------------------------------


def test_own_forms_and_templates_come_back_where_they_are_missing(desk: Desk, tmp_path: Path) -> None:
    app = desk.open()
    desk.add("会员甲")
    app.backups.automatic()
    assert not app.backups.due(closing=True)
    own = desk.folder / "表单" / "会员" / "登记表.xlsx"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"own form")
    assert app.backups.due(closing=True)
    app.backups.automatic(closing=True)
    assert not app.backups.due(closing=True)
    chosen = desk.newest()
    assert app.backups.rehearse(ACTOR).problem is None
    desk.close()
    assert desk.restore(chosen).told() == ""
    shutil.rmtree(own.parent.parent)
    done = desk.restore(chosen)
    assert (own.read_bytes(), done.told()) == (b"own form", "放回了自己的表单、公文模板 1 个。")
    elsewhere = tmp_path / "新电脑"
    elsewhere.mkdir()
    desk.restore(chosen, to=elsewhere / "工会.ghoffice")
    assert (elsewhere / "表单" / "会员" / "登记表.xlsx").read_bytes() == b"own form"


def test_restoring_keeps_the_present_and_is_logged(desk: Desk) -> None:
    app = desk.open()
    desk.add("会员甲")
    app.backups.automatic()
    desk.pass_time(days=1)
    desk.add("会员乙")
    chosen = desk.newest()
    app.backups.automatic()
    before = restoring.preview(chosen, app.store)
    assert before.counts[0] == ("会员", 1, 2)
    assert before.last.startswith("2026-09-10 09:30 测试经办“") and before.later == 1
    desk.close()
    done = desk.restore(chosen)
    assert done.kept_aside == desk.folder / "红星 厂-恢复前-20260911-0930.ghoffice"
    app = desk.open()
    assert people(app) == ["会员甲"]
    assert check(app.store).problems == ()
    with closing(connect(desk.path, key=desk.key)) as connection:
        name, actor, reason = connection.execute(
            "SELECT name, actor, reason FROM operation_entry ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert (name, actor) == ("backup:restore", ACTOR.name)
    logged = app.access_log.entries(kinds=[AccessKind.RESTORE])
    assert [(item.actor, item.file, item.sha256) for item in logged] == [(ACTOR.name, chosen.name, file_hash(chosen))]
    assert chosen.name in reason and done.kept_aside.name in reason
    assert app.backups.due(closing=True)  # what was restored is not what the newest backup holds
    desk.add("会员丙")  # nor now that the log is as long as the newest backup's
    assert (app.backups.listed()[0].manifest or pytest.fail()).position.log == app.store.log_position()
    assert app.backups.due(closing=True)
    desk.close()
    shutil.move(done.kept_aside, desk.path)
    app = desk.open()
    assert people(app) == sorted(["会员甲", "会员乙"])
    assert [name for name in names(desk.folder) if name.startswith("~")] == []


def test_a_backup_from_before_a_migration_comes_back_migrated(tmp_path: Path) -> None:
    path = first_program(tmp_path / "老.ghoffice")
    clock = FixedClock(NOW)
    app = App(path, clock=clock, actor=ACTOR)
    chosen = app.copied_before_migration
    assert chosen is not None
    found = Backups(app.store, Places(tmp_path / "places.json"))
    assert [each.manifest.kind for each in found.listed() if each.manifest] == [BackupKind.MIGRATION]
    assert found.rehearse(ACTOR).problem is None
    app.members.create({"name": "新人"}, ACTOR)
    app.close()
    restoring.restore(chosen, path, clock, actor=ACTOR)
    app = App(path, clock=clock, actor=ACTOR)
    assert [hit.name for hit in app.members.search("曾")] == ["曾䶮"]
    assert app.members.search("新人") == [] and check(app.store).problems == ()
    app.close()
    assert names(chosen.parent) == [chosen.name]


@pytest.mark.parametrize("harm", ["missing", "head", "pages", "short", "not closed"])
def test_restoring_over_what_is_damaged_or_gone(desk: Desk, harm: str) -> None:
    app = desk.open()
    desk.add("会员甲")
    app.backups.automatic()
    desk.close()
    whole = desk.path.read_bytes()
    wal = desk.path.with_name(desk.path.name + "-wal")
    if harm == "missing":
        desk.path.unlink()
    elif harm == "head":
        desk.path.write_bytes(b"SQLite damaged!\0" + b"\1" * 60)
    elif harm == "short":
        desk.path.write_bytes(whole[:8192])
    else:
        content = bytearray(whole)
        for place in range(8192, len(content), 1024):
            content[place] ^= 255
        desk.path.write_bytes(content)
        wal.write_bytes(b"left by a crash" if harm == "not closed" else b"x")
    harmed = desk.path.read_bytes() if desk.path.exists() else None
    key = desk.key
    assert trouble(desk.path, key=key)
    found = newest_good(desk.path, desk.places)
    assert found is not None
    done = desk.restore(found.path)
    assert trouble(desk.path, key=key) is None
    app = desk.open()
    assert people(app) == ["会员甲"]
    assert (done.kept_aside is None) == (harmed is None)
    if harmed is not None and done.kept_aside is not None:
        assert done.kept_aside.exists()
        if harm in ("head", "short"):
            assert done.kept_aside.read_bytes() == harmed


def test_a_sound_office_makes_no_trouble_also_in_use(desk: Desk) -> None:
    desk.open()
    desk.add("会员甲")
    assert trouble(desk.path, key=desk.key) is None
    desk.close()
    assert trouble(desk.path, key=desk.key) is None


def test_an_office_that_is_open_is_not_replaced(desk: Desk) -> None:
    app = desk.open()
    app.backups.automatic()
    chosen = desk.newest()
    before = names(desk.folder)
    with pytest.raises(Refused, match="正被另一个程序使用"):
        desk.restore(chosen)
    assert [name for name in names(desk.folder) if not name.endswith(("-wal", "-shm"))] == [
        name for name in before if not name.endswith(("-wal", "-shm"))
    ]
    desk.add("会员甲")
    assert people(app) == ["会员甲"]


def test_another_offices_backup_and_a_damaged_one_are_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "别的").mkdir()
    other = Desk(tmp_path / "别的", encrypted=desk.encrypted)
    made = other.open().backups.automatic()
    other.close()
    assert made is not None and made.path is not None
    desk.close()
    before = desk.path.read_bytes()
    with pytest.raises(Refused, match="不是“红星 厂.ghoffice”的"):
        desk.restore(made.path)
    target = desk.folder / "看看.ghoffice"
    desk.restore(made.path, to=target)
    assert target.exists() and keyring.key_path(target).exists() == desk.encrypted
    with pytest.raises(UserError, match="已经存在"):
        desk.restore(made.path, to=target)
    content = bytearray(made.path.read_bytes())
    content[9999] ^= 1
    made.path.write_bytes(content)
    with pytest.raises(backup.DamagedError):
        desk.restore(made.path, to=desk.folder / "再看.ghoffice")
    assert desk.path.read_bytes() == before
    assert not list(desk.folder.glob("再看*")) and not list(desk.folder.glob("~*"))


def test_a_swap_that_fails_puts_everything_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk.open()
    desk.add("会员甲")
    app.backups.automatic()
    desk.add("会员乙")
    chosen = desk.newest()
    desk.close()
    before = names(desk.folder)
    honest = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == desk.path:
            raise PermissionError(13, "in use")
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFault, match="原来的文件没有动"):
        desk.restore(chosen)
    monkeypatch.undo()
    assert names(desk.folder) == before
    assert people(desk.open()) == sorted(["会员甲", "会员乙"])


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path, encrypted=True)
    yield found
    found.close()


def test_a_wrong_password_restores_nothing(locked: Desk) -> None:
    made = locked.open().backups.automatic()
    assert made is not None and made.path is not None
    locked.close()
    before = locked.path.read_bytes()
    with pytest.raises(keyring.WrongPasswordError):
        locked.restore(made.path, password="wrong")
    with pytest.raises(Refused, match="加密"):
        restoring.restore(made.path, locked.path, locked.clock, actor=ACTOR)
    assert locked.path.read_bytes() == before
    away = locked.folder / "偷走.ghbackup"
    shutil.copy(made.path, away)
    with pytest.raises(keyring.WrongPasswordError):
        restoring.log_in(away, locked.folder / "没有.ghoffice", ACTOR.name, "wrong", NOW)


def test_todays_passwords_and_users_hold_after_restoring(locked: Desk) -> None:
    app = locked.open()
    user_id, _ = app.users.add("李四", [Role.OFFICER], [], OTHER, app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    app.users.close(user_id, "调离", app.actor)
    app.users.change_password(app.actor, PASSWORD, "新的密码-2026-Aa")
    locked.close()
    assert restoring.names(made.path, locked.path) == [ACTOR.name]
    with pytest.raises(keyring.WrongPasswordError):
        locked.restore(made.path, password=PASSWORD)
    locked.restore(made.path, password="新的密码-2026-Aa")
    with pytest.raises(keyring.WrongPasswordError):
        locked.open("李四", OTHER)
    locked.open(password="新的密码-2026-Aa")


def test_todays_rights_hold_after_restoring(locked: Desk) -> None:
    app = locked.open()
    root = app.organisation.tree()[0].id
    unit = app.organisation.add_unit(root, "一分会", UnitKind.BRANCH, app.actor)[0]
    clerk, _ = app.users.add("李四", [Role.OFFICER], [], OTHER, app.actor)
    chair, _ = app.users.add("王主席", [Role.CHAIR], [], OTHER, app.actor)
    app.users.open_tiers(clerk, 1, [Tier.ILLNESS], "慰问", app.actor)
    gone = app.users.stand_in(clerk, chair, NOW.date(), NOW.date(), "出差", app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    rows = {row.id: row for row in app.users.rows()}
    app.users.open_tiers(clerk, rows[clerk].version, [], "不再办", app.actor)
    rows = {row.id: row for row in app.users.rows()}
    app.users.change(clerk, rows[clerk].version, [Role.OFFICER], [unit], app.actor)
    app.users.close(chair, "调离", app.actor)
    later, _ = app.users.add("赵六", [Role.REVIEWER], [], OTHER, app.actor)
    deputies = app.users.deputies()
    locked.close()
    done = locked.restore(made.path)
    assert done.told() == ""
    app = locked.open()
    rows = {row.id: row for row in app.users.rows()}
    assert (rows[clerk].units, rows[clerk].tiers, rows[chair].state) == (
        frozenset({unit}),
        frozenset(),
        UserState.CLOSED,
    )
    assert (rows[later].name, rows[later].roles, rows[later].can_log_in) == ("赵六", frozenset({Role.REVIEWER}), True)
    assert app.users.deputies() == deputies
    assert check(app.store).problems == ()
    assert gone
    locked.close()
    locked.path.write_bytes(b"damaged" * 1000)
    done = locked.restore(made.path)
    assert "备份那时的" in done.told()
    app = locked.open()
    assert next(row.units for row in app.users.rows() if row.id == clerk) is None


def test_a_user_whom_only_the_backup_knows_stays_out(locked: Desk) -> None:
    app = locked.open()
    app.users.add("李四", [Role.OFFICER], [], OTHER, app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    key = locked.key
    locked.close()
    with closing(connect(locked.path, key=key)) as connection:
        connection.execute("DELETE FROM office_user WHERE name = '李四'")
        connection.commit()
    locked.restore(made.path)
    assert [row.name for row in locked.open().users.rows()] == [ACTOR.name]
    with pytest.raises(Refused, match="停用"):
        locked.open("李四", OTHER)


def test_without_the_key_file_the_backups_own_is_used(locked: Desk) -> None:
    app = locked.open()
    locked.add("会员甲")
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    app.users.change_password(app.actor, PASSWORD, OTHER)
    locked.close()
    keyring.key_path(locked.path).write_bytes(b"damaged")
    assert restoring.names(made.path, locked.path) == [ACTOR.name]
    done = locked.restore(made.path, password=PASSWORD)
    assert done.kept_aside is not None
    assert keyring.key_path(done.kept_aside).read_bytes() == b"damaged"
    assert people(locked.open(password=PASSWORD)) == ["会员甲"]


def test_only_who_may_makes_and_restores(locked: Desk) -> None:
    app = locked.open()
    app.users.add("王主席", [Role.CHAIR], [], OTHER, app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    chair = Actor("王主席", frozenset({"chair"}))
    for wish in (
        lambda: app.backups.make(chair),
        lambda: app.backups.rehearse(chair),
        lambda: app.backups.choose_second(None, chair),
    ):
        with pytest.raises(Refused, match="备份与恢复"):
            wish()
    locked.close()
    before = locked.path.read_bytes()
    login = restoring.log_in(made.path, locked.path, "王主席", OTHER, NOW)
    with pytest.raises(Refused, match="备份与恢复"):
        restoring.restore(made.path, locked.path, locked.clock, login=login)
    assert locked.path.read_bytes() == before
    assert not list(locked.folder.glob("*恢复前*"))


def test_listing_needs_no_office_and_tells_good_from_bad(desk: Desk) -> None:
    app = desk.open()
    made = [app.backups.make(app.actor).path for _ in range(3)]
    desk.close()
    assert all(made)
    content = bytearray(made[2].read_bytes())  # type: ignore[union-attr]
    content[30_000] ^= 1
    made[2].write_bytes(content)  # type: ignore[union-attr]
    made[1].write_bytes(b"half")  # type: ignore[union-attr]
    desk.path.unlink()
    found = listed(desk.path, desk.places, deep=True)
    assert [each.path for each in found] == [made[2], made[0], made[1]]
    assert [each.problem is None for each in found] == [False, True, False]
    good = newest_good(desk.path, desk.places)
    assert good is not None and good.path == made[0]


def test_who_was_closed_since_does_not_come_back_with_an_old_key_file(locked: Desk) -> None:
    app = locked.open()
    user_id, _ = app.users.add("李四", [Role.OFFICER], [], OTHER, app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    app.users.close(user_id, "调离", app.actor)
    locked.close()
    keyring.key_path(locked.path).unlink()
    login = restoring.log_in(made.path, locked.path, "李四", OTHER, NOW)
    with pytest.raises(Refused, match="停用"):
        restoring.restore(made.path, locked.path, locked.clock, login=login)


def test_two_cards_restore_when_key_file_and_passwords_are_gone(locked: Desk) -> None:
    app = locked.open()
    locked.add("会员甲")
    issued = app.recovery.issue([Holder(post, name) for post, name in zip(POSTS, "甲乙丙", strict=True)], app.actor)
    app.recovery.test(issued.texts[:2], app.actor)
    made = app.backups.automatic()
    assert made is not None and made.path is not None
    locked.close()
    locked.path.unlink()
    keyring.key_path(locked.path).unlink()
    opened, people_known = open_by_cards(made.path, issued.texts[1:], locked.clock)
    assert [name for _, name in people_known] == [ACTOR.name]
    login = Login(opened.key, people_known[0][0])
    restoring.restore(made.path, locked.path, locked.clock, login=login)
    recover(locked.path, opened, people_known[0][0], OTHER, locked.clock, cost=keyring.Cost(1, 8192))
    assert people(locked.open(password=OTHER)) == ["会员甲"]


def test_after_a_new_data_key_a_new_backup_is_due_and_old_ones_open_as_they_did(locked: Desk) -> None:
    app = locked.open()
    locked.add("会员甲")
    old = app.backups.automatic()
    holders = [Holder(post, name) for post, name in zip(POSTS, "甲乙丙", strict=True)]
    issued = app.recovery.issue(holders, app.actor, new_key=True, reason="有人离任")
    app.recovery.replace(issued.texts[:2], app.actor)
    assert old is not None and old.path is not None
    assert "以前的密钥" in (app.backups.rehearse(app.actor).problem or "")
    assert app.backups.due(closing=True)
    assert app.backups.automatic(closing=True) is not None
    assert app.backups.rehearse(app.actor).problem is None
    locked.close()
    locked.restore(old.path)
    assert people(locked.open()) == ["会员甲"]


def test_an_older_office_without_its_key_file_is_migrated_for_who_has_cards(tmp_path: Path) -> None:
    key = keyring.new_key()
    old = tmp_path / "旧.ghoffice"
    schema.create(old, "0001", key=key)
    with closing(connect(old, key=key)) as connection:
        connection.execute(
            "INSERT INTO office (id, version, archived, name, member_number_pattern, practice)"
            " VALUES ('o', 1, 0, '老工会', 'HY{年}{序号:5}', 0)"
        )
    made = schema.bring_up_to_date(old, NOW, key=key)
    assert made is not None and backup.verify(made).key_id == keyring.key_id(key)
    with pytest.raises(Refused, match="没有密钥文件"):
        restoring.names(made, old)
    with pytest.raises(EnvironmentFault, match="找不到密钥文件"):
        backup.make_next(old, NOW, kind=BackupKind.MANUAL, key=key)

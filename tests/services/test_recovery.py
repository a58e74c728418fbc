"""Two recovery cards open an encrypted office, one opens nothing; a crash while the key is replaced harms nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Cancelled, EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.recovery import SetState
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.recovery import Holder, Issued, administrators, open_by_cards, recover
from unionoffice.store import cards, keyring, rekey
from unionoffice.store.cards import CardError
from unionoffice.store.engine import connect
from unionoffice.store.keyring import Cost, WrongPasswordError

NOW = datetime(2026, 9, 10, 9, 30)
FIRST, PASSWORD, FRESH = "张三", "Abcd-1234", "Neu-9876"
CHEAP = Cost(1, 8192)
THREE = (Holder("工会主席", "欧阳敏"), Holder("财务", "李华"), Holder("经审", "王强"))


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("加密") / "加密.ghoffice"
    return create(path, "示范工会", FixedClock(NOW), Actor(FIRST), password=PASSWORD, cost=CHEAP)


@pytest.fixture
def path(founded: Path, tmp_path: Path) -> Path:
    return copied(founded, tmp_path / "加密.ghoffice")


@pytest.fixture
def app(path: Path) -> Iterator[App]:
    found = opened(path)
    yield found
    found.close()


def copied(office: Path, target: Path) -> Path:
    """The pair of files."""
    shutil.copy(office, target)
    if keyring.key_path(office).exists():
        shutil.copy(keyring.key_path(office), keyring.key_path(target))
    return target


def opened(path: Path, name: str = FIRST, password: str = PASSWORD) -> App:
    return App(path, clock=FixedClock(NOW), login=logins.log_in(path, name, password, NOW), shipped_fonts=True)


def issued(app: App, *, reason: str = "", new_key: bool = False) -> Issued:
    return app.recovery.issue(THREE, app.actor, reason=reason, new_key=new_key)


def tried(app: App) -> Issued:
    made = issued(app)
    app.recovery.test(made.texts[:2], app.actor)
    return made


def replaced(app: App) -> Issued:
    made = issued(app, reason="财务的卡丢失", new_key=True)
    app.recovery.replace(made.texts[1:], app.actor)
    return made


def log(app: App) -> list[tuple[str, str | None]]:
    with app.store.reading() as session:
        return [
            (each.name, each.reason) for each in session.scalars(select(OperationEntry).order_by(OperationEntry.id))
        ]


def test_the_home_page_asks_for_cards_until_two_of_them_were_tried(app: App) -> None:
    assert "还没有恢复卡" in str(app.recovery.state().advice)
    made = issued(app)
    state = app.recovery.state()
    assert "第 1 套恢复卡还没有试用" in str(state.advice)
    assert state.pending is not None
    assert state.pending.holders == THREE
    app.recovery.test(made.texts[1:], app.actor)
    state = app.recovery.state()
    assert state.advice is None
    assert state.current is not None
    assert state.current.tested_on == NOW.date()
    assert [name for name, _ in log(app)][-2:] == ["key:cards", "key:test"]
    assert not check(app.store).problems


def test_the_cards_are_nowhere_but_on_paper(app: App, path: Path) -> None:
    made = tried(app)
    shares = [cards.parse(text).share for text in made.texts]
    with closing(connect(path, key=app.store.key)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        dump = "".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in tables)
    for text, share in zip(made.texts, shares, strict=True):
        assert text not in dump
        assert text.split()[6] not in dump
        assert share.hex() not in dump
        assert share[:16].hex() not in dump
    app.close()
    assert sorted(each.name for each in path.parent.iterdir()) == ["加密.ghoffice", "加密.ghoffice.key"]
    assert made.texts[0].split()[6] not in repr(made)


def test_three_people_must_keep_the_three_cards(app: App) -> None:
    with pytest.raises(Refused, match="三个人"):
        app.recovery.issue((THREE[0], THREE[1], Holder("经审", "李华")), app.actor)
    for holders in (THREE[:2], (*THREE[:2], Holder("经审", " "))):
        with pytest.raises(UserError, match="各交给谁"):
            app.recovery.issue(holders, app.actor)
    assert not app.recovery.state().sets


def test_only_the_administrator_handles_cards(app: App) -> None:
    officer = Actor("李四", frozenset({Role.OFFICER.value}))
    made = issued(app)
    for act in (
        lambda: app.recovery.issue(THREE, officer),
        lambda: app.recovery.test(made.texts[:2], officer),
        lambda: app.recovery.replace(made.texts[:2], officer),
    ):
        with pytest.raises(Refused, match="请系统管理员办理"):
            act()


def test_a_set_after_another_needs_a_reason_and_counts_when_tried(app: App) -> None:
    first = tried(app)
    with pytest.raises(UserError, match="写明原因"):
        issued(app)
    second = issued(app, reason="保管人换届")
    state = app.recovery.state()
    assert state.current is not None and state.current.number == 1
    assert state.pending is not None and state.pending.number == 2
    with pytest.raises(CardError, match="不是同一套"):
        app.recovery.test((first.texts[0], second.texts[1]), app.actor)
    third = issued(app, reason="打印机卡纸")
    assert "第 2、3 套恢复卡都还没有试用" in str(app.recovery.state().advice)
    app.recovery.test(third.texts[:2], app.actor)
    with pytest.raises(Refused, match="第 2 套恢复卡已作废（已换发第 3 套"):
        app.recovery.test(second.texts[:2], app.actor)
    states = [(each.number, each.state) for each in app.recovery.state().sets]
    assert states == [(3, SetState.CURRENT), (2, SetState.WITHDRAWN), (1, SetState.WITHDRAWN)]
    with pytest.raises(Refused, match="第 1 套恢复卡已作废（已换发第 3 套"):
        app.recovery.test(first.texts[:2], app.actor)
    app.recovery.test(third.texts[1:], app.actor)
    assert not check(app.store).problems


def numbers(app: App, state: SetState) -> list[int]:
    return [each.number for each in app.recovery.state().sets if each.state is state]


def test_a_set_that_is_printed_stays_when_the_next_is_given_up(app: App) -> None:
    """A click too much must not make paper of the cards that three people keep."""
    first = issued(app)
    second = issued(app, reason="按错了")
    assert numbers(app, SetState.ISSUED) == [2, 1]
    app.recovery.give_up(second.number, app.actor)
    assert "第 1 套恢复卡还没有试用" in str(app.recovery.state().advice)
    app.recovery.test(first.texts[:2], app.actor)
    assert numbers(app, SetState.CURRENT) == [1] and app.recovery.state().advice is None
    with pytest.raises(Refused, match="没有打印，也没有保存"):
        app.recovery.test(second.texts[:2], app.actor)
    assert log(app)[-2] == ("key:give_up", "没有打印，也没有保存")
    assert not check(app.store).problems


def test_of_two_sets_that_wait_the_older_tried_leaves_the_newer_waiting(app: App) -> None:
    first, second = issued(app), issued(app, reason="换届")
    app.recovery.test(first.texts[:2], app.actor)
    app.recovery.test(first.texts[1:], app.actor)  # again, as the one in use
    assert numbers(app, SetState.ISSUED) == [2]
    app.recovery.test(second.texts[:2], app.actor)
    assert (numbers(app, SetState.CURRENT), numbers(app, SetState.WITHDRAWN)) == ([2], [1])


def test_replacing_the_key_leaves_no_other_set_waiting(app: App, path: Path) -> None:
    """A newer set for the former key would bring it back as a “new” one."""
    issued(app)
    wanted = issued(app, reason="丢失", new_key=True)
    former = issued(app, reason="按错了")
    other = issued(app, reason="又按错了", new_key=True)
    state = app.recovery.state()
    assert [each.number for each in state.untried] == [3, 1]
    assert state.for_new_key is not None and state.for_new_key.number == 4
    app.recovery.replace(wanted.texts[:2], app.actor)
    assert (numbers(app, SetState.CURRENT), numbers(app, SetState.WITHDRAWN)) == ([2], [4, 3, 1])
    assert app.recovery.state().advice is None
    remarks = {each.number: each.remark for each in app.recovery.state().sets}
    assert remarks[1] == remarks[3] == "2026-09-10 更换密钥，旧卡只能打开此前的备份，应收回销毁"
    assert remarks[4] == "2026-09-10 更换密钥，用的是第 2 套，应收回销毁"
    for texts in (former.texts, other.texts):
        with pytest.raises(CardError, match="不是为更换密钥新印的那一套"):
            app.recovery.replace(texts[:2], app.actor)
    assert not check(app.store).problems


def test_a_card_goes_to_another_holder_with_a_reason(app: App) -> None:
    tried(app)
    current = app.recovery.state().current
    assert current is not None
    with pytest.raises(UserError, match="写明原因"):
        app.recovery.hand_over(current.id, 2, Holder("财务", "赵六"), " ", app.actor)
    with pytest.raises(Refused, match="三个人"):
        app.recovery.hand_over(current.id, 2, Holder("财务", "王强"), "财务换人", app.actor)
    app.recovery.hand_over(current.id, 2, Holder("财务", "赵六"), "财务换人", app.actor)
    current = app.recovery.state().current
    assert current is not None
    assert current.holders == (THREE[0], Holder("财务", "赵六"), THREE[2])
    assert log(app)[-1] == ("key:holder", "财务换人")
    made = tried_again(app)
    with pytest.raises(Refused, match="已作废，应收回销毁"):
        app.recovery.hand_over(current.id, 1, Holder("工会主席", "钱七"), "换届", app.actor)
    assert made.number == 2


def tried_again(app: App) -> Issued:
    made = issued(app, reason="换届")
    app.recovery.test(made.texts[:2], app.actor)
    return made


def test_cards_of_another_office_are_not_taken_for_ours(app: App, tmp_path: Path) -> None:
    other = create(tmp_path / "别家.ghoffice", "别的工会", FixedClock(NOW), Actor(FIRST), password=PASSWORD, cost=CHEAP)
    with closing(opened(other)) as theirs:
        foreign = tried(theirs)
    ours = tried(app)
    with pytest.raises(CardError, match="不是这个办公文件发出的"):
        app.recovery.test(foreign.texts[:2], app.actor)
    with pytest.raises(CardError, match="两个单位"):
        app.recovery.test((ours.texts[0], foreign.texts[1]), app.actor)
    with pytest.raises(CardError, match="不是为更换密钥"):
        app.recovery.replace(foreign.texts[:2], app.actor)
    with pytest.raises(CardError, match="别的单位"):
        open_by_cards(app.path, foreign.texts[:2])


@pytest.mark.parametrize("pair", [(0, 1), (2, 0), (1, 2)])
@pytest.mark.parametrize("key_file", ["sound", "lost", "damaged", "foreign"])
def test_two_cards_let_an_administrator_in_again(
    path: Path, tmp_path: Path, pair: tuple[int, int], key_file: str
) -> None:
    with closing(opened(path)) as app:
        texts = tried(app).texts
        app.users.add("李四", (Role.OFFICER,), (), "First-Pass-1", app.actor)
    lying = keyring.key_path(path)
    if key_file == "lost":
        lying.unlink()
    elif key_file == "damaged":
        lying.write_bytes(lying.read_bytes()[:-9])
    elif key_file == "foreign":
        lying.unlink()
        other = tmp_path / "别家.ghoffice"
        create(other, "别的工会", FixedClock(NOW), Actor(FIRST), password=PASSWORD, cost=CHEAP)
        keyring.key_path(other).replace(lying)
    found = open_by_cards(path, [texts[each] for each in pair])
    people = administrators(path, found, FixedClock(NOW))
    assert [name for _, name in people] == [FIRST]
    login, shut_out = recover(path, found, people[0][0], FRESH, FixedClock(NOW), cost=CHEAP)
    assert shut_out == ([] if key_file == "sound" else ["李四"])
    with closing(App(path, clock=FixedClock(NOW), login=login)) as app:
        assert app.must_change
    with closing(opened(path, password=FRESH)) as app:
        assert app.must_change
        app.users.change_password(app.actor, FRESH, "Own-Word-77")
        name, reason = log(app)[-2]
        assert name == "key:recover"
        chosen = [THREE[each] for each in sorted(pair)]
        assert reason == "第 1 套恢复卡：" + "、".join(f"{each.held_as} {each.name}" for each in chosen)
        assert not check(app.store).problems
        if shut_out:
            user = next(row for row in app.users.rows() if row.name == "李四")
            assert not user.can_log_in
            app.users.reset_password(user.id, "First-Pass-2", app.actor)
    opened(path, "李四", "First-Pass-1" if key_file == "sound" else "First-Pass-2").close()
    aside = list(path.parent.glob("*.key-停用-*"))
    assert len(aside) == (key_file in ("damaged", "foreign"))


def test_who_is_no_administrator_gets_no_password_by_cards(path: Path) -> None:
    with closing(opened(path)) as app:
        texts = tried(app).texts
        officer, _ = app.users.add("李四", (Role.OFFICER,), (), "First-Pass-1", app.actor)
    found = open_by_cards(path, texts[:2])
    before = keyring.key_path(path).read_bytes()
    with pytest.raises(Refused, match="系统管理员"):
        recover(path, found, officer, FRESH, FixedClock(NOW), cost=CHEAP)
    with pytest.raises(UserError, match="至少要"):
        recover(path, found, officer, "short", FixedClock(NOW), cost=CHEAP)
    assert keyring.key_path(path).read_bytes() == before


def test_one_card_opens_nothing(path: Path) -> None:
    with closing(opened(path)) as app:
        texts = tried(app).texts
    for wrong, why in (
        (texts[:1], "要输入两张"),
        ((texts[0], texts[0]), "都是第 1 张"),
        (
            (texts[0], texts[1][:-1] + "7" if texts[1][-1] != "7" else texts[1][:-1] + "8"),
            "输入的第 2 张：第 5 行第 4 组不对",
        ),
        ((texts[0], ""), "输入的第 2 张：还没有输入"),
    ):
        with pytest.raises(CardError, match=why):
            open_by_cards(path, wrong)
    assert open_by_cards(path, texts).numbers == (1, 2)


def test_an_office_without_encryption_needs_no_cards(office_file: Path, clock: FixedClock) -> None:
    with closing(App(office_file, clock=clock, actor=Actor("测试"))) as app:
        assert app.recovery.state().advice is None
        assert not app.recovery.state().possible
        with pytest.raises(Refused, match="没有加密"):
            app.recovery.issue(THREE, app.actor)
    with pytest.raises(Refused, match="没有加密"):
        open_by_cards(office_file, ("", ""))


def test_a_replaced_key_keeps_contents_and_passwords_and_ends_the_former_cards(
    app: App, path: Path, tmp_path: Path
) -> None:
    old = tried(app)
    app.users.add("李四", (Role.OFFICER,), (), "First-Pass-1", app.actor)
    app.members.create({"name": "赵钱孙"}, Actor(FIRST))
    app.close()
    backup = copied(path, tmp_path / "旧备份.ghoffice")
    app = opened(path)
    before, former = facts(path, app.store.key), app.store.key
    new = replaced(app)
    assert app.store.key != former
    assert len(app.members.search("赵钱孙")) == 1
    app.members.create({"name": "周吴郑"}, Actor(FIRST))
    state = app.recovery.state()
    assert state.advice is None
    assert [(each.number, each.state) for each in state.sets] == [(2, SetState.CURRENT), (1, SetState.WITHDRAWN)]
    assert "只能打开此前的备份" in state.sets[1].remark
    assert [name for name, _ in log(app)][-3:-1] == ["key:cards", "key:replace"]
    assert not check(app.store).problems
    app.close()
    after = facts(path, keyring_key(path))
    assert after[:4] == before[:4]
    assert after[3] == "wal"
    assert {name: seq >= before[4][name] for name, seq in after[4].items()} == dict.fromkeys(before[4], True)
    assert sorted(each.name for each in path.parent.iterdir() if "旧备份" not in each.name) == [
        path.name,
        f"{path.name}.key",
    ]
    for name, password in ((FIRST, PASSWORD), ("李四", "First-Pass-1")):
        opened(path, name, password).close()
    with pytest.raises(CardError, match=r"2026年9月10日第 1 套恢复卡打不开.*换过密钥"):
        open_by_cards(path, old.texts[:2])
    assert open_by_cards(path, new.texts[:2]).numbers == (1, 2)
    assert open_by_cards(backup, old.texts[:2]).numbers == (1, 2)
    with pytest.raises(CardError, match="打不开"):
        open_by_cards(backup, new.texts[:2])
    opened(backup).close()


def keyring_key(path: Path) -> bytes:
    return keyring.unlock(keyring.read(path), FIRST, PASSWORD)


def facts(path: Path, key: bytes | None) -> tuple[int, int, int, str, dict[str, int]]:
    with closing(connect(path, key=key)) as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "page_size")
        ]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        counters = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    return (*settings, mode, counters)


@pytest.mark.parametrize("where", ["正在重新加密", "正在核对操作记录", "正在换上新文件"])
def test_replacing_the_key_can_be_stopped_until_the_new_file_is_put_in_place(app: App, path: Path, where: str) -> None:
    tried(app)
    made = issued(app, reason="财务的卡丢失", new_key=True)
    before = app.store.key

    class Impatient:
        cancelled = False

        def report(self, done: int, total: int, text: str) -> None:
            self.cancelled = self.cancelled or text == where

    stopped = Impatient()
    if where == "正在换上新文件":
        app.recovery.replace(made.texts[1:], app.actor, stopped)  # too late: it is done
        assert app.store.key != before
    else:
        with pytest.raises(Cancelled):
            app.recovery.replace(made.texts[1:], app.actor, stopped)
        assert app.store.key == before and not path.with_name(path.name + "~").exists()
        assert not check(app.store).problems
    app.close()
    opened(path).close()


def test_a_wrong_password_while_the_key_is_replaced_comes_into_the_log(
    app: App, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(app)
    encrypt = rekey.encrypt_beside

    def slowly(*given: Any) -> Path:
        with pytest.raises(WrongPasswordError):
            logins.log_in(path, FIRST, "wrong", NOW)
        return encrypt(*given)

    monkeypatch.setattr("unionoffice.store.rekey.encrypt_beside", slowly)
    replaced(app)
    app.close()
    with closing(opened(path)) as again:
        (entry,) = again.access_log.entries(kinds=[AccessKind.LOGIN_FAILED])
    assert entry.what.startswith("密码错了 1 次")


def test_cards_that_make_a_new_key_file_keep_the_wrong_passwords_of_the_former(app: App, path: Path) -> None:
    made = tried(app)
    app.close()
    with pytest.raises(WrongPasswordError):
        logins.log_in(path, FIRST, "wrong", NOW)
    file = keyring.read(path)
    keyring.write(path, msgspec.structs.replace(file, key_id=keyring.key_id(keyring.new_key())), other_key=True)
    (admin,) = administrators(path, opened := open_by_cards(path, made.texts[:2]), FixedClock(NOW))
    login, _ = recover(path, opened, admin[0], "Reset-4321", FixedClock(NOW), cost=CHEAP)
    with closing(App(path, clock=FixedClock(NOW), login=login)) as again:
        (entry,) = again.access_log.entries(kinds=[AccessKind.LOGIN_FAILED])
    assert entry.what.startswith("密码错了 1 次")


def test_the_key_is_replaced_only_by_cards_made_for_it(app: App) -> None:
    made = tried(app)
    with pytest.raises(Refused, match="现在这把密钥"):
        app.recovery.replace(made.texts[:2], app.actor)
    with pytest.raises(UserError, match="写明原因"):
        issued(app, new_key=True)
    waiting = issued(app, reason="卡片丢失", new_key=True)
    assert "为更换密钥印的" in str(app.recovery.state().advice)
    with pytest.raises(Refused, match="接着办理“更换密钥”才生效"):
        app.recovery.test(waiting.texts[:2], app.actor)
    app.recovery.test(made.texts[:2], app.actor)
    pending = app.recovery.state().pending
    assert pending is not None and pending.for_new_key
    again = issued(app, reason="卡片打坏", new_key=True)
    app.recovery.give_up(waiting.number, app.actor)
    with pytest.raises(CardError, match="不是为更换密钥新印的那一套"):
        app.recovery.replace(waiting.texts[:2], app.actor)
    app.recovery.replace(again.texts[:2], app.actor)
    assert app.recovery.state().advice is None
    assert not check(app.store).problems


def test_the_key_can_be_replaced_again_and_again(app: App, path: Path) -> None:
    for _ in range(3):
        made = replaced(app)
    app.close()
    assert open_by_cards(path, made.texts[:2]).set_number == 3
    opened(path).close()


def test_where_open_files_cannot_be_replaced_the_lock_is_let_go_first(
    app: App, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows; what happens between letting go and renaming is then no more than a refused rename."""
    monkeypatch.setattr(rekey, "_WINDOWS", True)
    made = replaced(app)
    app.close()
    assert open_by_cards(path, made.texts[:2]).set_number == 1
    opened(path).close()


def test_an_office_open_elsewhere_keeps_its_key(app: App, path: Path) -> None:
    made = issued(app, reason="丢失", new_key=True)
    key = app.store.key
    other = connect(path, key=key)
    other.execute("SELECT count(*) FROM member").fetchone()
    try:
        with pytest.raises(EnvironmentFault, match="还在别的窗口或程序里打开着"):
            app.recovery.replace(made.texts[:2], app.actor)
    finally:
        other.close()
    assert app.store.key == key
    assert app.recovery.state().pending is not None
    app.recovery.replace(made.texts[:2], app.actor)


@pytest.mark.parametrize("where", ["encrypt_beside", "put_in_place", "check", "key file", "rename"])
def test_a_fault_on_the_way_changes_nothing(app: App, path: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = issued(app, reason="丢失", new_key=True)
    key, lying = app.store.key, keyring.key_path(path).read_bytes()

    def fail(*_words: object, **_more: object) -> None:
        raise OSError(28, "full") if where == "rename" else EnvironmentFault("磁盘已满")

    with monkeypatch.context() as patch:
        if where == "check":
            patch.setattr("unionoffice.services.recovery.check", fail)
        elif where == "key file":
            patch.setattr(keyring, "write", fail)
        elif where == "rename":
            genuine = Path.replace
            patch.setattr(
                Path, "replace", lambda old, new: fail() if old.name.endswith("office~") else genuine(old, new)
            )
        else:
            patch.setattr(rekey, where, fail)
        with pytest.raises(EnvironmentFault, match="磁盘已满"):
            app.recovery.replace(made.texts[:2], app.actor)
    assert app.store.key == key
    assert "key:replace" not in [name for name, _ in log(app)]
    assert not path.with_name(path.name + "~").exists()
    if where != "rename":  # there it was written twice, the second time as it had been
        assert keyring.key_path(path).read_bytes() == lying
    assert keyring.unlock(keyring.read(path), FIRST, PASSWORD) == key
    app.recovery.replace(made.texts[:2], app.actor)
    assert app.store.key != key


def test_a_page_that_changed_on_the_way_is_noticed(app: App, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = issued(app, reason="丢失", new_key=True)
    genuine = rekey._contents
    seen: list[int] = []

    def changed(connection: object) -> dict[str, object]:
        seen.append(1)
        return {**genuine(connection), "counts": len(seen)}

    monkeypatch.setattr(rekey, "_contents", changed)
    with pytest.raises(EnvironmentFault, match="和原来的不一致"):
        app.recovery.replace(made.texts[:2], app.actor)
    assert not path.with_name(path.name + "~").exists()
    assert app.recovery.state().pending is not None


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.services import logins, recovery
from unionoffice.store import keyring, rekey

path, point, texts = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
now = datetime(2026, 9, 10, 9, 30)
app = App(path, clock=FixedClock(now), login=logins.log_in(path, "张三", "Abcd-1234", now))

def die(*_words, **_more):
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

def after(module, name, times=1):
    genuine, left = getattr(module, name), [times]
    def wrapped(*words, **more):
        found = genuine(*words, **more)
        left[0] -= 1
        if not left[0]:
            die()
        return found
    setattr(module, name, wrapped)

if point == "copied":
    after(rekey, "encrypt_beside")
elif point == "copying":
    after(rekey, "_contents")
elif point == "noted":
    after(recovery.Recovery, "_note_replacement")
elif point == "checked":
    after(recovery.Recovery, "_check")
elif point == "both keys":
    after(keyring, "write")
elif point == "both keys on disk":
    after(rekey, "folder_to_disk")
elif point == "swapped":
    after(rekey, "folder_to_disk", 2)
elif point == "swapping the key file":
    genuine, left = Path.replace, [3]
    def replace(old, new):
        left[0] -= 1
        if not left[0]:
            die()
        return genuine(old, new)
    Path.replace = replace
elif point == "done":
    after(keyring, "write", 2)
print("ready", flush=True)
app.recovery.replace(texts, app.actor)
app.close()
"""


KILLED_STATUS = (-9, signal.SIGTERM)
"""Of SIGKILL, and of what Windows does at once with a program that is sent anything."""


def killed(path: Path, point: str, texts: tuple[str, ...], seconds: float | None = None) -> int:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    words = [sys.executable, "-c", KILLED, str(path), point, *texts]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        if seconds is not None:
            time.sleep(seconds)
            running.kill()
        running.communicate(timeout=120)
    return running.returncode


def must_open(path: Path, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """The files there open with the password and with one of both sets; returns which."""
    works = []
    for name, texts in (("old", old), ("new", new)):
        try:
            open_by_cards(path, texts[:2])
        except CardError:
            continue
        works.append(name)
    assert len(works) == 1
    with closing(opened(path)) as app:
        assert not check(app.store).problems
        assert len(app.members.search("赵钱孙")) == 1
        state = app.recovery.state()
        assert state.current is not None and state.current.number == (1 if works == ["old"] else 2)
    return works[0]


@pytest.fixture
def waiting(path: Path) -> tuple[Path, tuple[str, ...], tuple[str, ...]]:
    """An office whose new cards are printed, closed."""
    with closing(opened(path)) as app:
        app.members.create({"name": "赵钱孙"}, Actor(FIRST))
        old = tried(app).texts
        new = issued(app, reason="丢失", new_key=True).texts
    return path, old, new


@pytest.mark.parametrize(
    ("point", "whose"),
    [
        ("copying", "old"),
        ("copied", "old"),
        ("noted", "old"),
        ("checked", "old"),
        ("both keys", "old"),
        ("both keys on disk", "old"),
        ("swapped", "new"),
        ("swapping the key file", "new"),
        ("done", "new"),
    ],
)
def test_a_crash_leaves_a_pair_that_opens_and_the_replacement_can_be_done_again(
    waiting: tuple[Path, tuple[str, ...], tuple[str, ...]], point: str, whose: str
) -> None:
    path, old, new = waiting
    assert killed(path, point, new[:2]) in KILLED_STATUS
    assert must_open(path, old, new) == whose
    if whose == "old":
        with closing(opened(path)) as app:
            app.recovery.replace(new[1:], app.actor)
        assert must_open(path, old, new) == "new"
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, f"{path.name}.key"]


def test_a_crash_at_any_moment_leaves_a_pair_that_opens(
    waiting: tuple[Path, tuple[str, ...], tuple[str, ...]], tmp_path: Path
) -> None:
    path, old, new = waiting
    for turn, seconds in enumerate((0.0, 0.02, 0.05, 0.08, 0.12, 0.2)):
        folder = tmp_path / str(turn)
        folder.mkdir()
        office = copied(path, folder / path.name)
        killed(office, "", new[:2], seconds)
        must_open(office, old, new)


def test_a_reader_of_the_former_key_file_writes_nothing_over_the_new_one(app: App, path: Path) -> None:
    """Somebody tries a password while the key is replaced: his count of failures must not lock everybody out."""
    before = keyring.read(path)
    replaced(app)
    with pytest.raises(EnvironmentFault, match="密钥刚刚更换过"):
        keyring.write(path, before)
    app.close()
    opened(path).close()


def test_a_key_file_for_both_keys_opens_either_file(path: Path) -> None:
    former, fresh = keyring_key(path), keyring.new_key()
    keyring.write(path, keyring.changing(keyring.read(path), fresh, b"s" * 16))
    assert keyring_key(path) == former
    content = path.read_bytes()
    path.write_bytes(b"s" * 16 + content[16:])
    assert keyring_key(path) == fresh
    path.write_bytes(content)
    assert keyring_key(path) == fresh  # settled for good when first read: a copy of the office has another salt

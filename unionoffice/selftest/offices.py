"""Made-up offices that the self test breaks, and how it tells whether one is whole and what it holds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from unionoffice.app import App
from unionoffice.documents.excel.writer import TableColumn, write_table
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.resident_id import check_digit
from unionoffice.models.everything import record_types
from unionoffice.models.search import search_keys
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.opening import Login
from unionoffice.services.recovery import Holder
from unionoffice.store import backup, keyring, schema
from unionoffice.store.engine import connect
from unionoffice.store.keyring import Cost

NOW = datetime(2026, 9, 10, 9, 30)
FIRST = "张三"
PASSWORDS = ("Abcd-1234", "Neu-98765", "Drei-4567", "Vier-8901")
CHEAP = Cost(1, 8192)
"""Tries of a password that cost nothing: what is tested is the program, not the strength of argon2id."""

ACTOR, CHAIR = Actor("自检"), Actor("自检主席")
MEMBERS, COMING = 60, 40
OLD_MEMBERS = 800
_OLD_REVISION = "0003"


@dataclass(frozen=True, slots=True)
class Office:
    """One made-up office in a folder of its own: the file, its data key, and what the works on it need.

    `cards` are two recovery cards for a new key; `old` is an office of an earlier revision beside it.
    """

    path: Path
    key: bytes | None
    roster: Path
    old: Path
    draft_id: str
    approved_id: str
    user_id: str = ""
    cards: tuple[str, ...] = ()

    def copied(self, folder: Path) -> Office:
        """The same office in another folder, which is made."""
        shutil.copytree(self.path.parent, folder)
        return self.within(folder)

    def within(self, folder: Path) -> Office:
        """The same office, when its files lie in another folder."""
        moved = (folder / each.relative_to(self.path.parent) for each in (self.path, self.roster, self.old))
        path, roster, old = moved
        return Office(path, self.key, roster, old, self.draft_id, self.approved_id, self.user_id, self.cards)

    @property
    def login(self) -> Login | None:
        """The way in without a password."""
        return None if self.key is None else Login(self.key, self.user_id)

    def app(self, *, now: datetime = NOW) -> App:
        """The office, opened."""
        return opened(self.path, self.login, now=now)


def opened(path: Path, login: Login | None, *, now: datetime = NOW) -> App:
    """An office opened at a time of its own."""
    return App(path, clock=FixedClock(now), actor=ACTOR, login=login, shipped_fonts=True)


def make(folder: Path, *, encrypted: bool) -> Office:
    """Found an office with members, an approved distribution and a draft; the roster of an import beside it."""
    folder.mkdir(parents=True)
    clock = FixedClock(NOW)
    password = PASSWORDS[0] if encrypted else None
    path = create(folder / "自检.ghoffice", "自检工会", clock, Actor(FIRST), password=password, cost=CHEAP)
    key = keyring.unlock(keyring.read(path), FIRST, PASSWORDS[0]) if encrypted else None
    user_id = keyring.read(path).slots[0].user_id if encrypted else ""
    cards: tuple[str, ...] = ()
    with closing(opened(path, None if key is None else Login(key, user_id))) as app:
        present = _roster(folder / "在册.xlsx", MEMBERS)
        app.imports.run([present], ACTOR, _Quiet())
        approved = _batch(app, "春节慰问")
        _approve(app, approved)
        draft = _batch(app, "中秋慰问")
        if encrypted:
            holders = [Holder("工会主席", "欧阳敏"), Holder("财务", "李华"), Holder("经审", "王强")]
            cards = app.recovery.issue(holders, ACTOR, new_key=True, reason="自检").texts[:2]
    present.unlink()
    roster = _roster(folder / "新来.xlsx", COMING, MEMBERS - 10)
    (folder / "旧").mkdir()
    old = _old_office(folder / "旧" / "旧版.ghoffice", path if encrypted else None, key)
    return Office(path, key, roster, old, draft, approved, user_id, cards)


class _Quiet:
    """Nobody is watching."""

    cancelled = False

    def report(self, done: int, total: int, text: str) -> None:
        """Say nothing."""


QUIET = _Quiet()


def people(count: int, first: int = 0) -> list[list[str]]:
    """Rows of a roster: sound numbers, all different."""
    rows = []
    for number in range(first, first + count):
        first17 = f"610801{1960 + number % 40}0601{number % 1000:03d}"
        rows.append(
            [
                f"王{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'一二三四五六七八九十'[number // 10 % 10]}",
                first17 + check_digit(first17),
                f"138{number:08d}",
                f"{number:06d}",
                f"分会{number % 4}",
                "2015-03-01",
            ]
        )
    return rows


HEADINGS = ("姓名", "身份证号", "手机号码", "工号", "分工会", "入会时间")


def _roster(path: Path, count: int, first: int = 0) -> Path:
    write_table(path, sheet="会员", columns=[TableColumn(text) for text in HEADINGS], rows=people(count, first))
    return path


def _batch(app: App, name: str) -> str:
    values = {
        "name": name,
        "kind": "festival",
        "item": "月饼礼盒",
        "payment": "goods",
        "quantity": 1,
        "unit_price": "198",
        "budget": "1000000",
        "roll_date": NOW.date(),
    }
    return app.welfare.plan(name, None, values, ACTOR)[0]


def _approve(app: App, batch_id: str) -> None:
    app.welfare.approve(batch_id, CHAIR)


def _old_office(path: Path, other: Path | None, key: bytes | None) -> Path:
    """An office as an earlier program left it, encrypted with the same data key and key file as the other one."""
    schema.create(path, _OLD_REVISION, key=key)
    log = (
        "INSERT INTO change_entry (operation_id, record_type, record_id, action, version, changes)"
        " VALUES (1, ?, ?, 'create', 1, ?)"
    )
    with closing(connect(path, key=key)) as raw:
        raw.execute("BEGIN")
        raw.execute(
            "INSERT INTO operation_entry (id, name, label, actor, at)"
            " VALUES (1, 'x', '登记', '旧经办', '2024-01-01 00:00:00.000000')"
        )
        raw.execute(
            "INSERT INTO office (id, version, archived, name, member_number_pattern, practice)"
            " VALUES ('o', 1, 0, '旧工会', 'HY{年}{序号:5}', 0)"
        )
        office = '{"name":"旧工会","member_number_pattern":"HY{年}{序号:5}","practice":0,"archived":0}'
        raw.execute(log, ("office", "o", office))
        raw.execute(
            "INSERT INTO unit (id, version, archived, name, kind, position) VALUES ('u', 1, 0, '旧工会', 'union', 0)"
        )
        raw.execute(log, ("unit", "u", '{"name":"旧工会","kind":"union","position":0,"archived":0}'))
        for number in range(OLD_MEMBERS):
            raw.execute(
                "INSERT INTO member (id, version, archived, name, enrolled, membership_state, search_key)"
                " VALUES (?, 1, 0, '曾䶮', 0, 'none', ?)",
                (f"{number:032x}", search_keys(["曾䶮"])[0]),
            )
            values = '{"name":"曾䶮","enrolled":0,"membership_state":"none","archived":0}'
            raw.execute(log, ("member", f"{number:032x}", values))
        raw.execute("COMMIT")
    if other is not None:
        shutil.copy(keyring.key_path(other), keyring.key_path(path))
    return path


Standing = Mapping[str, int]


def standing(path: Path, key: bytes | None) -> Standing:
    """What an office holds, counted: records by type, both logs, previews, and how many shares were collected."""
    with closing(connect(path, key=key)) as raw:
        found = dict(backup.counts(raw))
        for table in ("change_entry", "operation_entry", "access_entry", "import_run", "import_block"):
            found[table] = _count(raw, f"SELECT count(*) FROM {table}")
        found["collected"] = _count(raw, "SELECT count(*) FROM line WHERE collected_on IS NOT NULL")
    return found


def _count(raw: Any, question: str) -> int:
    return int(raw.execute(question).fetchone()[0])


def contents(path: Path, key: bytes | None) -> dict[str, Any]:
    """Everything in an office file: every row of every table, and the tables' definitions."""
    with closing(connect(path, key=key)) as raw:
        schema_rows = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        found: dict[str, Any] = {"": schema_rows}
        for kind, name, _table, _sql in schema_rows:
            if kind == "table":
                found[name] = sorted(map(repr, raw.execute(f'SELECT * FROM "{name}"').fetchall()))
    return found


def problems(path: Path, login: Login | None) -> tuple[str, ...]:
    """What opening an office and `check` say against it; nothing for a sound one."""
    try:
        app = opened(path, login)
    except UserError as fault:
        return (f"打不开：{fault.sentence}",)
    try:
        return check(app.store).problems
    except UserError as fault:
        return (fault.sentence,)
    finally:
        app.close()


RECORDS = record_types()

"""What a program is doing when it is killed or the power goes: works of several operations, in a process of its own.

A work yields after every operation whose success the program has reported. What was reported must be there afterwards.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import event

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import UserError
from unionoffice.models.user import Role
from unionoffice.selftest.offices import ACTOR, CHAIR, NOW, PASSWORDS, QUIET, Office
from unionoffice.services import opening
from unionoffice.services.welfare import LineQuery
from unionoffice.store.engine import connect

Say = Callable[[str], None]

REFUSED = 3
"""How a process ends that was told why it cannot go on."""


@dataclass(frozen=True, slots=True)
class Work:
    """One work: what an office does in it, and in which offices it can be done.

    `like` names the work that does the same rightly, for one that is wrong on purpose.
    """

    title: str
    steps: Callable[[Office], Iterator[None]]
    encrypted_only: bool = False
    like: str = ""


def do(name: str, office: Office, say: Say) -> None:
    """Do a work, saying when each operation begins and when it has succeeded; closing the office is the last one."""
    steps = ALL[name].steps(office)
    for number in count(1):
        say(f"begin {number}")
        if next(steps, steps) is steps:
            say(f"done {number}")
            return
        say(f"done {number}")


def _import(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        preview = app.imports.preview([office.roster], ACTOR, QUIET)
        yield
        app.imports.apply(preview.run_id, ACTOR, QUIET)
        yield
        app.imports.drop(preview.run_id)
        yield


def _welfare(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        app.welfare.approve(office.draft_id, CHAIR)
        yield
        app.welfare.reopen(office.draft_id, "名单要改", CHAIR)
        yield
        app.welfare.approve(office.draft_id, CHAIR)
        yield


def _collecting(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        lines = app.welfare.lines(LineQuery(office.approved_id), limit=500)
        for line in lines[:8]:
            app.welfare.collect(line.id, ACTOR)
            yield
        app.welfare.collect(lines[8].id, ACTOR, proxy="李四", relation="同事")
        yield
        app.welfare.undo_collect(lines[0].id, ACTOR)
        yield
        app.welfare.collect_unit(office.approved_id, lines[20].unit, ACTOR)
        yield


def _backup(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        for number in range(2):
            app.backups.make(ACTOR)
            yield
            app.members.create({"name": f"新人{number}"}, ACTOR)
            yield


def _migrate(office: Office) -> Iterator[None]:
    store, _copy = opening.open_store(office.old, FixedClock(NOW), key=office.key)
    store.close()
    yield


def _passwords(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        app.users.change_password(app.actor, PASSWORDS[0], PASSWORDS[1])
        yield
        app.users.add("李四", [Role.OFFICER], [], PASSWORDS[0], ACTOR)
        yield
        app.users.change_password(app.actor, PASSWORDS[1], PASSWORDS[2])
        yield
        other = next(row for row in app.users.rows() if row.name == "李四")
        app.users.close(other.id, "调走", ACTOR)
        yield


def _new_key(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        app.recovery.replace(office.cards, ACTOR)
        yield
        app.members.create({"name": "新人"}, ACTOR)
        yield


def _halves(office: Office) -> Iterator[None]:
    """Deliberately wrong: what is reported as one operation are two."""
    with closing(office.app()) as app:
        yield
        for number in range(6):
            app.members.create({"name": f"甲{number}"}, ACTOR)
            time.sleep(0.05)  # long enough to be met
            app.members.create({"name": f"乙{number}"}, ACTOR)
            yield


def _timely(office: Office) -> Iterator[None]:
    with closing(office.app()) as app:
        yield
        for number in range(20):
            app.members.create({"name": f"甲{number}"}, ACTOR)
            yield


def _early(office: Office) -> Iterator[None]:
    """Deliberately wrong: success is reported two operations too early."""
    with closing(office.app()) as app:
        yield
        yield
        yield
        for number in range(20):
            app.members.create({"name": f"甲{number}"}, ACTOR)
            yield


def _unsynced(office: Office) -> Iterator[None]:
    """Deliberately wrong: the database does not wait for the disk."""
    with closing(office.app()) as app:
        app.store.engine.dispose()
        event.listen(app.store.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        yield
        for number in range(12):
            app.members.create({"name": f"甲{number}"}, ACTOR)
            yield


WORKS = {
    "import": Work("导入", _import),
    "welfare": Work("名单与审批", _welfare),
    "collecting": Work("领取", _collecting),
    "backup": Work("备份", _backup),
    "migrate": Work("升级", _migrate),
    "passwords": Work("改密码、增减用户", _passwords, encrypted_only=True),
    "new_key": Work("更换密钥", _new_key, encrypted_only=True),
}
WRONG = {
    "halves": Work("故意分成两半", _halves),
    "early": Work("故意先报后做", _early, like="timely"),
    "timely": Work("先做后报", _timely),
    "unsynced": Work("故意不等磁盘", _unsynced),
}
"""Works that lose something, by which the tests know that the self test would notice."""

PASSWORD_AFTER = {"passwords": (0, 0, 1, 1, 2, 2, 2)}
"""Which password opens the office after so many operations."""


def write_plan(path: Path, name: str, office: Office) -> None:
    """A work for a process that is told by a file."""
    path.write_bytes(msgspec.json.encode({"name": name, "office": office}, enc_hook=str))


def read_plan(path: Path) -> tuple[str, Office]:
    """What `write_plan` wrote."""
    found = msgspec.json.decode(path.read_bytes())
    return found["name"], msgspec.convert(found["office"], Office, dec_hook=lambda kind, value: kind(value))


def in_child(name: str, office: Office, pipe: Any) -> None:
    """The body of a process that will be killed."""
    do(name, office, pipe.send)
    pipe.close()


def hold(path: Path, key: bytes | None, pipe: Any) -> None:
    """The body of another program that holds an office locked until it is told to let go."""
    with closing(connect(path, key=key)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        pipe.send("held")
        pipe.recv()
        raw.execute("ROLLBACK")


def write_members(office: Office, who: str, number: int, pipe: Any) -> None:
    """The body of one of two programs that write into one office at once; reports each success and each sentence."""
    with closing(office.app()) as app:
        for each in range(number):
            try:
                app.members.create({"name": f"{who}{each}"}, ACTOR)
            except UserError as fault:
                pipe.send(fault.sentence)
            else:
                pipe.send("done")
    pipe.send("end")


ALL = {**WORKS, **WRONG}


def _say_aloud(text: str) -> None:
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    _name, _office = read_plan(Path(sys.argv[1]))
    try:
        do(_name, _office, _say_aloud)
    except UserError as _fault:
        _say_aloud(f"refused {_fault.sentence}")
        sys.exit(REFUSED)

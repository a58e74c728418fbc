"""The daily seal (F93): a code on paper that a log rewritten from end to end no longer gives."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.services.access_log import Access
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.store import chain
from unionoffice.store.engine import connect


def rewrite(path: Path, *statements: str, seals: bool = True) -> None:
    """Change the log as somebody would who knows the program: every digest after it is worked out anew."""
    with closing(connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        digest, lines, last, at = chain.GENESIS, 0, 0, {}
        for operation in raw.execute("SELECT id, name, label, actor, at, reason FROM operation_entry").fetchall():
            opening = digest = chain.link(digest, "operation", *operation)
            entries = raw.execute(
                "SELECT seq, operation_id, record_type, record_id, action, version, changes FROM change_entry"
                " WHERE operation_id = ? ORDER BY seq",
                (operation[0],),
            ).fetchall()
            for entry in entries:
                digest, last = chain.link(digest, "entry", *entry), entry[0]
                raw.execute("UPDATE change_entry SET digest = ? WHERE seq = ?", (digest, last))
            lines += len(entries) + 1
            raw.execute(
                "UPDATE operation_entry SET digest = ?, closing = ?, entries = ? WHERE id = ?",
                (opening, digest, len(entries), operation[0]),
            )
            at[operation[0]] = digest
        raw.execute(
            "UPDATE chain_head SET last = ?, lines = ?, digest = ? WHERE name = 'change'", (last, lines, digest)
        )
        if not seals:
            return
        before = chain.GENESIS
        columns = ", ".join(chain.SEAL_COLUMNS)
        for seal in raw.execute(f"SELECT {columns} FROM seal ORDER BY number").fetchall():
            row = [*seal[:7], at[seal[4]], *seal[8:]]
            before = chain.link(before, "seal", *row)
            raw.execute("UPDATE seal SET change_digest = ?, digest = ? WHERE number = ?", (row[7], before, seal[0]))
        raw.execute("UPDATE chain_head SET digest = ? WHERE name = 'seal'", (before,))


FORGED = "UPDATE change_entry SET changes = replace(changes, '勤恳', '懒散') WHERE record_type = 'member'"
FORGED_TOO = "UPDATE member SET remark = '懒散' WHERE remark = '勤恳'"


def test_a_seal_counts_what_came_since_the_one_before(app: App, clock: FixedClock) -> None:
    first = app.seals.seal(ACTOR)
    assert (first.number, first.day, first.since) == (1, date(2026, 9, 10), None)
    assert (first.operations, first.entries, first.accesses) == (1, 3, 0)
    clock.time = datetime(2026, 9, 12, 17, 0)
    member(app, "曾丽梅")
    app.access_log.note(Access(AccessKind.LOGIN, "办公文件"))
    second = app.seals.seal(ACTOR)
    assert (second.number, second.since, second.operations, second.accesses) == (2, date(2026, 9, 10), 1, 1)
    assert second.total_operations == 2
    assert [seal.number for seal in app.seals.all()] == [2, 1]
    assert app.seals.verify(first.code.lower().replace("-", " ")).number == 1
    assert app.seals.verify(second.code).number == 2
    assert check(app.store).problems == ()


def test_a_day_without_news_keeps_its_seal_and_one_with_news_gets_another(
    app: App, clock: FixedClock, tmp_path: Path
) -> None:
    seal = app.seals.seal(ACTOR)
    app.papers.save_seal(seal, tmp_path / "一.pdf")
    app.papers.save_seal(seal, tmp_path / "二.pdf")
    assert app.seals.seal(ACTOR) == seal
    app.access_log.note(Access(AccessKind.EXPORT, "会员花名册"))
    assert app.seals.seal(ACTOR).number == 2
    member(app, "曾丽梅")
    assert app.seals.seal(ACTOR).number == 3
    clock.time = datetime(2026, 9, 15)
    member(app, "王五")
    assert app.seals.seal(ACTOR, date(2026, 9, 12)).operations == 0
    assert app.seals.seal(ACTOR, date(2026, 9, 10)).number == 3
    with pytest.raises(Refused, match="已经封存到 2026-09-12"):
        app.seals.seal(ACTOR, date(2026, 9, 11))
    with pytest.raises(UserError, match="还没有到"):
        app.seals.seal(ACTOR, date(2026, 9, 16))
    assert app.seals.seal(ACTOR).operations == 1


def test_a_clock_that_went_back_takes_nothing_out_of_a_seal(app: App, clock: FixedClock) -> None:
    member(app, "曾丽梅")
    app.seals.seal(ACTOR)
    clock.time = datetime(2026, 9, 10, 8, 0)
    member(app, "王五")
    assert app.seals.seal(ACTOR).total_operations == 3
    assert check(app.store).problems == ()


def test_a_log_rewritten_whole_fits_in_itself_but_not_the_paper(app: App) -> None:
    member(app, "曾丽梅", remark="勤恳")
    code = app.seals.seal(ACTOR).code
    member(app, "王五")
    app.store.close()
    rewrite(app.path)
    assert check(app.store).problems == ()
    assert app.seals.verify(code).number == 1  # nothing was changed yet: the same digests come out
    rewrite(app.path, FORGED, FORGED_TOO)
    assert check(app.store).problems == ()
    with pytest.raises(Refused, match="被整个改写过"):
        app.seals.verify(code)


def test_a_log_rewritten_without_its_seals_is_found_by_check(app: App) -> None:
    member(app, "曾丽梅", remark="勤恳")
    app.seals.seal(ACTOR)
    app.store.close()
    rewrite(app.path, FORGED, FORGED_TOO, seals=False)
    assert check(app.store).problems == (
        "第 1 号封存单（2026-09-10）与现在的变更记录不符：封存之后，当天或更早的记录被改写过。",
    )


def test_a_broken_log_is_not_sealed_and_a_wrong_code_is_told_apart(app: App) -> None:
    code = app.seals.seal(ACTOR).code
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Refused, match="差一两位"):
        app.seals.verify(other)
    with pytest.raises(Refused, match="输错了，或者"):
        app.seals.verify("0000-0000-0000-0000")
    with pytest.raises(UserError, match="不是核对码"):
        app.seals.verify("7F3K")
    with closing(connect(app.path)) as raw:
        raw.execute("UPDATE operation_entry SET actor = '别人' WHERE id = 1")
    with pytest.raises(Refused, match="没有封存。变更记录第 1 条，2026-09-10|没有封存。变更记录第 1 条，2026-09-01"):
        app.seals.seal(ACTOR)
    with pytest.raises(Refused):
        app.seals.verify(code)
    with pytest.raises(Refused, match="封存操作记录"):
        app.seals.seal(Actor("经办", frozenset({"officer"})))


@pytest.mark.parametrize("practice", [False, True])
def test_the_printed_seal_is_one_page_with_its_code(tmp_path: Path, clock: FixedClock, practice: bool) -> None:
    path = create(tmp_path / "工会", "示范矿业有限公司工会" * 4, clock, ACTOR, practice=practice)
    with closing(App(path, clock=clock, actor=ACTOR, shipped_fonts=True)) as app:
        seal = app.seals.seal(ACTOR)
        app.papers.save_seal(seal, tmp_path / "封存单.pdf")
        kind = app.access_log.entries()[0].kind
    assert kind is AccessKind.PRINT
    reader = PdfReader(BytesIO((tmp_path / "封存单.pdf").read_bytes()))
    assert len(reader.pages) == 1
    words = reader.pages[0].extract_text()
    assert seal.code.replace("-", " ") in " ".join(words.split())
    for text in ("操作记录封存单", "第 1 号", "2026-09-10 09:30", "经办：", "审计（经审）：", "1 次（累计 1 次）"):
        assert text in words
    assert ("练习" in words) is practice


def test_a_copy_is_sealed_apart(app: App, tmp_path: Path) -> None:
    """The same codes come out of a copy; what is logged in one only, its seals alone have."""
    code = app.seals.seal(ACTOR).code
    app.store.close()
    path = tmp_path / "副本.ghoffice"
    shutil.copy(app.path, path)
    with closing(App(path, clock=app.clock, actor=ACTOR)) as copy:
        assert copy.seals.verify(code).number == 1
        member(copy, "曾丽梅")
        newer = copy.seals.seal(ACTOR).code
    with pytest.raises(Refused):
        app.seals.verify(newer)

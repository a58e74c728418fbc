"""A small sample of `unionoffice selftest`, which must find nothing; and that it does find what is wrong on purpose."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from unionoffice.kernel.progress import Silent
from unionoffice.selftest import archives, disks, flips, injections, kills, passwords, power
from unionoffice.selftest.offices import Office, make
from unionoffice.selftest.report import Row, failures, page, table

QUIET = Silent()
needs_strace = pytest.mark.skipif(bool(power.possible()), reason="the system calls cannot be recorded here")


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Office]:
    folder = tmp_path_factory.mktemp("自检")
    return make(folder / "plain", encrypted=False), make(folder / "encrypted", encrypted=True)


def sound(rows: list[Row]) -> None:
    assert not failures(rows), table(rows)
    assert all(row.rounds or row.skipped for row in rows)


def test_killed_at_any_moment_nothing_reported_is_lost_and_nothing_is_half(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    names = ("import", "welfare", "collecting", "backup", "migrate", "new_key")
    sound(kills.run(offices, tmp_path, 11, QUIET, names=names))


@pytest.mark.parametrize(("name", "rounds"), [("early", 3), ("halves", 10)])
def test_kills_find_what_is_reported_too_early_or_done_by_half(
    offices: tuple[Office, Office], tmp_path: Path, name: str, rounds: int
) -> None:
    (row,) = kills.run(offices[:1], tmp_path, rounds, QUIET, names=(name,))
    assert row.failures
    assert ("丢失" if name == "early" else "半截") in row.seen


@needs_strace
def test_after_a_power_cut_everything_reported_is_there(offices: tuple[Office, Office], tmp_path: Path) -> None:
    sound(power.run(offices[1:], tmp_path, 16, QUIET, names=("import", "new_key")))


@needs_strace
def test_power_cuts_find_an_office_that_does_not_wait_for_the_disk(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    (row,) = power.run(offices[:1], tmp_path, 10, QUIET, names=("unsynced",))
    assert row.failures


def test_full_failing_missing_and_shared_disks_end_in_a_sentence(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    sound(disks.run(offices[1:], tmp_path, QUIET, stride=28, pulls=2, waiting=False))


def test_a_flipped_bit_is_never_silently_other_data(offices: tuple[Office, Office], tmp_path: Path) -> None:
    sound(flips.run(offices, tmp_path, 20, QUIET))


def test_wrong_passwords_injections_and_forged_files_do_nothing(offices: tuple[Office, Office], tmp_path: Path) -> None:
    plain, encrypted = offices
    sound(passwords.run(encrypted, tmp_path, 150, QUIET))
    sound(injections.run(plain, tmp_path, QUIET, typed=injections.TYPED[::15]))
    (tmp_path / "archives").mkdir()
    sound(archives.run(encrypted, tmp_path / "archives", QUIET, bomb=4 << 20))


def test_a_loss_stands_on_the_page() -> None:
    rows = [
        Row("断电", "导入", 10, 1, "丢失 1", ("报告完成 2 步之后，内容与第 2 步不同",)),
        Row("断电", "升级", 5, 0, ""),
    ]
    facts = {"date": "", "version": "", "system": "", "python": "", "cpus": 2, "minutes": 1}
    assert failures(rows) == ["断电·导入：报告完成 2 步之后，内容与第 2 步不同"]
    assert "没有通过的" in page(rows, facts)

"""The program around the window: which office is shown, and on which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from PySide6.QtWidgets import QApplication

from unionoffice.kernel.clock import FixedClock
from unionoffice.window import Program


@pytest.fixture
def program(
    qapp: QApplication, office_file: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    monkeypatch.setattr("sys.excepthook", None)
    found = Program(qapp, tmp_path / "settings", prompts=FakePrompts(), clock=clock)
    assert found.open(office_file)
    yield found
    assert found.window is not None
    found.window.close()
    found.window.deleteLater()
    found.close()


def test_after_midnight_the_pages_know_the_new_day(program: Program, clock: FixedClock) -> None:
    yesterday = program.window
    assert yesterday is not None
    yesterday.open(("organisation", ""))
    program.turn_the_day()
    assert program.window is yesterday
    clock.time = datetime(2026, 9, 11, 0, 1)
    program.turn_the_day()
    today = program.window
    assert today is not None and today is not yesterday
    assert today.history.current == ("organisation", "")
    assert not yesterday.isVisible()


def test_midnight_waits_for_what_is_half_typed(
    program: Program, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = program.window
    assert yesterday is not None
    monkeypatch.setattr(yesterday, "unsaved", lambda: 1)
    clock.time = datetime(2026, 9, 11, 0, 1)
    program.turn_the_day()
    assert program.window is yesterday
    monkeypatch.setattr(yesterday, "unsaved", lambda: 0)


def test_a_closed_program_no_longer_waits_for_midnight(program: Program) -> None:
    program.close()
    assert not program._midnight.isActive()

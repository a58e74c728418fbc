"""What every test may build on: a fixed clock, an actor, and a real office file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.services.founding import create
from unionoffice.store import schema

ACTOR = Actor("测试经办")


@pytest.fixture
def clock() -> FixedClock:
    """Stands at an ordinary working day."""
    return FixedClock(datetime(2026, 9, 10, 9, 30))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new office file, made once and copied: creating runs every migration."""
    path = tmp_path_factory.mktemp("office") / "空.ghoffice"
    return create(path, "示范矿业有限公司工会", FixedClock(datetime(2026, 9, 1)), ACTOR)


@pytest.fixture
def office_file(empty_file: Path, tmp_path: Path) -> Path:
    """A fresh copy of the new office file."""
    path = tmp_path / "工会.ghoffice"
    schema.back_up(empty_file, path)
    return path


@pytest.fixture
def app(office_file: Path, clock: FixedClock) -> Iterator[App]:
    """An open office with all services, printing with the shipped fonts only."""
    found = App(office_file, clock=clock, actor=ACTOR, shipped_fonts=True)
    yield found
    found.close()

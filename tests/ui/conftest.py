"""A themed application, a real office file, and fakes for what lies outside."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))

from fake_prompts import FakePrompts  # noqa: E402
from office import make_store  # noqa: E402

from unionoffice.kernel.clock import FixedClock  # noqa: E402
from unionoffice.kernel.identity import Actor  # noqa: E402
from unionoffice.services.registers import Registers  # noqa: E402
from unionoffice.store.unit_of_work import Store  # noqa: E402
from unionoffice.ui import theme  # noqa: E402
from unionoffice.ui.faults import FaultLog  # noqa: E402
from unionoffice.ui.jobs import Jobs  # noqa: E402
from unionoffice.ui.notices import Notices  # noqa: E402
from unionoffice.ui.operations import Operations  # noqa: E402
from unionoffice.ui.permits import Permits  # noqa: E402
from unionoffice.ui.surroundings import Surroundings  # noqa: E402
from unionoffice.window import Program  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """The offscreen screen has no window manager to hand minimum sizes to, and on Windows no fonts, and says so."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")
    config.addinivalue_line("qt_log_ignore", "QFontDatabase: Cannot find font directory")


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication]) -> Iterator[QApplication]:
    app = QApplication.instance() or qapp_cls(qapp_args)
    assert isinstance(app, QApplication)
    theme.speak_chinese(app)
    theme.apply(app)
    yield app


@pytest.fixture(autouse=True)
def no_leftover_windows(qapp: QApplication) -> Iterator[None]:
    """What a test has put away is gone before the next: each new style would reach all of it, slower and slower."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = make_store(tmp_path_factory.mktemp("office"))
    store.close()
    for suffix in ("-wal", "-shm"):
        store.path.with_name(store.path.name + suffix).unlink(missing_ok=True)
    return store.path


@pytest.fixture
def store(empty_office: Path, tmp_path: Path) -> Iterator[Store]:
    path = shutil.copyfile(empty_office, tmp_path / "office.ghoffice")
    opened = Store(path, FixedClock(datetime(2026, 9, 1, 9, 30)))
    yield opened
    opened.close()


@pytest.fixture
def registers(store: Store) -> Registers:
    return Registers(store)


@pytest.fixture
def prompts() -> FakePrompts:
    return FakePrompts()


StartProgram = Callable[..., Program]


@pytest.fixture
def start_program(
    qapp: QApplication, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartProgram]:
    """Starts the whole program, with answers for what it asks; it ends with the test, however that left it."""
    monkeypatch.setattr("sys.excepthook", None)
    started: list[Program] = []

    def start(*answers: Any) -> Program:
        started.append(Program(qapp, tmp_path / "settings", prompts=FakePrompts(*answers), clock=clock))
        return started[-1]

    yield start
    for found in started:
        found.close()
    for widget in qapp.topLevelWidgets():
        widget.hide()
        widget.deleteLater()


@pytest.fixture
def program(start_program: StartProgram, office_file: Path) -> Program:
    """The whole program with a plain office open in its window."""
    found = start_program()
    assert found.open(office_file)
    return found


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    found = Jobs()
    yield found
    found.stop()


@pytest.fixture
def faults(tmp_path: Path) -> FaultLog:
    return FaultLog(tmp_path / "logs")


@pytest.fixture
def operations(prompts: FakePrompts, jobs: Jobs, faults: FaultLog) -> Operations:
    return Operations(prompts, jobs, faults)


@pytest.fixture
def notices(qapp: QApplication) -> Notices:
    return Notices()


@pytest.fixture
def around(operations: Operations, jobs: Jobs, prompts: FakePrompts, notices: Notices) -> Surroundings:
    """Somebody with every right on 10 September 2026; `dataclasses.replace` makes another."""
    actor = Actor("林晓")
    return Surroundings(actor, date(2026, 9, 10), Permits(actor), operations, jobs, prompts, notices)

"""No page of the window says anything of a closed record to whom its tier was not granted (F90)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_prompts import FakePrompts
from PySide6.QtWidgets import QApplication
from test_shown import everything

from tests.services.test_tiers import AID, CARE, NOW, PASSWORD, SECRETS, USERS, closed_office, granted, ids
from tests.services.test_tiers import opened as open_office
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.tier import Tier
from unionoffice.store import keyring
from unionoffice.store.keyring import Cost
from unionoffice.window import Program

OWN = "Wxyz-5678"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody has a password of his own already, so that the window opens at once."""
    found = closed_office(tmp_path_factory.mktemp("window"))
    for name in USERS:
        app = open_office(found, name)
        app.users.change_password(app.actor, PASSWORD, OWN)
        app.close()
    return found


@pytest.fixture(scope="module")
def known(path: Path) -> dict[str, str]:
    return ids(path, OWN)


@pytest.fixture
def opened(
    qapp: QApplication, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Program]]:
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: Cost(1, 8192))
    programs: list[Program] = []

    def open_as(name: str) -> Program:
        program = Program(
            qapp,
            tmp_path / f"settings {name}",
            prompts=FakePrompts((name, PASSWORD if name == "张三" else OWN)),
            clock=FixedClock(NOW),
        )
        programs.append(program)
        assert program.open(path)
        return program

    yield open_as
    for program in programs:
        if program.window is not None:
            program.window.close()
            program.window.deleteLater()
        program.close()


@pytest.mark.parametrize("name", [*USERS, "张三"])
def test_no_page_says_anything_that_was_not_granted(
    opened: Callable[[str], Program], known: dict[str, str], name: str
) -> None:
    program = opened(name)
    window: Any = program.window
    assert program.app is not None
    seen = granted(program.app)
    places = {register.name for register in (AID, CARE) if register.tier in seen}
    assert places == {AID.name, CARE.name} & set(window._specs)
    shown = []
    for page in window._specs:
        window.open((page, ""))
        shown.append(everything(window))
    for page, record_id in ((AID.name, known[AID.name]), (CARE.name, known[CARE.name]), ("members", known["member"])):
        window.open((page, record_id))
        shown.append(everything(window))
    text = "\n".join(shown)
    for tier, secrets in SECRETS.items():
        found = [secret for secret in secrets if secret in text]
        assert bool(found) == (tier in seen), tier.label
    mine = program.app.access_log.entries(person=name, actor=Actor("程序"))
    viewed = {(line.what, line.rows) for line in mine if line.kind is AccessKind.VIEW and not line.purpose}
    assert viewed == {(register.title, 1) for register in (AID, CARE) if register.tier in seen}
    if Tier.LEGAL_AID in seen and Tier.ILLNESS not in seen:
        assert "（未授权）" in text

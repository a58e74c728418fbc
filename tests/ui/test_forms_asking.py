"""What is asked for when a form is printed: what cannot be read stays as typed, in the field and in its draft."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from unionoffice.services.forms.grid import Asking
from unionoffice.services.forms.kinds import AskedKind
from unionoffice.ui.forms.asking import AskingView
from unionoffice.ui.records.editors import MoneyEditor


@pytest.mark.parametrize("text", ["一千", "1_000", "12.345", "99999999999999999999999"])
def test_an_amount_that_cannot_be_read_stays_as_typed(qtbot: QtBot, text: str) -> None:
    view = AskingView(date(2026, 9, 10))
    qtbot.addWidget(view)
    view.ask(Asking({"金额": AskedKind.AMOUNT}, {}), {})
    editor = view.editors["金额"]
    assert isinstance(editor, MoneyEditor)
    editor.line.setText(text)
    editor.line.textEdited.emit(text)
    editor.line.editingFinished.emit()
    assert view.values() == {"金额": text}
    assert view.error("金额")
    assert not view.check()
    view.ask(Asking({"金额": AskedKind.AMOUNT}, {}), view.values())
    assert view.values() == {"金额": text}

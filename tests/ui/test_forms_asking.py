"""What is asked for when a form is printed: what cannot be read stays as typed, in the field and in its draft."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
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


def test_what_is_no_day_in_a_list_is_marked_typed_or_pasted(qtbot: QtBot) -> None:
    view = AskingView(date(2026, 9, 10))
    qtbot.addWidget(view)
    view.ask(Asking({}, {"名单": ("姓名", "日期")}, {}, {("名单", "日期")}), {})
    editor = view.lists["名单"]
    editor.paste("张三\t2026-13-40\n下周\t2026-9-1\n李四\t下周")
    ground, tip = Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ToolTipRole
    marked = [(row, column) for row in range(3) for column in range(2) if editor.item(row, column).data(ground)]
    assert marked == [(0, 1), (2, 1)]
    assert "不存在" in editor.item(0, 1).data(tip) and "“下周”不是日期" in editor.item(2, 1).data(tip)
    editor.item(0, 1).setText("2026-12-30")
    assert editor.item(0, 1).data(ground) is None and editor.item(0, 1).data(tip) is None

"""What runs: its words change, its button stays where it is."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from unionoffice.ui.bars import BottomBar
from unionoffice.ui.jobs import Jobs


def test_cancel_keeps_its_place_whatever_is_said(qtbot: QtBot) -> None:
    bar = BottomBar(Jobs())
    qtbot.addWidget(bar)
    bar.resize(900, bar.height())
    bar.show()
    bar._started("排版")
    bar._show_job(True)
    places = []
    for title in ("排版", "排版会员会籍转移函和别的很长的名称", "检查"):
        bar._text.setText(title)
        qtbot.wait(20)
        places.append(bar.cancel_button.x())
    assert len(set(places)) == 1

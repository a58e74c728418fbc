"""The preview shows the pages it was given last, whatever was still being drawn."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.documents.official.papers import paper, pdf
from unionoffice.ui.live_preview import LivePreview


@pytest.fixture(name="preview")
def shown_preview(qtbot: QtBot) -> LivePreview:
    found = LivePreview()
    qtbot.addWidget(found)
    found.resize(500, 600)
    found.show()
    return found


def picture(preview: LivePreview) -> QImage:
    return preview._shown.view.viewport().grab().toImage()


def settled(preview: LivePreview, qtbot: QtBot) -> QImage:
    """What is seen once nothing changes any more."""
    seen = [picture(preview)]
    for _ in range(6):
        qtbot.wait(60)
        seen.append(picture(preview))
    return seen[-1]


def test_a_picture_of_the_former_pages_that_comes_late_is_not_shown(preview: LivePreview, qtbot: QtBot) -> None:
    letter, report = pdf(paper(title="会员会籍转移函")), pdf(paper(title="工会工作报告", body="一、二。\n" * 9))
    preview.show_pdf(report)
    right = settled(preview, qtbot)
    preview.show_pdf(letter)
    assert settled(preview, qtbot) != right
    for pause in (0.0, 0.05, 0.3):
        preview.show_pdf(letter)
        preview._shown.view.viewport().repaint()  # its drawing begins in the thread
        time.sleep(pause)  # and ends there, unheard
        preview.show_pdf(report)
        assert settled(preview, qtbot) == right


def test_no_former_place_is_kept_behind_a_sentence(preview: LivePreview, qtbot: QtBot) -> None:
    long = pdf(paper(body="一段话。\n" * 90))
    preview.show_pdf(long)
    preview.show_page(2)
    preview.show_pdf(long)
    assert preview.page == 2
    preview.say("正在排版…")
    assert preview.data == b""
    preview.show_pdf(long)
    assert preview.page == 0


def test_what_is_said_of_the_pages_is_whole_in_a_narrow_preview(preview: LivePreview, qtbot: QtBot) -> None:
    preview.resize(240, 360)
    preview.show_pdf(pdf(paper()))
    preview.show_place(0, 0, "还有 11 项没填，没填的日期、数字是例子")
    qtbot.wait(50)
    label = preview._copy
    assert label.height() >= label.heightForWidth(label.width())
    assert label.width() > 60

"""表单: the shelf, for whom, what is asked, the preview, giving out, own forms, as their user meets them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from forms_desk import ID_NUMBER, Desk, app, desk, words, workbook
from PIL import Image
from pypdf import PdfReader
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QFrame, QPushButton
from pytestqt.qtbot import QtBot

from unionoffice.app import App
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import Role
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Subject
from unionoffice.ui import shown
from unionoffice.ui.forms.previewing import AT_ONCE
from unionoffice.ui.forms.verify import VerifyDialog
from unionoffice.ui.notices import NoticeStack

__all__ = ["app", "desk"]

OWN = "会员/谈话记录"


@pytest.fixture
def own(app: App, tmp_path: Path) -> str:
    cells = {
        "A1": "谈话记录",
        "A2": "{{姓名}}",
        "A3": "{{填写.事由}}",
        "A4": "{{填写.谈话日期}}",
        "A5": "{{填写.金额}}",
    }
    app.forms.add(workbook(tmp_path / "谈话记录.xlsx", cells), Subject.MEMBER)
    return OWN


# -- the shelf -------------------------------------------------------------------------------------------------------


def test_the_shelf_lists_forms_under_what_they_are_about_own_and_broken_ones_marked(
    desk: Desk, own: str, tmp_path: Path
) -> None:
    workbook(desk.app.forms.folder / "会员" / "坏的.xlsx", {"B7": "{{姓明}}"})
    desk.page.reload()
    texts = desk.view.shelf.texts
    assert texts[0] == "会员"
    assert {"谈话记录（自己的）", "坏的（有问题）", "入会申请书"} <= set(texts)
    assert texts.index("会员名单") < texts.index("组织") < texts.index("填写")
    desk.controller.choose("会员/坏的")
    assert "B7" in desk.view.preview.sentence
    assert "是不是“姓名”" in desk.view.preview.sentence
    assert desk.view.choosing.isHidden()
    assert not desk.page._held["print"].isEnabled()


def test_the_shelf_is_searched_by_any_word(desk: Desk) -> None:
    desk.view.shelf.choose("会员/会员登记表")
    desk.view.shelf.text.setText("签领 横版")
    assert desk.view.shelf.texts == ["福利批次", "签领表（A3横版）", "签领表（A4横版）"]
    desk.view.shelf.text.setText("没有的表")
    assert desk.view.shelf.texts == ["没有这样的表单"]
    desk.view.shelf.text.setText("")
    assert desk.view.shelf.key == "会员/会员登记表", "the form that is being filled is the one that is marked again"


def test_in_a_small_window_the_preview_has_the_height_and_ctrl_f_leads_to_the_shelf(desk: Desk) -> None:
    desk.page.resize(840, 370)
    desk.choose("会员/入会申请书")
    preview = desk.view.preview
    desk.qtbot.waitUntil(lambda: preview.height() > 250)
    assert preview.width() > 400
    assert not desk.view.shelf.isVisible()
    desk.page._find()
    assert desk.view.shelf.text.isVisible()


# -- for whom --------------------------------------------------------------------------------------------------------


def test_members_are_found_by_words_branch_and_state_and_stay_chosen(desk: Desk) -> None:
    desk.controller.choose("会员/入会申请书")
    choosing = desk.view.choosing
    assert len(choosing.model.rows) == 4
    choosing.text.setText("曾丽")
    choosing.narrow()
    assert [name for _, name, _ in choosing.model.rows] == ["曾丽梅"]
    choosing.model.setData(choosing.model.index(0), True, Qt.ItemDataRole.CheckStateRole)
    choosing.text.clear()
    choosing.unit.setCurrentIndex(choosing.unit.findText("　后勤"))
    choosing.narrow()
    assert [name for _, name, _ in choosing.model.rows] == ["王五", "钱七"]
    assert choosing.all.text() == "选中列出的 2 名会员"
    choosing.all.click()
    assert choosing.summary.text() == "曾丽梅、王五、钱七，共 3 名会员"
    assert desk.controller.request is not None
    assert desk.controller.request.copies == 3
    choosing.none.click()
    assert desk.controller.request.copies == 0


def test_the_choice_stays_from_one_form_of_members_to_the_next(desk: Desk) -> None:
    desk.choose("会员/入会申请书", *desk.ids[:2])
    desk.controller.choose("会员/会员登记表")
    assert desk.view.choosing.ids == desk.ids[:2]
    desk.controller.choose("组织/工会委员任职表")
    assert desk.view.choosing.ids == []
    assert [name for _, name, _ in desk.view.choosing.model.rows] == ["示范工会", "　机电队", "　后勤"]


def test_a_route_brings_the_records_chosen_elsewhere(desk: Desk) -> None:
    replaced: list[tuple[str, str]] = []
    desk.page.route_replaced.connect(lambda name, argument: replaced.append((name, argument)))
    desk.page.open_argument("member:" + ",".join(desk.ids[1:3]))
    assert desk.controller.form is not None
    assert desk.controller.form.subject is Subject.MEMBER
    assert desk.view.choosing.ids == desk.ids[1:3]
    assert replaced == [("forms", "")]  # numbers of records are not kept as a place
    desk.settle()


def test_who_is_gone_is_no_longer_chosen(desk: Desk) -> None:
    desk.controller.chosen["member"] = ["gone", desk.ids[0]]
    desk.controller.choose("会员/入会申请书")
    assert desk.view.choosing.ids == [desk.ids[0]]
    desk.settle()


# -- the preview -----------------------------------------------------------------------------------------------------


def test_the_preview_shows_one_copy_masked_and_leaves_no_line_in_the_log(desk: Desk) -> None:
    before = len(desk.app.access_log.entries())
    desk.choose("会员/入会申请书", *desk.ids[:2])
    assert desk.view.preview.document.pageCount() == 1
    text = words(desk.view.preview.data)
    assert "曾丽梅" in text
    assert ID_NUMBER not in text
    assert "13800001234" not in text
    assert desk.view.preview.copy_text == "第 1 / 2 份　曾丽梅"
    desk.view.preview.on.click()
    desk.settle()
    assert desk.view.preview.copy_text == "第 2 / 2 份　王五"
    assert not desk.view.preview.on.isEnabled()
    desk.page.previewing.turn(1)
    assert desk.view.preview.copy_text == "第 2 / 2 份　王五"
    assert len(desk.app.access_log.entries()) == before


def test_without_anybody_chosen_the_preview_says_what_to_do(desk: Desk) -> None:
    desk.controller.choose("会员/入会申请书")
    assert desk.view.preview.sentence == "在左边勾选要打印的，这里就会显示填好的样子。"
    desk.page.giving.print()
    assert desk.prompts.asked == [
        ("error", "还没有选给谁打印“入会申请书”，先在“给谁打印”里勾选。"),
    ]


def test_while_projecting_no_paper_is_shown(desk: Desk) -> None:
    desk.choose("会员/入会申请书", desk.ids[0])
    shown.screen.project(True)
    try:
        assert "投屏" in desk.view.preview.sentence
        assert desk.view.preview.document.pageCount() == 0
        desk.settle()
        assert "投屏" in desk.view.preview.sentence
        desk.page.giving.print()
        assert desk.prompts.asked[-1][0] == "message"
    finally:
        shown.screen.project(False)
    desk.settle()
    assert desk.view.preview.document.pageCount() == 1


def test_what_is_typed_is_seen_and_stands_on_paper_as_an_office_writes_it(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    asking = desk.view.asking
    assert list(asking.editors) == ["事由", "谈话日期", "金额"]
    for name, value in (("事由", "岗位调整"), ("谈话日期", "2026.9.1"), ("金额", "1200")):
        asking.editors[name].set_value(value)
        asking.editors[name].edited.emit()
    desk.settle()
    text = words(desk.view.preview.data)
    assert "岗位调整" in text
    assert "2026年9月1日" in text
    assert "1,200.00" in text


def test_a_day_that_is_none_is_said_at_its_field_and_nothing_is_printed(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.view.asking.editors["谈话日期"].set_value("2026-13-45")
    desk.page.giving.print()
    assert desk.view.asking.error("谈话日期")
    assert desk.prompts.asked == []
    assert not desk.jobs.running


def test_what_cannot_be_read_is_named_above_the_preview_and_among_the_findings(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.settle()
    assert "看不懂" not in desk.view.preview.copy_text
    for name, text in (("谈话日期", "2026-13-45"), ("金额", "八百")):
        desk.view.asking.editors[name].set_value(text)
    desk.view.asking.edited.emit()
    desk.settle()
    assert desk.view.preview.copy_text == "第 1 / 1 份　曾丽梅　“谈话日期”、“金额”看不懂，改好才能打印"
    told = [text for text in desk.view.findings.texts if text.startswith("【填的内容】")]
    assert [text.partition("：")[0] for text in told] == ["【填的内容】“谈话日期”", "【填的内容】“金额”"]
    assert "2 处" in desk.view.findings.summary.text()


def test_what_was_typed_is_there_again_when_one_comes_back_to_the_form(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.view.asking.editors["事由"].set_value("岗位调整")
    desk.view.asking.edited.emit()
    desk.choose("会员/入会申请书", desk.ids[0])
    desk.choose(own, desk.ids[0])
    assert desk.view.asking.values() == {"事由": "岗位调整"}


def test_a_form_about_nothing_takes_a_list_pasted_from_a_sheet(desk: Desk) -> None:
    desk.controller.choose("填写/困难职工档案表（A表）")
    desk.view.asking.lists["家庭成员"].paste("李秀兰\t母亲\t女\r\n曾小宝\t儿子\t男\n")
    desk.settle()
    values = desk.view.asking.values()["家庭成员"]
    assert [(row["姓名"], row["关系"], row["性别"]) for row in values] == [
        ("李秀兰", "母亲", "女"),
        ("曾小宝", "儿子", "男"),
    ]
    text = words(desk.view.preview.data)
    assert "李秀兰" in text
    assert "曾小宝" in text


# -- drafts ----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_a_second_after_the_last_key_and_at_once_when_the_field_is_left(
    desk: Desk, own: str
) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    assert desk.view.asking.told.isHidden()
    desk.type("事由", "岗位")
    assert desk.kept(own) == {}
    desk.qtbot.waitUntil(lambda: desk.kept(own) == {"事由": "岗位"}, timeout=3000)
    desk.type("金额", "1200")
    desk.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert desk.kept(own) == {"事由": "岗位", "金额": "1,200.00"}
    desk.type("谈话日期", "2026-13-4")
    desk.page.keep_drafts()
    assert desk.kept(own)["谈话日期"] == "2026-13-4", "also what cannot be read yet"
    for name in ("事由", "金额", "谈话日期"):
        desk.type(name, "")
    desk.page.hide()
    assert desk.kept(own) == {}, "nothing typed, no draft"


def test_after_a_kill_the_draft_is_offered_and_can_be_begun_anew_and_brought_back(
    desk: Desk, own: str, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.type("事由", "岗位调整")
    desk.page.keep_drafts()
    again = Desk(desk.app, tmp_path, qtbot)  # the first is never closed
    again.page.show()
    again.choose(own, desk.ids[0])
    asking = again.view.asking
    assert asking.values() == {"事由": "岗位调整"}
    assert asking.told.text() == "2026-09-10 09:30 填的内容还在，接着填就行；要从头写就点“重新填写”。"
    assert asking.told.isVisible()
    again.settle()
    assert "岗位调整" in words(again.view.preview.data)
    qtbot.mouseClick(asking.begin, Qt.MouseButton.LeftButton)
    assert (asking.values(), asking.told.isHidden(), again.kept(own)) == ({}, True, {})
    again.settle()
    assert "岗位调整" not in words(again.view.preview.data)
    assert again.said == ["“谈话记录”已重新填写。"]
    again.type("金额", "50")
    again.notices.undo_last()
    assert asking.values() == {"事由": "岗位调整", "金额": "50.00"} == again.kept(own)
    qtbot.mouseClick(asking.begin, Qt.MouseButton.LeftButton)
    again.choose("会员/入会申请书", desk.ids[0])
    again.notices.undo_last()
    again.choose(own, desk.ids[0])
    assert asking.values() == {"事由": "岗位调整", "金额": "50.00"}
    asking.fill({})
    asking.begin.click()
    assert len(again.said) == 2, "nothing stood there: nothing to begin anew"
    again.put_away()


def test_a_draft_ends_when_it_is_printed_and_what_was_printed_is_offered_next_time(
    desk: Desk, own: str, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.type("事由", "岗位调整")
    desk.page.keep_drafts()
    desk.page.giving.print()
    desk.settle()
    assert desk.kept(own) == {}
    again = Desk(desk.app, tmp_path, qtbot)
    again.choose(own, desk.ids[0])
    asking = again.view.asking
    assert asking.values() == {"事由": "岗位调整"}
    assert asking.told.text().startswith("已填上次打印时的内容，可以改")
    again.type("事由", "")
    again.page.keep_drafts()
    assert again.kept(own) == {"事由": ""}, "that it was emptied is kept too"
    again.choose("会员/入会申请书", desk.ids[0])
    again.choose(own, desk.ids[0])
    assert asking.values() == {}
    again.put_away()


def test_a_draft_ends_also_when_another_form_is_open_by_the_time_it_is_saved(
    desk: Desk, own: str, tmp_path: Path
) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.type("事由", "岗位调整")
    desk.prompts.answers = [tmp_path / "一份.pdf", tmp_path / "二份.pdf"]
    desk.page.giving.save_pdf()
    desk.controller.choose("会员/入会申请书")
    assert desk.kept(own) == {"事由": "岗位调整"}
    desk.settle()
    assert desk.kept(own) == {}
    desk.choose(own, desk.ids[0])
    desk.page.giving.save_pdf()
    desk.type("事由", "别的")
    desk.controller.choose("会员/入会申请书")
    desk.settle()
    assert desk.kept(own) == {"事由": "别的"}, "typed after what was saved"


def test_a_removed_form_leaves_no_draft_and_each_form_has_its_own(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.type("事由", "岗位调整")
    place = desk.place(own)
    desk.controller.choose("填写/困难职工档案表（A表）")
    desk.view.asking.lists["家庭成员"].paste("李秀兰\t母亲\t女")
    assert desk.kept("填写/困难职工档案表（A表）")["家庭成员"][0]["姓名"] == "李秀兰"
    assert desk.kept(own) == {"事由": "岗位调整"}
    desk.choose(own, desk.ids[0])
    desk.prompts.answers = [True]
    desk.page.own.remove()
    assert desk.app.drafts.find(place) is None
    desk.controller.choose("填写/困难职工档案表（A表）")
    desk.view.asking.begin.click()
    assert desk.view.asking.lists["家庭成员"].value() == []
    desk.settle()


# -- photos ----------------------------------------------------------------------------------------------------------


def photo_form(desk: Desk, tmp_path: Path) -> str:
    """The key of an own form with room for a photo."""
    path = workbook(tmp_path / "证件.xlsx", {"A1": "{{姓名}}", "B2": "{{照片|空:贴照片处}}"})
    form = desk.app.forms.add(path, Subject.MEMBER)
    desk.page.reload()
    return form.key


def test_one_copy_takes_a_picture_which_is_nobody_elses(desk: Desk, tmp_path: Path) -> None:
    key = photo_form(desk, tmp_path)
    Image.new("RGB", (30, 40), "red").save(tmp_path / "曾.png")
    desk.choose(key, desk.ids[0])
    photo = desk.view.photo
    assert photo.isVisible()
    desk.prompts.answers = [[tmp_path / "曾.png"]]
    desk.qtbot.mouseClick(photo.file, Qt.MouseButton.LeftButton)
    desk.settle()
    assert photo.told.text() == "图片“曾.png”"
    assert len(PdfReader(io.BytesIO(desk.view.preview.data)).pages[0].images) == 1
    desk.choose("会员/入会申请书", desk.ids[0])
    assert desk.controller.form is not None and photo.isVisible() is desk.controller.form.photo
    desk.choose(key, desk.ids[1])
    assert photo.path is None, "another person"
    assert "贴照片处" in words(desk.view.preview.data)
    desk.choose(key, desk.ids[0])
    assert photo.path == tmp_path / "曾.png"
    photo.clear.click()
    desk.settle()
    assert photo.path is None
    assert str(tmp_path) not in str(desk.page.state())


def test_several_copies_take_a_folder_and_who_has_none_is_told_before_printing(desk: Desk, tmp_path: Path) -> None:
    key = photo_form(desk, tmp_path)
    folder = tmp_path / "照片"
    folder.mkdir()
    Image.new("RGB", (30, 40), "red").save(folder / "王五.png")
    desk.choose(key, *desk.ids[:2])
    photo = desk.view.photo
    assert photo.file.isHidden()
    desk.prompts.answers = [folder]
    desk.qtbot.mouseClick(photo.folder, Qt.MouseButton.LeftButton)
    desk.settle()
    assert photo.told.text() == "文件夹“照片”"
    assert desk.view.findings.texts == ["【没有照片】1 人没有照片，这一格按没有照片打印：曾丽梅。"]
    (folder / "王五.png").write_bytes(b"none")
    photo.changed.emit()
    desk.settle()
    assert desk.view.findings.summary.text().startswith("“王五.png”不是 JPEG、PNG 或 BMP 图片")
    desk.controller.choose("会员名单/会员花名册")
    assert photo.isHidden()
    desk.settle()


# -- before printing -------------------------------------------------------------------------------------------------


def test_what_cannot_be_printed_is_named_with_record_and_cell(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "编号.xlsx", {"A1": "{{姓名}}", "B1": "{{填写.金额}}", "C1": "=VLOOKUP(1,A1:B9,2)"})
    book = openpyxl.load_workbook(path)
    book.active.column_dimensions["B"].width = 3
    book.active["B1"].number_format = "#,##0.00"
    book.save(path)
    form = desk.app.forms.add(path, Subject.MEMBER)
    desk.page.reload()
    desk.choose(form.key, desk.ids[0])
    desk.view.asking.editors["金额"].set_value("1234567.89")
    desk.view.asking.edited.emit()
    desk.settle()
    texts = "\n".join(desk.view.findings.texts)
    assert "【数字放不下】曾丽梅" in texts
    assert "B1" in texts
    assert "【公式】" in texts
    assert "C1" in texts


def test_few_copies_are_checked_by_themselves_many_when_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.choose("会员/入会申请书", *desk.ids[:2])
    assert desk.view.findings.summary.text() == "2 份都检查过，没有发现问题。"
    assert desk.view.findings.check.isHidden()
    assert AT_ONCE >= 2
    monkeypatch.setattr("unionoffice.ui.forms.previewing.AT_ONCE", 2)
    desk.choose("会员/入会申请书", *desk.ids)
    assert desk.view.findings.summary.text() == "有 4 份，没有自动检查。"
    desk.view.findings.check.click()
    desk.settle()
    assert desk.view.findings.summary.text() == "4 份都检查过，没有发现问题。"


def test_a_finding_leads_to_its_copy_and_page_by_mouse_and_keys(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "两页.xlsx", {"A1": "{{姓名}}", "B1": "|", "A80": "{{工号}}", "B80": "|"})
    book = openpyxl.load_workbook(path)
    book.active.column_dimensions["A"].width = 4
    book.save(path)
    member = desk.app.members.get(desk.ids[2])
    assert member is not None
    desk.app.members.save(member.id, {"staff_number": "1234567890" * 4}, member.version, desk.app.actor)
    form = desk.app.forms.add(path, Subject.MEMBER)
    desk.page.reload()
    desk.choose(form.key, *desk.ids[:3])
    rows = desk.view.findings._labels
    (found,) = [label for label in rows if "文字放不下】赵六" in label.text()]
    desk.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.view.preview.copy_text == "第 3 / 3 份　赵六"
    desk.qtbot.waitUntil(lambda: desk.view.preview.page == 1)
    assert desk.view.findings._labels == rows, "the same lines still: nothing was checked again"
    first = next(label for label in rows if "曾丽梅" in label.text())
    first.setFocus()
    for key, name in ((Qt.Key.Key_Return, "曾丽梅"), (Qt.Key.Key_Enter, "赵六"), (Qt.Key.Key_Space, "曾丽梅")):
        row = next(label for label in rows if name in label.text())
        desk.qtbot.keyClick(row, key)
        desk.settle()
        assert name in desk.view.preview.copy_text
    desk.qtbot.keyClick(first, Qt.Key.Key_A)
    assert all(row.focusPolicy() & Qt.FocusPolicy.TabFocus for row in rows)
    shown.screen.project(True)
    try:
        desk.qtbot.keyClick(found, Qt.Key.Key_Return)
        assert desk.view.preview.document.pageCount() == 0
    finally:
        shown.screen.project(False)
    desk.settle()


def test_the_only_copys_findings_lead_nowhere_but_can_be_copied(desk: Desk, tmp_path: Path) -> None:
    form = desk.app.forms.add(
        workbook(tmp_path / "一页.xlsx", {"A1": "{{姓名}}", "B1": "=VLOOKUP(1,A1:B9,2)"}), Subject.MEMBER
    )
    desk.page.reload()
    desk.choose(form.key, desk.ids[0])
    (row,) = desk.view.findings._labels
    assert row.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert not row.focusPolicy() & Qt.FocusPolicy.TabFocus


# -- giving out ------------------------------------------------------------------------------------------------------


def test_printing_whole_numbers_asks_what_for_and_is_logged(desk: Desk) -> None:
    desk.choose("会员/入会申请书", *desk.ids[:2])
    desk.prompts.answers = [None]
    desk.page.giving.print()
    desk.settle()
    assert desk.page.giving.windows == []
    desk.prompts.answers = ["入会审批"]
    desk.page.giving.print()
    desk.settle()
    (window,) = desk.page.giving.windows
    assert window.document.pageCount() == 2
    assert ID_NUMBER in words(window._buffer.data().data())
    entry = desk.app.access_log.entries()[0]
    assert entry.purpose == "入会审批"


def test_a_form_without_numbers_asks_nothing(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.page.giving.print()
    desk.settle()
    assert desk.prompts.asked == []
    assert len(desk.page.giving.windows) == 1


def test_copies_are_saved_as_one_pdf_stapled_by_branch(desk: Desk, own: str, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(own, *desk.ids)
    desk.view.grouped.setChecked(True)
    desk.prompts.answers = [tmp_path / "全部.pdf"]
    desk.page.giving.save_pdf()
    desk.settle()
    pages = [page.extract_text() for page in PdfReader(tmp_path / "全部.pdf").pages]
    names = [next(name for name in ("曾丽梅", "王五", "赵六", "钱七") if name in page) for page in pages]
    assert names == ["曾丽梅", "赵六", "王五", "钱七"]
    assert desk.said == ["已存为“全部.pdf”，4 份，4 页。"]
    assert desk.page.state()["folder"] == str(tmp_path)
    assert desk.page.state()["grouped"] is True


def test_one_copy_becomes_a_workbook_several_go_into_a_folder(desk: Desk, own: str, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(own, desk.ids[0])
    desk.prompts.answers = [tmp_path / "一份.xlsx"]
    desk.page.giving.save_excel()
    desk.settle()
    assert desk.prompts.asked[-1][1].endswith("谈话记录-曾丽梅.xlsx")
    assert openpyxl.load_workbook(tmp_path / "一份.xlsx").active["A2"].value == "曾丽梅"
    folder = tmp_path / "几份"
    folder.mkdir()
    desk.view.choosing.choose(desk.ids[:3])
    desk.prompts.answers = [folder]
    desk.page.giving.save_excel()
    desk.settle()
    assert len(list(folder.glob("*.xlsx"))) == 3
    assert desk.said[-1] == "已存 3 个 Excel 文件。"


def test_form_choice_and_folder_come_back_after_a_restart(desk: Desk, app: App, tmp_path: Path, qtbot: QtBot) -> None:
    desk.choose("会员/入会申请书", *desk.ids[:2])
    desk.page.giving.folder = tmp_path
    state = desk.page.state()
    again = Desk(app, tmp_path, qtbot)
    again.page.restore(state)
    again.settle()
    assert again.controller.form is not None
    assert again.controller.form.key == "会员/入会申请书"
    assert again.view.choosing.ids == [], "nobody is chosen for a form about people"
    assert again.page.giving.folder == tmp_path
    again.page.restore({"form": 3, "chosen": "x", "folder": None})
    again.put_away()


def test_what_is_typed_about_one_is_never_offered_for_another(
    desk: Desk, own: str, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.page.reload()
    first, second, third, *_ = desk.ids
    desk.choose(own, first)
    asking = desk.view.asking
    assert asking.shared.isHidden()
    desk.type("事由", "肺部感染")
    desk.choose(own, second)
    assert asking.values() == {}
    desk.choose(own, first)
    assert asking.values() == {"事由": "肺部感染"}
    desk.page.giving.print()
    desk.settle()
    again = Desk(desk.app, tmp_path, qtbot)
    again.choose(own, second)
    assert again.view.asking.values() == {}
    again.choose(own, first, second)
    assert again.view.asking.values() == {}
    assert again.view.asking.shared.text() == "下面填的会印在所选 2 人的表上。"
    again.type("事由", "培训")
    again.choose(own, first, second, third)
    assert again.view.asking.values() == {"事由": "培训"}
    assert "3 人" in again.view.asking.shared.text()
    assert any("所选 3 人的表上" in line for line in again.view.findings.texts)
    again.choose(own, third)
    assert again.view.asking.values() == {}
    again.choose(own)
    again.type("事由", "先写")
    again.choose(own, third)
    assert again.view.asking.values() == {"事由": "先写"}
    again.choose(own)
    assert again.view.asking.values() == {}
    again.put_away()


def test_options_are_boxes_to_tick(desk: Desk, tmp_path: Path) -> None:
    cells = {"A1": "{{姓名}}", "A2": "{{填写.结果|选项:同意/不同意}}"}
    desk.app.forms.add(workbook(tmp_path / "意见.xlsx", cells), Subject.MEMBER)
    desk.page.reload()
    desk.choose("会员/意见", desk.ids[0])
    boxes = desk.view.asking.editors["结果"].findChildren(QCheckBox)
    assert [box.text() for box in boxes] == ["同意", "不同意"]
    boxes[1].click()
    desk.settle()
    assert desk.view.asking.values() == {"结果": "不同意"}
    assert "■不同意" in words(desk.view.preview.data)


def test_whole_numbers_typed_ask_what_for_and_a_notice_without_its_days_is_asked_about(desk: Desk) -> None:
    desk.choose("填写/帮扶签领表（中央资金）")
    desk.view.asking.lists["名单"].set_value([{"姓名": "张三", "身份证号": ID_NUMBER, "金额": "500"}])
    desk.prompts.answers = [None]
    desk.page.giving.print()
    assert [kind for kind, _ in desk.prompts.asked] == ["purpose"]
    desk.app.forms.add(workbook(desk.app.path.parent / "情况公示.xlsx", {"A1": "{{填写.公示期}}"}), Subject.FREE)
    desk.page.reload()
    desk.choose("填写/情况公示")
    assert desk.view.findings.texts == ["【没有填】公示期，纸上空着。"]
    desk.prompts.asked.clear()
    desk.prompts.answers = [False]
    desk.page.giving.print()
    assert [kind for kind, _ in desk.prompts.asked] == ["confirm"]
    assert "还没有填公示期" in desk.prompts.asked[0][1]
    assert not desk.page.giving.windows


# -- an office's own forms -------------------------------------------------------------------------------------------


def test_a_workbook_with_an_unknown_tag_is_refused_with_cell_and_nearest_tag(desk: Desk, tmp_path: Path) -> None:
    desk.prompts.answers = [[workbook(tmp_path / "新表.xlsx", {"B7": "{{姓明}}"})], "member"]
    desk.page.own.add()
    kind, sentence = desk.prompts.asked[-1]
    assert kind == "error"
    assert "B7" in sentence
    assert "姓名" in sentence
    assert "新表（自己的）" not in desk.view.shelf.texts


def test_a_sound_workbook_is_added_and_replaced_only_when_one_says_so(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "新表.xlsx", {"B7": "{{姓名}}"})
    desk.prompts.answers = [[path], "member"]
    desk.page.own.add()
    assert desk.controller.form is not None
    assert (desk.controller.form.name, desk.controller.form.own) == ("新表", True)
    assert desk.said == ["表单“新表”已放进“会员”一类。"]
    workbook(path, {"B7": "{{姓名}}", "B8": "{{填写.事由}}"})
    desk.prompts.answers = [[path], "member", False]
    desk.page.own.add()
    assert desk.app.forms.named("新表").asked == ()
    desk.prompts.answers = [[path], "member", True]
    desk.page.own.add()
    assert desk.app.forms.named("新表").asked == ("事由",)
    assert desk.prompts.verbs == ["替换 1 张表单"] * 2


def test_a_shipped_form_is_replaced_only_when_one_says_so_and_is_there_again(desk: Desk, tmp_path: Path) -> None:
    path, posted = workbook(tmp_path / "入会申请书.xlsx", {"B7": "{{姓名}}"}), []
    desk.page._around.notices.posted.connect(posted.append)
    desk.prompts.answers = [[path], "member", False]
    desk.page.own.add()
    assert desk.prompts.asked[-1] == ("confirm", "程序自带的表单也有一张叫“入会申请书”，以后用本单位这一张？")
    assert not desk.app.forms.named("入会申请书").own and desk.said == []
    desk.prompts.answers = [False]
    assert not desk.page.own.take_in(path, "member", {"B8": "性别"}, " 入会申请书.xlsx ")
    assert not desk.app.forms.named("入会申请书").own
    desk.prompts.answers = [[path], "member", True]
    desk.page.own.add()
    assert desk.controller.form is not None and desk.controller.form.own
    assert "去掉它以后又用自带的" in desk.said[-1]
    desk.prompts.answers = [[path], "member", True]
    desk.page.own.add()  # the own one is replaced: nothing is asked of the shipped one again
    assert desk.prompts.verbs[-1] == "替换 1 张表单" and not desk.prompts.answers
    notice = posted[-1]
    assert notice.action == "用回自带的" and notice.run is not None
    desk.prompts.answers = [True]
    notice.run()
    assert not desk.app.forms.named("入会申请书").own
    assert desk.controller.form == desk.app.forms.named("入会申请书")
    assert desk.said[-1] == "已删除表单“入会申请书”。现在用的是程序自带的那一张。"
    desk.prompts.answers = [[path], "free"]
    desk.page.own.add()  # of another subject it stands in the place of none
    assert desk.said[-1] == "表单“入会申请书”已放进“填写”一类。"


def test_an_own_form_is_removed_after_a_question_a_shipped_one_never(desk: Desk, own: str) -> None:
    desk.page.reload()
    desk.controller.choose(own)
    assert not desk.view.own.isHidden()
    desk.prompts.answers = [False]
    desk.page.own.remove()
    assert "谈话记录（自己的）" in desk.view.shelf.texts
    desk.prompts.answers = [True]
    desk.page.own.remove()
    assert "谈话记录（自己的）" not in desk.view.shelf.texts
    assert desk.controller.form is None
    desk.controller.choose("会员/入会申请书")
    assert desk.view.own.isHidden()
    desk.page.own.remove()
    assert desk.prompts.verbs == ["删除 1 张表单"] * 2


def test_an_upper_unions_template_is_mapped_by_clicking_cells_and_changed_later(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "上级表.xlsx", {"A1": "上级统计表", "A3": "姓名", "C3": "电话："})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B3:B4")
    book.save(path)
    desk.prompts.answers = [[path]]
    desk.page.begin_template()
    assert desk.routes == [("forms", "template")]
    view, template = desk.page.template_view, desk.page.template
    template.put("姓名")
    assert template.cells == {}
    assert desk.said == ["先点一个格子，再选要填的标签。"]
    view.grid.choose("B3")
    view.tags.text.setText("姓名")
    view.tags.text.returnPressed.emit()
    view.grid.choose("C3")
    desk.prompts.answers = [False, True]
    template.put("手机号码")
    assert view.text.text() == "电话："
    template.put("手机号码")
    assert desk.prompts.asked[-1] == ("confirm", "格子 C3 里的“电话：”换成“{{手机号码}}”？")
    assert view.text.text() == "{{手机号码}}"
    view.text.setText("电话：{{手机号码}}")
    view.typed.emit("电话：{{手机号码}}")
    assert view.grid.texts == {
        "A1": "上级统计表",
        "A3": "姓名",
        "B3": "{{姓名}}",
        "C3": "电话：{{手机号码}}",
    }
    assert desk.page.half_typed()
    view.name.setText("上级会员表")
    desk.page.save()
    form = desk.app.forms.named("上级会员表")
    assert form.own
    (sheet,) = form_grid.grid(form.path)
    assert {cell.place: cell.text for cell in sheet.cells}["B3"] == "{{姓名}}"
    assert next(cell for cell in sheet.cells if cell.place == "B3").rows == 2
    assert openpyxl.load_workbook(path).active["B3"].value is None  # their file stays as it was
    assert not desk.page.half_typed()

    desk.page.change()
    view.grid.choose("C3")
    view.clear.click()
    view.grid.choose("A1")
    desk.prompts.answers = [True]
    desk.page.save()
    (sheet,) = form_grid.grid(form.path)
    assert {cell.place: cell.text for cell in sheet.cells}.get("C3", "") == ""
    desk.settle()


def test_a_template_left_half_done_is_still_there(desk: Desk, tmp_path: Path) -> None:
    desk.prompts.answers = [[workbook(tmp_path / "上级表.xlsx", {"A1": "表"})]]
    desk.page.begin_template()
    desk.page.template_view.grid.choose("A1")
    desk.prompts.answers = [True]
    desk.page.template.put("姓名")
    assert desk.page.escape()
    assert desk.page.shown is desk.view
    assert desk.page.unsaved() == 1
    desk.page.begin_template()
    assert desk.page.shown is desk.page.template_view
    assert desk.page.template.cells == {"表!A1": "{{姓名}}"}


def test_tags_are_listed_by_subject_found_and_copied(desk: Desk) -> None:
    desk.page.open_argument("tags")
    tags = desk.page.tags.tags
    assert {"姓名", "家庭成员.姓名", "家庭成员.序号"} <= set(tags.tags)
    tags.subject_chosen.emit("batch")
    assert "名单.金额" in tags.tags
    assert "家庭成员.姓名" not in tags.tags
    tags.text.setText("名单.金额")
    tags.text.returnPressed.emit()
    assert QGuiApplication.clipboard().text() == f"{{{{{tags.tags[0]}}}}}"
    assert "名单.金额" in tags.tags[0]
    assert desk.page.escape()


# -- verifying -------------------------------------------------------------------------------------------------------


def test_a_print_is_verified_by_its_code_or_its_file(desk: Desk, tmp_path: Path) -> None:
    desk.page.verify()
    dialog = next(found for found in desk.page.findChildren(QDialog) if isinstance(found, VerifyDialog))
    dialog.accept()
    assert dialog.verdict.text() == "先输入核验码，或选一个 PDF 文件。"
    dialog.code.setText("123")
    dialog.accept()
    assert "不是核验码" in dialog.verdict.text()
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"no pdf")
    desk.prompts.answers = [[broken]]
    dialog.pick.click()
    assert "读不出来" in dialog.verdict.text()
    assert dialog.isVisible()
    dialog.close()


# -- rights ----------------------------------------------------------------------------------------------------------


def test_who_may_not_change_settings_adds_no_forms(app: App, tmp_path: Path, qtbot: QtBot) -> None:
    app.store.viewer = reviewer = Actor("王秀英", frozenset([Role.REVIEWER]), user_id="u")
    desk = Desk(app, tmp_path, qtbot, reviewer)
    assert not desk.page._held["add"].isEnabled()
    assert not desk.page._held["template"].isEnabled()
    desk.controller.choose("会员/入会申请书")
    assert desk.page._held["print"].isEnabled()
    desk.put_away()


def test_a_low_page_keeps_its_room_for_the_fields(desk: Desk) -> None:
    desk.controller.choose("填写/困难职工档案表（A表）")
    full = {button.text() for button in desk.view.findChildren(QPushButton) if button.isVisible()}
    assert "保存为 PDF" in full and not desk.view.more.isVisible() and desk.view.about.isVisible()
    desk.page.resize(800, 380)
    desk.settle()
    low = {button.text() for button in desk.view.findChildren(QPushButton) if button.isVisible()}
    assert {"打印", "更多"} <= low and "保存为 PDF" not in low and not desk.view.about.isVisible()
    menu = desk.view.more.menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["保存为 PDF", "保存为 Excel", "从 Excel 填写"]
    assert desk.view.grouped.parentWidget().isVisible()


def test_notices_stand_above_what_the_check_says(desk: Desk) -> None:
    desk.controller.choose("填写/困难职工档案表（A表）")
    desk.settle()
    stack = NoticeStack(desk.notices, desk.page)
    desk.notices.post("已填好。")
    (notice,) = [each for each in desk.page.findChildren(QFrame, "notice") if each.isVisible()]
    top = desk.view.findings.mapTo(desk.page, QPoint(0, 0)).y()
    assert stack.texts == ["已填好。"] and notice.geometry().bottom() < top


def test_what_would_be_cut_is_asked_about_before_it_is_printed_or_saved(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "窄.xlsx", {"A1": "{{姓名}}", "B1": "|"})
    book = openpyxl.load_workbook(path)
    book.active.column_dimensions["A"].width = 1
    book.active.row_dimensions[1].height = 8
    book.save(path)
    form = desk.app.forms.add(path, Subject.MEMBER)
    desk.page.reload()
    desk.choose(form.key, desk.ids[0])
    target = tmp_path / "出.pdf"
    desk.prompts.answers = [target, False, target, True]
    for written in (False, True):
        desk.page.giving.save_pdf()
        desk.settle()
        kind, question = desk.prompts.asked[-1]
        assert kind == "confirm" and "有一部分看不到" in question and "A1" in question
        assert target.exists() is written

"""从 Excel 填写 as its user meets it: choosing a file, its columns, the copies, printing and saving."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from forms_desk import Desk, app, desk, words, workbook
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from unionoffice.app import App
from unionoffice.services.forms.service import Subject
from unionoffice.ui.forms.columns_dialog import ColumnsDialog

__all__ = ["app", "desk"]

PLATFORM = Path(__file__).parents[1] / "data" / "困难职工档案-平台导出.xlsx"
FORM_A, AID = "填写/困难职工档案表（A表）", "填写/帮扶签领表（中央资金）"
VISIT = "填写/走访"


def sheet(path: Path, *rows: Sequence[Any], **more: Sequence[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "名单"
    for name, lines in {"名单": rows, **more}.items():
        found = book.active if name == "名单" else book.create_sheet(name)
        for line in lines:
            found.append(list(line))
    book.save(path)
    return path


@pytest.fixture
def visit(app: App, tmp_path: Path) -> None:
    cells = {"A1": "{{姓名}}的走访记录", "A2": "{{手机号码}}", "A3": "{{走访日期}}", "A4": "{{走访情况}}"}
    app.forms.add(workbook(tmp_path / "走访.xlsx", cells), Subject.FREE)


def fill(desk: Desk, path: Path) -> ColumnsDialog:
    """Choose a file; the columns are before the user then."""
    desk.prompts.answers = [[path]]
    desk.page._held["rows"].trigger()
    desk.settle()
    dialog = desk.page.filling.dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def take(desk: Desk, dialog: ColumnsDialog) -> None:
    dialog.accept_button.click()
    desk.settle()


def test_only_forms_about_nothing_offer_it(desk: Desk) -> None:
    desk.controller.choose("会员/入会申请书")
    assert not desk.page._held["rows"].isVisible()
    desk.controller.choose(FORM_A)
    assert desk.page._held["rows"].isVisible() and desk.page._held["rows"].isEnabled()
    desk.settle()


def test_the_platforms_export_becomes_a_copy_for_each_row(desk: Desk, tmp_path: Path) -> None:
    desk.choose(FORM_A)
    desk.type("次要致困原因", "待核实")
    desk.type("姓名", "上一个人")
    dialog = fill(desk, PLATFORM)
    assert dialog.table.geometry().bottom() < dialog.unused.geometry().top()
    lacking = "家庭其他年收入、次要致困原因、其他（文字描述）、附件"
    assert dialog.told.text() == f"87 列里用到 87 列；文件里没有的：{lacking}。"
    assert dialog.boxes["编号"].currentText() == "职工编号"
    assert dialog.boxes["家庭成员2身份证号"].currentText() == "家庭成员2身份证号"
    take(desk, dialog)
    request = desk.controller.request
    assert request is not None and request.copies == 24
    asking = desk.view.asking
    assert asking.file.told.text() == "按“困难职工档案-平台导出.xlsx”填写，24 行，每行一份。下面填的会印在每一份上。"
    assert asking.editors["姓名"].isHidden() and asking.lists["家庭成员"].isHidden()
    assert not asking.editors["次要致困原因"].isHidden() and not asking.lists["附件"].isHidden()
    shown = words(desk.view.preview.data)
    assert "唐波" in shown and "410105198902096452" not in shown and "待核实" in shown and "上一个人" not in shown
    desk.page.previewing.turn(1)
    desk.settle()
    assert "雷鑫" in words(desk.view.preview.data)
    desk.page.reload()
    desk.settle()
    assert desk.controller.request.copies == 24 and asking.editors["姓名"].isHidden()
    desk.prompts.answers = ["报送", tmp_path / "档案.pdf"]
    desk.page._held["pdf"].trigger()
    desk.settle()
    (asked,) = [text for kind, text in desk.prompts.asked if kind == "purpose"]
    assert asked == "保存24 份“困难职工档案表（A表）”"
    assert words((tmp_path / "档案.pdf").read_bytes()).count("困难职工档案表") == 24
    asking.file.drop.click()
    desk.settle()
    assert desk.controller.request.copies == 1 and not asking.editors["姓名"].isHidden() and asking.file.isHidden()


def test_a_column_nobody_knows_is_chosen_by_hand_and_known_the_next_time(
    desk: Desk, visit: None, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "一.xlsx", ["受访人", "电话", "另一电话"], ["甲", "13800000001", "13900000002"])
    desk.page.reload()
    desk.choose(VISIT)
    dialog = fill(desk, path)
    assert "还没有指明哪一列是“姓名”" in dialog.told.text()
    dialog.accept_button.click()
    assert dialog.isVisible()
    dialog.choose("受访人", "姓名")
    dialog.choose("另一电话", "手机号码")
    assert dialog.boxes["电话"].currentText() == "不用"
    dialog.unused.click()
    assert [dialog.table.isRowHidden(row) for row in range(3)] == [True, False, True]
    take(desk, dialog)
    assert desk.controller.rows is not None
    assert [dict(row.values) for row in desk.controller.rows.rows] == [{"姓名": "甲", "手机号码": "13900000002"}]
    desk.view.asking.file.columns.click()
    desk.settle()
    again = desk.page.filling.dialog
    assert again is not None and again.boxes["受访人"].currentText() == "姓名"
    again.reject()
    assert desk.controller.rows is not None


def test_the_wheel_over_a_column_moves_the_list_and_changes_nothing(desk: Desk, visit: None, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    dialog = fill(desk, sheet(tmp_path / "一.xlsx", ["姓名", "备注"], ["甲", "乙"]))
    box = dialog.boxes["备注"]
    no, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    turned = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), no, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(box, turned)
    assert box.currentText() == "不用" and not dialog.said
    dialog.reject()


def test_one_sheet_of_several_is_chosen(desk: Desk, visit: None, tmp_path: Path) -> None:
    path = sheet(tmp_path / "两表.xlsx", ["姓名"], ["甲"], 二队=[["姓名", "走访日期"], ["乙", "2026-9-1"]])
    desk.page.reload()
    desk.choose(VISIT)
    dialog = fill(desk, path)
    assert not dialog.sheet.isHidden()
    dialog.sheet.setCurrentIndex(dialog.sheet.findData("二队"))
    dialog.sheet.activated.emit(dialog.sheet.currentIndex())
    desk.settle()
    dialog = desk.page.filling.dialog
    assert dialog is not None and dialog.sheet.currentText() == "工作表：二队"
    take(desk, dialog)
    assert desk.controller.rows is not None
    assert [row.title for row in desk.controller.rows.rows] == ["乙"]


def test_a_sign_sheets_rows_go_onto_its_list_to_be_changed(desk: Desk) -> None:
    desk.choose(AID)
    editor = desk.view.asking.lists["名单"]
    editor.set_value([{"姓名": "手工填的", "金额": "5"}])
    dialog = fill(desk, PLATFORM)
    assert "24 行，填进“名单”" in dialog.findChildren(type(dialog.told))[1].text()
    take(desk, dialog)
    assert len(editor.value()) == 24
    assert (editor.value()[0]["姓名"], editor.value()[0]["困难职工编号"]) == ("唐波", "KN20260001")
    assert "文件里没有金额、凭证号，可以在下面补填。" in desk.view.asking.file.told.text()
    assert desk.controller.request is not None and desk.controller.request.copies == 1
    assert "唐波" in words(desk.view.preview.data) and "手工填的" not in words(desk.view.preview.data)
    desk.notices.undo_last()
    desk.settle()
    assert [row["姓名"] for row in editor.value()] == ["手工填的"]


def test_what_is_told_of_the_file_leads_to_its_copy(desk: Desk, visit: None, tmp_path: Path) -> None:
    path = sheet(tmp_path / "一.xlsx", ["姓名", "走访日期"], ["甲", "2026-9-1"], ["乙", "秋天"], ["", "2026-9-3"])
    desk.page.reload()
    desk.choose(VISIT)
    take(desk, fill(desk, path))
    told = desk.view.findings.texts
    assert any("第 4 行" in each for each in told) and any("“走访日期”按表里的内容填写" in each for each in told)
    desk.page.previewing.go_to(next(each for each in desk.page.previewing._listed if each.copy == 1))
    desk.settle()
    assert "乙" in words(desk.view.preview.data)


def test_another_form_is_not_filled_from_it_and_what_is_no_table_is_told(
    desk: Desk, visit: None, tmp_path: Path
) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    take(desk, fill(desk, sheet(tmp_path / "一.xlsx", ["姓名", "备注"], ["甲", ""], ["乙", ""])))
    desk.choose(FORM_A)
    assert desk.controller.rows is None and desk.view.asking.file.isHidden()
    desk.choose(VISIT)
    assert desk.controller.rows is None
    (tmp_path / "图.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    desk.prompts.answers = [[tmp_path / "图.xlsx"]]
    desk.page._held["rows"].trigger()
    desk.settle()
    assert desk.prompts.asked[-1][0] == "error" and "不是表格" in desk.prompts.asked[-1][1]
    desk.prompts.answers = [[sheet(tmp_path / "空.xlsx", ["姓名", "备注"])]]
    desk.page._held["rows"].trigger()
    desk.settle()
    dialog = desk.page.filling.dialog
    assert dialog is not None
    take(desk, dialog)
    assert "下面没有内容" in desk.prompts.asked[-1][1] and desk.controller.rows is None


def test_a_file_read_too_late_fills_no_other_form(desk: Desk, visit: None, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    desk.prompts.answers = [[sheet(tmp_path / "一.xlsx", ["姓名", "备注"], ["甲", ""])]]
    desk.page._held["rows"].trigger()
    desk.controller.choose(FORM_A)
    desk.settle()
    assert desk.page.filling.dialog is None


def test_what_is_half_typed_below_a_column_stops_nothing(desk: Desk, visit: None, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    desk.type("走访日期", "秋天")
    take(desk, fill(desk, sheet(tmp_path / "一.xlsx", ["姓名", "走访日期"], ["甲", "2026-9-1"])))
    desk.prompts.answers = [tmp_path / "走访.pdf"]
    desk.page._held["pdf"].trigger()
    desk.settle()
    assert "2026-09-01" in words((tmp_path / "走访.pdf").read_bytes())
    assert desk.view.asking._errors["走访日期"].isHidden() and "看不懂" not in desk.view.preview.copy_text


def test_saving_as_excel_asks_for_a_folder_for_several(desk: Desk, visit: None, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    take(desk, fill(desk, sheet(tmp_path / "一.xlsx", ["姓名", "备注"], ["甲", ""], ["乙", ""])))
    folder = tmp_path / "出"
    folder.mkdir()
    desk.prompts.answers = [folder]
    desk.page._held["excel"].trigger()
    desk.settle()
    assert len(list(folder.iterdir())) == 2 and desk.said[-1] == "已存 2 个 Excel 文件。"


def test_the_keyboard_goes_through_the_columns_and_begins_at_the_first_unknown_one(
    desk: Desk, visit: None, tmp_path: Path
) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    many = [f"说明{number}" for number in range(12)]
    dialog = fill(desk, sheet(tmp_path / "名单.xlsx", ["姓名", *many], ["张三", *many]))
    dialog.activateWindow()
    boxes = list(dialog.boxes.values())
    assert dialog.focusWidget() is boxes[1]
    passed = []
    for _ in range(14):
        desk.qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        passed.append(dialog.focusWidget())
    assert passed == [*boxes[2:], dialog.unused, dialog.cancel_button, dialog.accept_button]
    desk.qtbot.keyClick(dialog.unused, Qt.Key.Key_Backtab)
    desk.qtbot.waitUntil(lambda: not dialog.boxes["说明11"].visibleRegion().isEmpty())
    desk.qtbot.keyClick(boxes[-1], Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_columns_that_are_all_known_wait_for_enter(desk: Desk, visit: None, tmp_path: Path) -> None:
    desk.page.reload()
    desk.choose(VISIT)
    dialog = fill(desk, sheet(tmp_path / "名单.xlsx", ["姓名"], ["张三"]))
    assert dialog.focusWidget() is dialog.accept_button

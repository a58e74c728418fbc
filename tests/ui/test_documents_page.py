"""公文: choosing a template, filling it in, what is lacking, the preview, giving out, and drafts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from documents_desk import LETTER, MINE, Desk, office, own_template, page_of_papers, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tests.documents.official.reading import read
from unionoffice.kernel.errors import Cancelled
from unionoffice.services.holidays import calendar
from unionoffice.store.beside import PAPERS
from unionoffice.ui import shown, theme
from unionoffice.ui.documents.page import DocumentsPage
from unionoffice.ui.forms.list_editor import ListEditor
from unionoffice.ui.records.editors import LineEditor, MoneyEditor

__all__ = ["office", "own_template", "page_of_papers"]

HEADED = {
    LETTER: "同志工会会籍的函",
    "工作报告": "上的工作报告",
    "会议纪要": "〔会议名称〕纪要",
    "商户合作函": "关于商请开展会员优惠",
}
"""What only the paper of a template says."""


def shown_text(desk: Desk) -> str:
    """The words of the pages in the preview, as the widget has them."""
    pages = desk.page.view.preview.document
    return "".join(pages.getAllText(page).text() for page in range(pages.pageCount()))


def test_ours_and_the_offices_own_templates_are_listed_broken_ones_with_what_is_wrong(
    desk: Desk, mine: str, tmp_path: Path
) -> None:
    (tmp_path / PAPERS / "坏的.txt").write_text("没有开头", "utf-8")
    desk.page.reload()
    assert {"会员会籍转移函", "停水通知（自己的）", "坏的（有问题）"} <= set(desk.page.view.texts)
    desk.page.choose("坏的")
    assert desk.page.template is None
    assert desk.page.view.writing.fault_texts == ["第 1 行：模板应以【模板】开头。"]
    assert not desk.page.commands["print"].isEnabled()
    desk.page.view.text.setText("停水")
    assert desk.page.view.texts == ["停水通知（自己的）"]


def test_the_preview_names_what_is_open_and_follows_what_is_typed(desk: Desk, mine: str) -> None:
    before = len(desk.app.access_log.entries())
    desk.page.choose(mine)
    desk.settle()
    assert "关于〔楼号〕停水的通知" in words(desk.page.view.preview)
    assert desk.page.view.preview.copy_text.startswith("还有 3 项没填")
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30), 户数=48)
    desk.settle()
    text = words(desk.page.view.preview)
    assert "关于5号楼停水的通知" in text
    assert "2026年9月30日停水，涉及48户" in text
    assert desk.page.view.preview.copy_text == ""
    assert len(desk.app.access_log.entries()) == before


def test_the_red_head_is_left_out_for_paper_that_bears_one(desk: Desk) -> None:
    desk.page.choose(LETTER)
    desk.settle()
    assert "〔发文机关〕" in words(desk.page.view.preview)[:40]
    desk.page.view.red_head.setChecked(False)
    desk.settle()
    assert "〔发文机关〕" not in words(desk.page.view.preview)[:40]


def test_what_is_lacking_is_said_at_its_field_and_nothing_leaves(desk: Desk, mine: str, tmp_path: Path) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 户数="很多")
    desk.page.print()
    assert desk.page.view.fields.error("户数")
    desk.type(户数=48)
    desk.page.print()
    assert "停水日期" in desk.page.view.fields.error("停水日期")
    desk.settle()
    assert desk.page._windows == []
    assert desk.prompts.asked == []


def test_a_filled_paper_is_printed_and_saved_and_logged(desk: Desk, mine: str, tmp_path: Path) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30), 户数=48)
    desk.page.print()
    desk.settle()
    (window,) = desk.page._windows
    assert "关于5号楼停水的通知" in words(window)
    desk.prompts.answers = [tmp_path / "通知.pdf"]
    desk.page.save()
    desk.settle()
    assert desk.prompts.asked[-1] == ("save_file", "2026-通知-30年-0001-关于5号楼停水的通知.pdf")
    assert "关于5号楼停水的通知" in PdfReader(tmp_path / "通知.pdf").pages[0].extract_text()
    assert desk.said == ["已存为“通知.pdf”。"]
    assert [entry.what for entry in desk.app.access_log.entries()[:2]] == ["停水通知"] * 2


def test_characters_without_a_font_are_told_with_their_line(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="\U00032000号楼")
    desk.settle()
    assert "\U00032000" in desk.page.view.told.text()
    assert "停水" in desk.page.view.told.text()


def test_what_was_typed_is_there_after_the_program_ended_and_other_papers_have_their_own(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30))
    desk.page.choose(LETTER)
    assert "楼号" not in desk.page.view.fields.editors
    desk.settle()
    again = desk.again()
    again.page.choose(mine)
    assert again.page.view.fields.values() == {"楼号": "5号楼", "停水日期": date(2026, 9, 30)}
    assert "接着填" in again.page.view.draft.text()
    assert [each.name for each in again.app.drafts.unfinished()] == ["停水通知"]
    again.page.choose(LETTER)
    assert again.page.view.draft.isHidden()
    again.put_away()


def test_a_paper_begun_anew_is_empty_and_can_be_brought_back(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼")
    desk.page.begin()
    assert desk.page.view.fields.values() == {}
    desk.notices.undo_last()
    assert desk.page.view.fields.values() == {"楼号": "5号楼"}
    desk.settle()


def test_while_projecting_no_paper_is_shown(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.settle()
    shown.screen.project(True)
    try:
        desk.settle()
        assert "投屏" in desk.page.view.preview.sentence
    finally:
        shown.screen.project(False)
    desk.settle()
    assert desk.page.view.preview.sentence == ""


def test_while_projecting_no_field_of_a_paper_shows_what_others_may_not_read(desk: Desk, tmp_path: Path) -> None:
    template = MINE.replace("户数｜整数｜12", "标准｜金额｜500.00\n找谁｜电话｜0931-2345678\n说明｜多段｜停水")
    template = template.replace(
        "{{停水日期}}停水，涉及{{户数}}户。", "{{停水日期}}停水，每户{{标准}}元，问{{找谁}}。\n{{说明}}"
    )
    (tmp_path / PAPERS).mkdir(exist_ok=True)
    (tmp_path / PAPERS / "停水补助.txt").write_text(template, "utf-8")
    desk.page.reload()
    desk.page.choose("停水补助")
    desk.settle()
    fields = desk.page.view.fields
    desk.type(楼号="5号楼", 标准=50_000, 找谁="13812345678", 说明="张三，610824198707162332，1,000.00 元")
    before, kept = fields.values(), fields.typed()

    def seen() -> list[str]:
        found = [line.text() for line in fields.findChildren(QLineEdit) if line.isVisible()]
        return [
            *found,
            *(note.toPlainText() for note in fields.findChildren(QPlainTextEdit) if note.isVisible()),
        ]

    assert {"500.00", "13812345678"} <= set(seen())
    shown.screen.project(True)
    try:
        desk.settle()
        assert seen() == ["5号楼", "", shown.HIDDEN, "138****5678", f"张三，610***32，{shown.HIDDEN} 元"]
        assert fields.values() == before and fields.typed() == kept
        desk.type(标准="五百多")  # as a draft brings it back
        assert len(seen()) == 5 and "五百多" not in seen() and fields.unreadable() == ["标准"] and not fields.check()
        assert fields.error("标准") == "填的看不懂，结束投屏后查看和修改。"
        desk.page.print()
        desk.page.choose(LETTER)
        desk.page.choose("停水补助")
        desk.settle()
        assert not {"五百多", "13812345678"} & set(seen())
    finally:
        shown.screen.project(False)
    assert {"五百多", "13812345678"} <= set(seen()) and "不" in fields.error("标准")
    desk.settle()


PERIOD = "困难职工公示"


def key_in(desk: Desk, name: str, text: str) -> None:
    """Stand in a field, replace what is there by keys, and stay there."""
    editor = desk.page.view.fields.editors[name]
    assert isinstance(editor, LineEditor)
    desk.page.activateWindow()
    editor.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, text)


def ends(desk: Desk, first: date, count: int) -> date:
    return calendar(desk.app.path).ends(first, count)


def test_the_end_of_a_period_is_never_computed_from_a_day_half_typed(desk: Desk) -> None:
    desk.page.choose(PERIOD)
    fields = desk.page.view.fields
    key_in(desk, "公示天数", "5")
    key_in(desk, "公示开始", "2026-09-2")
    assert "公示结束" not in fields.values()
    key_in(desk, "公示开始", "2026-09-28")
    assert "公示结束" not in fields.values()
    QTest.keyClick(fields.editors["公示开始"].focusWidget(), Qt.Key.Key_Tab)
    assert fields.values()["公示结束"] == ends(desk, date(2026, 9, 28), 5)
    desk.settle()


def test_an_end_that_nobody_typed_follows_its_beginning_and_a_typed_one_stays(desk: Desk) -> None:
    desk.page.choose(PERIOD)
    fields = desk.page.view.fields
    key_in(desk, "公示天数", "5")
    key_in(desk, "公示开始", "2026-09-14")
    key_in(desk, "公示天数", "5")  # goes back: what was typed is whole
    key_in(desk, "公示开始", "2026-09-28")
    key_in(desk, "受理部门", "A1")
    assert fields.values()["公示结束"] == ends(desk, date(2026, 9, 28), 5)
    assert fields.values()["公示天数"] == 5
    key_in(desk, "公示结束", "2026-09-30")
    key_in(desk, "公示开始", "2026-09-21")
    key_in(desk, "受理部门", "A2")
    assert fields.values()["公示结束"] == date(2026, 9, 30)
    assert fields.values()["公示天数"] == calendar(desk.app.path).count(date(2026, 9, 21), date(2026, 9, 30))
    desk.settle()
    again = desk.again()
    again.page.choose(PERIOD)
    assert again.page.view.fields.values()["公示结束"] == date(2026, 9, 30)
    again.settle()
    again.put_away()


def test_printing_at_once_counts_what_is_being_typed(desk: Desk, tmp_path: Path) -> None:
    desk.page.choose(PERIOD)
    examples = desk.app.official_documents.template(PERIOD).examples
    desk.type(**{name: value for name, value in examples.items() if not name.startswith("公示")}, 公示事项="名单")
    key_in(desk, "公示天数", "5")
    key_in(desk, "公示开始", "2026-09-14")
    desk.prompts.answers = [tmp_path / "公示.pdf"]
    QTest.keyClick(desk.page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert "2026年9月14日至2026年9月18日" in PdfReader(tmp_path / "公示.pdf").pages[0].extract_text().replace("\n", "")


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field_in_sight(desk: Desk, tmp_path: Path) -> None:
    desk.page.resize(1100, 600)
    desk.page.choose(PERIOD)
    fields = desk.page.view.fields
    examples = desk.app.official_documents.template(PERIOD).examples
    desk.type(**{**examples, "公示开始": date(2026, 9, 28), "公示结束": date(2026, 9, 8)})
    key_in(desk, "受理电话", "010-00001234")
    desk.settle()
    for leave in (desk.page.print, desk.page.save):
        fields.editors["成文日期"].setFocus()
        leave()
        assert fields.error("公示结束").startswith("“公示结束”（2026年9月8日）在“公示开始”（2026年9月28日）之前")
        assert fields.editors["公示结束"].isAncestorOf(desk.page.focusWidget())
        for widget in (fields._labels["公示结束"], fields.editors["公示结束"], fields._errors["公示结束"]):
            assert in_sight(widget)
    desk.settle()
    assert (desk.prompts.asked, desk.page._windows) == ([], [])


def in_sight(widget: QWidget) -> bool:
    """Whether nothing of a widget is scrolled away."""
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_what_is_lacking_is_brought_into_sight_and_the_next_keys_go_there(desk: Desk) -> None:
    desk.page.resize(1100, 600)
    desk.page.choose("经费请示")
    fields = desk.page.view.fields
    values = dict(desk.app.official_documents.template("经费请示").examples)
    del values["发文字号"]
    desk.type(**values)
    desk.settle()
    key_in(desk, "印发部门", "A1")
    desk.page.print()
    assert in_sight(fields._errors["发文字号"])
    QTest.keyClicks(desk.page.focusWidget(), "B7")
    assert fields.values()["发文字号"] == "B7"
    assert fields.values()["印发部门"] == "A1"
    fields.show_value("预算明细", ())
    key_in(desk, "印发部门", "A1")
    desk.page.print()
    assert in_sight(fields._errors["预算明细"])
    desk.settle()


def test_another_paper_is_shown_from_its_first_field(desk: Desk) -> None:
    desk.page.resize(1100, 600)
    desk.page.choose("经费请示")
    desk.settle()
    fields = desk.page.view.fields
    key_in(desk, "印发部门", "A1")
    fields.show_error("印发部门", "写错了。")
    assert not in_sight(fields.editors["发文机关"])
    desk.page.choose(LETTER)
    desk.settle()
    assert in_sight(fields.editors["发文机关"])


def test_every_example_that_the_preview_shows_is_announced(desk: Desk) -> None:
    desk.page.choose("经费请示")
    desk.settle()
    told = desk.page.view.preview.copy_text
    text = words(desk.page.view.preview).replace("\n", "")
    assert "〔签发人〕" in text and "王示范" not in text and "〔联系电话〕" in text
    assert told == "还有 13 项没填，“参加人数”“申请金额”“预算明细”显示的是例子"
    template = desk.app.official_documents.template("经费请示")
    values = {field.name: f"填{at}" for at, field in enumerate(template.fields) if field.kind.name == "TEXT"}
    desk.type(**values, 签发人="王示范", 联系电话="1")
    desk.settle()
    assert desk.page.view.preview.copy_text == "还有 3 项没填，“参加人数”“申请金额”“预算明细”显示的是例子"
    desk.type(参加人数=12, 申请金额=4860000, 预算明细=template.examples["预算明细"])
    desk.settle()
    assert desk.page.view.preview.copy_text == ""
    assert "240" not in words(desk.page.view.preview)


@pytest.mark.parametrize(
    ("answer", "names"), [("hint", ["张*（1）", "张*（2）"]), ("as_is", ["张*", "张*"]), (None, [])]
)
def test_namesakes_on_a_public_paper_are_asked_about_before_it_is_printed(
    desk: Desk, answer: str | None, names: list[str]
) -> None:
    desk.page.choose("评优公示")
    template = desk.app.official_documents.template("评优公示")
    rows = (("1", "张*", "机关分工会", "先进"), ("2", "张*", "机关分工会", "先进"))
    desk.type(**{**template.examples, "推荐名单": rows})
    desk.settle()
    assert "分不清是谁" in desk.page.view.told.text()
    desk.prompts.answers = [answer]
    desk.page.print()
    desk.settle()
    assert desk.prompts.asked == [("choice", "名单里有人分不清")]
    if answer is None:
        assert desk.page._windows == []
        return
    printed = words(desk.page._windows[0]).replace(" ", "")  # names of two characters stand apart
    assert printed.count("张*") == 2
    assert [row[1] for row in desk.page.view.fields.values()["推荐名单"]] == names
    assert all(name in printed for name in names)


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (840, 370)])
def test_what_is_told_of_many_leaves_the_paper_its_room(desk: Desk, size: tuple[int, int]) -> None:
    view = desk.page.view
    desk.page.resize(*size)
    desk.page.choose("评优公示")
    desk.settle()
    room = view.preview.height()
    template = desk.app.official_documents.template("评优公示")
    rows = tuple((str(at), f"张{'甲乙丙丁戊己庚辛壬癸'[at % 10]}*", "机电队", "先进") for at in range(1, 301))
    desk.type(**{**template.examples, "推荐名单": rows, "受理部门": "\U00032000" * 3, "公示天数": 9})
    desk.settle()
    assert "分不清是谁" in view.told.text() and "等 " in view.told.text() and len(view.told.text()) < 500
    line = view.told.fontMetrics().lineSpacing()
    assert 0 < view.told.height() <= 6 * line
    assert view.preview.height() > room - 8 * line
    bar = view.told.verticalScrollBar()
    if view.told.widget().height() > view.told.height():
        assert bar.maximum() > 0


@pytest.mark.parametrize(
    ("key", "grid", "row"),
    [
        ("评优公示", "推荐名单", {"姓名": "李小明", "所在分工会": "机电队", "推荐称号": "积极分子"}),
        ("困难职工公示", "拟帮扶名单", {"姓名": "李小明", "困难类别": "相对困难", "拟帮扶项目": "助学"}),
    ],
)
def test_cells_typed_into_a_list_stand_in_their_columns_on_paper(
    desk: Desk, key: str, grid: str, row: dict[str, str]
) -> None:
    desk.page.choose(key)
    editor = desk.page.view.fields.editors[grid]
    assert isinstance(editor, ListEditor)
    editor.set_value([row, {"姓名": "王*"}])
    desk.page.view.fields.edited.emit()
    desk.settle()
    (sheet, *_) = read(desk.page.view.preview.data)
    heading = sheet.find("序号")[0].y
    titles = {title: sheet.find(title, below=heading - 1) for title in ("序号", *row)}
    middle = {title: (chars[0].x + chars[-1].end) / 2 for title, chars in titles.items()}
    for title, text in {"序号": "1", **row}.items():
        found = sheet.find(text, below=heading)
        assert (found[0].x + found[-1].end) / 2 == pytest.approx(middle[title], abs=0.5)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(HEADED)), st.sampled_from([0, 1, 30, 250])), min_size=2, max_size=6))
def test_the_page_shown_is_the_paper_chosen_after_any_choices(desk: Desk, choices: list[tuple[str, int]]) -> None:
    page = desk.page
    for key, pause in choices:
        page.choose(key)
        assert not any(words in shown_text(desk) for other, words in HEADED.items() if other != key)
        desk.qtbot.wait(pause)
    key = page.key
    desk.qtbot.waitUntil(lambda: HEADED[key] in shown_text(desk), timeout=30_000)
    desk.settle()
    assert HEADED[key] in shown_text(desk)
    assert not any(words in shown_text(desk) for other, words in HEADED.items() if other != key)


def test_a_drawing_that_fails_leaves_no_other_paper_undrawn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = desk.app.official_documents
    drawn = papers.preview

    def fails_once(key: str, *rest: Any, **more: Any) -> Any:
        if key == LETTER:
            raise Cancelled
        return drawn(key, *rest, **more)

    monkeypatch.setattr(papers, "preview", fails_once)
    desk.page.choose(LETTER)
    desk.page.choose("工作报告")
    desk.settle()
    assert HEADED["工作报告"] in shown_text(desk)


def test_what_is_printed_is_the_paper_chosen_whatever_the_preview_shows(
    desk: Desk, mine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.page.choose("会议纪要")
    desk.settle()
    other = desk.page.view.preview.data
    monkeypatch.setattr(DocumentsPage, "draw", lambda self: None)
    desk.page.choose(mine)
    desk.page.view.preview.show_pdf(other)
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30), 户数=48)
    desk.page.print()
    desk.prompts.answers = [tmp_path / "通知.pdf"]
    desk.page.save()
    desk.qtbot.waitUntil(lambda: bool(desk.page._windows) and (tmp_path / "通知.pdf").exists(), timeout=30_000)
    assert "关于5号楼停水的通知" in words(desk.page._windows[0])
    assert "关于5号楼停水的通知" in PdfReader(tmp_path / "通知.pdf").pages[0].extract_text()


def test_an_amount_that_cannot_be_read_stays_as_typed_and_is_said_at_its_field(desk: Desk) -> None:
    desk.page.choose("经费请示")
    fields = desk.page.view.fields
    amount = fields.editors["申请金额"]
    assert isinstance(amount, MoneyEditor)
    amount.line.setText("一千")
    amount.line.textEdited.emit("一千")
    assert fields.error("申请金额") == ""
    amount.line.editingFinished.emit()
    assert "不是金额" in fields.error("申请金额")
    desk.settle()
    assert "“申请金额”填的看不懂" in desk.page.view.preview.copy_text
    desk.page.print()
    desk.page.save()
    assert (desk.prompts.asked, desk.page._windows) == ([], [])
    again = desk.again()
    again.page.choose("经费请示")
    assert again.page.view.fields.typed()["申请金额"] == "一千"
    assert "不是金额" in again.page.view.fields.error("申请金额")
    found = again.page.view.fields.editors["申请金额"]
    assert isinstance(found, MoneyEditor)
    found.line.setText("1000")
    found.line.editingFinished.emit()
    assert again.page.view.fields.error("申请金额") == ""
    again.settle()
    again.put_away()


def test_nothing_is_said_of_open_fields_beside_a_refusal(desk: Desk) -> None:
    desk.page.choose("评优公示")
    desk.type(年度="2026年度")
    desk.settle()
    assert "项没填" in desk.page.view.preview.copy_text
    desk.type(称号="13812345678")
    desk.settle()
    assert "不能写电话号码" in desk.page.view.preview.sentence
    assert desk.page.view.preview.copy_text == ""


def test_a_low_page_keeps_its_room_for_the_fields(desk: Desk) -> None:
    desk.page.choose(LETTER)
    view = desk.page.view
    desk.settle()

    def buttons() -> set[str]:
        return {each.text() for each in view.desk._head.findChildren(QPushButton) if each.isVisible()}

    def offered() -> list[str]:
        return [action.text() for action in view.more.menu().actions() if action.isVisible()]

    assert {"打印", "保存为 PDF", "修改文字"} <= buttons() and "更多" not in buttons() and view.about.isVisible()
    desk.page.resize(800, 380)
    desk.settle()
    assert buttons() - {"换一份公文"} == {"打印", "更多"} and not view.about.isVisible()
    desk.qtbot.waitUntil(lambda: abs(view.red_head.geometry().center().y() - view.more.geometry().center().y()) < 2)
    assert view.red_head.parentWidget() is view.more.parentWidget()
    assert view.name.toolTip() == view.about.text() != ""
    assert view.red_head.isVisible()
    assert offered() == ["保存为 PDF", "重新填写", "修改文字", "新建模板"]
    desk.page.commands["edit"].trigger()
    desk.settle()
    assert buttons() - {"换一份公文"} == {"保存为模板", "更多"}
    assert offered() == ["只用于这一份", "另存为新模板", "模板设置", "放弃改动"]
    desk.page.commands["done"].trigger()
    desk.page.resize(1100, 700)
    desk.settle()
    assert (
        "更多" not in buttons() and "保存为 PDF" in buttons() and view.about.isVisible() and view.red_head.isVisible()
    )


@pytest.mark.parametrize("scale", [100, 150])
def test_the_preview_is_as_high_as_a_low_page_and_the_head_comes_back(
    desk: Desk, qapp: QApplication, scale: int
) -> None:
    view = desk.page.view
    theme.apply(qapp, scale=scale)
    try:
        desk.page.choose(LETTER)
        for low in (True, False, True):
            desk.page.resize(840, 370 if low else 700 * scale // 100)
            desk.qtbot.waitUntil(lambda low=low: (view.preview.height() > view.height() - 10) is low)  # type: ignore[misc]
            assert view.name.isVisible()
        for writing in (True, False):
            view.show_writing(writing)
            desk.qtbot.waitUntil(view.name.isVisible)
            assert view.preview.height() > view.height() - 10
            assert view.preview.width() >= 240
        desk.settle()
    finally:
        theme.apply(qapp)


def test_a_remembered_template_that_is_gone_is_not_spoken_of(desk: Desk) -> None:
    for gone in ("我的转发通知", 3, None):
        desk.page.restore({"template": gone})
        assert desk.page.key == ""
    nothing = Desk(desk.app, desk.folder, desk.qtbot)
    assert [label.text() for label in desk.page.view.empty.findChildren(QLabel)] == [
        label.text() for label in nothing.page.view.empty.findChildren(QLabel)
    ]
    nothing.put_away()
    desk.page.restore({"template": LETTER})
    assert desk.page.key == LETTER


def test_a_paper_given_out_is_brought_back_and_not_announced_until_it_is_changed(
    desk: Desk, tmp_path: Path, mine: str
) -> None:
    app = desk.app
    desk.page.choose(mine)
    desk.type(楼号="5号楼")
    desk.page.keep_drafts()
    assert [each.name for each in app.drafts.unfinished()] == ["停水通知"]
    desk.type(停水日期=date(2026, 9, 30), 户数=48)
    desk.prompts.answers = [tmp_path / "停水.pdf"]
    desk.page.save()
    desk.settle()
    assert (tmp_path / "停水.pdf").exists()
    assert app.drafts.unfinished() == []
    again = desk.again()
    again.page.choose(mine)
    assert again.page.view.fields.values()["楼号"] == "5号楼"
    assert app.drafts.unfinished() == []
    again.type(楼号="6号楼")
    again.page.keep_drafts()
    assert [each.name for each in app.drafts.unfinished()] == ["停水通知"]
    (tmp_path / PAPERS / "停水通知.txt").unlink()
    assert app.drafts.unfinished() == [], "a template that is gone is not spoken of"
    again.put_away()

"""公文: changing the words of a paper beside its preview, for one paper or as a template."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from documents_desk import LETTER, MINE, Desk, office, own_template, page_of_papers, words
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from unionoffice.kernel.errors import Refused
from unionoffice.models import permission
from unionoffice.store.beside import PAPERS
from unionoffice.ui.documents.editor import formats_of
from unionoffice.ui.entrance import EntriesDialog

__all__ = ["office", "own_template", "page_of_papers"]
ASKED = "【正文】\n"


def write(desk: Desk, text: str) -> None:
    """What somebody types in place of everything."""
    desk.page.view.writing.editor.change(text)


def body(desk: Desk) -> str:
    return desk.page.view.writing.editor.toPlainText()


def open_words(desk: Desk, key: str) -> None:
    desk.page.choose(key)
    desk.page.commands["edit"].trigger()
    desk.settle()


def test_the_words_are_shown_in_place_of_the_fields_without_the_head(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    writing = desk.page.view.writing
    assert writing.isVisible()
    assert not desk.page.view.fields.isVisible()
    assert body(desk).startswith("【标题】")
    assert writing.text == MINE
    assert writing.offered == ["楼号", "停水日期", "停水日期星期", "户数"]
    visible = {name for name, command in desk.page.commands.items() if command.isVisible() and command.isEnabled()}
    assert visible == {"keep", "done", "keep_as", "facts", "discard"}
    assert desk.page.view.worded.isHidden()


def test_tags_stand_out_and_unknown_ones_differently(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    editor = desk.page.view.writing.editor
    line = editor.document().findBlockByNumber(1)
    ((start, length, known),) = formats_of(line)
    assert line.text()[start : start + length] == "{{楼号}}"
    write(desk, body(desk).replace("{{楼号}}", "{{楼}}"))
    ((_, _, unknown),) = formats_of(editor.document().findBlockByNumber(1))
    assert unknown != known


def test_what_is_typed_is_in_the_preview_and_the_last_good_one_stays(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    desk.settle()
    assert "全天停水" in words(desk.page.view.preview)
    assert "还没有存为模板" in desk.page.view.worded.text()
    write(desk, body(desk).replace("{{户数}}", "{{户束}}").replace("全天", "半天"))
    desk.settle()
    assert "全天停水" in words(desk.page.view.preview)
    assert "改错以前" in desk.page.view.preview.copy_text
    assert desk.page.view.writing.fault_texts == ["第 4 行：没有“户束”这个填写项，最接近的是“户数”。"]
    desk.page.view.writing.editor.undo()
    desk.settle()
    assert desk.page.view.writing.fault_texts == []
    desk.page.view.writing.editor.redo()
    assert desk.page.view.writing.fault_texts


def test_a_click_on_what_is_wrong_leads_there_also_into_the_head(desk: Desk, mine: str, tmp_path: Path) -> None:
    open_words(desk, mine)
    writing = desk.page.view.writing
    write(desk, body(desk) + "{{没有}}\n")
    writing.faults.itemClicked.emit(writing.faults.item(0))
    assert writing.editor.textCursor().block().text() == "{{没有}}"
    writing.change(writing.text.replace("{{没有}}\n", "").replace("文种：通知", "文种：通只"))
    assert writing.fault_texts[0].startswith("模板设置里：“文种”应为")
    writing.faults.itemClicked.emit(writing.faults.item(0))
    assert writing.whole.isChecked()
    assert writing.editor.textCursor().block().text() == "文种：通只"
    assert writing.fault_texts[0].startswith("第 3 行：“文种”应为")


def test_a_field_is_put_in_by_a_double_click_and_taken_out_by_undo(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    writing = desk.page.view.writing
    writing.go_to(13)
    writing.fields.itemDoubleClicked.emit(writing.fields.item(1))
    assert body(desk).splitlines()[3].endswith("户。{{停水日期}}")
    writing.editor.undo()
    assert writing.text == MINE


def test_words_for_this_paper_only_are_printed_and_no_template_is_written(
    desk: Desk, mine: str, tmp_path: Path
) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    desk.page.commands["done"].trigger()
    assert "这一份用的是改过的文字" in desk.page.view.worded.text()
    desk.type(楼号="5号楼", 停水日期="2026-09-30", 户数=48)
    desk.page.print()
    desk.settle()
    assert "全天停水，涉及48户" in words(desk.page._windows[0])
    desk.prompts.answers = [tmp_path / "通知.pdf"]
    desk.page.save()
    desk.settle()
    assert (tmp_path / PAPERS / f"{mine}.txt").read_text("utf-8") == MINE
    again = desk.again()
    again.page.choose(mine)
    again.settle()
    assert not again.page.wording.editing
    assert "全天停水" in words(again.page.view.preview)
    assert again.page.view.fields.values()["户数"] == 48
    again.put_away()


def test_half_changed_words_are_there_after_the_program_ended(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("{{楼号}}", "{{楼"))
    desk.page.choose(LETTER)
    assert not desk.page.wording.editing
    desk.settle()
    again = desk.again()
    again.page.choose(mine)
    assert again.page.wording.editing
    assert again.page.view.writing.fault_texts
    assert "{{楼" in again.page.view.writing.text
    assert again.prompts.asked == []
    again.put_away()


def test_wrong_words_are_neither_used_nor_kept(desk: Desk, mine: str, tmp_path: Path) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("{{楼号}}", "{{楼"))
    for name in ("done", "keep", "keep_as"):
        desk.page.commands[name].trigger()
    assert [kind for kind, _ in desk.prompts.asked] == ["message"] * 3
    assert desk.page.wording.editing
    assert (tmp_path / PAPERS / f"{mine}.txt").read_text("utf-8") == MINE


def test_words_kept_as_template_replace_ours_and_ours_can_come_back(desk: Desk, tmp_path: Path) -> None:
    open_words(desk, LETTER)
    write(desk, body(desk).replace(ASKED, "【正文】\n另加一段。\n"))
    desk.page.commands["keep"].trigger()  # nothing of its own is there: nobody is asked
    own = tmp_path / PAPERS / f"{LETTER}.txt"
    assert "另加一段。" in own.read_text("utf-8")
    assert "会员会籍转移函（自己的）" in desk.page.view.texts
    assert not desk.page.wording.editing
    assert desk.page.view.worded.isHidden()
    desk.notices.undo_last()
    assert not own.exists()
    assert "另加一段。" in desk.page.wording.text  # what was written is a draft again
    assert desk.page.wording.is_changed
    desk.page.commands["keep"].trigger()
    desk.prompts.answers = [False, True]
    desk.page.commands["remove"].trigger()
    assert own.exists()
    assert desk.prompts.asked[-1][1] == f"模板“{LETTER}”改用程序自带的文字吗？"
    desk.page.commands["remove"].trigger()
    assert not own.exists()
    assert "会员会籍转移函" in desk.page.view.texts
    desk.notices.undo_last()
    assert own.exists()
    desk.settle()


def test_an_own_template_is_replaced_only_after_asking(desk: Desk, mine: str, tmp_path: Path) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    own = tmp_path / PAPERS / f"{mine}.txt"
    desk.prompts.answers = [False, True]
    desk.page.commands["keep"].trigger()
    assert own.read_text("utf-8") == MINE
    assert desk.page.wording.editing
    desk.page.commands["keep"].trigger()
    assert "全天停水" in own.read_text("utf-8")
    desk.settle()


def test_words_kept_under_another_name_leave_the_first_template_as_it_was(
    desk: Desk, mine: str, tmp_path: Path
) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼")
    open_words(desk, mine)
    desk.page.commands["edit"].trigger()
    write(desk, body(desk).replace("停水，", "停电，"))
    desk.prompts.answers = [({"name": mine},), ({"name": "停电通知"},)]
    desk.page.commands["keep_as"].trigger()
    assert ("refused", "已经有一个叫“停水通知”的公文模板，请换一个名称。") in desk.prompts.asked
    assert desk.page.key == "停电通知"
    assert desk.page.view.name.text() == "停电通知"
    assert desk.page.view.fields.values() == {"楼号": "5号楼"}
    assert (tmp_path / PAPERS / f"{mine}.txt").read_text("utf-8") == MINE
    desk.page.choose(mine)
    assert not desk.page.wording.is_changed
    desk.settle()


@pytest.mark.parametrize("source", ["", LETTER])
def test_a_new_template_is_made_from_nothing_or_from_another_and_removed(
    desk: Desk, tmp_path: Path, source: str
) -> None:
    desk.prompts.answers = [({"name": "停电通知", "source": source},), True]
    desk.page.commands["new"].trigger()
    assert desk.page.key == "停电通知"
    assert desk.page.wording.editing
    own = tmp_path / PAPERS / "停电通知.txt"
    assert "名称：停电通知" in own.read_text("utf-8")
    desk.settle()
    assert desk.page.view.preview.sentence == ""
    desk.page.commands["done"].trigger()
    assert desk.page.commands["remove"].text() == "删除模板"
    desk.page.commands["remove"].trigger()
    assert not own.exists()
    assert desk.page.key == ""
    desk.notices.undo_last()
    assert own.exists()
    assert desk.page.key == "停电通知"
    desk.settle()


def test_a_broken_template_is_mended_in_the_window(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / PAPERS).mkdir()
    own = tmp_path / PAPERS / "坏的.txt"
    own.write_text(MINE.replace("文种：通知", "文种：通只"), "gb18030")
    desk.page.reload()
    desk.page.choose("坏的")
    writing = desk.page.view.writing
    assert writing.whole.isChecked()
    assert writing.fault_texts[0].startswith("第 3 行：“文种”应为")
    assert "改好以后" in desk.page.view.preview.sentence
    write(desk, MINE)
    desk.settle()
    assert "关于〔楼号〕停水的通知" in words(desk.page.view.preview)
    desk.prompts.answers = [True]
    desk.page.commands["keep"].trigger()
    assert own.read_text("utf-8") == MINE
    assert "停水通知（自己的）" in desk.page.view.texts
    desk.settle()


def test_what_was_typed_into_the_fields_outlives_other_words(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 户数=48)
    desk.page.commands["edit"].trigger()
    desk.prompts.answers = [
        ({"name": "楼号", "kind": "文字"},),
        ({"name": "原因", "kind": "文字", "example": "检修"},),
    ]
    desk.page.view.writing.go_to(13)
    desk.page.wording.add_field()
    assert ("refused", "填写项“楼号”写了两次。") in desk.prompts.asked
    assert body(desk).splitlines()[3].endswith("户。{{原因}}")
    desk.settle()
    assert "〔原因〕" in words(desk.page.view.preview)
    desk.page.commands["done"].trigger()
    assert desk.page.view.fields.values() == {"楼号": "5号楼", "户数": 48}
    assert "原因" in desk.page.view.fields.editors
    desk.settle()


def test_a_field_still_used_is_not_dropped(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    desk.page.wording.drop_field("户数")
    assert "还用着“户数”" in desk.prompts.asked[-1][1]
    write(desk, body(desk).replace("，涉及{{户数}}户", ""))
    desk.settle()
    assert "户数　整数　没有用到" in [
        desk.page.view.writing.fields.item(row).text() for row in range(desk.page.view.writing.fields.count())
    ]
    desk.prompts.answers = [True]
    desk.page.wording.drop_field("户数")
    assert "户数" not in desk.page.view.writing.text
    desk.settle()


def test_a_part_that_is_not_there_yet_is_put_in_its_place(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    writing = desk.page.view.writing
    writing.offer_parts()
    assert "抄送" in writing.part_names
    assert "正文" not in writing.part_names
    writing.add_part("抄送")
    writing.editor.insertPlainText("各分工会")
    assert body(desk).endswith("【抄送】\n各分工会\n")
    writing.editor.undo()
    writing.editor.undo()
    assert writing.text == MINE
    desk.settle()


def test_what_a_template_is_can_be_changed(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    facts = {"名称": "停电通知", "文种": "通报", "版头": "无", "印章": "是", "公开": "否", "说明": ""}
    desk.prompts.answers = [(dict(facts, 名称=""),), (facts,)]
    desk.page.commands["facts"].trigger()
    assert desk.page.view.name.text() == "停电通知"
    assert "文种：通报" in desk.page.view.writing.text
    desk.settle()


def test_given_up_words_can_be_brought_back(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    desk.page.commands["discard"].trigger()
    assert not desk.page.wording.editing
    assert desk.page.wording.text == MINE
    desk.notices.undo_last()
    assert "全天停水" in desk.page.wording.text
    desk.settle()


def test_ctrl_s_keeps_the_words_while_they_are_changed_and_escape_uses_them(
    desk: Desk, mine: str, tmp_path: Path
) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    desk.page.activateWindow()
    desk.prompts.answers = [True]
    QTest.keyClick(desk.page.view.writing.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "全天停水" in (tmp_path / PAPERS / f"{mine}.txt").read_text("utf-8")
    desk.page.commands["edit"].trigger()
    assert desk.page.escape()
    assert not desk.page.escape()
    assert desk.page.view.fields.isVisible()
    desk.settle()


def test_escape_with_something_wrong_says_so_and_stays(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "停水{{，"))
    assert desk.page.escape()
    assert desk.page.wording.editing
    assert desk.prompts.asked[-1][0] == "message"
    desk.page.keep_drafts()
    desk.settle()
    assert "项没填" not in desk.page.view.preview.copy_text
    again = desk.again()
    again.page.choose(mine)
    assert "停水{{，" in again.page.wording.text
    again.settle()
    again.put_away()


def test_without_the_right_to_templates_words_are_for_one_paper_only(
    desk: Desk, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = permission.permit

    def refuse(actor: object, operation: str) -> None:
        if operation == "office:form":
            raise Refused("您的角色不能修改设置。")
        real(actor, operation)  # type: ignore[arg-type]

    monkeypatch.setattr("unionoffice.ui.permits.permit", refuse)
    other = desk.again()
    open_words(other, mine)
    assert not other.page.commands["keep"].isEnabled()
    assert not other.page.commands["keep_as"].isEnabled()
    assert other.page.commands["done"].isEnabled()
    other.put_away()


def test_a_folder_that_vanished_is_a_sentence(desk: Desk, mine: str, tmp_path: Path) -> None:
    open_words(desk, mine)
    write(desk, body(desk).replace("停水，", "全天停水，"))
    (tmp_path / PAPERS / f"{mine}.txt").unlink()
    (tmp_path / PAPERS).rmdir()
    (tmp_path / PAPERS).write_text("占着")
    desk.page.commands["keep"].trigger()
    assert desk.prompts.asked[-1][0] == "error"
    assert "全天停水" in desk.page.wording.text
    (tmp_path / PAPERS).unlink()


def in_dialog(desk: Desk, *keys: str) -> None:
    """Let the next dialog be the real one, typed into by these ASCII keys and confirmed with Enter."""

    def ask(question: str, entries: Any, attempt: Any, *, verb: str, detail: str = "") -> bool:
        dialog = EntriesDialog(question, entries, attempt, verb=verb, detail=detail)
        desk.qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        for text in keys:
            QTest.keyClicks(dialog.focusWidget(), text)
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        return bool(dialog.result())

    desk.prompts.ask_entries = ask  # type: ignore[assignment, method-assign]


def test_a_name_is_all_that_a_new_template_needs(desk: Desk, tmp_path: Path) -> None:
    in_dialog(desk, "abc")
    desk.page.commands["new"].trigger()
    assert desk.page.key == "abc"
    assert (tmp_path / PAPERS / "abc.txt").is_file()
    desk.settle()


def test_what_a_template_is_and_asks_for_can_be_confirmed_as_it_stands(desk: Desk, mine: str) -> None:
    open_words(desk, mine)
    in_dialog(desk, "2")
    desk.page.commands["facts"].trigger()
    assert desk.page.view.writing.text == MINE.replace("名称：停水通知", "名称：2").replace(
        "印章：否", "印章：否\n公开：否"
    )
    in_dialog(desk, "abc")
    desk.page.wording.add_field()
    assert "{{abc}}" in desk.page.view.writing.text
    desk.settle()


def test_nothing_is_asked_that_other_words_do_not_show(desk: Desk, tmp_path: Path) -> None:
    open_words(desk, "评优公示")
    write(desk, "【标题】\n关于停水的公示\n【正文】\n今天停水。\n【附件】\n名单及有关情况说明\n第一段。\n")
    write(desk, body(desk) + "【署名】\n{{署名}}\n【成文日期】\n2026年11月22日\n")
    desk.settle()
    assert "没有用到" in desk.page.view.writing.fields.item(0).text()
    desk.page.commands["done"].trigger()
    assert list(desk.page.view.fields.editors) == ["署名"]
    desk.settle()
    assert desk.page.view.preview.copy_text == ""
    desk.prompts.answers = [tmp_path / "停水.pdf"]
    desk.page.save()
    desk.settle()
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "停水.pdf").pages)
    for said in ("2026年11月22日", "附件：名单及有关情况说明", "第一段。"):
        assert said in text.replace("\n", "")
    assert desk.prompts.asked[-1][0] == "save_file"
    desk.page.commands["edit"].trigger()
    desk.prompts.answers = [({"name": "停水公示"},)]
    desk.page.commands["keep_as"].trigger()
    kept = (tmp_path / PAPERS / "停水公示.txt").read_text("utf-8")
    assert "年度｜" not in kept and "公示天数｜" not in kept
    assert "署名｜文字" in kept
    assert list(desk.app.official_documents.template("停水公示").examples) == ["署名"]
    desk.settle()


def test_fields_that_a_kept_one_is_held_against_go_with_it(desk: Desk, tmp_path: Path) -> None:
    open_words(desk, "经费请示")
    write(desk, "【标题】\n关于经费的请示\n【正文】\n申请{{申请金额}}元。\n")
    desk.prompts.answers = [({"name": "小额请示"},)]
    desk.page.commands["keep_as"].trigger()
    assert list(desk.app.official_documents.template("小额请示").examples) == ["申请金额", "预算明细"]
    assert list(desk.page.view.fields.editors) == ["申请金额"]
    desk.settle()


def test_what_was_typed_into_a_field_that_the_words_lost_is_kept_for_when_they_show_it_again(
    desk: Desk, mine: str
) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 户数=48)
    desk.page.commands["edit"].trigger()
    write(desk, body(desk).replace("，涉及{{户数}}户", ""))
    desk.page.commands["done"].trigger()
    assert list(desk.page.view.fields.editors) == ["楼号", "停水日期"]
    desk.type(楼号="6号楼", 停水日期=date(2026, 9, 30))
    desk.settle()
    again = desk.again()
    again.page.choose(mine)
    assert again.page.view.fields.values() == {"楼号": "6号楼", "停水日期": date(2026, 9, 30)}
    again.type(停水日期=None)
    again.page.commands["edit"].trigger()
    again.page.commands["discard"].trigger()
    assert again.page.view.fields.values() == {"楼号": "6号楼", "户数": 48}  # what was emptied stays empty
    again.settle()
    again.put_away()


def test_a_field_that_words_begin_to_show_knows_what_is_known(desk: Desk) -> None:
    open_words(desk, "评优公示")
    write(desk, "【标题】\n关于停水的公示\n【正文】\n今天停水。\n")
    desk.settle()
    assert desk.page.view.fields.values() == {}
    again = desk.again()
    again.page.choose("评优公示")
    write(again, body(again) + "【署名】\n{{署名}}\n")
    assert again.page.view.fields.values() == {"署名": "示范工会"}
    again.settle()
    again.put_away()


@pytest.mark.parametrize("first", ["各分工会：", "|甲|乙|", ">说明"])
def test_words_before_the_first_part_are_told_where_they_stand(desk: Desk, first: str) -> None:
    open_words(desk, "评优公示")
    write(desk, f"\n{first}\n{body(desk)}")
    desk.settle()
    (told,) = desk.page.view.writing.fault_texts
    assert told == "第 2 行：前面还没有部分的名称，公文的文字要从【标题】这样单独一行的名称开始，下面写内容。"
    desk.page.commands["keep_as"].trigger()
    assert desk.prompts.asked[-1][0] == "message"
    assert desk.page.view.writing.editor.textCursor().block().text() == first
    desk.page.view.writing.editor.undo()
    desk.settle()
    assert desk.page.view.writing.fault_texts == []

"""Editors and the form made from them."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel

from unionoffice.models.fields import Field, Kind
from unionoffice.models.registers.merchants import MerchantCategory
from unionoffice.ui.records.date_editor import CalendarPopup, DateEditor
from unionoffice.ui.records.editors import (
    ChoiceEditor,
    FlagEditor,
    IdNumberEditor,
    IntegerEditor,
    LineEditor,
    MoneyEditor,
    NoteEditor,
    OptionalFlagEditor,
    PartialDateEditor,
    PhoneEditor,
    choice_editor,
)
from unionoffice.ui.records.form import FormSection, RecordForm

TODAY = date(2026, 9, 1)
SOUND_ID = "11010519491231002X"


def facts(label="栏目", kind=Kind.TEXT, required=False, choices=None, help=""):
    return Field(label, kind, required, choices, help, False)


def typed(qtbot, editor, text):
    qtbot.addWidget(editor)
    editor.line.clear()
    editor.line.insert(text)
    editor.line.editingFinished.emit()
    return editor


@pytest.mark.parametrize(
    ("editor", "text", "value", "shown"),
    [
        (LineEditor, " 示范健身馆 ", "示范健身馆", "示范健身馆"),
        (IntegerEditor, "1,200", 1200, "1200"),
        (MoneyEditor, "￥1234.5", 123450, "1,234.50"),
        (PhoneEditor, "138 0000 1234", "13800001234", "13800001234"),
        (PartialDateEditor, "2026年9月", "2026-09", "2026-09"),
    ],
)
def test_typed_text_becomes_the_value_and_is_written_the_usual_way(qtbot, editor, text, value, shown):
    made = typed(qtbot, editor(facts()), text)
    assert made.problem() is None
    assert made.value() == value
    assert made.line.text() == shown


@pytest.mark.parametrize(
    ("editor", "text"),
    [(IntegerEditor, "十二"), (MoneyEditor, "1.234"), (PhoneEditor, "1380000"[:3]), (PartialDateEditor, "2026-13")],
)
def test_unreadable_text_says_why_and_is_not_lost(qtbot, editor, text):
    made = typed(qtbot, editor(facts()), text)
    assert made.problem()
    assert made.line.text() == text


@pytest.mark.parametrize("editor", [LineEditor, IntegerEditor, MoneyEditor, PhoneEditor, PartialDateEditor, NoteEditor])
def test_blank_is_nothing_and_no_problem(qtbot, editor):
    made = editor(facts())
    qtbot.addWidget(made)
    made.set_value(None)
    assert made.value() is None
    assert made.problem() is None


@pytest.mark.parametrize("text", ["2026-09-01", "2026.9.1", "20260901", "2026年9月1日"])
def test_a_date_is_read_in_any_usual_way(qtbot, text):
    editor = typed(qtbot, DateEditor(facts(), TODAY), text)
    assert editor.value() == date(2026, 9, 1)
    assert editor.line.text() == "2026-09-01"


def test_a_date_needs_its_day(qtbot):
    editor = typed(qtbot, DateEditor(facts(), TODAY), "2026-09")
    assert "写到日" in editor.problem()
    assert editor.value() == "2026-09"


def test_the_calendar_gives_a_day_or_takes_it_away(qtbot):
    editor = DateEditor(facts(), TODAY)
    qtbot.addWidget(editor)
    popup = CalendarPopup(TODAY, TODAY, editor)
    popup.chosen.connect(editor._take)
    popup.chosen.emit(date(2026, 12, 31))
    assert editor.value() == date(2026, 12, 31)
    with qtbot.waitSignal(editor.edited):
        popup.chosen.emit(None)
    assert editor.value() is None


def test_an_identity_number_is_checked_as_it_is_typed(qtbot):
    editor = typed(qtbot, IdNumberEditor(facts(), TODAY), SOUND_ID.lower())
    assert editor.value() == SOUND_ID
    assert editor.hint() == "女，1949-12-31 出生"
    editor.set_value(SOUND_ID[:-1])
    assert "少 1 位" in editor.problem()
    assert editor.hint() == ""


def test_a_choice_is_found_by_part_of_its_label_and_kept_as_its_code(qtbot):
    editor = choice_editor(facts(kind=Kind.CHOICE, choices=MerchantCategory))
    qtbot.addWidget(editor)
    box = editor.findChild(QComboBox)
    box.completer().setCompletionPrefix("健身")
    assert box.completer().currentCompletion() == "体育健身"
    box.setEditText("体育健身")
    assert editor.value() == "fitness"
    box.setEditText("健身房")
    assert "没有“健身房”这一项" in editor.problem()
    box.setEditText("")
    assert editor.value() is None


def test_a_choice_no_longer_offered_is_still_shown(qtbot):
    editor = ChoiceEditor(facts(), (("a", "甲"),), lambda code: f"已撤销的{code}")
    qtbot.addWidget(editor)
    editor.set_value("z")
    assert editor.findChild(QComboBox).currentText() == "已撤销的z"
    assert editor.value() == "z"


def test_scrolling_the_page_does_not_change_a_choice(qtbot):
    editor = choice_editor(facts(kind=Kind.CHOICE, choices=MerchantCategory))
    qtbot.addWidget(editor)
    editor.set_value("fitness")
    box = editor.findChild(QComboBox)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    box.wheelEvent(event)
    assert editor.value() == "fitness"


def test_an_optional_flag_knows_three_answers(qtbot):
    optional, plain = OptionalFlagEditor(facts()), FlagEditor(facts())
    qtbot.addWidget(optional)
    qtbot.addWidget(plain)
    for value in (None, True, False):
        optional.set_value(value)
        assert optional.value() is value
    plain.set_value(True)
    assert plain.value() is True


SECTIONS = (
    FormSection("商户", (("name", facts("名称", required=True)), ("phone", facts("电话", Kind.PHONE)))),
    FormSection(
        "协议",
        (("fee", facts("费用", Kind.MONEY, required=True)), ("note", facts("说明", Kind.NOTE, help="写清优惠"))),
    ),
)


@pytest.fixture
def form(qtbot):
    found = RecordForm(SECTIONS, today=TODAY)
    qtbot.addWidget(found)
    found.resize(700, 500)
    found.show()
    return found


def test_what_was_set_comes_back_and_the_form_is_clean(form):
    values = {"name": "示范健身馆", "phone": None, "fee": 5000, "note": "两行\n说明"}
    form.set_values(values)
    assert form.values() == values
    assert not form.is_dirty
    assert form.changed_values() == {}


def test_dirty_follows_typing_there_and_back(form, qtbot):
    form.set_values({"name": "示范"})
    told = []
    form.dirty_changed.connect(told.append)
    line = form.editor("name").line
    line.insert("馆")
    assert form.changed_values() == {"name": "示范馆"}
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert told == [True, False]


def test_check_names_every_wrong_field_under_it_and_goes_to_the_first(form, qtbot):
    form.type_values({"phone": "12"})
    assert not form.check()
    assert form.error("name") == "“名称”还没有填写。"
    assert "电话号码" in form.error("phone")
    assert form.error("fee") == "“费用”还没有填写。"
    assert form.error("note") == ""
    assert form.editor("name").line.property("wrong") is True
    qtbot.waitUntil(lambda: form.editor("name").line.hasFocus())


def test_an_error_goes_as_soon_as_the_field_is_right(form, qtbot):
    form.check()
    form.editor("name").line.insert("馆")
    assert form.error("name") == ""


def test_an_error_from_below_is_shown_at_its_field(form):
    assert form.show_error("fee", "费用超过了上限。")
    assert form.error("fee") == "费用超过了上限。"
    assert not form.show_error("other", "不在这张表里。")


def test_required_fields_are_marked_and_help_is_shown(form):
    texts = [label.text() for label in form.findChildren(QLabel)]
    assert "名称 *" in texts
    assert "电话" in texts
    assert "写清优惠" in texts

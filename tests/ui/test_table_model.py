"""The item model of lists."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from unionoffice.models.fields import Field, Kind
from unionoffice.models.registers.merchants import MerchantState
from unionoffice.ui import theme
from unionoffice.ui.records.rows import Column, RowQuery
from unionoffice.ui.records.table import RecordTable
from unionoffice.ui.records.table_model import BLOCK, ID_ROLE, TONE_ROLE, VALUE_ROLE, RecordTableModel

TODAY = date(2026, 9, 1)


def column(key, kind=Kind.TEXT, choices=None):
    return Column(key, Field(key, kind, True, choices, "", False))


COLUMNS = (
    column("名称"),
    column("金额", Kind.MONEY),
    column("到期", Kind.DATE),
    column("状态", Kind.STATE, MerchantState),
)


class CountedSource:
    """Rows made from their number; remembers which pages were asked for."""

    def __init__(self, size, until=date(2027, 1, 1)):
        self.size = size
        self.until = until
        self.asked = []

    def rows(self, query, offset, limit):
        self.asked.append((offset, limit))
        order = range(self.size - 1, -1, -1) if query.descending else range(self.size)
        return [
            (f"id{n}", f"商户 {n}", n * 100, self.until, MerchantState.SIGNED if n % 2 else MerchantState.DRAFT)
            for n in order[offset : offset + limit]
        ]

    def count(self, query):
        return 0 if query.text == "没有" else self.size


def model_of(source, **more):
    model = RecordTableModel(source, COLUMNS, today=TODAY, **more)
    model.set_query(RowQuery())
    return model


def test_model_keeps_qts_rules(qtmodeltester):
    qtmodeltester.check(model_of(CountedSource(450)))


def test_only_the_blocks_looked_at_are_fetched(qapp):
    source = CountedSource(100_000)
    model = model_of(source)
    assert model.rowCount() == 100_000
    assert source.asked == []
    assert model.index(99_999, 0).data() == "商户 99999"
    assert model.index(99_998, 0).data() == "商户 99998"
    assert source.asked == [(99_800, BLOCK)]


def test_a_large_selection_asks_the_source_once_not_block_by_block(qapp):
    source = CountedSource(100_000)
    model = model_of(source)
    rows = list(range(100_000))
    assert model.ids_at(rows)[99_999] == "id99999"
    model.ids_at(rows)
    assert source.asked == [(0, 100_000)]
    assert model.texts_at(rows, [0, 1])[99_999] == ["商户 99999", "99,999.00"]
    assert len(source.asked) == 2
    model.reload()
    model.ids_at(rows)
    assert len(source.asked) == 3


def test_selecting_everything_fetches_nothing_until_the_ids_are_wanted(qapp, qtbot):
    source = CountedSource(100_000)
    table = RecordTable(model_of(source))
    qtbot.addWidget(table)
    with qtbot.waitSignal(table.selection_changed) as told:
        table.selectAll()
    ids = told.args[0]
    assert len(ids) == 100_000
    assert source.asked == []
    assert ids[99_999] == "id99999"
    assert ids[:2] == ["id0", "id1"]


def test_few_blocks_are_kept_in_memory(qapp):
    source = CountedSource(100_000)
    model = model_of(source)
    for row in range(0, 100_000, BLOCK):
        model.id_at(row)
    asked = len(source.asked)
    model.id_at(0)
    assert len(source.asked) == asked + 1


def test_sorting_is_asked_of_the_source(qapp):
    model = model_of(CountedSource(500))
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert model.query.sort == "名称"
    assert model.index(0, 0).data() == "商户 499"
    model.sort(-1)
    assert model.query.sort is None


def test_values_are_read_as_the_office_writes_them(qapp):
    model = model_of(CountedSource(20))
    assert model.index(15, 1).data() == "15.00"
    assert model.index(15, 3).data() == "已签约"
    assert model.index(15, 0).data(ID_ROLE) == "id15"
    assert model.index(15, 1).data(VALUE_ROLE) == 1500
    assert model.index(15, 3).data(TONE_ROLE) == "green"
    assert model.index(15, 0).data(TONE_ROLE) is None


def test_numbers_stand_at_the_right_with_their_heading(qapp):
    model = model_of(CountedSource(1))
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    role = Qt.ItemDataRole.TextAlignmentRole
    assert model.index(0, 1).data(role) == right
    assert model.headerData(1, Qt.Orientation.Horizontal, role) == right
    assert model.index(0, 0).data(role) != right


@pytest.mark.parametrize(
    ("until", "text", "tone"),
    [
        (date(2026, 8, 31), "2026-08-31　已过期", "red"),
        (date(2026, 9, 1), "2026-09-01　今天到期", "amber"),
        (date(2026, 10, 1), "2026-10-01　剩 30 天", "amber"),
        (date(2026, 10, 2), "2026-10-02", ""),
    ],
)
def test_due_dates_are_marked_by_word_and_colour(qapp, until, text, tone):
    model = model_of(CountedSource(1, until), due="到期")
    index = model.index(0, 2)
    assert index.data() == text
    expected = QColor(theme.current().colours[tone]) if tone else None
    assert index.data(Qt.ItemDataRole.ForegroundRole) == expected


def test_reload_shows_new_values_without_losing_the_place(qapp, qtbot):
    source = CountedSource(300)
    model = model_of(source)
    model.id_at(0)
    source.until = date(2030, 1, 1)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.reload()
    assert model.index(0, 2).data() == "2030-01-01"
    source.size = 299
    with qtbot.waitSignal(model.modelReset):
        model.reload()
    assert model.rowCount() == 299


def test_a_row_that_vanished_meanwhile_is_blank_not_an_error(qapp):
    source = CountedSource(10)
    model = model_of(source)
    source.size = 5
    assert model.index(7, 0).data() is None
    assert model.id_at(7) == ""


@pytest.fixture
def table(qtbot):
    found = RecordTable(model_of(CountedSource(20)))
    qtbot.addWidget(found)
    found.resize(800, 400)
    found.show()
    return found


def test_copy_is_headings_and_rows_as_excel_takes_them(table, qapp):
    table.selectRow(2)
    table.copy()
    assert qapp.clipboard().text() == "名称\t金额\t到期\t状态\n商户 2\t2.00\t2027-01-01\t草稿"


def test_copy_and_export_leave_out_hidden_columns_and_follow_the_dragged_order(table, qapp):
    table.restore_layout({"order": ["状态", "名称", "金额", "到期"], "hidden": ["金额"]})
    assert table.shown_keys() == ["状态", "名称", "到期"]
    table.selectRow(1)
    table.copy()
    assert qapp.clipboard().text().splitlines()[1] == "已签约\t商户 1\t2027-01-01"


def test_layout_is_kept_with_sorting(table, qtbot):
    table.restore_layout(
        {"order": ["状态"], "hidden": ["到期"], "sort": "金额", "descending": True, "widths": {"名称": 222}}
    )
    kept = table.layout_state()
    other = RecordTable(model_of(CountedSource(20)))
    qtbot.addWidget(other)
    other.restore_layout(kept)
    assert other.layout_state() == kept
    assert kept["order"][0] == "状态"
    assert kept["widths"]["名称"] == 222
    assert other.model().index(0, 0).data() == "商户 19"


def test_columns_unknown_today_are_passed_over(table):
    table.restore_layout({"order": ["以前的列"], "widths": {"以前的列": 5}, "hidden": ["以前的列"], "sort": "以前的列"})
    assert table.shown_keys() == ["名称", "金额", "到期", "状态"]


def test_columns_fit_the_width_until_one_is_dragged(table):
    table.resize(1000, 400)
    assert abs(sum(table.columnWidth(place) for place in range(4)) - table.viewport().width()) <= 4


def test_enter_opens_and_space_previews(table, qtbot):
    table.selectRow(3)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == ["id3"]
    with qtbot.waitSignal(table.preview_requested):
        qtbot.keyClick(table, Qt.Key.Key_Space)


def test_selection_comes_from_top_to_bottom(table):
    table.model().id_at(0)
    table.select(["id5", "id2"])
    assert table.selected_ids() == ["id2", "id5"]

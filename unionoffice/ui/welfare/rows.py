"""Rows of the welfare lists, and a batch's frozen lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from unionoffice.models.fields import Kind
from unionoffice.models.welfare import Batch, BatchState, Line, Programme
from unionoffice.services.welfare import DraftList, LineQuery, Tally, Welfare
from unionoffice.ui import theme
from unionoffice.ui.process import paint_meter
from unionoffice.ui.records.list_source import column
from unionoffice.ui.records.rows import Column, Row, RowQuery
from unionoffice.ui.records.table_model import VALUE_ROLE


def _own(model: type[Batch] | type[Line] | type[Programme], *keys: str) -> tuple[Column, ...]:
    fields = model.fields()
    return tuple(Column(key, fields[key]) for key in keys)


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """How many of a batch's people have collected."""

    done: int
    of: int

    def __str__(self) -> str:
        return f"{self.done:,} / {self.of:,}" if self.of else "—"


BATCH_COLUMNS = (
    *_own(Batch, "name", "kind", "item"),
    column("line_count", "人数", Kind.INTEGER),
    *_own(Batch, "total", "state"),
    column("approval", "审批"),
    column("share", "已领"),
    *_own(Batch, "roll_date"),
)
PROGRAMME_COLUMNS = (*_own(Programme, "name", "kind", "basis"), column("batches", "发放次数", Kind.INTEGER))
ENTRY_COLUMNS = (
    column("name", "姓名", Kind.PARTIAL_DATE),
    column("unit", "分工会"),
    column("subgroup", "小组", Kind.PARTIAL_DATE),
    column("staff_number", "工号", Kind.PARTIAL_DATE),
    column("decided", "按决定列入的理由", Kind.NOTE),
)
LEFT_OUT_COLUMNS = (
    column("name", "姓名", Kind.PARTIAL_DATE),
    column("unit", "分工会"),
    column("reason", "未列入的原因", Kind.NOTE),
)
LINE_COLUMNS = _own(
    Line, "number", "name", "unit", "staff_number", "amount", "state", "collected_on", "proxy", "proxy_relation"
)


class LineSource:
    """A batch's frozen lines, asked from the service."""

    def __init__(self, welfare: Welfare) -> None:
        self._welfare = welfare
        self.batch_id = ""

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """One page."""
        found = self._welfare.lines(self._query(query), offset=offset, limit=limit)
        return [(line.id, *(getattr(line, column.key) for column in LINE_COLUMNS)) for line in found]

    def count(self, query: RowQuery) -> int:
        """How many lines there are."""
        return self._welfare.line_count(self._query(query)) if self.batch_id else 0

    def _query(self, query: RowQuery) -> LineQuery:
        states = query.accepted.get("state", ())
        return LineQuery(self.batch_id, query.text, states, sort=query.sort, descending=query.descending)


def batch_rows(found: Sequence[tuple[Batch, Tally]], approvals: Mapping[str, str]) -> list[Row]:
    """The list of batches; `approvals` says by id where those stand that are being approved."""
    return [
        (
            batch.id,
            batch.name,
            batch.kind,
            batch.item,
            None if batch.state is BatchState.DRAFT else tally.people,
            None if batch.state is BatchState.DRAFT else tally.amount,
            batch.state,
            approvals.get(batch.id),
            Share(tally.collected + tally.by_proxy, tally.people),
            batch.roll_date,
        )
        for batch, tally in found
    ]


def draft_rows(draft: DraftList) -> tuple[list[Row], list[Row]]:
    """Who is on a draft list, and who is not."""
    entries: list[Row] = [
        (entry.member_id, entry.name, entry.unit, entry.subgroup, entry.staff_number, entry.decided)
        for entry in draft.entries
    ]
    others: list[Row] = [(person.member_id, person.name, person.unit, person.reason) for person in draft.left_out]
    return entries, others


class ShareDelegate(QStyledItemDelegate):
    """Draws a `Share` as a bar with its numbers; its parent is the table."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.current()
        share = index.data(VALUE_ROLE)
        self.initStyleOption(option, index)
        option.text = ""
        table = self.parent()
        assert isinstance(table, QWidget)
        table.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, table)
        box = QRect(option.rect)
        painter.save()
        words = box.adjusted(10, 0, -8, 0)
        if isinstance(share, Share) and share.of:
            bar = QRect(box.left() + 10, box.center().y() + 8, box.width() - 20, 4)
            paint_meter(painter, bar, share.done / share.of, "green" if share.done == share.of else "blue")
            words = words.adjusted(0, 0, 0, -8)
        painter.setPen(look.colour("text"))
        painter.setFont(look.font())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(share))
        painter.restore()

"""Prints of the welfare module: the sign-for sheet (签领表) as PDF and as workbook, from the frozen list."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from unionoffice.documents.excel.sign_sheet import sign_sheet_xlsx
from unionoffice.documents.pdf.fonts import Fonts, windows_fonts
from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
from unionoffice.documents.pdf.sign_sheet import sign_sheet_pdf
from unionoffice.documents.record_sheet import Entry, Group, RecordSheet
from unionoffice.documents.sign_sheet import COLUMNS, SIGNERS, Column, Line, Section, Shows, Signer, SignSheet
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import yuan
from unionoffice.kernel.progress import Progress
from unionoffice.models.base import Record
from unionoffice.models.fields import Kind
from unionoffice.models.register import Register
from unionoffice.models.welfare import Batch, BatchState, LineState
from unionoffice.services.files import write
from unionoffice.services.offices import Offices
from unionoffice.store.queries import organisation
from unionoffice.store.queries import welfare as queries
from unionoffice.store.unit_of_work import Store


class Papers:
    """What is printed in one office. `shipped_only` leaves the PC's own fonts alone, so that prints are the same."""

    def __init__(self, store: Store, offices: Offices, *, shipped_only: bool = False) -> None:
        self._store = store
        self._offices = offices
        self._shipped_only = shipped_only
        self._fonts: Fonts | None = None

    def sign_sheet(self, batch_id: str) -> SignSheet:
        """The sheet of an approved batch, a section per 分工会. Refused for a draft: its list is not frozen yet."""
        office = self._offices.get()
        with self._store.reading() as session:
            batch = session.get(Batch, batch_id)
            if batch is None:
                raise UserError("这个批次已经找不到，请刷新列表。")
            if batch.state is BatchState.DRAFT:
                raise Refused(f"“{batch.name}”还没有审批，名单没有冻结，不能打印签领表。请先审批。")
            rows = queries.line_rows(session, batch_id)
            chair = organisation.chair(session, batch.roll_date)
        item = f"{batch.item}（{batch.spec}）" if batch.spec else batch.item
        sections = tuple(
            Section(
                unit,
                tuple(
                    Line(
                        name=row.name,
                        amount=row.amount,
                        quantity=row.quantity,
                        unit_price=batch.unit_price,
                        staff_no=row.staff_number or "",
                        item=item,
                        received_on=f"{row.collected_on.month}月{row.collected_on.day}日" if row.collected_on else "",
                        note=_note(row.state, row.proxy, row.proxy_relation),
                    )
                    for row in group
                ),
            )
            for unit, group in groupby(rows, key=lambda row: row.unit)
        )
        now = self._store.clock.now()
        named = {"制表人": office.preparer or "", "工会主席": chair}
        return SignSheet(
            title=f"{batch.name}签领表",
            office=office.name,
            sections=sections,
            facts=(
                ("物品", item),
                ("单价", f"{yuan(batch.unit_price)} 元"),
                ("每人", f"{batch.quantity} 份"),
                ("在册截止日", batch.roll_date.isoformat()),
            ),
            columns=_columns(rows),
            signers=tuple(Signer(signer.role, named.get(signer.role, "")) for signer in SIGNERS),
            number=batch_id[-8:].upper(),
            printed_at=f"{now:%Y-%m-%d %H:%M}",
            practice=office.practice,
        )

    def sign_sheet_pdf(self, batch_id: str, progress: Progress) -> bytes:
        """The sheet as PDF."""
        return sign_sheet_pdf(self.sign_sheet(batch_id), fonts=self.fonts(), progress=progress)

    def save_sign_sheet(self, batch_id: str, path: Path, progress: Progress) -> None:
        """Write the sheet as PDF or, for a path ending in .xlsx, as workbook."""
        if path.suffix.lower() == ".xlsx":
            write(path, sign_sheet_xlsx(self.sign_sheet(batch_id), progress=progress))
        else:
            write(path, self.sign_sheet_pdf(batch_id, progress))

    def unprintable(self, batch_id: str) -> str:
        """Characters of the sheet that no font has, each once: told before printing, never printed as boxes."""
        sheet = self.sign_sheet(batch_id)
        words = [sheet.title, sheet.office]
        for section in sheet.sections:
            words.append(section.name)
            words += [line.name + line.item + line.note for line in section.lines]
        return self.fonts().missing("".join(words))

    def record_sheet_pdf(self, register: Register, record_id: str) -> bytes:
        """The printed sheet of one register record."""
        office = self._offices.get()
        with self._store.reading() as session:
            record = session.get(register.model, record_id)
        if record is None:
            raise UserError(f"这条{register.title}记录已经找不到，请刷新列表。")
        groups = [
            Group(section.title, tuple(_entry(record, attribute.key) for attribute in section.fields))
            for section in register.form
        ]
        if register.workflow is not None:
            groups.append(Group("状态", (_entry(record, "state"),)))
        now = self._store.clock.now()
        sheet = RecordSheet(
            register.title, office.name, tuple(groups), f"打印时间：{now:%Y-%m-%d %H:%M}", practice=office.practice
        )
        return record_sheet_pdf(sheet, fonts=self.fonts())

    def fonts(self) -> Fonts:
        """The printing fonts, loaded when first needed."""
        if self._fonts is None:
            self._fonts = Fonts(
                shipped_only=self._shipped_only,
                office=self._store.path.parent / "fonts",
                windows=windows_fonts(dict(os.environ), sys.platform),
            )
        return self._fonts


def _entry(record: Record, name: str) -> Entry:
    facts = type(record).fields()[name]
    return Entry(facts.label, facts.text(getattr(record, name)), wide=facts.kind is Kind.NOTE)


def _columns(rows: Sequence[Any]) -> tuple[Column, ...]:
    """The usual columns; without any staff number that column's room goes to the others."""
    if any(row.staff_number for row in rows):
        return COLUMNS
    return tuple(column for column in COLUMNS if column.shows is not Shows.STAFF_NO)


def _note(state: LineState, proxy: str | None, relation: str | None) -> str:
    if state is LineState.PROXY:
        return f"{proxy}代（{relation}）"
    return "未领" if state is LineState.UNCLAIMED else ""

"""Prints of the welfare module: the sign-for sheet (签领表) as PDF and as workbook, from the frozen list."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from unionoffice.documents.excel.sign_sheet import sign_sheet_xlsx
from unionoffice.documents.pdf.fonts import Fonts, windows_fonts
from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
from unionoffice.documents.pdf.seal_sheet import seal_sheet_pdf
from unionoffice.documents.pdf.sign_sheet import sign_sheet_pdf
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.record_sheet import Entry, Group, RecordSheet
from unionoffice.documents.seal_sheet import SealSheet
from unionoffice.documents.sign_sheet import COLUMNS, SIGNERS, Column, Line, Section, Shows, Signer, SignSheet
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import yuan
from unionoffice.kernel.progress import Progress
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.fields import Kind
from unionoffice.models.member import Member
from unionoffice.models.office import Office
from unionoffice.models.register import Register
from unionoffice.models.registers import register_named
from unionoffice.models.welfare import Batch, BatchState, LineState
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.offices import Offices
from unionoffice.services.print_marks import PrintMarks, digest_of
from unionoffice.services.seals import SEAL_PRINTS, SealView
from unionoffice.store.queries import organisation, records
from unionoffice.store.queries import welfare as queries
from unionoffice.store.unit_of_work import Store

_SIGN_SHEET, _RECORD_SHEET = "sign_sheet", "record_sheet"
"""What subjects of marks begin with."""


class Papers:
    """What is printed in one office. `shipped_only` leaves the PC's own fonts alone, so that prints are the same.

    Every sheet is in the access log before anybody has it; one that cannot be logged is not given out. Sheets bear a
    mark by which they can be verified (`PrintMarks`).
    """

    def __init__(
        self, store: Store, offices: Offices, access: AccessLog, marks: PrintMarks, *, shipped_only: bool = False
    ) -> None:
        self._store = store
        self._offices = offices
        self._access = access
        self._marks = marks
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
        """The sheet as PDF, to be shown and printed."""
        sheet = self.sign_sheet(batch_id)
        mark = self._sign_sheet_mark(sheet, batch_id)
        data = sign_sheet_pdf(sheet, fonts=self.fonts(), progress=progress, mark=mark)
        self._marks.given(data)
        return self._access.of_bytes(self._sign_sheet_access(sheet, batch_id), data)

    def save_sign_sheet(self, batch_id: str, path: Path, progress: Progress, *, gaps: bool = False) -> None:
        """Write the sheet as PDF or, for a path ending in .xlsx, as workbook. Raises `Gaps` as `filed` does."""
        sheet = self.sign_sheet(batch_id)
        if path.suffix.lower() == ".xlsx":
            data = sign_sheet_xlsx(sheet, progress=progress)
        else:
            mark = self._sign_sheet_mark(sheet, batch_id)
            data = filed(
                lambda fonts: sign_sheet_pdf(sheet, fonts=fonts, progress=progress, mark=mark),
                self.fonts(),
                title=sheet.heading,
                gaps=gaps,
            )
            self._marks.given(data)
        write(path, data, self._access.of_file(self._sign_sheet_access(sheet, batch_id), path))

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
        sheet, whose = self._record_sheet(register, record_id)
        labels = [entry.label for group in sheet.groups for entry in group.entries]
        entry = Access(AccessKind.PRINT, register.title, (register.model, record_id), labels, 1, listed=whose)
        subject = f"{_RECORD_SHEET}:{register.name}:{record_id}"
        digest = digest_of(replace(sheet, foot=""))
        mark = self._marks.issue(
            register.title, subject, digest, (register.model, [record_id]), form=f"{register.title}登记表"
        )
        data = record_sheet_pdf(sheet, fonts=self.fonts(), mark=mark)
        self._marks.given(data)
        return self._access.of_bytes(entry, data)

    def todays_digest(self, subject: str) -> bytes | None:
        """The digest of what a paper of this subject would say now; None for papers of others, or not seen whole."""
        kind, _, rest = subject.partition(":")
        try:
            if kind == _SIGN_SHEET:
                batch_id, _, scope = rest.partition(":")
                return digest_of(_granted(self.sign_sheet(batch_id))) if scope == self._scope() else None
            if kind == _RECORD_SHEET:
                name, _, record_id = rest.partition(":")
                return digest_of(replace(self._record_sheet(register_named(name), record_id)[0], foot=""))
        except UserError:  # put back, gone, or not his: the paper cannot be made any more
            return None if self._scope() else b""
        return None

    def _record_sheet(self, register: Register, record_id: str) -> tuple[RecordSheet, Any]:
        """The sheet of a register record, and whose it is, as the access log wants it."""
        office = self._offices.get()
        with self._store.reading() as session:
            record = session.get(register.model, record_id)
            whose = ((Member, records.members_of(session, register.model, [record_id])),)
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
        return sheet, whose

    def save_seal(self, seal: SealView, path: Path) -> None:
        """Write a daily seal as PDF of one page."""
        office = self._offices.get()
        now = self._store.clock.now()
        sheet = SealSheet(
            title="操作记录封存单",
            office=office.name,
            number=f"第 {seal.number} 号",
            code=seal.code,
            facts=(
                ("封存到", f"{seal.day}" + (f" {seal.made_at:%H:%M}" if seal.made_at.date() == seal.day else " 全天")),
                ("上次封存到", str(seal.since) if seal.since else "无（第一张封存单）"),
                ("操作次数", f"{seal.operations} 次（累计 {seal.total_operations} 次）"),
                ("变更记录", f"{seal.entries} 条（累计 {seal.total_entries} 条）"),
                ("查看、打印、导出等记录", f"{seal.accesses} 条（累计 {seal.total_accesses} 条）"),
                ("变更记录末位摘要", seal.change_digest),
                ("查看记录末位摘要", seal.access_digest),
                ("封存人和时间", f"{seal.actor}　{seal.made_at:%Y-%m-%d %H:%M}"),
            ),
            notice=(
                "以上记录一经封存，日后若被改动，按现有记录就得不出本单的核对码。核对时，在程序里输入本单的核对码，"
                "或与程序给出的逐组对照。本单由经办人和审计（经审）人员签字后存档，不要与电脑放在一处。"
            ),
            signers=("经办", "审计（经审）"),
            foot=f"打印时间：{now:%Y-%m-%d %H:%M}",
            practice=office.practice,
        )
        entry = Access(AccessKind.PRINT, f"第 {seal.number} 号封存单", SEAL_PRINTS)
        digest = digest_of(replace(sheet, foot=""))
        mark = self._marks.issue(
            f"{sheet.number}封存单", f"seal:{seal.number}", digest, (Office, [office.id]), form="封存单"
        )
        data = filed(
            lambda fonts: seal_sheet_pdf(sheet, fonts=fonts, mark=mark),
            self.fonts(),
            title=f"{sheet.title} {sheet.number}",
        )
        self._marks.given(data)
        write(path, data, self._access.of_file(entry, path))

    def fonts(self) -> Fonts:
        """The printing fonts, loaded when first needed."""
        if self._fonts is None:
            self._fonts = Fonts(
                shipped_only=self._shipped_only,
                office=self._store.path.parent / "fonts",
                windows=windows_fonts(dict(os.environ), sys.platform),
            )
        return self._fonts

    def _sign_sheet_mark(self, sheet: SignSheet, batch_id: str) -> TrustMark | None:
        subject, digest = f"{_SIGN_SHEET}:{batch_id}:{self._scope()}", digest_of(_granted(sheet))
        return self._marks.issue(sheet.title, subject, digest, (Batch, [batch_id]), form="签领表")

    def _scope(self) -> str:
        """Which branches whoever prints is in charge of: his sheet is another paper than that of the whole union."""
        viewer = self._store.viewer
        return "" if viewer is None or viewer.units is None else digest_of(sorted(viewer.units)).hex()[:16]

    def _sign_sheet_access(self, sheet: SignSheet, batch_id: str) -> Access:
        rows = sum(len(section.lines) for section in sheet.sections)
        labels = [column.title for column in sheet.columns]
        with self._store.reading() as session:
            listed = ((Member, queries.members_on(session, batch_id)),)
        return Access(AccessKind.PRINT, sheet.title, (Batch, batch_id), labels, rows, listed=listed)


def _granted(sheet: SignSheet) -> SignSheet:
    """What a sheet grants to whom: when it was printed, who signs and who has collected make no other paper of it."""
    sections = (
        replace(section, lines=tuple(replace(line, received_on="", note="") for line in section.lines))
        for section in sheet.sections
    )
    return replace(sheet, sections=tuple(sections), signers=(), printed_at="")


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

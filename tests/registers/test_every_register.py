"""One contract for all registers: what a declaration promises, the generic parts keep. A new file is tested at once."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pypdf import PdfReader
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import ALL_ROLES, Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.everything import Base, Record, record_types
from unionoffice.models.fields import Kind, facts
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers, register_named
from unionoffice.store.engine import connect
from unionoffice.store.queries.records import ListQuery

REGISTERS = pytest.mark.parametrize("register", all_registers(), ids=lambda register: register.name)

EXAMPLES: dict[Kind, tuple[Any, Any]] = {
    Kind.TEXT: ("示范（东）一号", "=1+1"),
    Kind.NOTE: ("第一行，八折\n第二行", "+另说"),
    Kind.DATE: (date(2026, 3, 1), date(2026, 12, 31)),
    Kind.PARTIAL_DATE: ("1985-06", "1990"),
    Kind.MONEY: (123450, 5),
    Kind.INTEGER: (12, 0),
    Kind.FLAG: (True, False),
    Kind.PHONE: ("0912-3881234", "13912345678"),
    Kind.ID_NUMBER: ("11010519491231002X", "440524188001010014"),
}


HAPPENED: dict[Kind, tuple[Any, Any]] = {
    Kind.DATE: (date(2026, 3, 1), date(2026, 9, 10)),
    Kind.PARTIAL_DATE: ("1985-06", "2026"),
}
"""For dates of what has happened: today is the last of them."""

COMING = {
    "merchant": {"signed_from", "signed_until"},
    "psychology": {"booked_on"},
    "legal_aid": {"due_on"},
    "data_request": {"due_on"},
    "term": {"starts_on", "ends_on"},
    "officer": {"starts_on", "ends_on"},
    "batch": {"roll_date", "collect_until", "approved_at"},
    "deputy": {"from_on", "until_on"},
    "approval_limit": {"effective_from"},
    "approval_slip": {"made_at"},
}
"""Dates that may lie ahead, and moments that the program writes itself."""

EXAMPLES_OF = {"code": ("XL-2AB3C4D", "XL-9ZY8X7W")}
"""For fields that take no Chinese characters."""


def form_fields(register: Register) -> dict[str, Any]:
    return {attribute.key: facts(attribute) for section in register.form for attribute in section.fields}


def filled(register: Register, which: int = 0) -> dict[str, Any]:
    """A value for every field of the form; two records differ in every field that can differ."""
    values: dict[str, Any] = {}
    for name, field in form_fields(register).items():
        if name in EXAMPLES_OF:
            values[name] = EXAMPLES_OF[name][which]
        elif field.choices is not None:
            codes = list(field.choices.labels())
            values[name] = codes[which % len(codes)]
        elif field.past:
            values[name] = HAPPENED[field.kind][which]
        elif field.kind is not Kind.REFERENCE:
            values[name] = EXAMPLES[field.kind][which]
    return values


def required(register: Register) -> list[str]:
    fields = register.model.fields()
    return [name for name in form_fields(register) if fields[name].required]


def kept(app: App, register: Register) -> list[tuple[Any, ...]]:
    rows = app.registers.rows(register, ListQuery())
    names = sorted(register.model.fields())
    records = [app.registers.get(register, row[0]) for row in rows]
    return [tuple(getattr(record, name) for name in ("id", "version", *names)) for record in records]


def test_there_are_registers_and_each_is_found_by_its_name() -> None:
    assert all_registers()
    for register in all_registers():
        assert register_named(register.name) is register
        assert record_types()[register.name] is register.model


@REGISTERS
def test_declaration_names_real_fields_and_every_field_is_labelled(register: Register) -> None:
    fields = register.model.fields()
    named = [*register.columns, *register.search, *register.public, *([register.due] if register.due else [])]
    named += [attribute for section in register.form for attribute in section.fields]
    assert {attribute.class_ for attribute in named} == {register.model}
    assert {attribute.key for attribute in named} <= set(fields)
    assert all(field.label and "_" not in field.label and not field.label.isascii() for field in fields.values())
    labels = [field.label for field in fields.values()]
    assert len(labels) == len(set(labels))
    assert register.title == register.model.title
    assert register.purpose
    assert all(field.choices is not None for field in fields.values() if field.kind in (Kind.CHOICE, Kind.STATE))
    if register.due is not None:
        assert facts(register.due).kind is Kind.DATE


@REGISTERS
def test_form_offers_every_field_once_and_everything_required(register: Register) -> None:
    offered = [attribute.key for section in register.form for attribute in section.fields]
    assert len(offered) == len(set(offered))
    open_fields = {name for name, field in register.model.fields().items() if not field.internal}
    assert set(offered) == open_fields


@REGISTERS
def test_form_saves_and_gives_back_what_was_entered(app: App, register: Register) -> None:
    values = filled(register)
    record_id, changes = app.registers.create(register, values, ACTOR)
    assert changes.ids(register.name) == {record_id}
    record = app.registers.get(register, record_id)
    assert record is not None
    assert {name: getattr(record, name) for name in values} == values
    other = filled(register, 1)
    app.registers.save(register, record_id, other, record.version, ACTOR)
    again = app.registers.get(register, record_id)
    assert {name: getattr(again, name) for name in other} == other
    assert len(app.registers.history(register, record_id)) == 2


@REGISTERS
def test_missing_required_field_is_named_and_nothing_is_kept(app: App, register: Register) -> None:
    before = app.store.log_position()
    for name in required(register):
        with pytest.raises(UserError) as told:
            app.registers.create(register, {**filled(register), name: "  "}, ACTOR)
        assert told.value.field == name
        assert register.model.fields()[name].label in told.value.sentence
    assert app.store.log_position() == before


def test_every_date_says_whether_it_has_happened() -> None:
    for name, model in record_types().items():
        dated = {key for key, field in model.fields().items() if field.kind in (Kind.DATE, Kind.PARTIAL_DATE)}
        assert {key for key in dated if not model.fields()[key].past} == COMING.get(name, set()) & dated, name


@REGISTERS
def test_what_has_happened_is_not_dated_after_today(app: App, register: Register, tmp_path: Path) -> None:
    before = app.store.log_position()
    for name, field in form_fields(register).items():
        if not field.past:
            continue
        with pytest.raises(UserError, match=f"“{field.label}”不能晚于今天：2026-09-11 还没有到") as told:
            app.registers.create(register, {**filled(register), name: date(2026, 9, 11)}, ACTOR)
        assert told.value.field == name
        path = tmp_path / f"{name}.xlsx"
        book = openpyxl.Workbook()
        kept = {**filled(register), name: date(2026, 9, 11)}
        fields = form_fields(register)
        book.active.append([fields[key].label for key in kept])
        book.active.append([fields[key].text(value) for key, value in kept.items()])
        book.save(path)
        (counts, problems), _ = app.register_imports.run(register, path, ACTOR, Silent())
        assert counts.refused == 1 and "不能晚于今天" in problems[0]
        assert app.registers.count(register, ListQuery()) == 0
    if not any(field.past for field in form_fields(register).values()):
        assert app.store.log_position() == before


@REGISTERS
def test_list_finds_by_every_word_of_the_search_fields(app: App, register: Register) -> None:
    app.registers.create(register, filled(register), ACTOR)
    for attribute in register.search:
        text = str(filled(register)[attribute.key])
        for typed in (text, text[1:4], text.lower()):
            assert app.registers.count(register, ListQuery(typed.replace("\n", " "))) == 1
    assert app.registers.count(register, ListQuery("没有的字")) == 0


@REGISTERS
def test_every_state_is_reachable_by_roles_that_exist(register: Register) -> None:
    workflow = register.workflow
    if workflow is None:
        assert "state" not in register.model.fields()
        return
    state = register.model.fields()["state"]
    assert state.kind is Kind.STATE
    assert state.internal
    assert {choice.value for choice in workflow.states()} == set(state.choices.labels())
    assert register.model().state is workflow.first  # type: ignore[attr-defined]
    assert {step.role for step in workflow.steps} <= ALL_ROLES
    assert len({(step.name, source) for step in workflow.steps for source in step.sources}) == sum(
        len(step.sources) for step in workflow.steps
    )


@REGISTERS
def test_steps_are_logged_and_refused_to_other_roles(app: App, register: Register) -> None:
    if register.workflow is None:
        pytest.fail("a register without a workflow needs its own case here")
    record_id, _ = app.registers.create(register, filled(register), ACTOR)
    record = app.registers.get(register, record_id)
    assert record is not None
    for step in app.registers.offered(register, record, ACTOR):
        with pytest.raises(Refused):
            app.registers.take(register, record_id, step.name, Actor("旁人", frozenset()), reason="试")
        app.registers.take(register, record_id, step.name, ACTOR, reason="试")
        newest = app.registers.history(register, record_id)[0]
        assert (newest.action, newest.actor, newest.reason) == (step.label, ACTOR.name, "试")
        break
    else:
        pytest.fail("a new record goes nowhere")


@REGISTERS
def test_archived_records_leave_the_list_and_come_back(app: App, register: Register) -> None:
    record_id, _ = app.registers.create(register, filled(register), ACTOR)
    app.registers.archive(register, [record_id], ACTOR)
    assert app.registers.count(register, ListQuery()) == 0
    assert app.registers.count(register, ListQuery(archived=True)) == 1
    app.registers.archive(register, [record_id], ACTOR, archived=False)
    assert app.registers.count(register, ListQuery()) == 1


@REGISTERS
def test_excel_out_and_in_is_identity(app: App, register: Register, tmp_path: Path) -> None:
    app.registers.create(register, filled(register), ACTOR)
    app.registers.create(register, filled(register, 1), ACTOR)
    app.registers.create(register, {name: filled(register)[name] for name in required(register)}, ACTOR)
    path = tmp_path / "导出.xlsx"
    assert app.exports.register(register, ListQuery(), path, progress=Silent()) == 3
    before, position = kept(app, register), app.store.log_position()
    (counts, problems), changes = app.register_imports.run(register, path, ACTOR, Silent())
    assert problems == []
    assert (counts.read, counts.unchanged) == (3, 3)
    assert not changes
    assert kept(app, register) == before
    assert app.store.log_position() == position


@REGISTERS
def test_excel_into_an_empty_register_makes_the_same_records(app: App, register: Register, tmp_path: Path) -> None:
    ids = [app.registers.create(register, filled(register, which), ACTOR)[0] for which in (0, 1)]
    path = tmp_path / "导出.xlsx"
    app.exports.register(register, ListQuery(), path, progress=Silent())
    app.registers.archive(register, ids, ACTOR)
    (counts, problems), _ = app.register_imports.run(register, path, ACTOR, Silent())
    assert (counts.new, problems) == (2, [])
    for which, row in enumerate(app.registers.rows(register, ListQuery())):
        record = app.registers.get(register, row[0])
        values = filled(register, which)
        assert {name: getattr(record, name) for name in values} == values


@REGISTERS
def test_excel_rows_that_could_mean_two_records_change_neither(app: App, register: Register, tmp_path: Path) -> None:
    key = register.columns[0].key
    for which in (0, 1):
        app.registers.create(register, {**filled(register, which), key: filled(register)[key]}, ACTOR)
    path = tmp_path / "导出.xlsx"
    app.exports.register(register, ListQuery(), path, progress=Silent())
    (counts, problems), changes = app.register_imports.run(register, path, ACTOR, Silent())
    assert (counts.unchanged, problems) == (2, [])
    book = openpyxl.load_workbook(path)
    sheet = book.active
    last = max(
        column
        for column in range(1, sheet.max_column + 1)
        if (field := _field_of(register, sheet.cell(1, column).value)) and field.kind in (Kind.TEXT, Kind.NOTE)
    )
    sheet.cell(2, last).value = "另一个值"
    book.save(path)
    (counts, problems), changes = app.register_imports.run(register, path, ACTOR, Silent())
    assert counts.refused == 1
    assert "2 条记录" in problems[0]
    assert not changes


def _field_of(register: Register, label: object) -> Any:
    return next((field for field in register.model.fields().values() if field.label == label), None)


@REGISTERS
def test_record_sheet_prints_every_value(app: App, register: Register) -> None:
    record_id, _ = app.registers.create(register, filled(register), ACTOR)
    record = app.registers.get(register, record_id)
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(app.papers.record_sheet_pdf(register, record_id))).pages
    )
    joined = "".join(text.split())
    assert register.title in joined
    for name, field in form_fields(register).items():
        shown = field.text(getattr(record, name))
        assert field.label in joined
        assert "".join(shown.split()) in joined, field.label


def test_models_are_what_the_migrations_made(empty_file: Path) -> None:
    connection = connect(empty_file)
    engine = create_engine("sqlite://", creator=lambda: connection, module=dbapi2, poolclass=StaticPool)
    with engine.connect() as bound:
        context = MigrationContext.configure(bound, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
    connection.close()


def test_every_record_type_is_titled_and_logged() -> None:
    for name, model in record_types().items():
        assert issubclass(model, Record)
        assert model.type_name == name
        assert not model.title.isascii()
        assert model.fields()["archived"].internal
        assert set(model.derived_from) <= set(model.fields())
        assert len(model.derived()) == len(model.derive(*[[""]] * len(model.derived_from)))

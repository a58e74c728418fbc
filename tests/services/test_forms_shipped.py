"""Every shipped form: filled, printed on the pages it is meant for, and unchanged but for what was filled."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.form_office import NOW, Office, differences, shared, text
from unionoffice.app import App
from unionoffice.documents.workbook.layout import lay_out
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.marks import Text
from unionoffice.documents.workbook.plan import Planner
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.resources import resource
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.context import Filled
from unionoffice.services.forms.kinds import AskedKind
from unionoffice.services.forms.service import FindingKind, Form, Request, Subject
from unionoffice.store import schema

__all__ = ["shared"]

SHIPPED = sorted(path for subject in Subject for path in resource(f"forms/{subject.label}").glob("*.xlsx"))
ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "tests" / "data" / "困难职工档案-平台导出.xlsx"


def subject_of(path: Path) -> Subject:
    """What a shipped form is about, by its folder."""
    return next(subject for subject in Subject if subject.label == path.parent.name)


def asked_of(form: Form) -> dict[str, Any]:
    """Something for everything a form asks."""
    given = {"期间": "2026", "金额": "1000", "原因": "退休", "慰问类别": "结婚"}
    asking = form_grid.asking(form)
    given |= {name: options[0] for name, options in asking.options.items()}
    given |= dict.fromkeys((name for name, kind in asking.fields.items() if kind is AskedKind.AMOUNT), "1000")
    given |= dict.fromkeys((name for name, kind in asking.fields.items() if kind is AskedKind.DATE), "2026年9月9日")
    return {name: given.get(name, "甲" * 4) for name in form.asked}


def test_there_are_the_forms_an_office_needs() -> None:
    assert len(SHIPPED) >= 33
    assert {subject_of(path) for path in SHIPPED} == set(Subject)


def test_the_shelf_has_them_all_without_a_problem(shared: Office) -> None:
    found = {(form.subject, form.name): form for form in shared.forms.shelf()}
    assert set(found) == {(subject_of(path), path.stem) for path in SHIPPED}
    assert [form.name for form in found.values() if form.problem or form.own] == []
    assert [form.name for form in found.values() if form.public] == ["福利发放公示"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_is_filled_printed_and_otherwise_unchanged(shared: Office, tmp_path: Path, path: Path) -> None:
    form = shared.forms.named(path.stem, subject_of(path))
    ids, asked = shared.ids(form.subject), asked_of(form)
    found = shared.forms.pdf(Request(form, ids, asked, purpose="试印"))
    assert (found.pages, found.missing) == (1, "")
    shown = text(found.data)
    assert "{{" not in shown and "###" not in shown and "〓" not in shown
    if form.subject in (Subject.MEMBER, Subject.ROLL, Subject.BATCH):
        assert (
            "张三" if form.subject is Subject.MEMBER else "王五" if form.subject is Subject.ROLL else "中秋"
        ) in shown
    bad = {FindingKind.GLYPH, FindingKind.NUMBER, FindingKind.CUT, FindingKind.FORMULA, FindingKind.LOST}
    assert [each for each in shared.forms.preflight(Request(form, ids, asked)) if each.kind in bad] == []
    (out,) = shared.forms.save_xlsx(Request(form, ids, asked, purpose="试印"), tmp_path / "出.xlsx")
    book = load(path)
    tagged = {
        (sheet.title, openpyxl.utils.get_column_letter(column) + str(row))
        for sheet in book.sheets
        for (row, column), _, _ in form_tags.tagged(sheet)
    }
    plans = Planner(form_tags.prepared(book, form.subject)).plan(values_of(shared, form, ids, asked)[0][1])
    if not any(plan.blocks for plan in plans):
        assert set(differences(path, out, [row for plan in plans for row in plan.heights])) <= tagged
    assert "{{" not in "".join(
        str(cell.value) for sheet in openpyxl.load_workbook(out) for row in sheet for cell in row
    )


SOMETIMES_EMPTY = [path for path in SHIPPED if subject_of(path) not in (Subject.BATCH, Subject.APPROVAL)]
"""A distribution is never empty."""


def values_of(shared: Office, form: Form, ids: list[str], asked: dict[str, Any]) -> list[Filled]:
    """What a form is filled with."""
    return shared.forms.values(Request(form, ids, asked))


@pytest.fixture(scope="module")
def bare(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """An office of which next to nothing is known, and its one member."""
    path = tmp_path_factory.mktemp("bare") / "工会.ghoffice"
    schema.back_up(empty_file, path)
    app = App(path, clock=FixedClock(NOW), actor=ACTOR, shipped_fonts=True)
    yield app, app.members.create({"name": "某某"}, ACTOR)[0]
    app.close()


@pytest.mark.parametrize("path", SOMETIMES_EMPTY, ids=lambda path: path.stem)
def test_nothing_known_leaves_an_empty_form_of_the_same_pages(bare: tuple[App, str], path: Path) -> None:
    """A person of whom only the name is known; an office without officers, and nothing asked answered."""
    app, person = bare
    subject = subject_of(path)
    form = app.forms.named(path.stem, subject)
    root = app.organisation.tree()[0].id
    ids = {Subject.MEMBER: [person], Subject.FREE: []}.get(subject, [root])
    found = app.forms.pdf(Request(form, ids, purpose="试"))
    assert found.pages == 1
    assert "{{" not in text(found.data) and "None" not in text(found.data)


def test_the_workbooks_are_what_their_description_gives(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("forms_tool", ROOT / "tools" / "forms.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["forms_tool"] = tool
    spec.loader.exec_module(tool)
    for form in tool.everything():
        committed = load(resource(f"forms/{form.subject}/{form.name}.xlsx"))
        built = load(form.build(), f"{form.name}.xlsx")
        assert [sheet.cells for sheet in built.sheets] == [sheet.cells for sheet in committed.sheets], form.name


@pytest.mark.parametrize("source", ["中央资金", "省市资金"])
def test_aid_is_signed_for_ten_to_a_page_with_card_numbers_and_sums(shared: Office, source: str) -> None:
    form = shared.forms.named(f"帮扶签领表（{source}）")
    people = [row.values for row in shared.forms.rows(form, PLATFORM).rows]
    rows = [{**person, "金额": 1000 + number} for number, person in enumerate(people)]
    found = shared.forms.pdf(Request(form, (), {"名单": rows, "项目": "生活救助"}, "发放"))
    pages = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(found.data)).pages]
    assert [page.count("KN2026") for page in pages] == [10, 10, 4]
    assert all(f"资金来源：{source}" in page and "本页小计" in page for page in pages)
    assert "24,276.00" in pages[-1] and "人民币贰万肆仟贰佰柒拾陆元整" in pages[-1]
    assert all(str(row["银行卡号"]) in "".join(pages) and str(row["身份证号"]) in "".join(pages) for row in rows)


def test_every_subject_has_its_period() -> None:
    """年度-分类-期限 of §8.2 are data: whoever adds a subject says how long its papers are kept."""
    filing = rule_on("filing", NOW.date()).values
    assert set(filing["forms"]) == {subject.value for subject in Subject}
    assert {period for _, period, _ in filing["forms"].values()} <= {*filing["periods"], "长期"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_line_of_a_form_begins_with_a_chinese_closing_mark(path: Path) -> None:
    (*pages,) = lay_out(load(path), moment=NOW)
    for page in pages:
        texts = [mark for mark in page.marks if isinstance(mark, Text) and not mark.angle]
        for mark in texts:
            ends = [each.x + each.width for each in texts if each is not mark and abs(each.y - mark.y) < 3]
            follows = any(abs(end - mark.x) < 0.6 for end in ends)
            assert follows or mark.text[0] not in "，。、；：！？）》〉」』】〕”’", mark.text

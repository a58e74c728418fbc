"""Names of files that are kept, and the numbers offered for official papers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from unionoffice.app import App
from unionoffice.documents.official.document import Kind
from unionoffice.kernel.clock import FixedClock
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.file_names import archive_name
from unionoffice.services.paper_templates import faults


def test_file_names_follow_the_archive() -> None:
    named = archive_name("中秋/慰问: 慰问品签领表.", year=2026, category="福利慰问", period="30年", number=7)
    assert named == "2026-福利慰问-30年-0007-中秋慰问慰问品签领表.pdf"
    assert archive_name("名册", year=2026, category="会员", period="永久") == "2026-会员-永久-名册.pdf"
    assert archive_name("表", year=2026, category="", period="", ending=".xlsx", practice=True) == "练习-2026-表.xlsx"
    long = archive_name("长" * 200, year=2026, category="会员", period="永久", number=1)
    assert len(long.encode()) <= 240
    assert long.endswith("长.pdf")


def test_every_kind_of_paper_has_a_period() -> None:
    values = rule_on("filing", date(2026, 9, 1)).values
    assert set(values["kinds"]) == {kind.value for kind in Kind}
    assert {period for _, period, _ in values["kinds"].values()} <= set(values["periods"])


def named(app: App, key: str, **others: object) -> str:
    papers = app.official_documents
    template = papers.template(key)
    return papers.file_name(template, papers.check(key, {**template.examples, **others}).document)  # type: ignore[arg-type]


def test_a_paper_is_filed_by_its_kind_or_as_its_template_says(app: App) -> None:
    assert named(app, "换届请示").startswith("2026-请示批复-永久-0001-关于召开")
    assert named(app, "选举结果报告").startswith("2026-换届选举-永久-0001-")
    assert named(app, "表彰决定").startswith("2026-表彰决定-30年-0001-")


def test_the_number_counts_the_papers_of_the_year_that_were_given_out(app: App, clock: FixedClock) -> None:
    papers = app.official_documents
    values = papers.template("会籍转移函").examples
    assert "-10年-0001-" in named(app, "会籍转移函")
    papers.pdf("会籍转移函", values)
    papers.pdf("会籍转移函", {**values, "会员姓名": "王五"})  # put right: the same paper
    papers.pdf("换届请示", papers.template("换届请示").examples)  # kept for another time: numbered by itself
    assert "-10年-0001-" in named(app, "会籍转移函")
    other = "示矿工〔2026〕99号"
    assert "-10年-0002-" in named(app, "会籍转移函", 发文字号=other)
    papers.pdf("会籍转移函", {**values, "发文字号": other})
    assert "-10年-0003-" in named(app, "评优公示")
    assert "-10年-0002-" in named(app, "会籍转移函", 发文字号=other)
    clock.time += timedelta(days=365)
    assert "-10年-0001-" in named(app, "评优公示", 成文日期=clock.today())


@pytest.mark.parametrize(("fact", "told"), [("期限：三年", "“期限”应为永久、30年、10年之一"), ("分类：a/b", "“分类”")])
def test_what_cannot_be_filed_is_told_with_its_line(app: App, fact: str, told: str) -> None:
    text = app.official_documents.templates.text("换届请示").replace("文种：请示", f"文种：请示\n{fact}")
    (fault,) = faults(text)
    assert fault.line == 4
    assert told in fault.sentence

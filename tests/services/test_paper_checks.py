"""Before a paper leaves: namesakes in lists for the public, and the working days of a period."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from unionoffice.app import App
from unionoffice.kernel.errors import UserError
from unionoffice.services.holidays import FILE, calendar

KEY = "困难职工公示"
ROWS = (
    ("1", "张*明", "机电队分工会", "相对困难", "生活救助"),
    ("2", "王*", "机电队分工会", "意外致困", "生活救助"),
    ("3", "张*明", "通风队分工会", "深度困难", "子女助学"),
    ("4", "张*明", "机电队分工会", "相对困难", "生活救助"),
)


def own(app: App, text: str, encoding: str = "utf-8") -> None:
    path = app.path.parent / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))


def test_namesakes_in_one_unit_are_told_with_their_rows_and_get_the_least_hint(app: App) -> None:
    papers = app.official_documents
    template = papers.template(KEY)
    values = {**template.examples, "拟帮扶名单": ROWS}
    same = papers.checks.alike(template, values)["拟帮扶名单"]
    assert same.sentence.startswith("第 1、4 行都是机电队分工会的“张*明”，分不清是谁")
    assert [row[1] for row in same.rows] == ["张*明（1）", "王*", "张*明", "张*明（2）"]
    assert any("第 1、4 行" in note for note in papers.check(KEY, values).notes)
    apart = papers.checks.told_apart(template, values)
    assert papers.checks.alike(template, apart) == {}
    assert papers.check(KEY, apart).notes == ()
    assert [row[2:] for row in apart["拟帮扶名单"]] == [row[2:] for row in ROWS]  # type: ignore[union-attr]


def test_of_many_namesakes_a_few_are_named(app: App) -> None:
    papers = app.official_documents
    template = papers.template(KEY)
    rows = tuple((str(at), "张*", "机电队", "甲", "乙") for at in range(300))
    same = papers.checks.alike(template, {**template.examples, "拟帮扶名单": rows})["拟帮扶名单"]
    assert same.sentence.startswith("第 1、2、3、4、5、6 等 300 行都是机电队的“张*”，分不清是谁，可以写成张*（1）、")
    assert same.sentence.endswith("张*（6）等。")
    assert same.rows[299][1] == "张*（300）"
    rows = tuple((str(at), f"{'张王李赵刘'[at % 5]}*", "", "甲", "乙") for at in range(10))
    same = papers.checks.alike(template, {**template.examples, "拟帮扶名单": rows})["拟帮扶名单"]
    told = "第 1、6 个都是“张*”；第 2、7 个都是“王*”；第 3、8 个都是“李*”；还有 2 处同样，分不清"
    assert same.sentence.startswith(told)


def test_a_paper_that_is_not_for_the_public_is_not_asked_about(app: App) -> None:
    papers = app.official_documents
    text = papers.templates.text(KEY).replace("公开：是", "公开：否")
    template = papers.template(KEY, text)
    assert papers.checks.alike(template, {"拟帮扶名单": ROWS}) == {}


@pytest.mark.parametrize(
    ("values", "edited", "found"),
    [
        ({"公示开始": date(2026, 9, 18), "公示天数": 5}, "公示天数", {"公示结束": date(2026, 9, 23)}),
        ({"公示开始": date(2026, 9, 18), "公示天数": 5}, "公示开始", {"公示结束": date(2026, 9, 23)}),
        ({"公示开始": date(2026, 9, 18), "公示结束": date(2026, 9, 28)}, "公示结束", {"公示天数": 7}),
        ({"公示开始": date(2026, 9, 18), "公示结束": date(2026, 9, 28), "公示天数": 3}, "公示结束", {"公示天数": 7}),
        (
            {"公示开始": date(2026, 9, 18), "公示结束": date(2026, 9, 28), "公示天数": 3},
            "公示天数",
            {"公示结束": date(2026, 9, 21)},
        ),
        ({"公示开始": date(2026, 9, 18), "公示结束": date(2026, 9, 1)}, "公示结束", {}),
        ({"公示开始": date(2026, 9, 18), "公示天数": 5}, "公示结束", {}),  # being typed
        ({"公示天数": 3}, "公示天数", {}),
        ({"公示开始": date(2026, 9, 18), "公示天数": 0}, "公示天数", {}),
        ({"公示开始": date(2026, 9, 18), "公示天数": 3}, "署名", {}),
    ],
)
def test_a_period_follows_what_was_typed_last(
    app: App, values: dict[str, object], edited: str, found: dict[str, object]
) -> None:
    papers = app.official_documents
    assert papers.checks.counted(papers.template(KEY), values, edited) == found  # type: ignore[arg-type]


def test_days_that_do_not_fit_and_years_nobody_entered_are_told(app: App) -> None:
    papers = app.official_documents
    values = papers.template(KEY).examples
    assert papers.check(KEY, values).notes == ()
    (note,) = papers.check(KEY, {**values, "公示天数": 6}).notes
    assert "写的是 6" in note
    assert "是 5 个工作日" in note
    (note,) = papers.check(KEY, {**values, "公示开始": date(2027, 3, 1), "公示结束": date(2027, 3, 5)}).notes
    assert note == "2027 年的放假安排还没有录入，按周末计算，请核对。"


@pytest.mark.parametrize(
    ("key", "early", "late", "field"),
    [
        (KEY, {"公示开始": date(2026, 9, 28)}, {"公示结束": date(2026, 9, 8)}, "公示结束"),
        ("节日慰问通知", {"发放开始": date(2026, 9, 18)}, {"发放结束": date(2026, 9, 17)}, "发放结束"),
        ("会籍转移函", {"成文日期": date(2026, 9, 18)}, {"有效期限": date(2026, 9, 17)}, "有效期限"),
    ],
)
def test_a_paper_that_ends_before_it_begins_is_shown_with_a_warning_and_never_leaves(
    app: App, tmp_path: Path, key: str, early: dict[str, date], late: dict[str, date], field: str
) -> None:
    papers = app.official_documents
    values = {**papers.template(key).examples, **early, **late}
    _, outcome = papers.preview(key, values)
    assert any(f"“{field}”（2026年9月" in note and "之前，请核对。" in note for note in outcome.notes)
    target = tmp_path / "公示.pdf"
    for leave in (
        lambda: papers.check(key, values),
        lambda: papers.pdf(key, values),
        lambda: papers.save(key, values, target),
    ):
        with pytest.raises(UserError, match=f"“{field}”.*之前，改好才能打印和保存") as caught:
            leave()
        assert caught.value.field == field
    assert not target.exists()
    same = {**values, **dict.fromkeys(late, next(iter(early.values())))}
    assert papers.check(key, same).pages


@pytest.mark.parametrize(
    ("amount", "cells", "told"),
    [
        (9_876_543, ("60000", "30,000.00"), "“申请金额”是 98,765.43 元，“预算明细”的“金额（元）”合计是 90,000.00 元"),
        (9_000_000, ("60000", "30,000.00"), ""),
        (9_876_543, ("60000", "按实结算"), ""),
        (9_876_543, ("", ""), ""),
    ],
)
def test_an_amount_that_its_table_does_not_add_up_to_is_told(
    app: App, amount: int, cells: tuple[str, ...], told: str
) -> None:
    papers = app.official_documents
    rows = (*(("", f"支出{at}", "", cell) for at, cell in enumerate(cells)), ("", "合计", "", "12345"))
    values = {**papers.template("经费请示").examples, "申请金额": amount, "预算明细": rows}
    notes = papers.check("经费请示", values).notes
    assert [note for note in notes if note.startswith(told)] == list(notes) if told else notes == ()


def test_a_relation_to_a_field_that_is_not_there_is_told(app: App) -> None:
    text = app.official_documents.templates.text("经费请示")
    with pytest.raises(UserError, match="对照的“预算名细”不是表格填写项，最接近的是“预算明细”"):
        app.official_documents.template("经费请示", text.replace("等于预算明细", "等于预算名细"))
    with pytest.raises(UserError, match="没有“金额”这一栏，最接近的是“金额（元）”"):
        app.official_documents.template("经费请示", text.replace("的金额（元）合计", "的金额合计"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_office_enters_a_year_itself(app: App, encoding: str) -> None:
    own(app, "# 国办通知\r\n2027-01-01 至 2027-01-03 放假 元旦\r\n2027-1-9 上班\r\n", encoding)
    days = calendar(app.path)
    assert days.years == {2025, 2026, 2027}
    assert not days.is_working(date(2027, 1, 1))
    assert days.is_working(date(2027, 1, 9))
    papers = app.official_documents
    values = papers.template(KEY).examples
    period = {"公示开始": date(2026, 12, 31), "公示结束": date(2027, 1, 9), "公示天数": 7}
    assert papers.check(KEY, {**values, **period}).notes == ()


def test_a_year_that_an_office_enters_is_its_own_alone(app: App) -> None:
    own(app, "2026-10-01 放假\n")
    days = calendar(app.path)
    assert days.is_working(date(2026, 10, 2))
    assert not days.is_working(date(2025, 10, 2))


@pytest.mark.parametrize(
    "line", ["2027年元旦放假", "2027-02-30 放假", "2027-01-05 至 2027-01-01 放假", "2027-01-01 休"]
)
def test_what_cannot_be_read_is_told_with_its_line(app: App, line: str) -> None:
    own(app, f"# 注\n{line}\n")
    with pytest.raises(UserError, match="第 2 行"):
        calendar(app.path)
    papers = app.official_documents
    (note,) = papers.check(KEY, papers.template(KEY).examples).notes
    assert "第 2 行" in note


def test_the_shipped_years_agree_with_the_notices(tmp_path: Path) -> None:
    """Counts that the notices themselves state: days off of each year; what is worked are weekends."""
    days = calendar(tmp_path / "x.ghoffice")
    for year, off, work in ((2025, 28, 5), (2026, 33, 6)):
        assert sum(day.year == year for day in days.off) == off
        worked = [day for day in days.work if day.year == year]
        assert len(worked) == work
        assert all(day.weekday() >= 5 for day in worked)


def test_a_public_notice_dated_after_its_period_is_told(app: App) -> None:
    papers = app.official_documents
    values = papers.template(KEY).examples
    told = "成文日期（2026年9月21日）在“公示结束”（2026年9月18日）之后，请核对。"
    assert papers.check(KEY, {**values, "成文日期": date(2026, 9, 21)}).notes == (told,)
    assert told in papers.preview(KEY, {**values, "成文日期": date(2026, 9, 21)})[1].notes
    assert papers.check(KEY, {**values, "成文日期": date(2026, 9, 18)}).notes == ()
    still_open = {name: value for name, value in values.items() if name != "成文日期"}
    moved = {**still_open, "公示开始": date(2026, 9, 1), "公示结束": date(2026, 9, 7), "公示天数": 5}
    assert papers.preview(KEY, moved)[1].notes == (), "the example of a day nobody typed is no day"
    text = papers.templates.text(KEY).replace("{{成文日期}}", "2026年9月21日")
    assert told in papers.check(KEY, {name: values[name] for name in still_open}, text=text).notes

"""Printed forms: what is on the shelf, who gets what, what is logged, and that nothing but the filled cells changes."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from pypdf import PdfReader
from sqlalchemy import event

from tests.conftest import ACTOR
from tests.services.form_office import NUMBER, PHONE, Office, book, differences, office, shared, text
from tests.services.people import member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Cancelled, EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.member import EventKind, Member
from unionoffice.models.organisation import Committee, UnitKind
from unionoffice.models.user import Role
from unionoffice.services.forms.context import employer
from unionoffice.services.forms.moves import period
from unionoffice.services.forms.service import FindingKind, Request, Subject, Unseen, batch_part
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries.members import MemberQuery

__all__ = ["office", "shared"]


@pytest.fixture
def narrow(office: Office, clock: FixedClock) -> Iterator[App]:
    """The same office as the officer of 机电队 sees it."""
    office.app.close()
    actor = Actor("分会经办", frozenset({Role.OFFICER}), "u" * 32, frozenset({office.electric}))
    found = App(office.app.path, clock=clock, actor=actor, shipped_fonts=True)
    yield found
    found.close()


def test_an_unknown_tag_is_named_with_its_cell_and_the_nearest_known(shared: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "表.xlsx", {"B2": "{{政治面貎}}", "C9": "{{家庭成员.姓}}"})
    with pytest.raises(UserError, match=r"B2 .*“政治面貎”.*是不是“政治面貌”.*C9"):
        shared.forms.check(path, Subject.MEMBER)
    with pytest.raises(UserError, match="没有标签"):
        shared.forms.check(book(tmp_path / "空.xlsx", {"A1": "姓名"}), Subject.MEMBER)
    with pytest.raises(UserError, match="B2 的标签没有写完整"):
        shared.forms.check(book(tmp_path / "破.xlsx", {"B2": "{{姓名}"}), Subject.MEMBER)


def test_a_form_for_another_subject_is_refused(shared: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "表.xlsx", {"A1": "{{证件号码}}"})
    assert shared.forms.check(path, Subject.MEMBER) == ()
    with pytest.raises(UserError, match="A1 的标签“证件号码”本程序不认识"):
        shared.forms.check(path, Subject.BATCH)


def test_two_lists_in_a_row_and_sums_of_two_lists_are_refused(shared: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="第 2 行用了“家庭成员”、“福利”几份名单"):
        shared.forms.check(
            book(tmp_path / "1.xlsx", {"A2": "{{家庭成员.姓名}}", "B2": "{{福利.批次}}"}), Subject.MEMBER
        )
    cells = {"A2": "{{名单.金额}}", "A4": "{{分工会.金额}}", "A6": "{{合计.金额}}"}
    with pytest.raises(UserError, match="“合计.金额”不知道是哪一份名单的：这张表的名单、分工会里都有"):
        shared.forms.check(book(tmp_path / "2.xlsx", cells), Subject.BATCH)


def test_an_own_form_takes_the_place_of_the_shipped_one_until_it_is_removed(office: Office) -> None:
    shipped = office.forms.named("会员登记表")
    assert not shipped.own
    own = office.own({"A1": "本单位的表：{{姓名}}"}, "会员登记表")
    assert own.own and office.forms.named("会员登记表") == own
    assert len([form for form in office.forms.shelf() if form.name == "会员登记表"]) == 1
    assert "本单位的表：张三" in text(office.forms.pdf(Request(own, [office.zhang])).data)
    with pytest.raises(Refused, match="已经有一张自己的表单叫“会员登记表”"):
        office.own({"A1": "{{姓名}}"}, "会员登记表")
    office.forms.remove(own)
    assert office.forms.named("会员登记表") == shipped
    with pytest.raises(Refused, match="自带的表单，不能删除"):
        office.forms.remove(shipped)


def test_a_spoilt_own_form_says_why_and_is_not_printed(office: Office) -> None:
    own = office.own({"A1": "{{姓名}}"})
    book(own.path, {"A1": "{{姓铭}}"})
    (found,) = [form for form in office.forms.shelf() if form.name == "试表"]
    assert "A1 的标签“姓铭”" in found.problem
    with pytest.raises(UserError, match="“试表”不能打印.*姓铭"):
        office.forms.pdf(Request(found, [office.zhang]))
    own.path.write_bytes(b"nonsense")
    assert "不是 .xlsx" in office.forms.named("试表").problem


def test_names_that_are_no_file_names_are_refused(shared: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "表.xlsx", {"A1": "{{姓名}}"})
    for name in ("a/b", "..\\x", ".hidden", "~x", " ", "长" * 61):
        with pytest.raises(UserError, match="不能用作表单名称|最多 60 个字"):
            shared.forms.add(path, Subject.MEMBER, name if name.strip() else "\t ")
    assert not list(shared.forms.folder.rglob("*.xlsx"))


def test_values_are_what_an_office_reads(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{证件号码}}", "A4": "{{家庭成员.姓名}}", "A6": "{{会籍变动.变动}}"})
    (title, values), (_, other) = office.forms.values(Request(form, [office.zhang, office.li]))
    single = values.single
    assert title == "张三"
    assert single["政治面貌"] == "中共党员" and single["证件号码"] == NUMBER
    assert single["出生日期"] == date(1985, 6, 1) and single["年龄"] == 41 and single["出生年月"] == "1985.06"
    assert single["月缴费基数"] == Decimal("5876.50") and single["月应缴会费"] == Decimal("29.35")
    assert single["月应缴会费大写"] == "人民币贰拾玖元叁角伍分"
    assert single["所属分工会"] == "机电队" and single["单位全称"] == "示范矿业有限公司工会机电队"
    assert single["工会名称"] == "示范矿业有限公司工会" and single["单位名称"] == "示范矿业有限公司"
    assert values.lists["家庭成员"][0]["关系"] == "子" and values.lists["家庭成员"][0]["年龄"] == 11
    assert [each["变动"] for each in values.lists["会籍变动"]] == ["入会"]
    assert "福利" not in values.lists
    assert other.single["入会日期"] == "2015年10月" and other.single["出生日期"] == "1990年7月"


def test_the_order_and_number_of_copies_is_what_was_asked(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}"})
    found = office.forms.pdf(Request(form, [office.wang, office.zhang, office.li]))
    reader = PdfReader(io.BytesIO(found.data))
    assert [page.extract_text().partition("核验码")[0].strip() for page in reader.pages] == ["王五", "张三", "李四"]
    assert [entry.title for entry in reader.outline] == ["王五", "张三", "李四"]  # type: ignore[union-attr]
    grouped = office.forms.pdf(Request(form, [office.wang, office.zhang, office.li], grouped=True))
    assert grouped.titles == ("机电队 / 张三", "机电队 / 李四", "通风队 / 王五")


def test_namesakes_are_told_apart_in_titles(office: Office) -> None:
    other = member(office.app, "张三", unit_id=office.air, staff_number="0099")
    form = office.own({"A1": "{{姓名}}"})
    assert [title for title, _ in office.forms.values(Request(form, [office.zhang, other]))] == [
        "张三（0017）",
        "张三（0099）",
    ]


def test_a_thousand_members_take_few_questions(office: Office) -> None:
    ids = [member(office.app, f"会员{number}", unit_id=office.air) for number in range(60)]
    form = office.own({"A1": "{{姓名}}", "A3": "{{家庭成员.姓名}}", "A5": "{{会籍变动.变动}}", "A7": "{{福利.批次}}"})
    asked: list[str] = []
    event.listen(office.app.store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = office.forms.values(Request(form, ids))
    assert len(found) == 60
    assert len(asked) < 15, asked


def test_an_officer_gets_only_his_own(office: Office, narrow: App) -> None:
    roll, sheet = narrow.forms.named("会员花名册"), narrow.forms.named("签领表（A4竖版）")
    with pytest.raises(UserError, match="有 1 名会员找不到，或不归您分管"):
        narrow.forms.values(Request(narrow.forms.named("退会审批表"), [office.wang]))
    with pytest.raises(Refused, match="“通风队”不归您分管"):
        narrow.forms.values(Request(roll, [office.air]))
    with pytest.raises(Refused, match="不归您分管"):
        narrow.forms.values(Request(roll, [office.root]))
    ((_, values),) = narrow.forms.values(Request(roll, [office.electric]))
    assert [each["姓名"] for each in values.lists["会员"]] == ["张三", "李四"]
    ((_, values),) = narrow.forms.values(Request(sheet, [office.batch]))
    assert [each["姓名"] for each in values.lists["名单"]] == ["张三", "李四"]
    assert values.single["人数"] == 2 and values.single["合计"] == Decimal("397.00")
    with pytest.raises(Refused, match="看不到整份名单"):
        narrow.forms.values(Request(narrow.forms.named("经费审批单"), [office.batch]))
    assert narrow.forms.members_of(office.root) == [office.zhang, office.li]


def test_who_may_not_print_or_see_whole_numbers_does_not_get_them(office: Office, clock: FixedClock) -> None:
    path, ids = office.app.path, [office.zhang]
    office.app.close()
    for role, why in ((Role.AUDITOR, "不能打印"), (Role.ADMIN, "不能打印")):
        app = App(path, clock=clock, actor=Actor("某人", frozenset({role}), "u" * 32), shipped_fonts=True)
        with pytest.raises(Refused, match=why):
            app.forms.pdf(Request(app.forms.named("会员登记表"), ids, purpose="看看"))
        with pytest.raises(Refused, match=why):
            app.forms.values(Request(app.forms.named("会员登记表"), ids))
        app.close()


def test_whole_numbers_need_a_purpose_and_every_copy_is_logged(office: Office, tmp_path: Path) -> None:
    form = office.forms.named("会员登记表")
    assert form.masked
    for purpose in ("", "  "):
        with pytest.raises(Refused, match="写明用途"):
            office.forms.save_pdf(Request(form, [office.zhang], purpose=purpose), tmp_path / "表.pdf")
    assert not list(tmp_path.glob("表*"))
    office.forms.save_pdf(
        Request(form, [office.zhang, office.li], purpose="归档", recipient="档案室"), tmp_path / "表.pdf"
    )
    (item,) = office.app.access_log.who_saw(Member, office.zhang)
    assert (item.kind, item.what, item.rows, item.file) == (AccessKind.PRINT, "会员登记表", 2, "表.pdf")
    assert (item.purpose, item.recipient) == ("归档", "档案室")
    assert "证件号码" in item.fields and len(item.sha256) == 64
    assert office.app.access_log.who_saw(Member, office.wang) == []
    office.forms.save_xlsx(Request(office.forms.named("会员花名册"), [office.air]), tmp_path / "册.xlsx")
    (item,) = office.app.access_log.who_saw(Member, office.wang)
    assert (item.kind, item.what, item.rows) == (AccessKind.EXPORT, "会员花名册", 1)


def test_what_cannot_be_logged_is_not_given_out(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = office.own({"A1": "{{姓名}}"})

    def full(*_args: Any, **_more: Any) -> None:
        raise EnvironmentFault("磁盘已满。")

    monkeypatch.setattr(office.app.access_log, "note", full)
    folder = tmp_path / "出"
    folder.mkdir()
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        office.forms.save_pdf(Request(form, [office.zhang]), folder / "表.pdf")
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        office.forms.save_xlsx(Request(form, [office.zhang]), folder)
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        office.forms.pdf(Request(form, [office.zhang]))
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        office.forms.add(book(tmp_path / "另.xlsx", {"A1": "{{姓名}}"}), Subject.MEMBER, "另表")
    assert list(folder.iterdir()) == []
    assert [path.name for path in office.forms.folder.rglob("*.*")] == ["试表.xlsx"]


class Watched:
    """Progress that does something at a step."""

    cancelled = False

    def __init__(self, at: int, act: Any) -> None:
        self._at, self._act, self.seen = at, act, 0

    def report(self, done: int, total: int, text: str) -> None:
        self.seen += 1
        if self.seen == self._at:
            self._act(self)


def test_a_folder_that_vanishes_or_a_stop_leaves_no_half_set(office: Office, tmp_path: Path) -> None:
    form, ids = office.own({"A1": "{{姓名}}"}), [office.zhang, office.li, office.wang]
    folder = tmp_path / "出"
    folder.mkdir()
    with pytest.raises(UserError, match="没有写成"):
        office.forms.save_xlsx(Request(form, ids), folder, progress=Watched(2, lambda _each: shutil.rmtree(folder)))
    assert not folder.exists()
    folder.mkdir()

    def stop(each: Watched) -> None:
        each.cancelled = True

    with pytest.raises(Cancelled):
        office.forms.save_xlsx(Request(form, ids), folder, progress=Watched(2, stop))
    with pytest.raises(Cancelled):
        office.forms.save_pdf(Request(form, ids), folder / "表.pdf", progress=Watched(2, stop))
    assert list(folder.iterdir()) == []
    with pytest.raises(UserError, match="文件夹“.*无”不存在"):
        office.forms.save_xlsx(Request(form, ids), tmp_path / "无")
    with pytest.raises(UserError, match="不存在"):
        office.forms.save_pdf(Request(form, ids), tmp_path / "无" / "表.pdf")


def test_a_folder_gets_a_file_a_copy_and_nothing_is_written_over(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}"})
    found = office.forms.save_xlsx(Request(form, [office.zhang, office.wang]), tmp_path)
    assert [path.name for path in found] == ["2026-会员-长期-0001-试表-张三.xlsx", "2026-会员-长期-0002-试表-王五.xlsx"]
    assert [openpyxl.load_workbook(path).active["A1"].value for path in found] == ["张三", "王五"]
    with pytest.raises(UserError, match="已经有“2026-会员-长期-0001-试表-张三.xlsx”等文件"):
        office.forms.save_xlsx(Request(form, [office.zhang, office.wang]), tmp_path)
    with pytest.raises(UserError, match="有 2 份，一个 Excel 文件只放一份"):
        office.forms.save_xlsx(Request(form, [office.zhang, office.wang]), tmp_path / "两份.xlsx")


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@sum(A1)", "=cmd|'/c calc'!A1", "\t=1"])
def test_values_that_look_like_formulas_are_text(office: Office, tmp_path: Path, typed: str) -> None:
    form = office.own({"A1": "{{填写.事由}}", "A2": "因{{填写.事由}}"})
    (path,) = office.forms.save_xlsx(Request(form, [office.zhang], {"事由": typed}), tmp_path / "表.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet["A1"].value == typed and sheet["A1"].data_type == "s"
    assert sheet["A2"].value == f"因{typed}"
    with zipfile.ZipFile(path) as package:
        assert b"<f" not in package.read("xl/worksheets/sheet1.xml")


def test_a_name_of_fifty_characters_stands_whole_on_one_page(office: Office) -> None:
    name = "阿卜杜拉·" * 10
    office.app.members.save(office.li, {"name": name}, office.app.members.get(office.li).version, ACTOR)  # type: ignore[union-attr]
    for form in office.forms.shelf():
        if form.subject is Subject.MEMBER:
            found = office.forms.pdf(Request(form, [office.li], purpose="试"))
            assert found.pages == 1, form.name
            assert name in text(found.data), form.name


def test_a_date_in_a_plain_cell_is_written_out(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{出生日期}}", "A2": "{{入会日期|yyyy.mm}}", "A3": "{{今天}}"})
    (path,) = office.forms.save_xlsx(Request(form, [office.zhang]), tmp_path / "表.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert [sheet[f"A{row}"].value for row in (1, 2, 3)] == ["1985年6月1日", "2015.03", "2026年9月10日"]


def test_what_is_asked_is_taken_as_its_cell_says_remembered_and_left_as_a_line(office: Office, tmp_path: Path) -> None:
    path = book(
        tmp_path / "来稿.xlsx",
        {"A1": "{{填写.金额}}", "A2": "{{填写.金额大写}}", "A3": "因{{填写.事由}}，", "A4": "{{填写.备注}}"},
    )
    found = openpyxl.load_workbook(path)
    found.active["A1"].number_format = "#,##0.00"
    found.save(path)
    form = office.forms.add(path, Subject.MEMBER, "申请")
    assert form.asked == ("金额", "事由", "备注")
    (out,) = office.forms.save_xlsx(Request(form, [office.zhang], {"金额": "1,409.50"}), tmp_path / "1.xlsx")
    sheet = openpyxl.load_workbook(out).active
    assert [sheet[f"A{row}"].value for row in range(1, 5)] == [1409.5, "人民币壹仟肆佰零玖元伍角", "因________，", None]
    assert office.forms.remembered(form, [office.zhang]) == {"金额": "1,409.50"}
    with office.app.store.working() as session:
        queries.forget_about(session, ["1,409"])
    assert office.forms.remembered(form, [office.zhang]) == {}


def test_what_was_typed_is_each_users_own(office: Office, clock: FixedClock) -> None:
    form = office.own({"A1": "{{填写.事由}}"})
    office.forms.pdf(Request(form, [office.zhang], {"事由": "张三住院"}))
    assert office.forms.remembered(form, [office.zhang]) == {"事由": "张三住院"}
    office.app.close()
    other = App(office.app.path, clock=clock, actor=Actor("别人", user_id="v" * 32), shipped_fonts=True)
    assert other.forms.remembered(other.forms.named("试表"), [office.zhang]) == {}
    other.close()


def test_a_public_form_masks_and_never_shows_a_whole_number(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{证件号码}}", "A3": "{{手机号码}}", "A4": "{{填写.说明}}"}, "会员公示")
    assert form.public
    shown = text(office.forms.pdf(Request(form, [office.zhang])).data)
    assert "张三" in shown and NUMBER not in shown and PHONE not in shown and "138****5678" in shown
    for typed in (f"电话{PHONE}", NUMBER, "卡号 6217 7201 7711 7300 227"):
        with pytest.raises(Refused, match=r"“张三”的表!A4 里有.*不能公示"):
            office.forms.pdf(Request(form, [office.zhang], {"说明": typed}))
        with pytest.raises(Refused, match="不能公示"):
            office.forms.save_xlsx(Request(form, [office.zhang], {"说明": typed}), tmp_path / "公示.xlsx")
    assert not (tmp_path / "公示.xlsx").exists()
    for typed in ("因患白血病住院", "家住和平路12号3单元402室"):
        with pytest.raises(Refused, match="不能公示"):
            office.forms.pdf(Request(form, [office.zhang], {"说明": typed}))


def test_a_notice_names_where_people_shall_object(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "电话：{{填写.受理电话}}，地址：{{填写.受理地址}}"}, "会员公示")
    asked = {"受理电话": "0931-2345678", "受理地址": "和平路1号办公楼205室"}
    assert "0931-2345678" in text(office.forms.pdf(Request(form, [office.zhang], asked)).data)
    for name, typed in (
        ("受理电话", NUMBER), ("受理电话", "6217720177117300227"), ("受理电话", "张三:示范市某镇1号"),
        ("受理地址", "和平路12号3单元402室"), ("受理地址", f"办公楼205室 {PHONE}"),
    ):  # fmt: skip
        with pytest.raises(Refused, match="不能公示"):
            office.forms.pdf(Request(form, [office.zhang], {**asked, name: typed}))


def test_a_public_form_shows_no_number_over_its_cells(office: Office) -> None:
    cells = {"A1": "{{填写.甲}}", "B1": "{{填写.乙}}", "C1": "{{填写.丙}}", "A2": "{{填写.丁}}"}
    form = office.own(cells, "情况公示", Subject.FREE)
    for typed in (
        {"甲": "61082419", "乙": "870716", "丙": "2332", "丁": ""},
        {"甲": "13812", "乙": "", "丙": "", "丁": "345678"},
        {"甲": "138", "乙": "12345678", "丙": "", "丁": ""},
        {"甲": "110101", "乙": "19900101", "丙": "123X", "丁": ""},
    ):
        with pytest.raises(Refused, match="A1 至 .*不能公示"):
            office.forms.pdf(Request(form, asked=typed))
    for typed in ({"甲": "1", "乙": "38001", "丙": "300"}, {"甲": "2026", "乙": "300", "丁": "15000"}):
        assert office.forms.pdf(Request(form, asked=typed)).pages == 1


def test_money_is_yuan_and_a_list_is_summed_once(shared: Office) -> None:
    for name in ("签领表（A4竖版）", "签领表（A4横版）", "签领表（A3横版）", "福利发放统计表"):
        found = text(shared.forms.pdf(Request(shared.forms.named(name), [shared.batch])).data)
        assert "人民币伍佰玖拾伍元伍角" in found, name
        assert "595.50" in found and "1,191.00" not in found, name


def test_a_batch_by_branches_and_a_draft(office: Office) -> None:
    form = office.forms.named("签领表（A4竖版）")
    found = office.forms.pdf(Request(form, [office.batch], grouped=True))
    assert found.titles == ("机电队", "通风队") and found.pages == 2
    ((_, values),) = office.forms.values(Request(form, [batch_part(office.batch, "通风队")]))
    assert [each["姓名"] for each in values.lists["名单"]] == ["王五"]
    with pytest.raises(UserError, match="名单上没有“洗选队”的人"):
        office.forms.values(Request(form, [batch_part(office.batch, "洗选队")]))
    plan = {"name": "春节", "kind": "festival", "item": "米", "payment": "goods", "quantity": 1, "unit_price": 100}
    draft, _ = office.app.welfare.plan(
        "春节", None, {**plan, "budget": 10_000, "roll_date": office.app.clock.today()}, ACTOR
    )
    with pytest.raises(Refused, match="还没有审批，名单没有冻结"):
        office.forms.pdf(Request(form, [draft]))
    assert "春节方案" in text(office.forms.pdf(Request(office.forms.named("慰问方案"), [draft])).data)


def test_comings_and_goings_add_up(office: Office) -> None:
    app = office.app
    member(app, "新来", unit_id=office.air, joined_on="2026-03")
    app.members.record_event(office.li, EventKind.RETAIN, "2026-05-01", ACTOR, reason="退休")
    app.members.record_event(office.li, EventKind.DEATH, "2026-06-01", ACTOR)
    app.members.record_event(office.wang, EventKind.TRANSFER_OUT, "2025-12-31", ACTOR)
    form = office.forms.named("会员增减变动表")
    ((_, values),) = office.forms.values(Request(form, [office.root]))
    rows = {row["名称"]: row for row in values.lists["增减"]}
    assert (rows["机电队"]["期初人数"], rows["机电队"]["保留会籍"], rows["机电队"]["去世"]) == (2, 1, 0)
    assert rows["机电队"]["期末人数"] == 1
    assert (rows["通风队"]["期初人数"], rows["通风队"]["入会"], rows["通风队"]["期末人数"]) == (0, 1, 1)
    assert [each["变动"] for each in values.lists["变动"]] == ["入会", "保留会籍", "去世"]
    assert (values.single["期初人数"], values.single["增加人数"], values.single["期末人数"]) == (2, 1, 2)
    ((_, earlier),) = office.forms.values(Request(form, [office.root], {"期间": "2025-12"}))
    assert [each["变动"] for each in earlier.lists["变动"]] == ["转出"]
    with pytest.raises(UserError, match="期间“去年”看不懂"):
        office.forms.values(Request(form, [office.root], {"期间": "去年"}))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("", date(2026, 1, 1), date(2026, 9, 10)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-01至2026-06", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-01-05至2026-03-31", date(2026, 1, 5), date(2026, 3, 31)),
    ],
)
def test_periods_as_people_type_them(typed: str, first: date, last: date) -> None:
    assert period(typed, date(2026, 9, 10))[:2] == (first, last)


def test_officers_terms_and_leaders(office: Office) -> None:
    app = office.app
    group, _ = app.organisation.add_unit(office.electric, "一班", UnitKind.GROUP, ACTOR)
    dates = {"starts_on": date(2023, 3, 18), "ends_on": date(2026, 3, 17)}
    term, _ = app.organisation.save_term(
        {"unit_id": office.root, "committee": Committee.UNION, "number": 5, **dates}, ACTOR
    )
    officer = {"committee": Committee.UNION, "starts_on": date(2023, 3, 18)}
    app.organisation.save_officer(
        {**officer, "unit_id": office.root, "term_id": term, "position": "主席", "member_id": office.zhang}, ACTOR
    )
    app.organisation.save_officer({**officer, "unit_id": group, "position": "小组长", "member_id": office.li}, ACTOR)
    ((_, values),) = office.forms.values(Request(office.forms.named("工会委员任职表"), [office.root]))
    (row,) = values.lists["任职"]
    assert (row["姓名"], row["职务"], row["届次"], row["任期"]) == ("张三", "主席", "第5届", "2023.03—2026.03")
    assert row["政治面貌"] == "中共党员"
    ((_, values),) = office.forms.values(Request(office.forms.named("换届提醒函"), [office.root]))
    assert values.single["届满情况"] == "已超过届满日期 177 天" and values.single["主席"] == "张三"
    form = office.forms.named("工会小组长名单")
    ((_, values),) = office.forms.values(Request(form, [office.root]))
    assert [(each["分工会"], each["小组"], each["姓名"]) for each in values.lists["小组长"]] == [
        ("机电队", "一班", "李四")
    ]
    office.forms.pdf(Request(form, [office.root], purpose="联系"))
    assert [item.what for item in app.access_log.who_saw(Member, office.li)] == ["工会小组长名单"]


def test_before_printing_one_is_told_what_will_not_be_seen(office: Office, tmp_path: Path) -> None:
    app = office.app
    app.members.save(office.li, {"name": "李\U000323af"}, app.members.get(office.li).version, ACTOR)  # type: ignore[union-attr]
    for number in range(7):
        app.members.save_relative(office.zhang, {"name": f"亲属{number}", "kinship": "90"}, ACTOR)
    path = book(tmp_path / "来稿.xlsx", {"A1": "{{姓名}}", "B1": "{{月缴费基数}}", "C1": "=VLOOKUP(A1,A1:B2,2)"})
    found = openpyxl.load_workbook(path)
    found.active.column_dimensions["B"].width = 0.6
    found.active["B1"].number_format = "#,##0.00"
    found.save(path)
    form = office.forms.add(path, Subject.MEMBER, "预检")
    findings = office.forms.preflight(Request(form, [office.zhang, office.li]))
    kinds = {(each.kind, each.title, each.cell) for each in findings}
    assert (FindingKind.GLYPH, "李\U000323af", "表!A1") in kinds
    assert (FindingKind.NUMBER, "张三", "表!B1") in kinds
    assert any(kind is FindingKind.FORMULA and cell == "表!C1" for kind, _, cell in kinds)
    long = office.forms.preflight(Request(office.forms.named("会员登记表"), [office.zhang]))
    (listed,) = [each for each in long if each.kind is FindingKind.LIST]
    assert listed.sentence.startswith("“家庭成员”有 8 项，表上印了 5 行，会加 3 行")
    assert office.app.access_log.count(kinds=(AccessKind.PRINT, AccessKind.EXPORT)) == 0


def upper_unions_form(path: Path) -> Path:
    """A workbook as an upper union sends it: merges, widths, a formula, a list to choose from, print setup."""
    found = openpyxl.Workbook()
    sheet = found.active
    sheet.title = "汇总"
    sheet["A1"] = "上级的表"
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["C3"], sheet["A5"] = "姓名", "身份证号", "=1+2"
    sheet.merge_cells("D3:F4")
    sheet["B3"].font = openpyxl.styles.Font(name="楷体", size=14, bold=True)
    sheet["D3"].number_format = "@"
    sheet.column_dimensions["D"].width = 23.5
    sheet.row_dimensions[3].height = 31
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.print_title_rows, sheet.print_area = "1:3", "A1:F9"
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("B5")
    sheet.add_data_validation(choice)
    found.create_sheet("说明")["A1"] = "填表说明"
    found.save(path)
    return path


def test_an_upper_unions_form_is_taken_in_by_cells_and_nothing_else_changes(office: Office, tmp_path: Path) -> None:
    path = upper_unions_form(tmp_path / "上级.xlsx")
    cells = {"B3": "姓名", "E4": "证件号码", "说明!B2": "填表人：{{经办人}}"}
    form = office.forms.take_in(path, Subject.MEMBER, cells, "上级统计表")
    assert form.own and form.masked
    (out,) = office.forms.save_xlsx(Request(form, [office.zhang], purpose="上报"), tmp_path / "出.xlsx")
    changed = differences(path, out)
    assert changed == {("汇总", "B3"): "张三", ("汇总", "D3"): NUMBER, ("说明", "B2"): "填表人："}
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out) as after:
        same = {name for name in before.namelist() if before.read(name) == after.read(name)}
    assert {"xl/styles.xml", "xl/theme/theme1.xml"} <= same
    with pytest.raises(UserError, match="没有“Z”这个格子"):
        office.forms.take_in(path, Subject.MEMBER, {"Z": "姓名"}, "坏")
    with pytest.raises(UserError, match="“名字”本程序不认识"):
        office.forms.take_in(path, Subject.MEMBER, {"B3": "名字"}, "坏")


def test_a_practice_offices_forms_say_so(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = office.own({"A1": "{{姓名}}"})
    assert "练习数据" not in text(office.forms.pdf(Request(form, [office.zhang])).data)
    whose = office.app.offices.get()
    whose.practice = True
    monkeypatch.setattr(office.app.offices, "get", lambda: whose)
    for each in (form, office.forms.named("会员登记表")):
        assert "练习数据，不作凭证" in text(office.forms.pdf(Request(each, [office.zhang], purpose="试")).data)
        (out,) = office.forms.save_xlsx(Request(each, [office.zhang], purpose="试"), tmp_path)
        assert out.name.startswith("练习-")
        assert "练习数据" in openpyxl.load_workbook(out).active.oddHeader.right.text


def test_records_that_are_gone_or_none_are_told(shared: Office) -> None:
    form = shared.forms.named("退会审批表")
    with pytest.raises(UserError, match="没有选会员"):
        shared.forms.pdf(Request(form, []))
    with pytest.raises(UserError, match="有 1 名会员找不到"):
        shared.forms.pdf(Request(form, [shared.zhang, "0" * 32]))
    with pytest.raises(UserError, match="已经找不到"):
        shared.forms.pdf(Request(shared.forms.named("会员花名册"), ["0" * 32]))
    with pytest.raises(UserError, match="批次已经找不到"):
        shared.forms.pdf(Request(shared.forms.named("签领表（A4竖版）"), ["0" * 32]))
    with pytest.raises(UserError, match="没有名为“登记”的表单.*会员登记表"):
        shared.forms.named("登记")
    assert shared.app.members.ids(MemberQuery())


def test_employers_follow_from_their_unions_names() -> None:
    assert employer("示范矿业有限公司工会委员会") == "示范矿业有限公司"
    assert employer("示范大学工会") == "示范大学"
    assert employer("总工会") == "总工会"


def test_each_copy_bears_the_code_by_which_it_is_verified(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{今天}}"})
    first = office.forms.pdf(Request(form, [office.zhang, office.li]))
    codes = [page.extract_text().partition("核验码")[2].split()[0] for page in PdfReader(io.BytesIO(first.data)).pages]
    assert len(set(codes)) == 2
    marks = office.app.print_marks
    assert all(marks.verify(code).holds for code in codes)
    again = office.forms.pdf(Request(form, [office.zhang]))
    assert codes[0] in PdfReader(io.BytesIO(again.data)).pages[0].extract_text(), "nothing changed: the same code"
    member = office.app.members.get(office.zhang)
    office.app.members.save(office.zhang, {"name": "张三改"}, member.version, office.app.actor)
    office.forms.pdf(Request(form, [office.zhang]))
    assert not marks.verify(codes[0]).holds
    assert marks.verify(codes[1]).holds


def code_on(data: bytes) -> str:
    """The code on the first page."""
    return PdfReader(io.BytesIO(data)).pages[0].extract_text().partition("核验码")[2].split()[0]


def test_the_same_form_for_another_reason_is_another_paper(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}因{{填写.事由}}"}, "慰问", Subject.MEMBER)
    as_old(form.path)

    def printed(why: str) -> str:
        return code_on(office.forms.pdf(Request(form, [office.zhang], asked={"事由": why})).data)

    codes = [printed("住院"), printed("手术")]
    marks = office.app.print_marks
    assert codes[0] != codes[1] and all(marks.verify(code).holds for code in codes)
    member = office.app.members.get(office.zhang)
    office.app.members.save(office.zhang, {"name": "张三改"}, member.version, office.app.actor)
    assert printed("住院") not in codes
    assert [marks.verify(code).state.label for code in codes] == ["已被替换", "登记已改"]


def as_old(path: Path) -> None:
    """A form that was there before the day on which it is printed."""
    os.utime(path, (before := datetime(2026, 1, 1).timestamp(), before))


def test_a_paper_is_held_against_what_is_registered_today(office: Office, tmp_path: Path, clock: FixedClock) -> None:
    form = office.own({"A1": "{{姓名}}", "B1": "{{岗位}}", "C1": "{{年龄}}", "D1": "{{今天}}"}, "证明")
    with_reason = office.own({"A1": "{{姓名}}因{{填写.事由}}", "B1": "{{填写.金额大写}}"}, "慰问")
    roll = office.own({"A1": "{{名称}}", "A2": "{{会员.姓名}}", "B2": "{{会员.岗位}}"}, "名册", Subject.ROLL)
    path = tmp_path / "证明.pdf"
    office.forms.save_pdf(Request(form, [office.zhang, office.li]), path)
    asked = {"事由": "住院", "金额": "500"}
    codes = [
        code_on(path.read_bytes()),
        code_on(office.forms.pdf(Request(with_reason, [office.zhang], asked)).data),
        code_on(office.forms.pdf(Request(roll, [office.electric])).data),
    ]
    marks = office.app.print_marks
    change = office.app.members.save

    def states() -> list[str]:
        return [marks.verify(code).state.label for code in codes]

    for each in (form, with_reason, roll):
        as_old(each.path)
    clock.time += timedelta(days=800)
    assert states() == ["有效"] * 3, "nobody changed anything: that he is older is no change of the register"
    assert "与现在登记的内容一致" in marks.verify(codes[0]).sentence
    member = office.app.members.get(office.zhang)
    change(office.zhang, {"professional_title": "工程师"}, member.version, office.app.actor)
    assert states() == ["有效"] * 3, "none of them shows it"
    change(office.zhang, {"post": "电工"}, office.app.members.get(office.zhang).version, office.app.actor)
    assert states() == ["登记已改", "有效", "登记已改"]
    assert [verdict.state.label for verdict in marks.verify_file(path)] == ["登记已改", "有效"]
    change(office.zhang, {"name": "张三改"}, office.app.members.get(office.zhang).version, office.app.actor)
    assert states() == ["登记已改"] * 3
    reprinted = code_on(office.forms.pdf(Request(form, [office.zhang])).data)
    assert [marks.verify(code).state.label for code in (codes[0], reprinted)] == ["已被替换", "有效"]


def test_what_is_refused_or_stopped_while_it_is_drawn_replaces_no_paper(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{岗位}}", "B2": "后"}, "证明")
    as_old(form.path)
    code = code_on(office.forms.pdf(Request(form, [office.zhang])).data)
    members, marks = office.app.members, office.app.print_marks
    members.save(office.zhang, {"post": "长" * 400}, members.get(office.zhang).version, office.app.actor)
    with pytest.raises(Unseen, match="长长"):
        office.forms.pdf(Request(form, [office.zhang]))
    assert marks.verify(code).state.label == "登记已改", "and not replaced by a paper that never left"
    given = office.forms.pdf(Request(form, [office.zhang], gaps=True))
    assert marks.verify(code).state.label == "已被替换"
    assert marks.verify(code_on(given.data)).holds


def test_who_sees_a_part_is_not_told_that_a_record_changed(office: Office, narrow: App) -> None:
    form = narrow.forms.named("会员登记表")
    data = narrow.forms.pdf(Request(form, [office.zhang], purpose="归档")).data
    verdict = narrow.print_marks.verify(code_on(data))
    assert verdict.holds and "打印之后没有再出过内容不同的" in verdict.sentence


def test_a_form_changed_since_is_not_held_against_its_prints(office: Office) -> None:
    form = office.own({"A1": "{{姓名}}"}, "证明")
    as_old(form.path)
    code = code_on(office.forms.pdf(Request(form, [office.zhang])).data)
    assert "与现在登记的内容一致" in office.app.print_marks.verify(code).sentence
    office.forms.add(
        book(form.path.with_name("新.xlsx"), {"A1": "{{姓名}}{{岗位}}"}), Subject.MEMBER, "证明", replacing=True
    )
    verdict = office.app.print_marks.verify(code)
    assert verdict.holds and "打印之后没有再出过内容不同的" in verdict.sentence


def test_a_paper_without_a_record_is_never_replaced_by_another_one(office: Office) -> None:
    form = office.own({"A1": "{{获奖人}}获{{奖项}}"}, "荣誉证书", Subject.FREE)
    one, other = {"获奖人": "王芳", "奖项": "先进个人"}, {"获奖人": "李明", "奖项": "先进个人"}
    codes = [code_on(office.forms.pdf(Request(form, asked=asked)).data) for asked in (one, other, one)]
    assert codes[0] == codes[2] != codes[1]
    verdicts = [office.app.print_marks.verify(code) for code in codes]
    assert all(verdict.holds for verdict in verdicts)
    assert "内容是打印时填的，没有登记可以对照" in verdicts[0].sentence
    proof = office.own({"A1": "{{姓名}}因{{事由}}"}, "证明", Subject.FREE)
    codes = [
        code_on(office.forms.pdf(Request(proof, asked={"姓名": "王强", "事由": why})).data) for why in ("贷款", "落户")
    ]
    assert all(office.app.print_marks.verify(code).holds for code in codes)


def test_a_notice_s_last_day_follows_from_its_first_and_its_working_days(office: Office) -> None:
    form, ids = office.forms.named("福利发放公示"), office.ids(Subject.BATCH)

    def printed(**asked: str) -> str:
        return text(office.forms.pdf(Request(form, ids, asked)).data)

    assert "公示期5个工作日，自2026年9月28日至2026年10月9日。" in printed(公示天数="5", 公示开始日期="2026-09-28")
    assert "自2026年9月28日至2026年9月30日。" in printed(
        公示天数="5", 公示开始日期="2026-09-28", 公示结束日期="2026-09-30"
    )
    assert "公示期________个工作日，自________至________。" in printed()
    assert "自2026年9月28日至________。" in printed(公示开始日期="2026-09-28")
    assert "公示结束日期" not in Request(form, ids, {"公示天数": "5", "公示开始日期": "2026-09-28"}).blank


def test_what_the_records_lack_in_a_sentence_leaves_a_line_and_is_told(office: Office) -> None:
    request = Request(office.forms.named("换届提醒函"), [office.root])
    assert "委员会________任期自________起，至________届满，________。" in text(office.forms.pdf(request).data)
    assert office.forms.gaps(request) == [
        "没有“本届届次”、“本届开始日期”、“本届届满日期”、“届满情况”，句子里留了一条线。"
    ]


def test_a_long_name_and_a_long_union_stand_whole_on_every_list(office: Office) -> None:
    name, unit = "阿不都热依木·买买提艾力·" * 4, "露天煤矿采剥队综合机械化掘进维修保障第三分工会联合委员会"
    office.app.members.save(office.wang, {"name": name}, office.app.members.get(office.wang).version, ACTOR)  # type: ignore[union-attr]
    for form in office.forms.shelf():
        if form.subject is Subject.ROLL:
            found = office.forms.pdf(Request(form, [office.air], purpose="试"))
            assert name in text(found.data) and not found.unseen, form.name
    rows = [{"姓名": name, "工作单位": unit, "金额": "500"}]
    aid = Request(office.forms.named("帮扶签领表（中央资金）"), asked={"名单": rows}, purpose="试")
    shown = text(office.forms.pdf(aid).data)
    assert name in shown and unit in shown

"""Headings of domain.md §10.1, wherever they stand and however they are decorated."""

from __future__ import annotations

from pathlib import Path

import pytest

from unionoffice.documents.excel.columns import ImportColumns, fold_caption, member_columns
from unionoffice.documents.excel.headings import Headings, find_headings

COLUMNS = member_columns(Path(__file__).parents[2] / "resources")

SAMPLES = [
    "姓名｜部门｜工号｜职位｜工会职务｜职级｜联系方式｜性别｜身份证号｜出生年月｜年龄｜状态｜用工形式｜进单位时间｜司龄｜劳动合同期限｜政治面貌｜入党/入团时间｜学历｜籍贯｜户口性质｜现住址｜职称｜入会时间｜会员证号",
    "工号｜姓名｜性别｜出生年月｜政治面貌｜民族｜证件类型｜证件号｜学历｜学位｜岗位名称｜职务职称｜手机号｜电子邮箱｜备注｜所属工会",
    "所属工会｜工号｜姓名｜性别｜证件号｜编制类型｜会籍状态｜人员状态｜入会时间",
    "申请时间｜工号｜姓名｜会籍状态｜所属工会｜证件号｜电话｜邮箱",
    "用户名｜性别｜民族｜政治面貌｜户籍类型｜是否八大群体｜就业状态｜身份证号｜手机号码｜是否农民工｜单位名称｜所属工会｜入会时间",
    "会员证号码｜姓名｜性别｜出生日期｜民族｜学历｜籍贯｜政治面貌｜工资｜工作单位｜职务｜职称｜家庭主要成员及其工作单位｜个人工作简历｜基层工会组织审批意见｜备注",
    "姓名｜身份证号码｜手机号码",
    "姓名｜性别｜出生年月｜民族｜学历｜政治面貌｜部门｜职务｜联系电话｜入会日期｜会员编号",
    "会员号｜姓名｜职工类型｜月工资｜半年会费",
    "序号｜姓名｜身份证号｜出生日期｜性别｜民族｜政治面貌｜籍贯｜学历｜电话｜邮箱｜备注",
    "真实姓名｜身份证号码｜性别｜公司｜部门｜岗位名称｜技术职称｜最高学历｜学位｜政治面貌｜民族｜工会职务｜工会小组划分｜职工代表｜困难员工｜重大疾病互助会会员｜户口地址｜居住地址｜用工形式｜工作起始时间｜出生日期｜是否会员",
    "会员编号｜工会职务｜入会时间｜姓名",
    "序号｜姓名｜性别｜民族｜出生年月｜文化程度｜政治面貌｜身份证号码｜参加工作时间｜入会时间｜会员证编号｜联系电话｜备注",
    "序号｜单位名称｜会员姓名｜证件类型｜证件号码｜移动电话｜户籍所在地｜就业状况｜是否农民工｜是否劳务派遣｜技能等级｜会籍变化类型｜会籍变化时间",
    "编号｜分工会｜工会小组｜姓名｜性别｜年龄｜学历｜职称｜职务｜入会年月｜会费基数｜月缴会费",
]


def found(rows: list[list[object]], **more: object) -> Headings:
    headings = find_headings(rows, COLUMNS, **more)  # type: ignore[arg-type]
    assert headings is not None
    return headings


@pytest.mark.parametrize("sample", SAMPLES, ids=range(1, 16))
def test_every_caption_of_the_samples_is_understood(sample: str) -> None:
    captions: list[object] = list(sample.split("｜"))
    headings = found([captions, ["1"] * len(captions)])
    assert (headings.first_row, headings.last_row) == (1, 1)
    assert headings.unknown == ()
    assert headings.repeated == ()
    assert headings.missing == ()
    assert len(headings.fields) + len(headings.ignored) == len(captions)


@pytest.mark.parametrize(
    ("caption", "field"),
    [
        ("职务职称", "title"),
        ("会员证号", "card_number"),
        ("会员编号", "member_number"),
        ("会员号", "member_number"),
        ("编制类型", "employment_form"),
        ("工资", "dues_base"),
        ("工资（元）", "dues_base"),
        ("状态", "employment_status"),
        ("姓 名*", "name"),
        ("﹡姓　名", "name"),
        ("姓名（必填）", "name"),
        ("身份证\n号码（必填）", "id_number"),
        ("出生\n年月", "birth_date"),
        ("Ｅ-mail", "email"),
        ("部门/科室", "department"),
        ("联系电话：", "phone"),
        ("是否农民工(是/否)", "is_migrant"),
    ],
)
def test_decorated_captions(caption: str, field: str) -> None:
    others: list[object] = ["民族", "籍贯", caption]
    assert found([others]).fields[2] == field


def test_no_caption_belongs_to_two_fields() -> None:
    seen: dict[str, str] = {}
    for spec in COLUMNS.columns.values():
        for caption in (spec.label, *spec.headings):
            assert seen.setdefault(fold_caption(caption), spec.name) == spec.name
    assert COLUMNS.ignored.isdisjoint(seen)


def test_title_and_unit_rows_above_are_passed_over() -> None:
    rows: list[list[object]] = [
        ["示范矿业有限公司工会会员花名册", "", "", ""],
        ["填报单位：机电队分会", "", "填报日期：2026年10月", ""],
        ["序号", "姓名", "性别", "身份证号"],
        [1.0, "张三", "男", ""],
    ]
    headings = found(rows, merges=[(0, 0, 0, 3)])
    assert (headings.first_row, headings.last_row) == (3, 3)
    assert headings.fields == {1: "name", 2: "sex", 3: "id_number"}
    assert headings.ignored == ("序号",)


def test_two_heading_rows_are_joined() -> None:
    rows: list[list[object]] = [
        ["会员花名册", "", "", "", "", ""],
        ["序号", "姓名", "联系方式", "", "出生", "会员证"],
        ["", "", "手机号码", "电子邮箱", "年月", "号码"],
        [1.0, "张三", "13812345678", "", "1985.6", "A1"],
    ]
    merges = [(0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3)]
    headings = found(rows, merges=merges)
    assert (headings.first_row, headings.last_row) == (2, 3)
    assert headings.fields == {1: "name", 2: "phone", 3: "email", 4: "birth_date", 5: "card_number"}
    assert found(rows).fields == headings.fields


def test_a_data_row_without_a_name_is_no_second_heading_row() -> None:
    rows: list[list[object]] = [["姓名", "性别", "政治面貌"], ["", "男", "群众"], ["张三", "男", "群众"]]
    assert found(rows).last_row == 1


def test_of_two_columns_for_one_field_the_first_wins() -> None:
    headings = found([["姓名", "电话", "手机"]])
    assert headings.fields == {0: "name", 1: "phone"}
    assert headings.repeated == (("手机", "phone"),)


def test_the_user_may_say_what_a_caption_means() -> None:
    rows: list[list[object]] = [["人员", "电话", "短号", "备注"], ["张三", "1", "2", "3"]]
    assert found(rows).missing == ("姓名",)
    headings = found(rows, mapping={"人 员": "name", "短号": "phone", "电话": "", "备注": "address"})
    assert headings.fields == {0: "name", 2: "phone", 3: "address"}
    assert headings.ignored == ("电话",)


def test_sheets_without_headings() -> None:
    assert find_headings([], COLUMNS) is None
    assert find_headings([["", ""], ["只有一格", ""]], COLUMNS) is None
    assert found([["甲", "乙"]]).missing == ("姓名",)
    assert found([["姓名"], ["张三"]]).fields == {0: "name"}


def test_columns_are_loaded_with_their_tables() -> None:
    assert isinstance(COLUMNS, ImportColumns)
    assert len(COLUMNS.columns) == 45
    sex = COLUMNS.columns["sex"].choices
    assert sex is not None
    assert sex.labels == {"1": "男", "2": "女"}
    ethnicity = COLUMNS.columns["ethnicity"].choices
    assert ethnicity is not None
    assert (ethnicity.words["汉"], ethnicity.words["汉族"], len(ethnicity.labels)) == ("01", "01", 58)

"""A form to be hung up holds nobody's number or address in its own words either, wherever they stand (F43)."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.services.form_office import NUMBER, PHONE, Office, office
from unionoffice.kernel.errors import Refused
from unionoffice.services.forms.service import Request, Subject

__all__ = ["office"]


def put(place: str, value: object, code: str = "General") -> Callable[[openpyxl.Workbook], None]:
    def change(made: openpyxl.Workbook) -> None:
        made.active[place] = value
        made.active[place].number_format = code

    return change


def footer(made: openpyxl.Workbook) -> None:
    made.active.oddFooter.left.text, made.active.oddFooter.center.text = PHONE[:3], PHONE[3:]


def even_header(made: openpyxl.Workbook) -> None:
    made.active.evenHeader.center.text = f"电话{PHONE}"


def hidden_row(made: openpyxl.Workbook) -> None:
    made.active["A9"] = PHONE
    made.active.row_dimensions[9].hidden = True


def hidden_sheet(made: openpyxl.Workbook) -> None:
    made.create_sheet("底稿")["C2"] = NUMBER
    made["底稿"].sheet_state = "veryHidden"


def comment(made: openpyxl.Workbook) -> None:
    made.active["A1"].comment = Comment(PHONE, "某人")


def author(made: openpyxl.Workbook) -> None:
    made.active["A1"].comment = Comment("请核对", f"某人{PHONE}")


def title(made: openpyxl.Workbook) -> None:
    made.active.title = PHONE


def choices(made: openpyxl.Workbook) -> None:
    found = DataValidation(type="list", formula1=f'"{PHONE},无"')
    found.add("C4")
    made.active.add_data_validation(found)


def prompt(made: openpyxl.Workbook) -> None:
    found = DataValidation(type="list", formula1='"有,无"', prompt=f"不懂打{PHONE}", showInputMessage=True)
    found.add("C4")
    made.active.add_data_validation(found)


def link(made: openpyxl.Workbook) -> None:
    made.active["C4"] = "点这里"
    made.active["C4"].hyperlink = f"tel:{PHONE}"


def named(made: openpyxl.Workbook) -> None:
    made.defined_names["某人"] = DefinedName("某人", attr_text=f'"{PHONE}"')


def properties(made: openpyxl.Workbook) -> None:
    made.properties.description = PHONE


def condition(made: openpyxl.Workbook) -> None:
    made.active.conditional_formatting.add("C4", CellIsRule(operator="equal", formula=[f'"{PHONE}"']))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (put("A3", f"某人 {NUMBER} {PHONE}"), "表!A3 "),
        (put("A3", int(PHONE)), "表!A3 "),
        (put("A3", 1, f'"{PHONE}"'), "表!A3 "),
        (put("A3", f'="{PHONE[:3]}"&"{PHONE[3:]}"'), "表!A3 "),
        (put("A3", "家住和平路12号3单元402室"), "表!A3 "),
        (put("A3", f"受理电话：{PHONE}"), "表!A3 "),
        (put("A3", "卡号 6217 7201 7711 7300 227"), "表!A3 "),
        (footer, "表的页脚"),
        (even_header, "表的页眉"),
        (hidden_row, "表!A9 "),
        (hidden_sheet, "底稿!C2 "),
        (comment, "批注"),
        (author, "批注"),
        (title, "工作表的名称"),
        (choices, "下拉选项"),
        (prompt, "下拉选项"),
        (link, "链接"),
        (named, "定义的名称"),
        (properties, "文件属性"),
        (condition, "条件格式"),
    ],
)
def test_a_public_form_is_not_taken_with_a_number_in_its_own_words(
    office: Office, tmp_path: Path, change: Callable[[openpyxl.Workbook], None], where: str
) -> None:
    path = made(tmp_path / "困难公示.xlsx", change)
    for take in (office.forms.check, office.forms.add):
        with pytest.raises(Refused, match=f"^“困难公示”是公示用的，没有收下：{where}里有.*请从表里去掉"):
            take(path, Subject.FREE)
    path.replace(path.with_name("困难情况.xlsx"))
    assert not office.forms.add(path.with_name("困难情况.xlsx"), Subject.FREE).public, "others may"


def test_nor_printed_when_it_was_put_into_the_folder(office: Office, tmp_path: Path) -> None:
    folder = office.forms.folder / "填写"
    folder.mkdir(parents=True)
    made(folder / "困难公示.xlsx", put("A3", f"{NUMBER}"))
    request = Request(office.forms.named("困难公示"), asked={"事项": "评优"})
    for give in (
        office.forms.pdf,
        office.forms.preview,
        lambda asked: office.forms.save_xlsx(asked, tmp_path / "某.xlsx"),
    ):
        with pytest.raises(Refused, match=r"没有打印：表!A3 里有证件号码（\d{3}\*\*\*\d\d），不能公示。这是表上原有的"):
            give(request)
    assert not (tmp_path / "某.xlsx").exists()


def test_what_is_the_offices_own_may_stand_there(office: Office, tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        sheet = made.active
        sheet["A3"], sheet["B3"], sheet["C3"] = "受理电话", "0931-2345678", "地点：和平路1号办公楼205室"
        sheet["A4"], sheet["A5"] = "大病救助人员名单", "序号"
        sheet["A6"], sheet["B6"], sheet["C6"] = "2026年11月22日至2026年11月28日", 20260901, 1500.5
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"

    form = office.forms.add(made(tmp_path / "救助公示.xlsx", change), Subject.FREE)
    assert form.public
    assert office.forms.pdf(Request(form, asked={"事项": "评优"})).pages == 1


def made(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    found = openpyxl.Workbook()
    found.active.title = "表"
    found.active["A1"] = "关于{{填写.事项}}的公示"
    change(found)
    found.save(path)
    return path


@pytest.mark.parametrize(
    "said",
    [
        "项目编号 SFGH-2026-20260901-001",
        "招标编号 0617-264120261234",
        "项目编号 61010220260901001",
        "本年度共慰问住院职工35人次，发放慰问金42000元",
        "会费收入12万元，拨款收入30万元",
        "照顾患病老人",
        "如有异议，请致电工会办公室029-88886666",
        "到综合楼305室工会办公室反映",
        "商户 东大街38号惠民超市",
    ],
)
def test_what_offices_write_every_day_is_no_private_thing(office: Office, said: str) -> None:
    form = office.own({"A1": "情况", "B1": "{{值}}"}, "情况公示", Subject.FREE)
    assert office.forms.pdf(Request(form, asked={"值": said})).pages >= 1


@pytest.mark.parametrize(
    "said",
    [
        "项目编号 13800001111",
        f"合同编号 {NUMBER}",
        "张三 029-88886666",
        "家住东大街38号惠民超市楼上",
        "张三月收入1200元",
    ],
)
def test_but_what_is_somebody_s_stays_refused(office: Office, said: str) -> None:
    form = office.own({"A1": "情况", "B1": "{{值}}"}, "情况公示", Subject.FREE)
    with pytest.raises(Refused, match="不能公示"):
        office.forms.pdf(Request(form, asked={"值": said}))


def test_a_telephone_may_stand_beside_the_words_that_ask_for_it(office: Office) -> None:
    cells = {"A1": "监督电话", "B1": "{{甲}}", "A2": "姓名", "B2": "{{乙}}"}
    form = office.own(cells, "情况公示", Subject.FREE)
    assert office.forms.pdf(Request(form, asked={"甲": "029-88886666、12351", "乙": "张三"})).pages == 1
    for asked in ({"甲": PHONE, "乙": "张三"}, {"甲": "", "乙": "029-88886666"}):
        with pytest.raises(Refused, match="电话号码"):
            office.forms.pdf(Request(form, asked=asked))

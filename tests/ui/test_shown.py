"""What the window shows of sensitive values: nothing of them anywhere before a reason is given, and while projecting
no amounts either (F92, F94)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.services.people import branch, id_number
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.registers.merchants import REGISTER as MERCHANTS
from unionoffice.ui import shown
from unionoffice.ui.dialogs import AnswerDialog, MessageDialog
from unionoffice.ui.entrance import EntriesDialog
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import Entry
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.shown import HIDDEN, screen
from unionoffice.window import Program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)

OWN = {
    "id_number": id_number(1),
    "phone": "13812345678",
    "household_place": "示范省示范市示范区幸福路 8 号",
    "address": "示范省示范市示范区和平路 66 号 3 单元",
    "email": "zhang.shifan@example.cn",
    "remark": "弟弟电话 13900007777",
}
RELATIVE = {
    "id_number": id_number(2),
    "phone": "13700001234",
    "birth_date": "2015-06-01",
    "occupation": "示范区第二实验小学",
}
DUES_BASE = "4,321.50"
SECRETS = [*(text for name, text in OWN.items() if name != "remark"), "13900007777", *RELATIVE.values()]
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


@pytest.fixture(autouse=True)
def projecting_ends() -> Iterator[None]:
    """The screen is one for the process."""
    yield
    screen.project(False)


@pytest.fixture
def member(program: Program) -> str:
    app = program.app
    program.window.resize(1366, 768)
    values = {"name": "张示范", "unit_id": branch(app, "机电队"), "joined_on": "2015-10-01", "dues_base": 432150}
    made = app.members.create({**values, **OWN}, app.actor)[0]
    app.members.save_relative(made, {"name": "张小宝", "kinship": "20", **RELATIVE}, app.actor)
    return made


def widget_texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.whatsThis())
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QPlainTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        roles = (*ROLES, Qt.ItemDataRole.UserRole)
        for row in range(model.rowCount()):
            for column in range(len(getattr(model, "columns", "1"))):
                yield from (str(model.index(row, column).data(role) or "") for role in roles)


def everything(window: QWidget) -> str:
    """Every text that a widget holds, shown or hidden, for eyes, screen readers and pointers."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return "\n".join(text for widget in [window, *window.findChildren(QWidget)] for text in widget_texts(widget))


def at(program: Program, *route: str) -> Any:
    program.window.open(route)
    QApplication.processEvents()
    return program.window.page


def as_list(program: Program, member: str) -> str:
    page = at(program, "members", "")
    page.list_view.list.table.restore_layout({"hidden": []})
    return everything(program.window)


def as_preview(program: Program, member: str) -> str:
    page = at(program, "members", "")
    page.list_view.list.table.selectRow(0)
    page.list_view.toggle_preview()
    assert "张示范" in page.list_view.preview.texts
    return everything(page.list_view.preview)


def as_card(program: Program, member: str) -> str:
    page = at(program, "members", member)
    assert page.card_view.head.name == "张示范"
    return everything(program.window)


def as_relatives(program: Program, member: str) -> str:
    page = at(program, "members", member)
    page.family_controller.change(program.app.members.card(member).family[0].id)
    dialog = next(found for found in page.findChildren(FormDialog) if found.isVisible())
    assert dialog.form.values()["phone"] == RELATIVE["phone"], "what is covered is kept"
    found = everything(dialog)
    dialog.close()
    return found + "\n".join("\t".join(row) for row in page.card_view.family.texts)


def as_search(program: Program, member: str) -> str:
    box = program.window.search_box
    box.setText("张示范")
    box._look()
    assert box.results == ["张示范"]
    return everything(program.window)


def as_copy(program: Program, member: str) -> str:
    page = at(program, "members", "")
    table = page.list_view.list.table
    table.restore_layout({"hidden": []})
    table.selectAll()
    table.copy()
    assert "张示范" in QApplication.clipboard().text()
    return QApplication.clipboard().text()


SURFACES = (as_list, as_preview, as_card, as_relatives, as_search, as_copy)


def test_the_tables_below_name_every_sensitive_field() -> None:
    own = {name for name, facts in Member.fields().items() if facts.masks}
    assert own | {"remark"} == set(OWN)
    assert {name for name, facts in FamilyMember.fields().items() if facts.masks} == set(RELATIVE)


@pytest.mark.parametrize("projecting", [False, True], ids=["ordinary", "projecting"])
@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.__name__[3:])
def test_no_sensitive_value_is_anywhere_before_it_is_revealed(program, member, surface, projecting) -> None:
    screen.project(projecting)
    found = surface(program, member)
    assert [secret for secret in SECRETS if secret in found] == []
    assert (DUES_BASE in found) == (surface in (as_list, as_preview, as_card, as_copy) and not projecting)


@pytest.mark.parametrize("projecting", [False, True], ids=["ordinary", "projecting"])
def test_no_sensitive_value_is_in_the_review_of_an_import(program, qtbot, tmp_path, projecting) -> None:
    screen.project(projecting)
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号", "手机号码", "邮箱", "现住址", "户籍所在地"])
    book.active.append(
        ["张示范", *(OWN[name] for name in ("id_number", "phone", "email", "address", "household_place"))]
    )
    book.save(tmp_path / "花名册.xlsx")
    page = at(program, "imports", "")
    page.take_files([tmp_path / "花名册.xlsx"])
    qtbot.waitUntil(lambda: page.shown is page.review, timeout=20000)
    found = everything(program.window)
    assert "张示范" in found and "138****5678" in found
    assert [secret for secret in SECRETS if secret in found] == []


def press_reveal(program: Program, *answers: Any) -> Any:
    program.prompts.answers = list(answers)
    view = program.window.page.card_view
    view.head.reveal.show_all.click()
    return view


def test_a_reason_reveals_the_card_and_is_in_the_log_first(program, member) -> None:
    at(program, "members", member)
    view = press_reveal(program, "核对证件")
    assert program.prompts.asked == [("purpose", "显示“张示范”的完整内容")]
    assert program.prompts.reasons == ["核对证件", "办理业务", "本人要求"]
    found = everything(program.window)
    hidden = {"remark"}
    assert [text for name, text in OWN.items() if text not in found and name not in hidden] == []
    assert RELATIVE["phone"] in found and RELATIVE["birth_date"] in found
    entry, *others = program.app.access_log.who_saw(Member, member)
    assert not others and entry.kind is AccessKind.VIEW and entry.purpose == "核对证件"
    assert {"证件号码", "手机号码", "现住址", "家庭成员手机号码"} <= set(entry.fields.split("、"))
    assert view.form.covered() == []


def test_turning_back_reveals_and_logs_nothing(program, member) -> None:
    at(program, "members", member)
    press_reveal(program, None)
    found = everything(program.window)
    assert [secret for secret in SECRETS if secret in found] == []
    assert program.app.access_log.who_saw(Member, member) == []


def test_what_cannot_be_logged_is_not_shown(program, member, monkeypatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise EnvironmentFault("磁盘已满。")

    at(program, "members", member)
    monkeypatch.setattr(program.app.access_log, "note", refuse)
    press_reveal(program, "核对证件")
    assert program.prompts.asked[-1] == ("error", "磁盘已满。")
    assert OWN["phone"] not in everything(program.window)


@pytest.mark.parametrize("how", ["list", "other page", "lock", "time", "button", "projecting"])
def test_what_is_revealed_is_masked_again(program, member, how) -> None:
    page = at(program, "members", member)
    view = press_reveal(program, "核对证件")
    assert OWN["phone"] in everything(program.window)
    if how == "list":
        at(program, "members", "")
    elif how == "other page":
        at(program, "settings", "")
    elif how == "lock":
        screen.cover()
    elif how == "time":
        page.reveal._ending.timeout.emit()
    elif how == "button":
        view.head.reveal.show_all.click()
    else:
        screen.project(True)
    found = everything(program.window)
    assert [secret for secret in SECRETS if secret in found] == []


def test_one_reason_serves_the_next_cards_and_each_is_logged(program, member) -> None:
    other = program.app.members.create({"name": "李示范", "phone": "13611112222"}, program.app.actor)[0]
    at(program, "members", member)
    view = press_reveal(program, "办理业务")
    at(program, "members", other)
    assert "13611112222" not in everything(program.window)
    again = view.head.reveal.again
    assert not again.isHidden() and again.text() == "沿用刚才的理由" and "办理业务" in again.toolTip()
    asked = len(program.prompts.asked)
    again.click()
    assert "13611112222" in everything(program.window)
    assert len(program.prompts.asked) == asked
    assert [entry.purpose for entry in program.app.access_log.who_saw(Member, other)] == ["办理业务"]
    program.window.page.reveal._forgetting.timeout.emit()
    at(program, "members", member)
    assert again.isHidden()


def test_a_masked_field_is_neither_typed_over_nor_lost_by_saving(program, member) -> None:
    page = at(program, "members", member)
    form = page.card_view.form
    assert not form.editor("phone").isVisible() and form.values()["phone"] == OWN["phone"]
    form.type_values({"post": "电工"})
    assert form.changed_values() == {"post": "电工"}
    page.card_controller.save()
    saved = program.app.members.get(member)
    assert (saved.post, saved.phone, saved.id_number) == ("电工", OWN["phone"], OWN["id_number"])


def test_one_reason_is_enough_for_changing_and_saving_on_that_visit(program, member) -> None:
    page = at(program, "members", member)
    view = press_reveal(program, "本人要求")
    assert not view.form.is_dirty
    view.form.editor("phone").line.setText("13500001111")
    view.form.editor("phone").line.textEdited.emit("13500001111")
    page.card_controller.save()
    assert program.app.members.get(member).phone == "13500001111"
    assert view.head.phone.text == "13500001111", "still the same visit"


def test_while_projecting_nothing_can_be_revealed_and_the_bar_says_so(program, member) -> None:
    page = at(program, "members", member)
    switch = program.window.top_bar.projecting
    assert (switch.text(), switch.isChecked()) == ("投屏", False)
    assert DUES_BASE in everything(program.window)
    switch.click()
    assert (switch.text(), switch.isChecked()) == ("正在投屏", True)
    view = page.card_view
    assert not view.head.reveal.show_all.isEnabled()
    page.reveal.ask()
    assert program.prompts.asked[-1][0] == "message"
    found = everything(program.window)
    assert DUES_BASE not in found and HIDDEN in view.dues.text()
    assert not re.search(r"\d\.\d\d(?!\d)", view.dues.text() + "".join(view.history.texts))
    switch.click()
    assert DUES_BASE in everything(program.window)
    assert view.head.reveal.show_all.isEnabled()


@pytest.mark.parametrize("projecting", [False, True], ids=["ordinary", "projecting"])
def test_a_number_that_a_business_gives_to_everybody_is_shown(program, projecting) -> None:
    app = program.app
    values = {"name": "示范书店", "category": "culture", "discount": "九折", "phone": "13800009999"}
    made, _ = app.registers.create(MERCHANTS, values, app.actor)
    screen.project(projecting)
    page = at(program, MERCHANTS.name, made)
    assert "13800009999" in everything(page.record)
    assert page.record.form.covered() == [] and page.record._reveal.isHidden()
    assert "13800009999" in everything(at(program, MERCHANTS.name, ""))


def test_what_a_register_masks_is_revealed_in_the_same_way(program) -> None:
    app = program.app
    values = {"name": "示范书店", "category": "culture", "discount": "九折", "remark": "老板 13800009999"}
    made, _ = app.registers.create(MERCHANTS, values, app.actor)
    page = at(program, MERCHANTS.name, made)
    assert "13800009999" not in everything(program.window)
    program.prompts.answers = ["办理业务"]
    page.record._reveal.show_all.click()
    assert "13800009999" in everything(program.window)
    assert [entry.purpose for entry in app.access_log.who_saw(MERCHANTS.model, made)] == ["办理业务"]
    at(program, MERCHANTS.name, "")
    assert "13800009999" not in everything(program.window)


def test_notices_and_dialogs_say_no_amounts_and_numbers_while_projecting(program, qapp) -> None:
    words = "张示范 13812345678 领取 1,234.50 元"
    program.notices.post(words)
    asking = AnswerDialog(words, verb="登记", detail=words)
    assert "1,234.50" in everything(program.window) and everything(asking).count("13812345678") == 2
    screen.project(True)
    program.notices.post(words)
    told = MessageDialog("制单以后内容有变动", words)
    refused = EntriesDialog("登记", [Entry("code", "核对码")], lambda _: None, verb="登记")
    refused._tell(UserError(words))
    for widget in (program.window, told, refused):
        assert "张示范" in everything(widget)
        assert "1,234.50" not in everything(widget) and "13812345678" not in everything(widget)


def test_who_saw_is_told_on_the_card(program, member) -> None:
    page = at(program, "members", member)
    press_reveal(program, "核对证件")
    page.card_view.who_saw.click()
    kind, told = program.prompts.asked[-1]
    assert kind == "message" and "核对证件" in told and OWN["phone"] not in told


def test_amounts_in_sentences_are_masked_only_while_projecting(qapp) -> None:
    words = "月缴费基数：“2,476.50”改为“300.00”，2026-09-01，第 3.2 版"
    assert shown.sentence(words) == words
    screen.project(True)
    try:
        assert shown.sentence(words) == "月缴费基数：“****”改为“****”，2026-09-01，第 3.2 版"
        assert shown.money(1234) == HIDDEN
    finally:
        screen.project(False)
    assert shown.money(1234) == "12.34"


def test_no_page_formats_amounts_or_borrows_the_kind_of_a_number_by_itself() -> None:
    """Amounts go through `shown.money`; a column that takes Kind.PHONE for its width would be masked."""
    ui = Path(shown.__file__).parent
    borrowed = re.compile(r"\byuan\(|Kind\.(?:PHONE|ID_NUMBER)\b")
    found = [
        str(path.relative_to(ui))
        for path in sorted(ui.rglob("*.py"))
        if borrowed.search(path.read_text("utf-8").replace("parse_yuan(", ""))
    ]
    records = ["records/editors.py", "records/form.py", "records/table.py"]
    assert found == ["documents/fields.py", "imports/rows.py", *records, "shown.py"]


def test_papers_are_not_shown_while_projecting(qapp, prompts) -> None:
    screen.project(True)
    try:
        assert open_preview("签领表", b"", prompts=prompts, file_name="签领表.pdf") is None
    finally:
        screen.project(False)
    assert prompts.asked == [("message", "正在投屏，打印预览里有完整的内容，不能打开。先关闭投屏。")]

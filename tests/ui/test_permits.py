"""Roles in the window: pages and actions held against the one table of models/permission.py, role by role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton

from tests.services.people import branch, id_number, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.permission import may, permit
from unionoffice.models.registers import all_registers
from unionoffice.models.user import Role
from unionoffice.ui.page import Page
from unionoffice.ui.permits import OPERATION, Permits
from unionoffice.window import Program

PAGES = {
    "home": (),
    "imports": ("member:import",),
    "members": ("view:members",),
    "organisation": ("view:organisation",),
    "welfare": ("view:welfare",),
    "desk": ("line:collect",),
    **{register.name: (f"view:{register.name}",) for register in all_registers()},
    "forms": ("print:表单",),
    "documents": ("print:公文",),
    "safety": ("backup:make", "key:cards", "undo:1", "seal:make", "destruction:prepare", "destruction:approve"),
    "settings": (),
}


def on_paper(name: str) -> dict[str, str]:
    """What the button 纸质审批 offers."""
    return {
        "打印审批单…": f"{name}:slip",
        "导出审批文件…": f"{name}:slip",
        "登记纸质审批…": f"{name}:register",
        "收回审批文件…": f"{name}:register",
        "重新提交…": f"{name}:resubmit",
    }


ACTIONS = {
    "members": {
        "新建会员": "member:create",
        "导入花名册": "member:import",
        "导出": "export:members",
        "编会员编号": "member:number",
        "调整所属工会": "member:transfer",
        "保存": "member:save",
        "办理变动": "member:join",
        "撤销最近一次变动": "member:withdraw_event",
        "显示完整内容": "reveal:member",
        "沿用刚才的理由": "reveal:member",
        "谁看过": "log:read",
        "本人信息一览": "print:本人信息一览",
        "打印表单": "print:表单",
        "登记家庭成员": "family:save",
        "修改": "family:save",
        "移出": "family:archive",
        "关联家庭": "family:join",
    },
    "organisation": {
        "新建下级": "unit:add",
        "更名": "unit:rename",
        "移动": "unit:move",
        "撤销组织": "unit:close",
        "修改资料": "unit:save",
        "登记届次": "term:save",
        "修改届次": "term:save",
        "登记任职": "officer:save",
        "修改任职": "officer:save",
    },
    "welfare": {
        "新建发放": "batch:create",
        "新建项目": "programme:save",
        "保存": "programme:save",
        "用它新建发放": "batch:create",
        "保存方案，生成名单": "batch:save",
        "整表登记…": "line:collect_unit",
        "修改方案": "batch:save",
        "归档草案": "batch:archive",
        "退回草案…": "batch:reopen",
        "签领表存为 Excel": "print:welfare",
        "打印签领表": "print:welfare",
        "打印其他表单": "print:表单",
        "登记领取": "line:collect",
        "办结": "batch:close",
        "移出名单…": "batch:decide",
        "列入名单…": "batch:decide",
        "撤销调整": "batch:decide",
        "退回…": "batch:send_back",
        "打印审批单…": "batch:slip",
        "导出审批文件…": "batch:slip",
        "登记纸质审批…": "batch:register",
        "收回审批文件…": "batch:register",
    },
    **{
        register.name: {
            f"新建{register.title}": f"{register.name}:create",
            "保存": f"{register.name}:save",
            "归档": f"{register.name}:archive",
            "取回": f"{register.name}:archive",
            "导入 Excel": f"{register.name}:import",
            "导出 Excel": f"export:{register.name}",
            "打印登记表": f"print:{register.name}",
            "显示完整内容": f"reveal:{register.name}",
            "沿用刚才的理由": f"reveal:{register.name}",
            **(on_paper(register.name) if register.decides else {}),
        }
        for register in all_registers()
    },
    "forms": {
        "增加表单": "office:form",
        "套用上级模板": "office:form",
        "修改格子": "office:form",
        "删除": "office:form",
        "保存表单": "office:form",
        "打印": "print:表单",
        "保存为 PDF": "print:表单",
        "保存为 Excel": "print:表单",
        "从 Excel 填写": "print:表单",
    },
    "documents": {
        "打印": "print:公文",
        "保存为 PDF": "print:公文",
        "保存为模板": "office:form",
        "另存为新模板": "office:form",
        "新建模板": "office:form",
        "删除模板": "office:form",
    },
    "safety": {
        "立即备份": "backup:make",
        "恢复演练": "backup:rehearse",
        "第二备份位置": "backup:place",
        "从别处的备份恢复": "backup:restore",
        "恢复这份备份": "backup:restore",
        "印制恢复卡": "key:cards",
        "试用两张卡": "key:cards",
        "更换密钥": "key:replace",
        "整体撤销": "undo:1",
        "封存到今天": "seal:make",
        "打印封存单": "seal:make",
        "编制销毁清单": "destruction:prepare",
        "预览清单": "print:销毁清单",
        "批准": "destruction:approve",
        "作废": "destruction:cancel",
        "销毁": "destruction:carry_out",
        "清理残留": "destruction:compact",
        **on_paper("destruction"),
    },
    "settings": {"保存": "office:save", "设置审批权限…": "approval_limit:set"},
}
FREE = {"查找", "保存", "标签一览", "核验打印件", "返回", "返回表单", "上一份", "下一份", "重新填写"} | {
    "修改文字",
    "只用于这一份",
    "模板设置",
    "放弃改动",
}
"""What has no operation of its own: the plan's and the programme's 保存 by key follow their buttons; or gives nothing
out."""

ACTORS = {role.label: Actor("某人", frozenset({role.value}), user_id="u") for role in Role} | {
    "经办，分管部分": Actor("某人", frozenset({Role.OFFICER.value}), user_id="u", units=frozenset({"x"})),
    "不分用户": Actor("某人"),
}

Opened = Callable[..., Program]


@pytest.fixture
def opened(
    qapp: QApplication, office_file: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opened]:
    monkeypatch.setattr("sys.excepthook", None)
    programs: list[Program] = []

    def open_as(actor: Actor, *, reading: str | None = None) -> Program:
        program = Program(qapp, tmp_path / "settings", prompts=FakePrompts(), clock=clock)
        app = App(office_file, clock=clock, actor=actor)
        app.only_reading = reading
        program._show_entered(app)
        programs.append(program)
        return program

    yield open_as
    for program in programs:
        assert program.window is not None
        program.window.close()
        program.window.deleteLater()
        program.close()


def page_of(program: Program, name: str) -> Page:
    assert program.window is not None
    program.window.open((name, ""))
    page = program.window.page
    assert page is not None and page.objectName() == name
    for lazy in ("card_view", "record"):
        getattr(page, lazy, None)
    return page


def held(page: Page) -> list[QAction | QAbstractButton]:
    offered = [*page.findChildren(QAction), *page.findChildren(QAbstractButton)]
    return [each for each in offered if each.property(OPERATION)]


def can_be_enabled(offered: QAction | QAbstractButton) -> bool:
    if isinstance(offered, QAction):
        offered.setVisible(True)
    offered.setEnabled(True)
    return offered.isEnabled() if isinstance(offered, QAction) else offered.isEnabledTo(offered.parentWidget())


@pytest.mark.parametrize("actor", ACTORS.values(), ids=ACTORS)
def test_only_pages_that_may_be_used_are_there(opened: Opened, actor: Actor) -> None:
    program = opened(actor)
    window = program.window
    assert window is not None
    wanted = [name for name, needs in PAGES.items() if not needs or any(may(actor, need) for need in needs)]
    assert list(window._specs) == wanted
    assert window.history.current == ("home", "")
    assert (window.search_box is not None) == may(actor, "view:members")
    for name in set(PAGES) - set(wanted):
        window.open((name, ""))
        assert window.history.current == ("home", "")


@pytest.mark.parametrize("actor", ACTORS.values(), ids=ACTORS)
def test_actions_are_offered_as_the_table_says(opened: Opened, actor: Actor) -> None:
    program = opened(actor)
    assert program.window is not None
    for name in program.window._specs:
        page = page_of(program, name)
        found = held(page)
        assert {each.text(): each.property(OPERATION) for each in found} == ACTIONS.get(name, {}), name
        for each in found:
            operation = each.property(OPERATION)
            enabled = can_be_enabled(each)
            assert enabled == may(actor, operation), (name, each.text())
            if not enabled:
                with pytest.raises(Refused) as refused:
                    permit(actor, operation)
                assert each.toolTip() == refused.value.sentence
        free = {each.text() for each in page.actions() if not each.property(OPERATION)}
        assert free <= FREE, name


@pytest.mark.parametrize("actor", ACTORS.values(), ids=ACTORS)
def test_the_home_page_works_for_everybody(opened: Opened, actor: Actor) -> None:
    page = page_of(opened(actor), "home")
    page.reload()
    buttons = {button.text() for button in page.findChildren(QPushButton) if button.isVisibleTo(page)}
    assert ("导入花名册" in buttons) == may(actor, "member:import")


def test_an_administrator_sees_no_figures_at_home(opened: Opened) -> None:
    program = opened(ACTORS["系统管理员"])
    assert program.app is not None
    page = page_of(program, "home")
    page.reload()
    view = page.view  # type: ignore[attr-defined]
    assert not view.chart.isVisibleTo(view) and not view._facts.isVisibleTo(view) and not view.empty.isVisibleTo(view)
    assert "设置" in view.texts


def test_an_auditor_reads_without_numbers_and_changes_nothing(opened: Opened, app: App) -> None:
    made = member(app, "张三", id_number=id_number(1), phone="13812345678")
    program = opened(ACTORS["审计员"])
    assert program.window is not None
    program.window.open(("members", made))
    page = program.window.page
    assert page is not None
    lines = {line.text(): line for line in page.findChildren(QLineEdit)}
    assert "13812345678" not in lines and lines["138****5678"].isReadOnly()
    view = page.card_view  # type: ignore[attr-defined]
    assert view.head.phone.text == "138****5678"
    table = page.list_view.list.model  # type: ignore[attr-defined]
    row = [table.text_at(0, column) for column in range(table.columnCount())]
    assert "138****5678" in row and "13812345678" not in row


def test_who_is_in_charge_of_branches_is_told_so(opened: Opened, app: App) -> None:
    first = branch(app, "一分会")
    units = frozenset({first, branch(app, "甲组", first)})
    program = opened(Actor("某人", frozenset({"officer"}), user_id="u", units=units, deputy_for=("李主席",)))
    page = page_of(program, "members")
    assert page.list_view.part.isVisibleTo(page)  # type: ignore[attr-defined]
    assert page.list_view.part.text() == "只显示您分管的分工会"  # type: ignore[attr-defined]
    assert program.window is not None
    (button,) = (each for each in program.window.top_bar.children() if each.objectName() == "user_button")
    assert isinstance(button, QAbstractButton)
    assert button.text() == "某人（代李主席）"
    assert "分管：一分会\n" in button.toolTip()


def test_nobody_is_told_of_branches_who_has_all(opened: Opened) -> None:
    page = page_of(opened(ACTORS["经办"]), "members")
    assert not page.list_view.part.isVisibleTo(page)  # type: ignore[attr-defined]


def test_where_nothing_can_be_written_nothing_that_writes_is_offered(opened: Opened) -> None:
    why = "这个办公文件只能读。"
    program = opened(Actor("某人"), reading=why)
    window = program.window
    assert window is not None
    assert window.telling.text == why
    assert not {"imports", "desk", "safety"} & set(window._specs)
    assert window._overlay is None
    for name in window._specs:
        for each in held(page_of(program, name)):
            reads = each.property(OPERATION).partition(":")[0] in ("export", "print", "reveal", "log")
            enabled = can_be_enabled(each)
            assert enabled == reads, each.text()
            assert reads or each.toolTip() == why


def test_all_operations_must_be_held() -> None:
    permits = Permits(ACTORS["审核"])
    assert permits.why_none(()) == permits.why_none(("member:save", "view:members")) == ""
    assert permits.why_none(("member:save", "unit:add")) == "您的角色不能登记业务，请经办人办理。"
    assert permits.may("view:members")
    assert permits.why_not("view:members", "member:save") == "您的角色不能登记业务，请经办人办理。"

"""The page of the users: who may open the office, and below it who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.models.fields import Kind
from unionoffice.models.user import UserState
from unionoffice.services.organisation import Organisation
from unionoffice.services.users import Users
from unionoffice.ui.page import CommandButton, Page
from unionoffice.ui.records.list_source import ListSource, column
from unionoffice.ui.records.record_list import EmptyWords, RecordList
from unionoffice.ui.records.table_section import TableSection
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.users.controller import DEPUTY_COLUMNS, UsersController

COLUMNS = (
    column("name", "姓名"),
    column("roles", "角色"),
    column("units", "分管范围"),
    column("tiers", "授权"),
    column("state", "状态", Kind.STATE, UserState),
    column("login", "登录"),
)
_TOUCHING = ("user", "deputy", "unit")


class UsersPage(Page):
    """Routes: only ""."""

    def __init__(self, around: Surroundings, users: Users, organisation: Organisation) -> None:
        super().__init__("用户", permits=around.permits)
        self._make_commands()
        self.source = ListSource(COLUMNS)
        self.list = RecordList(
            self.source,
            COLUMNS,
            EmptyWords("还没有用户", "能打开这个办公文件的人列在这里。", "user", "添加用户").offering(
                first=self.permits.may("user:add")
            ),
            today=around.today,
            placeholder="查找姓名、角色、分工会",
            archive=False,
        )
        self.deputies = TableSection(
            "代理",
            DEPUTY_COLUMNS,
            today=around.today,
            empty="没有代理。有人出差、休假时，在这里指定谁代他办理，从哪天到哪天；到期自动终止，经手的事都记在代理人名下。",
            commands=[self._stand_in],
            row_commands=[self._end],
        )
        self.controller = UsersController(around, users, organisation, self)
        self._lay_out()
        self._connect()
        self.controller.show()
        self._offer([])

    def open_argument(self, argument: str) -> None:
        self.list.load_once()
        self.set_row_count(self.list.model.rowCount())
        self.list.table.setFocus()

    def touched_by(self, changes: Changes) -> bool:
        return any(name in changes for name in _TOUCHING)

    def reload(self) -> None:
        selected = self.list.table.selected_ids()
        self.controller.show()
        self.list.reload()
        self.list.table.select(selected)
        self._offer(self.list.table.selected_ids())

    def state(self) -> dict[str, Any]:
        return self.list.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        self.list.restore(state)

    def _make_commands(self) -> None:
        command = self.add_command
        self._add = command("添加用户", lambda: self.controller.add(), key="Ctrl+N", icon="plus", needs="user:add")
        self._change = command("修改权限", lambda: self.controller.change(), key="F2", icon="edit", needs="user:change")
        self._tiers = command("授权…", lambda: self.controller.open_tiers(), icon="eye", needs="user:tiers")
        self._reset = command("重设密码", lambda: self.controller.reset(), icon="lock", needs="user:password")
        self._close = command("停用…", lambda: self.controller.close(), icon="close", needs="user:close")
        self._reopen = command("恢复", lambda: self.controller.reopen(), icon="undo", needs="user:reopen")
        self._stand_in = command("指定代理", lambda: self.controller.stand_in(), icon="plus", needs="deputy:add")
        self._end = command("提前终止", lambda: self.controller.end(), icon="close", needs="deputy:end")
        command("查找", lambda: self.list.filters.focus_text(), key="Ctrl+F")

    def _lay_out(self) -> None:
        on_rows = [self._change, self._tiers, self._reset, self._close, self._reopen]
        for action in on_rows:
            self.list.add_to_tool_row(CommandButton(action))
        add = CommandButton(self._add, primary=True)
        self.list.add_to_tool_row(add)
        self.list.set_leading(add)
        self.list.table.set_commands(on_rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.deputies)

    def _connect(self) -> None:
        self.list.begin_requested.connect(self._add.trigger)
        self.list.opened.connect(lambda _: self._change.trigger())
        self.list.counted.connect(self.set_row_count)
        self.list.selection_changed.connect(self._offer)
        self.list.state_changed.connect(self.state_changed)
        self.deputies.table.selection_changed.connect(lambda _: self._offer_end())

    def _offer(self, ids: Sequence[str]) -> None:
        """Offer what can be done to the one selected user."""
        user = self.controller.user(ids[0]) if len(ids) == 1 else None
        active = user is not None and user.state is UserState.ACTIVE
        for action in (self._change, self._tiers, self._reset, self._close):
            action.setEnabled(active)
        self._reopen.setEnabled(user is not None and not active)

    def _offer_end(self) -> None:
        self._end.setEnabled(self.controller.can_end(self.deputies.selected_id))

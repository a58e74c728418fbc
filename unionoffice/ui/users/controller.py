"""What the user means on the page of the users, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from unionoffice.kernel.errors import UserError
from unionoffice.models.choices import Choice
from unionoffice.models.draft import Place
from unionoffice.models.fields import Field, Kind
from unionoffice.models.tier import Tier
from unionoffice.models.user import Deputy, Role, User, UserState, password_rule
from unionoffice.services.organisation import Organisation
from unionoffice.services.users import DeputyRow, UserRow, Users, first_password
from unionoffice.ui.operations import Outcome
from unionoffice.ui.records.editors import ChoiceEditor, Editor
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.form_draft import draft_of
from unionoffice.ui.records.list_source import column
from unionoffice.ui.records.rows import Row
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.users.editors import BranchesEditor, FirstPasswordEditor, RolesEditor, TiersEditor

if TYPE_CHECKING:
    from unionoffice.ui.users.page import UsersPage


class DeputyState(Choice):
    """Whether somebody stands in today."""

    COMING = "planned", "未开始"
    STANDING_IN = "running", "代理中"
    OVER = "closed", "已结束"


DEPUTY_COLUMNS = (
    column("user", "委托人"),
    column("deputy", "代理人"),
    column("from_on", "自", Kind.DATE),
    column("until_on", "至", Kind.DATE),
    column("reason", "事由", Kind.NOTE),
    column("state", "状况", Kind.STATE, DeputyState),
)
_NAME, _DEPUTY = User.fields(), Deputy.fields()
_ROLES = Field("角色", Kind.NOTE, True, None, "", False)
_UNITS = Field("分管范围", Kind.NOTE, False, None, "", False)
_TIERS = Field("授权范围", Kind.NOTE, False, None, "", False)
_REASON = Field("理由", Kind.TEXT, True, None, "如“负责心理关爱”，记入查看记录", False)
_SEVERAL = 3


class UsersController:
    """Knows the users and deputies as last read; holds no widgets beyond its page."""

    def __init__(self, around: Surroundings, users: Users, organisation: Organisation, page: UsersPage) -> None:
        self._around = around
        self._users = users
        self._organisation = organisation
        self._page = page
        self._rows: dict[str, UserRow] = {}
        self._deputies: dict[str, DeputyRow] = {}

    def show(self) -> None:
        """Read users and deputies."""
        names = {node.id: node.name for node in self._organisation.tree()}
        self._rows = {row.id: row for row in self._users.rows()}
        self._deputies = {row.id: row for row in self._users.deputies()}
        self._page.source.set_rows([_user_row(row, names) for row in self._rows.values()])
        self._page.deputies.show_rows([self._deputy_row(row) for row in self._deputies.values()])

    def user(self, user_id: str) -> UserRow | None:
        """A user as last read."""
        return self._rows.get(user_id)

    def can_end(self, deputy_id: str) -> bool:
        """Whether somebody still has a deputy's powers, or will have them."""
        row = self._deputies.get(deputy_id)
        return row is not None and row.until_on >= self._around.today

    def add(self) -> None:
        """Ask for a new user with a first password."""
        first = first_password()
        dialog = self._dialog(
            "添加用户",
            [("name", _NAME["name"]), ("password", self._password_facts()), ("roles", _ROLES), ("units", _UNITS)],
            "添加用户",
            {"password": first},
            detail="首次密码交给本人，他第一次登录时要改成自己的。同名的人在姓名后加部门区分。",
        )
        draft_of(self._around, dialog, Place("dialog:user"), {"password": first}, never=("password",))

        def submit(values: dict[str, Any]) -> None:
            name, password = str(values["name"]).strip(), str(values["password"])
            self._run(
                dialog,
                lambda: self._users.add(name, values["roles"], values["units"], password, self._around.actor),
                f"已添加用户“{name}”。",
                hand_over=(name, password),
            )

        dialog.submitted.connect(submit)
        dialog.open()

    def change(self) -> None:
        """Show the roles and branches of the selected user to be changed."""
        row = self._selected()
        if row is None:
            return
        dialog = self._dialog(
            f"修改“{row.name}”的权限",
            [("roles", _ROLES), ("units", _UNITS)],
            "保存",
            {"roles": row.roles, "units": row.units or frozenset()},
            detail="他下次登录时起作用。",
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._users.change(row.id, row.version, values["roles"], values["units"], self._around.actor),
                f"已修改“{row.name}”的权限，他下次登录时起作用。",
                undo=lambda: self._change_back(row),
            )
        )
        dialog.open()

    def open_tiers(self) -> None:
        """Show what the selected user is let see besides his roles, to be changed for a reason."""
        row = self._selected()
        if row is None:
            return
        dialog = self._dialog(
            f"给“{row.name}”授权",
            [("tiers", _TIERS), ("reason", _REASON)],
            "保存",
            {"tiers": row.tiers},
            detail="角色里不含这些内容，主席也一样，代理也不带过来；要逐人授权。他下次登录时起作用。不能给自己授权。",
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._users.open_tiers(
                    row.id, row.version, values["tiers"], values["reason"], self._around.actor
                ),
                f"已修改“{row.name}”的授权，他下次登录时起作用。",
            )
        )
        dialog.open()

    def reset(self) -> None:
        """Ask for a new first password of the selected user."""
        row = self._selected()
        if row is not None:
            self._ask_password(
                row,
                f"重设“{row.name}”的密码",
                "重设密码",
                "他原来的密码随即失效。新密码交给本人，他下次登录时要改成自己的。",
                lambda password: self._users.reset_password(row.id, password, self._around.actor),
                f"已重设“{row.name}”的密码。",
            )

    def close(self) -> None:
        """Take away the selected user's way in, for a reason."""
        row = self._selected()
        if row is None:
            return
        own = "这是您自己的用户：停用后您再也打不开。" if row.id == self._around.actor.user_id else ""
        reason = self._around.prompts.ask_reason(
            f"停用用户“{row.name}”",
            verb="停用用户",
            detail=f"{own}他的密码随即打不开这个办公文件，授权也收回。他经手的记录都保留，以后可以恢复。",
        )
        if reason is not None:
            self._around.operations.run(
                lambda: self._users.close(row.id, reason, self._around.actor),
                initiator=self._page,
                done=lambda _: self._around.notices.post(f"已停用“{row.name}”。"),
            )

    def reopen(self) -> None:
        """Let the selected user in again, with a first password."""
        row = self._selected()
        if row is not None:
            self._ask_password(
                row,
                f"恢复用户“{row.name}”",
                "恢复用户",
                "角色和分管范围照旧。首次密码交给本人，他登录时要改成自己的。",
                lambda password: self._users.reopen(row.id, password, self._around.actor),
                f"已恢复“{row.name}”。",
            )

    def stand_in(self) -> None:
        """Ask who stands in for whom, from which day to which."""
        active = {row.id: row.name for row in self._rows.values() if row.state is UserState.ACTIVE}
        if len(active) < 2:
            self._around.prompts.show_message("指定代理", "在用的用户只有一个，先添加代理的人。")
            return
        row = self._selected()
        dialog = self._dialog(
            "指定代理",
            [(name, _DEPUTY[name]) for name in ("user_id", "deputy_id", "from_on", "until_on", "reason")],
            "指定代理",
            {"from_on": self._around.today, "user_id": row.id if row is not None and row.id in active else None},
            detail="代理期间，代理人除自己的权限外，也有委托人的角色和分管范围；到期自动终止。",
            people=active,
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._users.stand_in(
                    values["user_id"],
                    values["deputy_id"],
                    values["from_on"],
                    values["until_on"],
                    values["reason"],
                    self._around.actor,
                ),
                f"已指定“{active[values['deputy_id']]}”代理“{active[values['user_id']]}”，下次登录时起作用。",
            )
        )
        dialog.open()

    def end(self) -> None:
        """Take the selected deputy's powers back before their last day."""
        row = self._deputies.get(self._page.deputies.selected_id)
        if row is not None and self._around.prompts.confirm(
            f"提前终止“{row.deputy}”对“{row.user}”的代理？",
            verb="终止代理",
            detail=f"原定到 {row.until_on.isoformat()}。终止后“{row.deputy}”下次登录时只有自己的权限。",
        ):
            self._around.operations.run(
                lambda: self._users.end_deputy(row.id, self._around.actor),
                initiator=self._page,
                done=lambda _: self._around.notices.post("代理已终止。"),
            )

    def _selected(self) -> UserRow | None:
        ids = self._page.list.table.selected_ids(2)
        return self._rows.get(ids[0]) if len(ids) == 1 else None

    def _change_back(self, row: UserRow) -> None:
        version = next(found.version for found in self._users.rows() if found.id == row.id)
        self._around.operations.run(
            lambda: self._users.change(row.id, version, row.roles, row.units or frozenset(), self._around.actor),
            initiator=self._page,
            done=lambda _: self._around.notices.post(f"已改回“{row.name}”原来的权限。"),
        )

    def _ask_password(
        self,
        row: UserRow,
        title: str,
        verb: str,
        detail: str,
        work: Callable[[str], Outcome],
        said: str,
    ) -> None:
        values = {"password": first_password()}
        dialog = self._dialog(title, [("password", self._password_facts())], verb, values, detail=detail)
        dialog.submitted.connect(
            lambda values: self._run(
                dialog, lambda: work(values["password"]), said, hand_over=(row.name, values["password"])
            )
        )
        dialog.open()

    def _password_facts(self) -> Field:
        return Field("首次密码", Kind.TEXT, True, None, password_rule(self._around.today), False)

    def _dialog(
        self,
        title: str,
        fields: list[tuple[str, Field]],
        verb: str,
        values: dict[str, Any],
        *,
        detail: str = "",
        people: dict[str, str] | None = None,
    ) -> FormDialog:
        names = people or {}

        def person(facts: Field) -> Editor:
            return ChoiceEditor(facts, tuple(names.items()), lambda user_id: names.get(user_id, user_id))

        return FormDialog(
            title,
            fields,
            verb=verb,
            today=self._around.today,
            detail=detail,
            values=values,
            editors={
                "roles": RolesEditor,
                "tiers": TiersEditor,
                "units": lambda facts: BranchesEditor(facts, self._organisation.tree()),
                "password": FirstPasswordEditor,
                "user_id": person,
                "deputy_id": person,
            },
            parent=self._page,
        )

    def _run(
        self,
        dialog: FormDialog,
        work: Callable[[], Outcome],
        said: str,
        *,
        undo: Callable[[], object] | None = None,
        hand_over: tuple[str, str] | None = None,
    ) -> None:
        """A password takes half a second to be locked away."""

        def waiting() -> Outcome:
            QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            try:
                return work()
            finally:
                QGuiApplication.restoreOverrideCursor()

        def done(_: Any) -> None:
            dialog.succeed()
            if hand_over is not None:
                self._around.prompts.show_first_password(*hand_over)
            if undo is None:
                self._around.notices.post(said)
            else:
                self._around.notices.post_undo(said, undo)

        def refused(error: UserError) -> bool:
            return dialog.refuse(error)

        self._around.operations.run(waiting, initiator=self._page, done=done, refused=refused)

    def _deputy_row(self, row: DeputyRow) -> Row:
        state = DeputyState.STANDING_IN
        if row.until_on < self._around.today:
            state = DeputyState.OVER
        elif row.from_on > self._around.today:
            state = DeputyState.COMING
        return (row.id, row.user, row.deputy, row.from_on, row.until_on, row.reason, state)


def _user_row(row: UserRow, names: dict[str, str]) -> Row:
    login = ""
    if row.state is UserState.ACTIVE:
        login = "要重设密码" if not row.can_log_in else "首次登录改密码" if row.must_change else ""
    roles = "、".join(role.label for role in Role if role in row.roles)
    tiers = "、".join(tier.label for tier in Tier if tier in row.tiers)
    return (row.id, row.name, roles, _range(row.units, names), tiers, row.state, login)


def _range(units: Collection[str] | None, names: dict[str, str]) -> str:
    if units is None:
        return "全部"
    found = [name for unit_id, name in names.items() if unit_id in units]
    return "、".join(found[:_SEVERAL]) + (f" 等 {len(found)} 个" if len(found) > _SEVERAL else "")

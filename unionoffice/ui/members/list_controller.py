"""What the user means in the list of members, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.models.member import MembershipState
from unionoffice.services.members import Members
from unionoffice.ui.members.fields import LACKING, UnitLabels
from unionoffice.ui.members.list_view import MemberListView
from unionoffice.ui.members.source import member_query
from unionoffice.ui.prompts import EXCEL_OUT
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.exports import Exports

_MANY = 200
"""From so many people on, moving them goes to the worker."""


class MemberListController:
    """Knows the list; holds no widgets beyond its view."""

    def __init__(
        self,
        around: Surroundings,
        members: Members,
        exports: Callable[[], Exports],
        view: MemberListView,
        units: UnitLabels,
    ) -> None:
        self._around = around
        self._members = members
        self._exports = exports
        self._view = view
        self._units = units

    def reload(self) -> None:
        """Read the tree, the rows and the numbers of each state again."""
        self.show_units()
        self._view.list.reload()
        self.show_states()
        if not self._view.preview.isHidden():
            self.preview(self._view.list.table.selected_ids(2))

    def show_units(self) -> None:
        """Read the tree."""
        self._units.refresh(self._members.units())
        self._view.show_units()

    def show_states(self) -> None:
        """Say how many there are in each state, and which of them the list shows."""
        self._view.states.show_counts(self._members.state_counts())
        self.mark_states()

    def mark_states(self) -> None:
        """Let the chips of states follow the filters."""
        self._view.states.mark(self._view.list.filters.query().accepted.get("membership_state", ()))

    def choose_state(self, code: str) -> None:
        """Show the members in one state, or all."""
        filters = self._view.list.filters
        state = filters.state()
        accepted = {**state["accepted"], "membership_state": [code] if code else []}
        filters.restore({**state, "accepted": accepted})
        filters.changed.emit()

    def show_lacking(self, name: str) -> None:
        """Show the members in standing who lack a field: what the home page counts."""
        filters = self._view.list.filters
        filters.restore({"accepted": {"membership_state": [MembershipState.ACTIVE.value], LACKING: [name]}})
        filters.changed.emit()

    def preview(self, ids: Sequence[str]) -> None:
        """Show the one selected member beside the list."""
        self._view.show_preview(self._members.get(ids[0]) if len(ids) == 1 else None)

    def transfer(self) -> None:
        """Put the selected members under another unit."""
        ids = self._view.list.table.selected_ids()
        if not ids:
            return
        unit_id = self._around.prompts.ask_choice(
            f"把 {len(ids)} 名会员调到哪里？", "所属工会", self._units.tree(), verb=f"调整 {len(ids)} 名"
        )
        if unit_id is None:
            return
        before = self._members.units_of(ids)
        name = self._units.labels()[unit_id]
        text = f"已把 {len(ids)} 名会员调到“{name}”。"
        self._run(
            lambda: self._members.transfer(ids, unit_id, self._around.actor),
            len(ids),
            lambda: self._around.notices.post_undo(text, lambda: self._put_back(before)),
        )

    def give_numbers(self) -> None:
        """Number the members in standing that have no number yet."""
        count = self._members.waiting_for_number()
        if not count:
            self._around.notices.post("在会会员都有会员编号，不用再编。")
            return
        if not self._around.prompts.confirm(
            f"给 {count} 名没有编号的在会会员编会员编号？",
            verb=f"编 {count} 个编号",
            detail="按设置里的编号格式，接着已有的编号往下编；已有的编号不变。",
        ):
            return
        self._around.operations.run_in_background(
            lambda _: self._members.give_numbers(self._around.actor),
            title="编会员编号",
            done=lambda given: self._around.notices.post(f"已给 {given} 名会员编了会员编号。"),
        )

    def export(self) -> None:
        """Write exactly what the list shows to an Excel file."""
        path = self._around.prompts.save_file(
            "导出花名册", [EXCEL_OUT], name=f"会员花名册-{self._around.today.isoformat()}.xlsx"
        )
        if path is None:
            return
        query = member_query(self._view.list.model.query)
        columns = self._view.list.table.shown_keys()

        def work(progress: Any) -> tuple[int, Changes]:
            return self._exports().members(path, query, progress, columns), Changes()

        self._around.operations.run_in_background(
            work, title="导出花名册", done=lambda rows: self._exported(path, rows)
        )

    def _exported(self, path: Path, rows: int) -> None:
        self._around.notices.post(
            f"已导出 {rows:,} 名会员到“{path.name}”。",
            action="打开文件夹",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    def _put_back(self, units: dict[str, str | None]) -> None:
        self._run(
            lambda: self._members.place(units, self._around.actor),
            len(units),
            lambda: self._around.notices.post("已调回原来的工会。"),
        )

    def _run(self, work: Callable[[], Changes], people: int, done: Callable[[], None]) -> None:
        if people < _MANY:
            self._around.operations.run(work, initiator=self._view, done=lambda _: done())
        else:
            title = "调整所属工会"
            self._around.operations.run_in_background(lambda _: work(), title=title, done=lambda _: done())

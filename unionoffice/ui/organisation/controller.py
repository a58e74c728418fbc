"""What the user means with the tree and its units, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from unionoffice.kernel.changes import Changes
from unionoffice.models.draft import Place
from unionoffice.models.fields import Field, Kind
from unionoffice.models.organisation import Node, Unit, UnitChange, UnitKind
from unionoffice.services.organisation import Organisation, UnitFacts
from unionoffice.ui.organisation.view import OrganisationView
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.form_draft import draft_of
from unionoffice.ui.records.unit_editor import UnitEditor
from unionoffice.ui.surroundings import Surroundings

_BELOW = {UnitKind.UNION: UnitKind.BRANCH, UnitKind.BRANCH: UnitKind.GROUP, UnitKind.GROUP: UnitKind.GROUP}


class OrganisationController:
    """Knows the day shown and today's tree; holds no widgets beyond its view. `movable` for who may drag units."""

    def __init__(
        self, around: Surroundings, organisation: Organisation, view: OrganisationView, *, movable: bool = True
    ) -> None:
        self._around = around
        self._organisation = organisation
        self._view = view
        self._movable = movable
        self._day: date | None = None
        self._overview: dict[str, UnitFacts] = {}
        self._shown: dict[str, Node] = {}
        self.unit: Unit | None = None

    @property
    def shows_today(self) -> bool:
        """Whether the tree is today's and can be changed."""
        return self._day is None

    def load(self, unit_id: str = "") -> None:
        """Read the tree of the day shown, and the unit chosen in it."""
        self._overview = {facts.node.id: facts for facts in self._organisation.overview()}
        nodes = [facts.node for facts in self._overview.values()]
        if self._day is not None:
            nodes = self._organisation.tree(self._day)
        if not self._view.closed.isChecked():
            nodes = _open(nodes)
        self._shown = {node.id: node for node in nodes}
        counts = {unit: facts.all_members for unit, facts in self._overview.items()} if self._day is None else {}
        self._view.unit.show_names({unit: facts.node.name for unit, facts in self._overview.items()})
        self._view.tree.show_units(nodes, counts, movable=self._movable and self.shows_today)
        self._view.show_day(self._day)
        if unit_id:
            self._view.tree.choose(unit_id)
        self.show_unit(self._view.tree.chosen_id)

    def choose(self, unit_id: str) -> None:
        """Go to a unit; one that ended is shown among the closed."""
        facts = self._overview.get(unit_id)
        if facts is not None and facts.node.closed and unit_id not in self._shown:
            self._view.closed.setChecked(True)
        self._view.tree.choose(unit_id)
        self.show_unit(self._view.tree.chosen_id)

    def show_day(self, typed: Any) -> None:
        """Show the tree as it was on a day; only today's can be changed."""
        if typed is None or typed == self._around.today:
            day = None
        elif not isinstance(typed, date):
            self._view.show_wrong_day("写成 2026-09-01 这样的日期。")
            return
        elif typed > self._around.today:
            self._view.show_wrong_day("还没有到这一天，写今天或以前的日期。")
            return
        else:
            day = typed
        if day == self._day:
            self._view.show_day(day)
        else:
            self._day = day
            self.load()

    def show_unit(self, unit_id: str) -> None:
        """Show the unit chosen in the tree."""
        self.unit = self._organisation.get(unit_id) if unit_id else None
        if self.unit is None:
            return
        view, unit = self._view.unit, self.unit
        facts = self._overview.get(unit_id) if self.shows_today else None
        view.show_unit(unit, facts, self._shown[unit_id].name if unit_id in self._shown else unit.name)
        view.show_terms(self._organisation.terms(unit_id))
        view.show_officers(self._organisation.officers(unit_id))
        view.show_changes(self._organisation.changes(unit_id))
        view.show_history(self._organisation.history(Unit, unit_id))

    def add(self) -> None:
        """Ask for a unit below the chosen one."""
        parent = self.unit
        if parent is None:
            return
        fields = Unit.fields()
        dialog = self._dialog(
            parent.id,
            f"在“{parent.name}”下新建组织",
            [("name", fields["name"]), ("kind", fields["kind"]), ("founded_on", fields["founded_on"])],
            "新建",
            {"kind": _BELOW[parent.kind]},
        )

        def submit(values: dict[str, Any]) -> None:
            kind = next(kind for kind in UnitKind if kind == values["kind"])
            self._run(
                dialog,
                lambda: self._organisation.add_unit(
                    parent.id, values["name"], kind, self._around.actor, founded_on=values["founded_on"]
                ),
                f"已新建“{values['name']}”。",
            )

        dialog.submitted.connect(submit)
        dialog.open()

    def rename(self) -> None:
        """Ask for another name of the chosen unit, from a day on."""
        unit = self.unit
        if unit is None:
            return
        dialog = self._dialog(
            unit.id,
            f"“{unit.name}”更名",
            [("name", Unit.fields()["name"]), *_dated()],
            "更名",
            {"name": unit.name, "on_date": self._around.today},
            detail="从生效日期起用新名称，以前日期的报表仍用原名称。更错了可以随即撤销，或再更名一次。",
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._organisation.rename(
                    unit.id, values["name"], values["on_date"], values["reason"] or "", self._around.actor
                ),
                f"“{unit.name}”已更名为“{values['name']}”。",
                undo=lambda: self._name_back(unit, values["on_date"]),
            )
        )
        dialog.open()

    def move(self, unit_id: str = "", parent_id: str = "") -> None:
        """Ask from which day on a unit lies under another; by menu or after dragging it there."""
        unit = self._organisation.get(unit_id) if unit_id else self.unit
        if unit is None:
            return
        parent = Unit.fields()["parent_id"]
        nodes = [facts.node for facts in self._overview.values()]
        targets = [node for node in nodes if not node.closed and not _below(node.id, unit.id, self._overview)]
        dialog = self._dialog(
            f"{unit.id}{parent_id}",
            f"移动“{unit.name}”",
            [("parent_id", Field(parent.label, parent.kind, True, None, "", False)), *_dated()],
            "移动",
            {"parent_id": parent_id or None, "on_date": self._around.today},
            detail="它下面的组织和会员一起移动；以前日期的报表仍按原来的隶属。",
            nodes=targets,
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._organisation.move(
                    unit.id, values["parent_id"], values["on_date"], values["reason"] or "", self._around.actor
                ),
                f"已移动“{unit.name}”。",
            )
        )
        dialog.open()

    def close(self) -> None:
        """Ask on which day the chosen unit ends."""
        unit = self.unit
        if unit is None:
            return
        closed_on = Unit.fields()["closed_on"]
        dialog = self._dialog(
            unit.id,
            f"撤销“{unit.name}”",
            [("closed_on", Field(closed_on.label, Kind.DATE, True, None, "", False))],
            "撤销组织",
            {"closed_on": self._around.today},
            detail="撤销后不能恢复，撤销日期也不能再改，会员不能再登记到这里；以前的记录和历史都保留。"
            "只是名称或上级不对的，用“更名”或“移动”，不用撤销。",
            tone="warning",
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._organisation.close_unit(unit.id, values["closed_on"], self._around.actor),
                f"已撤销“{unit.name}”。",
            )
        )
        dialog.open()

    def change_facts(self) -> None:
        """Show the undated facts of the chosen unit to be changed."""
        unit = self.unit
        if unit is None:
            return
        names = ("kind", "credit_code", "founded_on")
        dialog = self._dialog(
            unit.id,
            f"修改“{unit.name}”的资料",
            [(name, Unit.fields()[name]) for name in names],
            "保存",
            {name: getattr(unit, name) for name in names},
        )
        dialog.submitted.connect(
            lambda values: self._run(
                dialog,
                lambda: self._organisation.save_unit(unit.id, values, unit.version, self._around.actor),
                "已保存。",
            )
        )
        dialog.open()

    def _dialog(
        self,
        about: str,
        title: str,
        fields: Sequence[tuple[str, Field]],
        verb: str,
        values: dict[str, Any],
        *,
        detail: str = "",
        tone: str = "",
        nodes: Sequence[Node] = (),
    ) -> FormDialog:
        dialog = FormDialog(
            title,
            fields,
            verb=verb,
            today=self._around.today,
            detail=detail,
            tone=tone,
            values=values,
            editors={"parent_id": lambda facts: UnitEditor(facts, nodes)},
            parent=self._view,
        )
        draft_of(self._around, dialog, Place(f"dialog:unit:{verb}", parent_id=about), values)
        return dialog

    def _name_back(self, unit: Unit, on: date) -> None:
        """The former name again, from the same day on: no day bears the wrong one."""
        self._around.operations.run(
            lambda: self._organisation.rename(unit.id, unit.name, on, "撤销更名", self._around.actor),
            initiator=self._view,
            done=lambda _: self._around.notices.post(f"已改回“{unit.name}”。"),
        )

    def _run(self, dialog: FormDialog, work: Any, said: str, *, undo: Callable[[], object] | None = None) -> None:
        def done(_: Any) -> None:
            dialog.succeed()
            if undo is None:
                self._around.notices.post(said)
            else:
                self._around.notices.post_undo(said, undo)

        self._around.operations.run(work, initiator=self._view, done=done, refused=dialog.refuse)


def touches(changes: Changes) -> bool:
    """Whether the page may show something else after an operation."""
    return any(name in changes for name in ("unit", "unit_change", "term", "officer", "member"))


def _dated() -> list[tuple[str, Field]]:
    fields = UnitChange.fields()
    return [("on_date", fields["on_date"]), ("reason", fields["reason"])]


def _open(nodes: Sequence[Node]) -> list[Node]:
    """Units that were not closed; what lies below a closed one is closed too (it cannot be closed before them)."""
    return [node for node in nodes if not node.closed]


def _below(unit_id: str, top: str, overview: dict[str, UnitFacts]) -> bool:
    current: str | None = unit_id
    while current is not None:
        if current == top:
            return True
        current = overview[current].node.parent_id
    return False

"""What the user means in the list of distributions, the programmes and the plan, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.models.draft import Place
from unionoffice.models.welfare import Batch, BatchState, Programme
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import Welfare
from unionoffice.ui.records.drafts import DROPPED, LEFT, Drafts, told
from unionoffice.ui.records.form_draft import FormDraft
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.rows import batch_rows

if TYPE_CHECKING:
    from unionoffice.ui.welfare.page import WelfarePage


class WelfareController:
    """Knows which programme or plan is being edited."""

    def __init__(self, around: Surroundings, welfare: Welfare, organisation: Organisation, page: WelfarePage) -> None:
        self._around = around
        self._welfare = welfare
        self._organisation = organisation
        self._page = page
        self._programme = ""
        self._editing: Batch | None = None
        self.draft = Drafts(around.drafts, lambda: _typed(page.plan.content(), self._untouched), page)
        self.programme_draft = FormDraft(around, page.programmes.form, page.programmes.draft)
        self._untouched: dict[str, Any] = {}

    def show_list(self) -> None:
        """Read all batches."""
        view = self._page.list
        selected = view.list.table.selected_ids()
        overview = self._welfare.overview()
        drafts = [batch.id for batch, _ in overview if batch.state is BatchState.DRAFT]
        view.source.set_rows(batch_rows(overview, self._welfare.approvals.in_progress(drafts)))
        view.list.load()
        view.list.table.select(selected)

    def show_programmes(self) -> None:
        """Read all programmes."""
        view = self._page.programmes
        programmes = self._welfare.programmes()
        uses: dict[str, int] = {}
        for batch in self._welfare.batches():
            uses[batch.programme_id] = uses.get(batch.programme_id, 0) + 1
        rows = [(found.id, found.name, found.kind, found.basis, uses.get(found.id, 0)) for found in programmes]
        view.source.set_rows(rows)
        view.list.load()
        view.list.table.select([self._programme])
        if not programmes:
            self.select_programme("")

    def select_programme(self, programme_id: str) -> None:
        """Show a programme in the form; "" for a new one."""
        view = self._page.programmes
        found = next((one for one in self._welfare.programmes() if one.id == programme_id), None)
        self._programme = found.id if found is not None else ""
        record = found or Programme()
        values = {name: getattr(record, name) for name in Programme.fields()}
        self.programme_draft.settle()
        view.form.set_values(values)
        self.programme_draft.begin(Place("form:programme", parent_id=self._programme), values)
        view.distribute.setEnabled(found is not None)
        if found is None:
            view.list.table.clearSelection()
            view.form.focus_first()

    def save_programme(self) -> None:
        """Keep what stands in the programme's form."""
        form = self._page.programmes.form
        if form.check():
            programme_id, values = self._programme or None, form.values()
            self._around.operations.run(
                lambda: self._welfare.save_programme(values, self._around.actor, programme_id=programme_id),
                initiator=self._page,
                done=self._programme_saved,
                refused=self._programme_refused,
            )

    def new_plan(self, programme_id: str) -> None:
        """A blank plan, or one as the programme's last batch was."""
        self._editing = None
        programmes = self._welfare.programmes()
        chosen = programme_id or (programmes[0].id if programmes else "")
        view = self._page.plan
        view.show_programmes(programmes, chosen, fixed=False)
        view.form.set_values(_blank())
        view.scope.show_units(self._organisation.overview(), None)
        view.telling.say("")
        if view.programme_id:
            self.take_programme(view.programme_id)
        self._take_up_draft(Place(Batch.type_name, parent_id=programme_id))
        view.form.focus_first()

    def edit_plan(self, batch_id: str) -> bool:
        """The plan of a draft; False when there is none."""
        batch = self._editing = self._welfare.batch(batch_id)
        if batch is None:
            return False
        view = self._page.plan
        view.show_programmes(self._welfare.programmes(), batch.programme_id, fixed=True)
        view.form.set_values({name: getattr(batch, name) for name in Batch.fields()})
        view.scope.show_units(self._organisation.overview(), batch.unit_ids)
        view.telling.say("")
        self._take_up_draft(Place(Batch.type_name, batch_id), batch)
        return True

    def leave_plan(self) -> None:
        """Another view of the page is opened."""
        if self.draft.leave():
            self._around.notices.post(LEFT)

    def drop_draft(self) -> None:
        """Show the plan as it was before anything was typed; 撤销 brings that back."""
        place, argument, restore = self.draft.place, self._page.argument, self.draft.drop()
        if place is None:
            return
        self._page.plan.type_content(self._untouched)
        self._page.plan.draft.say("")
        self.draft.begin(place, self._editing.version if self._editing is not None else 0)

        def undo() -> None:
            restore()
            self._page.open_anew(argument)

        self._around.notices.post_undo(DROPPED, undo)

    def take_programme(self, programme_id: str) -> None:
        """Fill the plan as the programme's last batch was; a new programme begins blank."""
        view = self._page.plan
        view.show_new_name()
        if not programme_id:
            view.telling.say("")
            view.new_name.setFocus()
            return
        values = self._welfare.suggestion(programme_id)
        copied = "item" in values
        view.form.type_values(values)
        view.scope.show_units(self._organisation.overview(), values.get("unit_ids"))
        words = "已按这个项目上次的方案填好物品、标准、预算和范围，核对名称和日期后保存。"
        view.telling.say(words if copied else "", "blue")

    def save_plan(self) -> None:
        """Keep the plan and go to its list."""
        view = self._page.plan
        name = view.new_name.text().strip()
        if not view.programme_id and not name:
            view.telling.say("新的慰问项目还没有写名称，例如“中秋慰问”。")
            view.new_name.setFocus()
            return
        if not view.form.check():
            return
        units = view.scope.chosen()
        if not units and not view.scope.everybody:
            view.telling.say("发放范围还没有选，在右边勾选要发放的分工会。")
            return
        values: dict[str, Any] = {
            **view.form.values(),
            "unit_ids": None if view.scope.everybody else ",".join(units),
        }
        self._around.operations.run(
            lambda: self._save(name, view.programme_id, values),
            initiator=self._page,
            done=self._plan_saved,
            refused=self._plan_refused,
        )

    def _save(self, name: str, programme_id: str, values: dict[str, Any]) -> tuple[str, Changes]:
        batch = self._editing
        if batch is None:
            return self._welfare.plan(name, programme_id or None, values, self._around.actor)
        return batch.id, self._welfare.save_batch(batch.id, values, batch.version, self._around.actor)

    def _take_up_draft(self, place: Place, batch: Batch | None = None) -> None:
        view = self._page.plan
        self._untouched = view.content()
        view.draft.say("")
        if not self._around.permits.may("batch:save" if batch else "batch:create"):
            return
        typed, kept = self.draft.begin(place, batch.version if batch is not None else 0)
        view.type_content(typed)
        fields = Batch.fields()
        present = {name: getattr(batch, name) for name in fields} if batch is not None else None
        view.draft.say(told(typed.get("values", {}), kept, fields, present) or told(typed, kept, {}))
        if typed:
            view.telling.say("")

    def _plan_saved(self, batch_id: str) -> None:
        self.draft.forget()
        self._page.route_replaced.emit("welfare", batch_id)

    def _programme_saved(self, programme_id: str) -> None:
        self.programme_draft.forget()
        self._programme = programme_id
        self.show_programmes()
        self.select_programme(programme_id)
        self._around.notices.post("项目已保存。")

    def _programme_refused(self, error: UserError) -> bool:
        return error.field is not None and self._page.programmes.form.show_error(error.field, error.sentence)

    def _plan_refused(self, error: UserError) -> bool:
        if isinstance(error, Conflict):
            return False
        return error.field is not None and self._page.plan.form.show_error(error.field, error.sentence)


def _blank() -> dict[str, Any]:
    blank = Batch()
    return {name: getattr(blank, name) for name in Batch.fields()}


def _typed(content: Mapping[str, Any], untouched: Mapping[str, Any]) -> dict[str, Any]:
    """What of a plan was typed; values of the form one by one."""
    found = {name: value for name, value in content.items() if name != "values" and value != untouched[name]}
    values = {name: value for name, value in content["values"].items() if value != untouched["values"].get(name)}
    return {**found, **({"values": values} if values else {})}

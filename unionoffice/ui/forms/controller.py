"""Which form is filled in, for whom, and what was typed (表单): what the window asks of the services is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unionoffice.kernel.errors import UserError
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Form, Request, Rows, Subject, batch_part
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.typed import Typing
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.forms.whom import MembersWhom, Whom, batches_whom, units_whom
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page

GROUPED = (Subject.MEMBER, Subject.BATCH)
_TYPES: Mapping[Subject, str] = {
    Subject.MEMBER: "member",
    Subject.ROLL: "unit",
    Subject.UNIT: "unit",
    Subject.BATCH: "batch",
    Subject.APPROVAL: "batch",
}
"""What is chosen for forms of a subject: forms of units and rolls share their choice."""
FOR: Mapping[Subject, str] = {
    Subject.MEMBER: "每名会员一份",
    Subject.ROLL: "一个组织的会员列成一张表",
    Subject.UNIT: "每个分工会、小组一份",
    Subject.BATCH: "每个福利批次一份",
    Subject.APPROVAL: "每个福利批次的审批一份",
    Subject.FREE: "内容全部在打印时填写，也可以从 Excel 按行填写",
}
"""How often a form of a subject is printed, as a user is told."""


class FormsController(QObject):
    """Knows the shelf as last read, the form chosen, and what was chosen for others before.

    Signals: begun() when another form is filled in, rechosen() when others are chosen for it, edited() when something
    is typed.
    """

    begun = Signal()
    rechosen = Signal()
    edited = Signal()

    def __init__(self, around: Surroundings, services: FormsServices, view: FormsView, page: Page) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._view = view
        self._page = page
        self.forms: dict[str, Form] = {}
        self.form: Form | None = None
        self.chosen: dict[str, list[str]] = {}
        self._rows: tuple[Form, Rows] | None = None
        self.typing = Typing(around, services, view.asking, self)
        view.shelf.chosen.connect(self.choose)
        view.choosing.changed.connect(self._chosen)
        view.asking.edited.connect(self.edited)
        view.photo.changed.connect(self.edited)

    @property
    def request(self) -> Request | None:
        """What is to be printed; None when no form is chosen that can be."""
        form = self.form
        if form is None or form.problem:
            return None
        ids = self._view.choosing.ids if form.subject is not Subject.FREE else []
        part = self._view.choosing.part.currentData() if form.subject is Subject.BATCH and len(ids) == 1 else ""
        photos = self._view.photo.path if form.photo and self.rows is None else None
        whose = tuple(batch_part(each, part or "") for each in ids)
        return Request(form, whose, self._view.asking.values(), photos=photos, rows=self.rows)

    @property
    def rows(self) -> Rows | None:
        """The file of whose rows each is a copy of the form chosen, None for none."""
        return self._rows[1] if self._rows is not None and self._rows[0] == self.form else None

    def fill_from(self, rows: Rows | None) -> None:
        """Make a copy of each row of a file, or of none any more."""
        self._rows = (self.form, rows) if self.form is not None and rows is not None else None
        self._show_rows()
        self.begun.emit()
        self._page.state_changed.emit()

    def reload(self) -> None:
        """Read the shelf again; the form chosen stays chosen."""
        self.forms = {form.key: form for form in self._services.forms().shelf()}
        self._view.shelf.show_forms(list(self.forms.values()))
        if self.form is not None:
            self.typing.leave()
            key, self.form = self.form.key, None
            self.choose(key)
        if self.form is None:
            self._view.show_work(False)

    def choose(self, key: str) -> None:
        """Fill in the form of that key."""
        form = self.forms.get(key)
        if form is None or form == self.form:
            return
        if self._view.shelf.key != key and self._view.shelf.choose(key):
            return  # the shelf has told, and that came here
        self.typing.leave()
        self.form = form
        if self.rows is None:
            self._rows = None  # the other form's, or the same one's before it was changed
        view = self._view
        view.show_work(True)
        view.name.setText(form.name)
        view.about.setText(_about(form))
        view.name.setToolTip(_about(form))
        view.own.setVisible(form.own)
        view.grouped.setVisible(form.subject in GROUPED)
        for widget in (view.choosing, view.asking, view.findings):
            widget.setVisible(not form.problem)
        view.photo.setVisible(form.photo)
        if form.problem:
            view.asking.ask(form_grid.Asking({}, {}), {})
            view.preview.say(f"这张表单不能打印。{form.problem}")
            view.preview.show_place(0, 0, "")
        else:
            self._offer(form)
        self._page.state_changed.emit()

    def take(self, kind: str, ids: Sequence[str]) -> None:
        """Choose these records and, unless a form of them is chosen, the first one for them."""
        self.chosen[kind] = list(ids)
        subjects = [subject for subject, type_name in _TYPES.items() if type_name == kind]
        fitting = [form for form in self.forms.values() if form.subject in subjects and not form.problem]
        if self.form is not None and self.form in fitting:
            self._view.choosing.choose(ids)
        elif fitting:
            order = sorted(fitting, key=lambda form: subjects.index(form.subject))
            self.choose(order[0].key)

    def forget(self, form: Form) -> None:
        """A form is no more: what was typed into it is forgotten, and none is chosen."""
        self.typing.forget(form)
        self.form = None
        self.reload()
        self.choose(form.key)

    def _offer(self, form: Form) -> None:
        kind = _TYPES.get(form.subject, "")
        whom = self._whom(kind)
        gone = [each for each in self.chosen.get(kind, ()) if whom is not None and not whom.name(each)][:1]
        if gone and whom is not None:
            self.chosen[kind] = [each for each in self.chosen[kind] if whom.name(each)]
        try:
            self.typing.offer(form, self.chosen.get(kind, ()))
        except UserError as fault:
            self._around.prompts.show_error(fault)
            return
        self._view.choosing.offer(whom, self.chosen.get(kind, ()))
        self._offer_parts()
        self._offer_photos()
        self._show_rows()
        self.begun.emit()

    def _show_rows(self) -> None:
        rows, asking = self.rows, self._view.asking
        if rows is None:
            asking.file.say("")
        else:
            more = "。下面填的会印在每一份上" if rows.lacking else ""
            asking.file.say(f"按“{rows.name}”填写，{len(rows.rows):,} 行，每行一份{more}。", held=True)
        asking.cover(rows.filled if rows is not None else ())
        self._view.photo.setVisible(self.form is not None and self.form.photo and rows is None)

    def _whom(self, kind: str) -> Whom | None:
        if kind == "member":
            return MembersWhom(self._services.members())
        if kind == "unit":
            return units_whom(self._services.organisation())
        return batches_whom(self._services.welfare()) if kind == "batch" else None

    def _chosen(self) -> None:
        if self.form is not None:
            self.chosen[_TYPES.get(self.form.subject, "")] = self._view.choosing.ids
            self.typing.rechosen(self._view.choosing.ids)
        self._offer_parts()
        self._offer_photos()
        self.rechosen.emit()
        self._page.state_changed.emit()

    def _offer_photos(self) -> None:
        free = self.form is not None and self.form.subject is Subject.FREE
        self._view.photo.offer([] if free else self._view.choosing.ids, folders=not free)

    def _offer_parts(self) -> None:
        ids = self._view.choosing.ids
        if self.form is not None and self.form.subject is Subject.BATCH and len(ids) == 1:
            names = [unit for unit, *_ in self._services.welfare().unit_tally(ids[0])]
            self._view.choosing.offer_parts(names if len(names) > 1 else ())
        else:
            self._view.choosing.offer_parts(())


def _about(form: Form) -> str:
    parts = [f"{form.subject.label}表单，{FOR[form.subject]}"]
    if form.own:
        parts.append("本单位自己的")
    if form.public:
        parts.append("对外张贴，号码一律遮盖")
    elif form.masked:
        parts.append("有完整号码，打印时要写明用途；下面的预览已遮盖")
    return "；".join(parts) + "。"

"""What the user means on a member's card: open, save, membership events, copying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QGuiApplication

from unionoffice.kernel import resident_id
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.models.draft import Place
from unionoffice.models.fields import Field
from unionoffice.models.member import EventKind, Member, MembershipEvent, state_after, timeline
from unionoffice.services.access_log import AccessLog
from unionoffice.services.members import MemberCard, Members
from unionoffice.ui.members.card_view import MemberCardView
from unionoffice.ui.members.fields import NEW, Labels, events_allowed
from unionoffice.ui.records.drafts import DROPPED, LEFT, Drafts, told
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.reveal import Reveal
from unionoffice.ui.surroundings import Surroundings

_FROM_NUMBER = ("sex", "birth_date")
_MOST_SAW = 12


class MemberCardController:
    """Knows which member is open. `opened(id)` replaces the blank form's place once it is saved, `opening(id)` goes to
    a card; `lost()` leaves a card whose member cannot be found. `reveal` says how much of a member is shown."""

    def __init__(
        self,
        around: Surroundings,
        members: Members,
        view: MemberCardView,
        *,
        opened: Callable[[str], None],
        opening: Callable[[str], None],
        lost: Callable[[], None],
        reveal: Reveal,
        access: Callable[[], AccessLog],
    ) -> None:
        self._around = around
        self._members = members
        self._view = view
        self._opened = opened
        self._opening = opening
        self._lost = lost
        self._reveal = reveal
        self._access = access
        self.draft = Drafts(around.drafts, view.form.changed_values, view)
        self._filled: dict[str, Any] = {}
        self._open = ""
        self.card: MemberCard | None = None
        view.form.editor("id_number").edited.connect(self._read_number)
        view.head.copy_requested.connect(self.copy)
        view.form.edited.connect(self.draft.typed)
        view.form.settled.connect(self.draft.settle)
        view.draft_dropped.connect(self.drop_draft)
        view.withdraw_requested.connect(self.withdraw_event)
        view.who_saw_requested.connect(self.tell_who_saw)

    @property
    def is_new(self) -> bool:
        """Whether the blank form is open."""
        return self._open == NEW

    def open(self, member_id: str) -> None:
        """Show a member, or a blank form for `NEW`."""
        if member_id == self._open:
            self.draft.settle()
        else:
            self._leave_form()
            self._view.show_paper()
        self._open = member_id
        self._filled = {}
        self._view.show_units(self._members.units())
        if member_id == NEW:
            self._show_new()
        else:
            self._show_member(member_id)

    def close(self) -> None:
        """Leave the card; what was being typed is kept as a draft."""
        self._leave_form()
        self._open = ""
        self._view.form.set_values({})
        self._reveal.leave()

    def reload(self) -> None:
        """Read the open member again; a form with typed values keeps them, its save will meet the change."""
        if not self._open or self.is_new:
            return
        if not self._view.form.is_dirty:
            self.draft.settle()
            self._show_member(self._open)
        elif (card := self._members.card(self._open)) is not None:
            self._view.show_card(card, self._members.history(self._open))

    def save(self) -> None:
        """Keep what stands in the form."""
        form = self._view.form
        if not self._open or not form.check():
            return
        if self.is_new:
            values = form.values()
            self._around.operations.run(
                lambda: self._members.create(values, self._around.actor),
                initiator=self._view,
                done=self._created,
                refused=self._refused,
            )
            return
        assert self.card is not None
        member_id, version, changed = self._open, self.card.member.version, form.changed_values()
        self._around.operations.run(
            lambda: self._members.save(member_id, changed, version, self._around.actor),
            initiator=self._view,
            done=lambda _: self._saved(member_id),
            refused=self._refused,
        )

    def record_event(self) -> None:
        """Ask what happened to the membership, of what can happen in its present state."""
        assert self.card is not None
        member = self.card.member
        allowed = events_allowed(member.membership_state)
        if not allowed:
            state = member.membership_state.label
            self._around.prompts.show_message(
                "办理会籍变动", f"“{member.name}”的会籍状态是“{state}”，没有可以办理的变动。"
            )
            return
        facts = MembershipEvent.fields()
        kind = facts["kind"]
        dialog = FormDialog(
            f"办理“{member.name}”的会籍变动",
            (
                ("kind", Field(kind.label, kind.kind, True, Labels(allowed), "", False)),
                ("on_date", facts["on_date"]),
                ("document", facts["document"]),
                ("reason", facts["reason"]),
            ),
            verb="办理",
            detail=f"现在的会籍状态是“{member.membership_state.label}”。办理后状态随之改变，并记入历史。",
            today=self._around.today,
            values={"on_date": self._around.today.isoformat()},
            parent=self._view,
        )
        dialog.submitted.connect(lambda values: self._record(dialog, member, values))
        dialog.open()

    def withdraw_event(self) -> None:
        """Take back what was recorded last, after saying what it is and what follows."""
        assert self.card is not None
        member = self.card.member
        past = timeline(member, self.card.events)
        on_date, event_id, kind = past[-1]
        now, before = member.membership_state.label, state_after(past[:-1]).label
        reason = self._around.prompts.ask_reason(
            f"撤销“{member.name}”{on_date}的“{kind.label}”",
            verb="撤销这次变动",
            detail=f"会籍状态由“{now}”改回“{before}”{'' if event_id else '，入会日期清空'}。"
            "办理和撤销都留在历史里；已审批的福利名单不受影响。",
        )
        if reason is not None:
            self._withdraw(member, event_id, kind, reason)

    def copy(self, text: str) -> None:
        """Put a telephone number that is shown in full on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self._around.notices.post("已复制手机号码。")

    def tell_who_saw(self) -> None:
        """Tell who looked at, printed or took out what is kept of the member."""
        assert self.card is not None
        name, model = self.card.member.name, Member
        try:
            found = self._access().who_saw(model, self.card.member.id, self._around.actor)
        except UserError as error:
            self._around.prompts.show_error(error)
            return
        lines = [item.sentence() for item in found[:_MOST_SAW]]
        if len(found) > _MOST_SAW:
            lines.append(f"更早的 {len(found) - _MOST_SAW} 条没有列出。")
        self._around.prompts.show_message(
            f"谁看过“{name}”", "\n".join(lines) or f"还没有人单独查看、打印过“{name}”的资料。"
        )

    def drop_draft(self) -> None:
        """Show the member as he is kept, without what was typed; 撤销 brings that back."""
        member_id, restore = self._open, self.draft.drop()
        self._view.form.set_values({})
        self.open(member_id)

        def undo() -> None:
            restore()
            if self._open == member_id:
                self.open(member_id)
            else:
                self._opening(member_id)

        self._around.notices.post_undo(DROPPED, undo)

    def _leave_form(self) -> None:
        if self.draft.leave():
            self._around.notices.post(LEFT)

    def _show_new(self) -> None:
        self.card = None
        self._reveal.leave()
        self._view.form.set_values({})
        self._view.show_new()
        self._take_up_draft()
        self._view.form.focus_first()

    def _show_member(self, member_id: str) -> None:
        card = self.card = self._members.card(member_id)
        if card is None:
            self._open = ""
            self.draft.leave()
            self._around.notices.post("这名会员已经找不到。")
            self._lost()
            return
        member = card.member
        self._reveal.visit(member.id, member.name, self._view.masked_fields)
        self._view.form.reveal(self._reveal.on)
        self._view.form.set_values({name: getattr(member, name) for name in Member.fields()})
        self._view.show_card(card, self._members.history(member_id))
        self._take_up_draft()

    def _take_up_draft(self) -> None:
        member = self.card.member if self.card is not None else None
        if not self._around.permits.may("member:save" if member else "member:create"):
            self._view.draft.say("")
            return
        place = Place(Member.type_name) if member is None else Place(Member.type_name, member.id)
        typed, kept = self.draft.begin(place, member.version if member else 0)
        self._view.form.type_values(typed)
        self._view.form.reveal(self.is_new or self._reveal.on)
        fields = Member.fields()
        present = {name: getattr(member, name) for name in fields} if member else None
        self._view.draft.say(told(typed, kept, fields, present))

    def _read_number(self) -> None:
        """Sex and birth date fill themselves from a sound number, as long as nobody typed them."""
        form = self._view.form
        values = form.values()
        if values.get("id_type") not in (None, "resident") or not values.get("id_number"):
            return
        verdict = resident_id.check(values["id_number"], today=self._around.today)
        if verdict.problem or verdict.birth is None:
            return
        read = dict(zip(_FROM_NUMBER, (verdict.sex, verdict.birth.isoformat()), strict=True))
        free = {name: value for name, value in read.items() if values.get(name) in (None, self._filled.get(name))}
        self._filled.update(free)
        form.type_values(free)

    def _record(self, dialog: FormDialog, member: Member, values: dict[str, Any]) -> None:
        kind = next(kind for kind in EventKind if kind == values["kind"])

        def done(_: Any) -> None:
            dialog.succeed()
            card = self._members.card(member.id)
            assert card is not None
            event_id = timeline(card.member, card.events)[-1][1]
            self._around.notices.post_undo(
                f"已给“{member.name}”办理{kind.label}。",
                lambda: self._withdraw(member, event_id, kind, "办理后随即撤销"),
            )

        self._around.operations.run(
            lambda: self._members.record_event(
                member.id,
                kind,
                values["on_date"],
                self._around.actor,
                reason=values["reason"] or "",
                document=values["document"] or "",
            ),
            initiator=self._view,
            done=done,
            refused=dialog.refuse,
        )

    def _withdraw(self, member: Member, event_id: str, kind: EventKind, reason: str) -> None:
        self._around.operations.run(
            lambda: self._members.withdraw_event(member.id, event_id, reason, self._around.actor),
            initiator=self._view,
            done=lambda _: self._around.notices.post(f"已撤销“{member.name}”的{kind.label}。"),
        )

    def _created(self, member_id: str) -> None:
        self._forget()
        self._around.notices.post("已新建会员。")
        self._opened(member_id)

    def _saved(self, member_id: str) -> None:
        self._forget()
        self._show_member(member_id)
        self._around.notices.post("已保存。")

    def _forget(self) -> None:
        self.draft.forget()
        self._view.form.set_values({})

    def _refused(self, error: UserError) -> bool:
        if isinstance(error, Conflict) and not self.is_new:
            self.draft.settle()
            self._around.prompts.show_error(error)
            self._show_member(self._open)
            return True
        self._view.show_paper()
        return error.field is not None and self._view.form.show_error(error.field, error.sentence)

"""What the user means in the family part of a member's card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unionoffice.models.draft import Place
from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import FamilyMember
from unionoffice.services.members import MemberCard, Members
from unionoffice.ui.members.card_view import MemberCardView
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.form_draft import FormDraft, draft_of
from unionoffice.ui.records.lookup_editor import Found, LookupEditor
from unionoffice.ui.surroundings import Surroundings


class FamilyController:
    """`card()` is the member now open, `revealed()` whether he and his relatives are shown in full."""

    def __init__(
        self,
        around: Surroundings,
        members: Members,
        view: MemberCardView,
        card: Callable[[], MemberCard | None],
        *,
        revealed: Callable[[], bool],
    ) -> None:
        self._around = around
        self._members = members
        self._view = view
        self._card = card
        self._revealed = revealed
        self._draft: FormDraft | None = None

    def add(self) -> None:
        """Ask for a relative's facts."""
        self._ask("登记家庭成员", "登记", None)

    def change(self, relative_id: str = "") -> None:
        """Show the facts of the selected relative to be changed."""
        relative = self._selected(relative_id)
        if relative is not None:
            self._ask(f"修改“{relative.name}”的资料", "保存", relative)

    def remove(self) -> None:
        """Put the selected relative away; 撤销 takes him back."""
        relative = self._selected()
        if relative is None:
            return

        def undo() -> None:
            self._around.operations.run(lambda: self._members.restore_relative(relative.id, self._around.actor))

        self._around.operations.run(
            lambda: self._members.remove_relative(relative.id, self._around.actor),
            initiator=self._view,
            done=lambda _: self._around.notices.post_undo(f"已移出家庭成员“{relative.name}”。", undo),
        )

    def join(self) -> None:
        """Ask for the member who belongs to the same household."""
        card = self._card()
        if card is None:
            return
        facts = Field("会员", Kind.TEXT, True, None, "输入后从查找结果里选一名。", False)
        dialog = FormDialog(
            f"“{card.member.name}”和谁是一家人",
            (("other", facts),),
            verb="关联家庭",
            detail="关联后两人同属一户，家庭成员合在一起，改一处两边都变；关联不能自动拆开。",
            today=self._around.today,
            editors={"other": lambda facts: LookupEditor(facts, self._find_others, only_found=True)},
            parent=self._view,
        )
        editor = dialog.form.editor("other")
        assert isinstance(editor, LookupEditor)
        dialog.submitted.connect(lambda _: self._join(dialog, card, editor.chosen_id, editor.value()))
        dialog.open()

    def _find_others(self, typed: str) -> Sequence[Found]:
        card = self._card()
        own = card.member.id if card is not None else ""
        hits = self._members.search(typed, 9)
        return [
            (hit.id, hit.name, "　".join(word for word in (hit.unit, hit.state.label, hit.member_number) if word))
            for hit in hits
            if hit.id != own
        ]

    def keep_draft(self) -> None:
        """Keep what is typed into an open dialog now."""
        if self._draft is not None:
            self._draft.settle()

    def _ask(self, title: str, verb: str, relative: FamilyMember | None) -> None:
        card = self._card()
        if card is None:
            return
        fields = {name: facts for name, facts in FamilyMember.fields().items() if not facts.internal}
        values = {} if relative is None else {name: getattr(relative, name) for name in fields}
        dialog = FormDialog(
            title,
            tuple(fields.items()),
            verb=verb,
            today=self._around.today,
            values=values,
            revealed=self._revealed(),
            parent=self._view,
        )
        self._draft = draft_of(
            self._around,
            dialog,
            Place(FamilyMember.type_name, relative.id if relative else "", card.member.id),
            values,
            version=relative.version if relative else 0,
            fields=fields,
            record=values if relative else None,
            revealed=self._revealed,
        )
        draft = self._draft
        dialog.finished.connect(lambda _: self._left(draft))
        dialog.submitted.connect(lambda values: self._save(dialog, card.member.id, values, relative))
        dialog.open()

    def _left(self, draft: FormDraft) -> None:
        if self._draft is draft:
            self._draft = None

    def _save(
        self,
        dialog: FormDialog,
        member_id: str,
        values: dict[str, Any],
        relative: FamilyMember | None,
    ) -> None:
        def done(_: Any) -> None:
            dialog.succeed()
            self._around.notices.post(f"已登记家庭成员“{values['name']}”。")

        self._around.operations.run(
            lambda: self._members.save_relative(
                member_id,
                values,
                self._around.actor,
                relative_id=relative.id if relative else None,
                version=relative.version if relative else None,
            ),
            initiator=self._view,
            done=done,
            refused=dialog.refuse,
        )

    def _join(self, dialog: FormDialog, card: MemberCard, other_id: str, name: str) -> None:
        def done(_: Any) -> None:
            dialog.succeed()
            self._around.notices.post(f"“{card.member.name}”和“{name}”已登记为一户。")

        self._around.operations.run(
            lambda: self._members.join_household(card.member.id, other_id, self._around.actor),
            initiator=self._view,
            done=done,
            refused=dialog.refuse,
        )

    def _selected(self, relative_id: str = "") -> FamilyMember | None:
        card = self._card()
        wanted = relative_id or self._view.family.selected_id
        return next((relative for relative in card.family if relative.id == wanted), None) if card else None

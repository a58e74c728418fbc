"""数据安全: what the user means there, turned into calls of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.ui import shown
from unionoffice.ui.page import Page
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import BACKUP, PDF, Entry
from unionoffice.ui.safety import SECTIONS, SafetyServices
from unionoffice.ui.safety.destruction import DestructionController
from unionoffice.ui.safety.rows import action_row, backup_row, effect_words, seal_row, set_row
from unionoffice.ui.safety.view import SafetyView
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.two_cards import ask_two_cards

if TYPE_CHECKING:
    from unionoffice.services.recovery import RecoveryState
    from unionoffice.ui.preview_window import PreviewWindow

_SHOWN = 100
_ONLY_ONCE = "恢复卡只显示这一次，关闭后这一套卡就没有了，随即作废，要重新印制。"


class SafetyPage(Page):
    """Routes: only ""."""

    def __init__(self, around: Surroundings, services: SafetyServices, *, restore: Callable[[Path], object]) -> None:
        super().__init__("数据安全", permits=around.permits)
        self._around = around
        self._services = services
        self._restore = restore
        self._windows: list[PreviewWindow] = []
        self._paths: dict[str, Path] = {}
        self._shown = {name for name, operations in SECTIONS.items() if not around.permits.why_none(operations)}
        if "cards" in self._shown and not services.recovery().state().possible:
            self._shown.remove("cards")
        self.destruction = DestructionController(around, services.destructions, services.destruction_slips, self)
        commands = self._commands() | self.destruction.commands
        self.view = SafetyView(commands, today=around.today, shown=self._shown)
        self.destruction.use(self.view.destruction)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.reload()

    def _commands(self) -> dict[str, Any]:
        add = self.add_command
        self._test = add("试用两张卡", self.test, icon="check", needs="key:cards")
        return {
            "back_up": add("立即备份", self.back_up, icon="save", needs="backup:make"),
            "rehearse": add("恢复演练", self.rehearse, icon="refresh", needs="backup:rehearse"),
            "place": add("第二备份位置", self.choose_place, icon="folder", needs="backup:place"),
            "restore_file": add("从别处的备份恢复", self.restore_file, icon="undo", needs="backup:restore"),
            "restore": add("恢复这份备份", self.restore_selected, icon="undo", needs="backup:restore"),
            "issue": add("印制恢复卡", self.issue, icon="print", needs="key:cards"),
            "test": self._test,
            "replace": add("更换密钥", self.replace, icon="lock", needs="key:replace"),
            "undo": add("整体撤销", self.undo, icon="undo", needs="undo:1"),
            "seal": add("封存到今天", self.seal, icon="archive", needs="seal:make"),
            "print_seal": add("打印封存单", self.print_seal, icon="print", needs="seal:make"),
        }

    def reload(self) -> None:
        """Read everything shown again."""
        if "backups" in self._shown:
            self._show_backups()
        if "cards" in self._shown:
            state = self._services.recovery().state()
            self.view.advice.setText(state.advice or "")
            self.view.advice.setVisible(bool(state.advice))
            self.view.sets.show_rows([set_row(each) for each in state.sets])
            self._offer_test(state)
        if "done" in self._shown:
            whose = None if self.permits.may("log:read") else self._around.actor.name
            self.view.done.show_rows([action_row(each) for each in self._services.undo().actions(_SHOWN, of=whose)])
        if "seals" in self._shown:
            self.view.seals.show_rows([seal_row(each) for each in self._services.seals().all()])
        if "destruction" in self._shown:
            self.destruction.reload()

    def _show_backups(self) -> None:
        backups = self._services.backups()
        found = backups.listed()
        self._paths = {str(place): each.path for place, each in enumerate(found)}
        self.view.backups.show_rows([backup_row(str(place), each) for place, each in enumerate(found)])
        self.view.show_advice(backups.notices())
        second = backups.second
        self.view.places.setText(f"备份位置：{backups.first}；第二位置：{second or '还没有选'}")
        last = backups.last_rehearsal()
        self.view.rehearsal.setText(last.text() if last else "还没有做过恢复演练。")

    def _offer_test(self, state: RecoveryState) -> None:
        """Cards can be tried once there are some for the key in force."""
        action = self._test
        possible = state.current is not None or bool(state.untried)
        action.setEnabled(possible)
        if self.permits.may("key:cards"):
            waits, none = "这一套卡是为更换密钥印的，接着点“更换密钥”", "还没有印过恢复卡，先点“印制恢复卡”"
            why = waits if state.for_new_key else none
            action.setToolTip(action.text() if possible else why)

    def let_go(self) -> None:
        """Whoever leaves takes the preview of the cards away: nobody has them then."""
        for window in list(self._windows):
            window.give_up()

    def half_typed(self) -> bool:
        """While projecting, the preview of the cards waits out of sight."""
        return any(window.owed for window in self._windows)

    def back_up(self) -> None:
        """Make a backup now, in both places."""

        def done(made: Any) -> None:
            where = f"{made.path.name}" + ("，第二位置也有一份" if made.second else "")
            self._around.notices.post(f"备份好了：{where}。" + (made.second_problem or ""))
            self.reload()

        self._around.operations.run_in_background(
            lambda progress: (self._services.backups().make(self._around.actor, progress=progress), Changes()),
            title="正在备份",
            initiator=self,
            done=done,
        )

    def rehearse(self) -> None:
        """Restore the newest backup into a scratch copy and compare."""

        def done(rehearsal: Any) -> None:
            self._around.notices.post(rehearsal.text() + "。")
            self.reload()

        self._around.operations.run_in_background(
            lambda progress: (self._services.backups().rehearse(self._around.actor, progress), Changes()),
            title="正在做恢复演练",
            initiator=self,
            done=done,
        )

    def choose_place(self) -> None:
        """A stick or a shared folder that gets a copy of every backup."""
        folder = self._around.prompts.choose_folder("第二备份位置（U 盘或共享文件夹）")
        if folder is not None:

            def choose() -> Changes:
                self._services.backups().choose_second(folder, self._around.actor)
                return Changes()

            if self._around.operations.run(choose, initiator=self):
                self.reload()

    def restore_selected(self) -> None:
        """Put the selected backup in the place of the office."""
        self._restore(self._paths[self.view.backups.selected_id])

    def restore_file(self) -> None:
        """Put a backup from anywhere in the place of the office."""
        for path in self._around.prompts.open_files("选择备份", (BACKUP,)):
            self._restore(path)

    def issue(self, *, new_key: bool = False) -> None:
        """Three new cards: who keeps them, then the sheets to be printed; none while projecting shows no paper."""
        if shown.screen.projecting:
            self._show("恢复卡", b"")
            return
        state = self._services.recovery().state()
        former = state.current or state.pending
        kept = [(each.held_as, each.name) for each in former.holders] if former else []
        posts = kept or [("工会主席", ""), ("财务负责人", ""), ("经审委员会主任", "")]
        entries = [Entry(f"name{place}", f"{post}的姓名", name) for place, (post, name) in enumerate(posts)]
        if former or new_key:
            entries.append(Entry("reason", "换卡原因", hint="如：经审主任换人"))

        holder = import_module("unionoffice.services.recovery").Holder  # with it the whole of printing

        def attempt(values: Mapping[str, str]) -> None:
            holders = [holder(post, values[f"name{place}"]) for place, (post, _) in enumerate(posts)]
            issued = self._services.recovery().issue(
                holders, self._around.actor, reason=values.get("reason", ""), new_key=new_key
            )
            window = self._show(f"恢复卡第 {issued.number} 套", issued.pdf)
            if window is not None:
                window.given_up.connect(lambda: self._given_up(issued.number))
                window.destroyed.connect(lambda: self._windows.remove(window))
                self._windows.append(window)

        if self._around.prompts.ask_entries(
            "印制更换密钥用的恢复卡" if new_key else "印制恢复卡",
            entries,
            attempt,
            verb="预览并打印",
            detail="三张卡分给三个人，密封分开保管；任意两张能打开办公文件，单独一张看不出任何内容。"
            "印好后还要输入其中两张试用一次，才算数。卡上的内容不存盘，预览关闭后只能重新印制。",
        ):
            self.reload()

    def test(self) -> None:
        """Two of the new cards, typed or scanned: only then the set counts."""
        if self._ask_cards("试用两张恢复卡", self._services.recovery().test, verb="试用"):
            self._around.notices.post("恢复卡试用成功，这一套可以用了。")
            self.reload()

    def replace(self) -> None:
        """A new data key: first its cards, then two of them, then everything is encrypted anew."""
        if self._services.recovery().state().for_new_key is None:
            self.issue(new_key=True)
            return
        typed: list[list[str]] = []
        recovery = self._services.recovery()

        def known(texts: list[str], _actor: Actor) -> None:
            recovery.check_new(texts)
            typed.append(texts)

        if self._ask_cards("更换密钥：输入新卡中的两张", known, verb="更换密钥"):
            self._around.operations.run_alone(
                lambda progress: recovery.replace(typed[-1], self._around.actor, progress),
                title="正在更换密钥",
                initiator=self,
                done=lambda _: self._replaced(),
            )

    def _replaced(self) -> None:
        self._around.notices.post("密钥已更换，大家的密码不变；旧恢复卡请收回销毁。")
        self.reload()

    def undo(self) -> None:
        """Undo the selected action as a whole, after saying what that means."""
        undo = self._services.undo()
        operation = int(self.view.done.selected_id)
        try:
            effect = undo.effect(operation)
        except UserError as refused:
            self._around.prompts.show_error(refused)
            return
        if effect.obstacles:
            self._around.prompts.show_message("不能整体撤销", "后来的登记还用着它：\n" + "\n".join(effect.obstacles))
            return
        if self._around.prompts.confirm("把这一步整体撤销？", verb="整体撤销", detail=effect_words(effect)):
            self._around.operations.run_in_background(
                lambda progress: undo.undo(operation, self._around.actor, progress),
                title="正在撤销",
                initiator=self,
                done=lambda _: self._undone(),
            )

    def seal(self) -> None:
        """Seal everything up to today, and print the slip."""
        made: list[Any] = []

        def seal() -> Changes:
            made.append(self._services.seals().seal(self._around.actor))
            return Changes()

        if self._around.operations.run(seal, initiator=self):
            self.reload()
            self._save_seal(made[0])

    def print_seal(self) -> None:
        """The slip of the selected seal once more."""
        number = int(self.view.seals.selected_id)
        self._save_seal(next(seal for seal in self._services.seals().all() if seal.number == number))

    def _save_seal(self, seal: Any) -> None:
        path = self._around.prompts.save_file("保存封存单", [PDF], name=f"封存单-第{seal.number}号-{seal.day}.pdf")
        if path is not None:

            def save() -> Changes:
                self._services.papers().save_seal(seal, path)
                return Changes()

            if self._around.operations.run(save, initiator=self):
                self._around.notices.post(f"封存单已保存：{path.name}，打印后签字存档。")

    def _given_up(self, number: int) -> None:
        """Cards that nobody has on paper are not waited for."""
        if self._around.operations.run(
            lambda: self._services.recovery().give_up(number, self._around.actor), initiator=self
        ):
            self._around.notices.post(f"第 {number} 套恢复卡没有打印，已作废。")
            self.reload()

    def _show(self, title: str, pdf: bytes) -> Any:
        return open_preview(
            title, pdf, prompts=self._around.prompts, file_name=f"{title}.pdf", parent=self, once=_ONLY_ONCE
        )

    def _undone(self) -> None:
        self._around.notices.post("已整体撤销；撤销本身也记在操作记录里。")
        self.reload()

    def _ask_cards(self, question: str, use: Callable[[list[str], Actor], object], *, verb: str) -> bool:
        def attempt(texts: list[str]) -> None:
            use(texts, self._around.actor)

        return ask_two_cards(self._around.prompts, question, attempt, verb=verb)

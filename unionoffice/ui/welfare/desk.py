"""The collection desk as a page of the window: what the keys mean, turned into calls of the service."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.models.welfare import Batch, BatchState, Line, LineState
from unionoffice.services.welfare import LineQuery, Welfare
from unionoffice.ui.page import Page
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.desk_view import DeskView

_MOST = 40


class DeskPage(Page):
    """Routes: a batch's id."""

    def __init__(self, around: Surroundings, welfare: Welfare) -> None:
        super().__init__("发放登记")
        self._around = around
        self._welfare = welfare
        self._batch: Batch | None = None
        self._unit = ""
        self._actions: list[tuple[str, str]] = []
        self.view = DeskView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.view)
        self._connect()

    def open_argument(self, argument: str) -> None:
        batch = self._welfare.batch(argument) if argument else None
        if self._batch is None or batch is None or batch.id != self._batch.id:
            self._actions, self._unit = [], ""
            self.view.show_actions([])
        self._batch = batch
        self.view.setEnabled(batch is not None)
        self.view.begin_anew()
        if batch is None:
            self.view.title.setText("")
            self.view.feedback.say("没有选发放批次，从“福利”里打开一个正在发放的批次。", "amber")
            return
        self.view.title.setText(f"{batch.name}　{batch.item}")
        if batch.state in (BatchState.APPROVED, BatchState.DISTRIBUTING):
            self.view.feedback.say("准备好了，输入或扫码开始。", "blue")
        else:
            self.view.feedback.say(f"“{batch.name}”是“{batch.state.label}”状态，不能登记领取。", "amber")
        self._count()

    def touched_by(self, changes: Changes) -> bool:
        return "line" in changes or "batch" in changes

    def reload(self) -> None:
        self._batch = self._welfare.batch(self._batch.id) if self._batch is not None else None
        self._count()
        if self.view.field.text():
            self.search(self.view.field.text())

    def escape(self) -> bool:
        if not self.view.proxy.isHidden():
            self.view.close_proxy()
            return True
        if self.view.field.text():
            self.view.begin_anew()
            return True
        return False

    def search(self, text: str) -> None:
        """Show who is meant, the best match first."""
        if self._batch is None or not text.strip():
            self.view.show_matches([])
            return
        units = (self._unit,) if self._unit else ()
        found = self._welfare.lines(LineQuery(self._batch.id, text, units=units), limit=_MOST)
        wanted = text.strip().upper()
        found.sort(key=lambda line: _rank(line, wanted))
        self.view.show_matches(found)
        if not found:
            where = f"{self._unit}的名单" if self._unit else "名单"
            self.view.feedback.say(f"{where}里没有“{text.strip()}”。", "red")

    def collect(self, line_id: str) -> None:
        """Tick off a share as collected by the person himself."""
        line = self.view.line(line_id)
        if line is not None and not self._unclear(line):
            self._around.operations.run(
                lambda: self._welfare.collect(line_id, self._around.actor),
                initiator=self,
                done=lambda _: self._collected(line, f"✓ {line.name}　本人领取　{line.unit}"),
                refused=self._refused,
            )

    def ask_proxy(self, line_id: str) -> None:
        """Ask, in place, who collects for a person."""
        line = self.view.line(line_id)
        if line is None or self._unclear(line):
            return
        if line.state is not LineState.WAITING:
            self.collect(line_id)  # is refused with when it was collected
            return
        self.view.ask_proxy(line.name)

    def collect_by_proxy(self, line_id: str, proxy: str, relation: str) -> None:
        """Tick off a share as collected by somebody else."""
        if not proxy or not relation:
            self.view.proxy.say("relation" if proxy else "proxy", "代领要同时登记代领人姓名和与本人的关系。")
            return
        line = self.view.line(line_id)
        if line is not None:
            words = f"✓ {line.name}　由{proxy}（{relation}）代领　{line.unit}"
            self._around.operations.run(
                lambda: self._welfare.collect(line_id, self._around.actor, proxy=proxy, relation=relation),
                initiator=self,
                done=lambda _: self._collected(line, words),
                refused=self._refused,
            )

    def undo(self, line_id: str) -> None:
        """Take back a tick."""
        words = next((words for found, words in self._actions if found == line_id), "")
        self._around.operations.run(
            lambda: self._welfare.undo_collect(line_id, self._around.actor),
            initiator=self,
            done=lambda _: self._undone(line_id, words),
            refused=self._refused,
        )

    def undo_last(self) -> None:
        """Take back the newest tick of this sitting."""
        if self._actions:
            self.undo(self._actions[0][0])
        else:
            self.view.feedback.say("没有可以撤销的登记。", "amber")

    def choose_unit(self, unit: str) -> None:
        """Look in one branch only."""
        self._unit = unit
        self.search(self.view.field.text())

    def _unclear(self, line: Line) -> bool:
        """Whether the words typed fit several people alike and the user has not said which."""
        wanted = self.view.field.text().strip().upper()
        same = [other for other in self.view.lines() if _rank(other, wanted)[0] == _rank(line, wanted)[0]]
        alike = len(same) > 1 and (_rank(line, wanted)[0] < _PART or wanted.isdecimal())
        if alike and not self.view.moved:
            self.view.feedback.say(f"有 {len(same)} 个人符合“{wanted}”，用 ↑↓ 选中一个再按回车。", "amber")
            return True
        return False

    def _collected(self, line: Line, words: str) -> None:
        self._actions.insert(0, (line.id, words.removeprefix("✓ ")))
        self.view.show_actions(self._actions)
        self.view.feedback.say(words, "green")
        self.view.begin_anew()

    def _undone(self, line_id: str, words: str) -> None:
        self._actions = [action for action in self._actions if action[0] != line_id]
        self.view.show_actions(self._actions)
        self.view.feedback.say(f"已撤销：{words}" if words else "已撤销。", "amber")
        self.view.begin_anew()

    def _refused(self, error: UserError) -> bool:
        self.view.feedback.say(error.sentence, "red")
        self.view.close_proxy()
        self.view.field.selectAll()
        return True

    def _count(self) -> None:
        if self._batch is None:
            return
        tally = self._welfare.tally(self._batch.id)
        self.view.show_total(tally.collected + tally.by_proxy, tally.people, tally.waiting)
        units = [(unit, people - done) for unit, people, _, done in self._welfare.unit_tally(self._batch.id)]
        self.view.show_units(units, self._unit)

    def _connect(self) -> None:
        view = self.view
        view.typed.connect(self.search)
        view.taken.connect(self.collect)
        view.proxy_requested.connect(self.ask_proxy)
        view.proxy_taken.connect(self.collect_by_proxy)
        view.undo_requested.connect(self.undo)
        view.undo_last_requested.connect(self.undo_last)
        view.unit_chosen.connect(self.choose_unit)
        view.back_requested.connect(
            lambda: self.route_requested.emit("welfare", self._batch.id if self._batch is not None else "")
        )


_NUMBER, _NAME, _START, _PART = range(4)


def _rank(line: Line, wanted: str) -> tuple[int, bool, int]:
    """Exact number, exact name, beginning of the name, anything else; those still waiting first."""
    if line.staff_number and line.staff_number.upper() == wanted:
        kind = _NUMBER
    elif line.name.upper() == wanted:
        kind = _NAME
    else:
        kind = _START if line.name.upper().startswith(wanted) else _PART
    return kind, line.state is not LineState.WAITING, line.number

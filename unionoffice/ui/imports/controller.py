"""What the user means on the import page, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict
from unionoffice.kernel.progress import Progress
from unionoffice.services.import_rows import FIELDS, FILLED_ONLY, Policy, difference
from unionoffice.services.imports import HeadingsUnknown, Imports, Preview
from unionoffice.services.members import Members
from unionoffice.ui.imports.reading import columns_found, reading_notes
from unionoffice.ui.imports.review import FILL, KEEP
from unionoffice.ui.imports.rows import ReviewSource, field_lines, outcome
from unionoffice.ui.prompts import EXCEL_IN, EXCEL_OUT
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.imports.page import ImportsPage

_READING, _IMPORTING = "读取花名册", "导入花名册"
_FIXED = dict.fromkeys((*FILLED_ONLY, "joined_on"), "只补空白，从不替换")
_FIXED["membership_state"] = "不改，会籍变动在会员卡上办理"


class ImportsController:
    """Knows which files and which preview are under way."""

    def __init__(
        self, around: Surroundings, imports: Imports, members: Members, page: ImportsPage, source: ReviewSource
    ) -> None:
        self._around = around
        self._imports = imports
        self._members = members
        self._page = page
        self._source = source
        self._paths: list[Path] = []
        self._policy = Policy()
        self._preview: Preview | None = None
        self._unknown: HeadingsUnknown | None = None
        self._units: dict[str, str] = {}
        self._busy = ""
        self._job = 0

    def begin(self) -> None:
        """Show where to choose files, and what was left unfinished."""
        self._preview = None
        pending = self._imports.pending()
        names = "、".join(str(file["name"]) for file in pending.files) if pending else ""
        self._page.start.show_pending(f"{names}：{pending.counts.text()}" if pending else "")
        self._page.show_view(self._page.start)
        self._page.head.show_step(0, "选好文件后先核对，确认之前不改动任何数据。", primary="选择文件")

    def go_on(self) -> None:
        """Do what the primary button says."""
        shown = self._page.shown
        if shown is self._page.headings:
            self._remember_headings()
        elif shown is self._page.review:
            self._apply()
        elif shown is self._page.done:
            self.begin()
        else:
            self.choose()

    def choose(self) -> None:
        """Ask for files and read them."""
        paths = self._around.prompts.open_files("选择花名册", [EXCEL_IN], several=True)
        if paths:
            self.read(paths)

    def read(self, paths: Sequence[Path]) -> None:
        """Read files anew; nothing of the office is changed."""
        if self._busy:
            self._around.notices.post("上一批文件还没有读完，等它结束或先取消。")
            return
        self._paths, self._policy = list(paths), Policy()
        self._read()

    def read_again(self) -> None:
        """Read the same files with the ways chosen for each column."""
        chosen = self._page.review.ways.chosen()
        self._policy = Policy(
            keep=frozenset(name for name, way in chosen.items() if way == KEEP),
            fill=frozenset(name for name, way in chosen.items() if way == FILL),
        )
        self._read()

    def resume(self) -> None:
        """Go on with what was left unfinished."""
        pending = self._imports.pending()
        if pending is not None:
            self._paths, self._policy = [], Policy()
            self._review(pending)

    def drop(self) -> None:
        """Forget what was left unfinished."""
        pending = self._imports.pending()
        if pending is not None:
            self._imports.drop(pending.run_id)
        self.begin()

    def leave(self) -> None:
        """Back to choosing files; the review stays and can be gone on with."""
        self.begin()

    def check_headings(self) -> None:
        """Say whether the meanings chosen are enough to read the file."""
        meanings = [name for name in self._page.headings.meanings().values() if name]
        labels = self._labels()
        twice = next((name for name in meanings if meanings.count(name) > 1), None)
        why = ""
        if twice is not None:
            why = f"有两列都选成了“{labels[twice]}”，只能留一列。"
        elif "name" not in meanings:
            why = "还没有指明哪一列是“姓名”。"
        self._page.head.show_step(0, "这些选择会记住，下次不再问。", primary="按此读取", why_not=why)

    def show_row(self, number: int) -> None:
        """Show one row of the review field by field."""
        row = self._source.row(number)
        if row is None:
            return
        changed: dict[str, Any] = {}
        current: dict[str, Any] = {}
        member = self._members.get(row.member_id) if row.state.value == "updated" and row.member_id else None
        if member is not None:
            current = {name: getattr(member, name) for name in FIELDS}
            values = [row.values.get(name) for name in FIELDS]
            found, _ = difference(list(current.values()), values, self._policy, next(iter(self._units), ""))
            changed = {FIELDS[place]: value for place, value in found.items() if current[FIELDS[place]]}
        lines = field_lines(row, changed, current, self._units)
        self._page.review.detail.show_row(str(row.values.get("name") or ""), row.where, outcome(row), lines)

    def save_report(self) -> None:
        """Write the workbook that goes back to the sender."""
        preview = self._preview
        if preview is None:
            return
        name = f"{Path(str(preview.files[0]['name'])).stem}-退回说明.xlsx"
        path = self._around.prompts.save_file("保存退回说明", [EXCEL_OUT], name=name)
        if path is None:
            return

        def work(progress: Progress) -> tuple[Path, Changes]:
            self._imports.report(preview.run_id, path, progress)
            return path, Changes()

        self._around.operations.run_in_background(work, title="写退回说明", done=self._report_written)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the page's own job is."""
        if self._busy:
            self._page.wait.show_progress(done, total, text)

    def job_ended(self, title: str) -> None:
        """A job that ended without a result was cancelled or failed: back to where it began."""
        if title == self._busy:
            job = self._job
            QTimer.singleShot(0, self._page, lambda: self._recover(job))

    def _recover(self, job: int) -> None:
        if not self._busy or job != self._job:
            return
        self._busy = ""
        if self._preview is not None:
            self._review(self._preview)
        else:
            self.begin()

    def _read(self) -> None:
        paths, policy = list(self._paths), self._policy

        def work(progress: Progress) -> tuple[Any, Changes]:
            try:
                return self._imports.preview(paths, self._around.actor, progress, policy=policy), Changes()
            except HeadingsUnknown as unknown:
                return unknown, Changes()

        self._preview = None
        self._start_job(work, _READING, f"正在读取{'、'.join(path.name for path in paths[:3])}", 0, self._was_read)

    def _was_read(self, found: Preview | HeadingsUnknown) -> None:
        self._busy = ""
        if isinstance(found, Preview):
            self._review(found)
            return
        self._unknown = found
        self._page.headings.show_headings(found.path, found.seen, self._labels())
        self._page.show_view(self._page.headings)
        self.check_headings()

    def _remember_headings(self) -> None:
        assert self._unknown is not None
        self._imports.remember_headings(self._unknown.path, self._page.headings.meanings())
        self._read()

    def _review(self, preview: Preview, telling: str = "") -> None:
        self._preview = preview
        planned = self._imports.planned_units(preview.run_id)
        self._units = {node.id: node.path for node in self._members.units()} | planned
        self._source.show(preview, self._units)
        view, counts = self._page.review, preview.counts
        view.telling.say(telling)
        view.show_units(preview.new_units)
        view.show_reading(reading_notes(preview))
        why = "" if self._paths else "这份预览是上次读的，要改处理方式请用“换文件”重新选择文件。"
        chosen = dict.fromkeys(self._policy.keep, KEEP) | dict.fromkeys(self._policy.fill, FILL)
        view.show_ways(columns_found(preview), chosen, _FIXED, why)
        view.show_counts(counts)
        view.show_people()
        people = counts.new + counts.updated
        self._page.show_view(view)
        self._page.head.show_step(
            1,
            counts.text(),
            primary=f"导入 {people:,} 人" if people else "导入",
            why_not="" if people else f"{counts.text()}没有要登记的内容，不需要导入。",
        )

    def _apply(self) -> None:
        preview = self._preview
        assert preview is not None
        counts = preview.counts
        people = counts.new + counts.updated
        units = f"，新建组织 {len(preview.new_units)} 个" if preview.new_units else ""
        if not self._around.prompts.confirm(
            f"导入 {people:,} 人：新增 {counts.new:,} 人，更新 {counts.updated:,} 人{units}？",
            verb=f"导入 {people:,} 人",
            detail=f"不能导入的 {counts.refused:,} 人不登记，{counts.warned:,} 人导入后仍需核对。"
            "每一项改动都记入会员的历史。",
        ):
            return

        def work(progress: Progress) -> tuple[Any, Changes]:
            try:
                return None, self._imports.apply(preview.run_id, self._around.actor, progress)
            except Conflict as conflict:
                return conflict, Changes()

        self._start_job(work, _IMPORTING, f"正在导入 {people:,} 人", 2, self._was_applied)

    def _was_applied(self, conflict: Conflict | None) -> None:
        self._busy = ""
        assert self._preview is not None
        if conflict is not None:
            self._review(self._imports.get(self._preview.run_id), conflict.sentence)
            return
        preview, counts = self._preview, self._preview.counts
        self._page.done.show_result(
            f"已导入 {counts.new + counts.updated:,} 人",
            f"新增 {counts.new:,} 人，更新 {counts.updated:,} 人，无变化 {counts.unchanged:,} 人，"
            f"不能导入 {counts.refused:,} 人，新建组织 {len(preview.new_units)} 个。",
            units=bool(preview.new_units),
            report=bool(counts.refused or counts.warned),
        )
        self._page.show_view(self._page.done)
        self._page.head.show_step(4, "需要退回的行可以存成说明，发给报送单位补正。", primary="再导入一份")

    def _start_job(
        self,
        work: Callable[[Progress], tuple[Any, Changes]],
        title: str,
        words: str,
        now: int,
        done: Callable[[Any], None],
    ) -> None:
        self._busy = title
        self._job += 1
        self._page.wait.begin(words)
        self._page.show_view(self._page.wait)
        self._page.head.show_step(now, "可以随时取消，取消后什么都不改动。")
        self._around.operations.run_in_background(work, title=title, initiator=self._page, done=done)

    def _labels(self) -> dict[str, str]:
        return {spec.name: spec.label for spec in self._imports.columns.columns.values()}

    def _report_written(self, path: Path) -> None:
        self._around.notices.post(
            f"退回说明已存为“{path.name}”。",
            action="打开",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )

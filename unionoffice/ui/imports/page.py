"""The import page: 选择文件 → 核对 → 导入 → 完成."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.services.imports import Imports
from unionoffice.services.members import Members
from unionoffice.ui.current_stack import CurrentStack
from unionoffice.ui.icons import dress
from unionoffice.ui.imports.controller import ImportsController
from unionoffice.ui.imports.review import ReviewView
from unionoffice.ui.imports.rows import ReviewSource
from unionoffice.ui.imports.views import DoneView, HeadingsView, StartView, WaitView
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.page import Page
from unionoffice.ui.process import ProcessHead
from unionoffice.ui.surroundings import Surroundings

STEPS = ("选择文件", "核对", "导入", "完成")


class ImportsPage(Page):
    """Routes: only "". What is under way survives leaving the page and a restart."""

    def __init__(self, around: Surroundings, imports: Imports, members: Members) -> None:
        super().__init__("导入花名册")
        self.head = ProcessHead(STEPS)
        self.report = QPushButton("退回说明（Excel）")
        self.report.setToolTip("把需要核对和不能导入的行连同原因存成 Excel，退回给报送单位")
        self.leave = QPushButton("换文件")
        self.start = StartView()
        self.wait = WaitView()
        self.headings = HeadingsView()
        source = ReviewSource(imports)
        self.review = ReviewView(source, today=around.today)
        self.done = DoneView()
        self._stack = CurrentStack()
        self.controller = ImportsController(around, imports, members, self, source)
        self._lay_out()
        self._connect(around.jobs)
        self.controller.begin()

    @property
    def shown(self) -> QWidget | None:
        """The view now shown under the steps."""
        return self._stack.currentWidget()

    def take_files(self, paths: Sequence[Path]) -> None:
        """Read files that were dropped on the window."""
        self.controller.read(paths)

    def show_view(self, view: QWidget) -> None:
        """Show one of the page's views; buttons that do not belong to it are hidden."""
        self._stack.setCurrentWidget(view)
        self.report.setVisible(view is self.review)
        self.leave.setVisible(view in (self.review, self.headings))

    def touched_by(self, changes: Changes) -> bool:
        return False

    def _lay_out(self) -> None:
        dress(self.report, "export")
        self.head.add_widget(self.leave)
        self.head.add_widget(self.report)
        for view in (self.start, self.wait, self.headings, self.review, self.done):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)

    def _connect(self, jobs: Jobs) -> None:
        controller = self.controller
        self.head.primary_requested.connect(controller.go_on)
        self.leave.clicked.connect(controller.leave)
        self.report.clicked.connect(controller.save_report)
        self.start.files_dropped.connect(controller.read)
        self.start.choose_requested.connect(controller.choose)
        self.start.resume_requested.connect(controller.resume)
        self.start.drop_requested.connect(controller.drop)
        self.headings.edited.connect(controller.check_headings)
        self.review.row_selected.connect(controller.show_row)
        self.review.policy_requested.connect(controller.read_again)
        self.done.members_requested.connect(lambda: self.route_requested.emit("members", ""))
        self.done.organisation_requested.connect(lambda: self.route_requested.emit("organisation", ""))
        self.done.report_requested.connect(controller.save_report)
        self.wait.cancel_requested.connect(jobs.cancel)
        jobs.progressed.connect(controller.show_progress)
        jobs.ended.connect(controller.job_ended)

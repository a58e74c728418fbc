"""An office's own forms: taken onto the shelf, and off it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.services.forms.service import Form, Subject
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.controller import FOR, FormsController
from unionoffice.ui.prompts import EXCEL_OUT
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page


class OwnForms(QObject):
    """Adds and removes them, and has the controller read the shelf again."""

    def __init__(self, around: Surroundings, services: FormsServices, controller: FormsController, page: Page) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._controller = controller
        self._page = page

    def add(self) -> None:
        """Take a workbook with tags onto the shelf."""
        for path in self._around.prompts.open_files("增加表单", [EXCEL_OUT]):
            options = {subject.value: f"{subject.label}：{FOR[subject]}" for subject in Subject}
            code = self._around.prompts.ask_choice(f"“{path.name}”给谁打印？", "给谁打印", options, verb="检查并增加")
            if code is not None:
                self._keep(partial(self._services.forms().add, path, Subject(code)), Subject(code), path.stem)

    def take_in(self, path: Path, subject: str, cells: Mapping[str, str], name: str) -> bool:
        """Keep a workbook with tags put into its cells; whether it is kept."""
        kind = Subject(subject)
        return self._keep(partial(self._services.forms().take_in, path, kind, cells, name), kind, name)

    def remove(self) -> None:
        """Take the own form off the shelf."""
        form = self._controller.form
        if form is not None and form.own:
            self._remove(form)

    def _remove(self, form: Form) -> None:
        instead = self._services.forms().replaces(form)
        detail = f"文件“{form.path.name}”会从本单位的表单文件夹删除，不能撤销；已经打印、保存的不受影响。"
        detail += "以后打印用程序自带的那一张。" if instead else ""
        if not self._around.prompts.confirm(
            f"删除表单“{form.key}”？", verb="删除 1 张表单", detail=detail, destructive=True
        ):
            return

        def work() -> Changes:
            self._services.forms().remove(form)
            return Changes()

        if self._around.operations.run(work, initiator=self._page):
            back = "现在用的是程序自带的那一张。" if instead else ""
            self._around.notices.post(f"已删除表单“{form.name}”。{back}")
            self._controller.forget(form)

    def _keep(self, attempt: Callable[..., Form], subject: Subject, name: str) -> bool:
        """Keep a form, in the place of an own or a shipped one of that name when the user says so."""
        kept: list[Form] = []
        taken: list[UserError] = []

        def work(*, replacing: bool) -> Changes:
            kept.append(attempt(replacing=replacing))
            return Changes()

        def refused(error: UserError) -> bool:
            there = self._controller.forms.get(f"{subject.label}/{name}")
            if isinstance(error, Refused) and there is not None and there.own:
                taken.append(error)
            return bool(taken)

        if not self._may_stand_for(name, subject):
            return False
        run = self._around.operations.run
        if not run(partial(work, replacing=False), initiator=self._page, refused=refused):
            if not taken or not self._around.prompts.confirm(
                f"已经有一张自己的表单叫“{name}”，换成这一张？", verb="替换 1 张表单", destructive=True
            ):
                return False
            if not run(partial(work, replacing=True), initiator=self._page):
                return False
        self._tell(kept[0])
        self._controller.reload()
        self._controller.choose(kept[0].key)
        return True

    def _may_stand_for(self, name: str, subject: Subject) -> bool:
        """Whether an own form may be kept under that name: asked where a shipped one would no longer be printed."""
        forms = self._services.forms()
        there = self._controller.forms.get(f"{subject.label}/{name}")
        return (
            not forms.ships(name, subject)
            or (there is not None and there.own)  # replacing that one is asked next
            or self._around.prompts.confirm(
                f"程序自带的表单也有一张叫“{name}”，以后用本单位这一张？",
                verb="用这一张",
                detail="自带的那一张不再列出，也不再打印；没有删掉，去掉自己的这一张就又用它。不想代替就换一个名称。",
            )
        )

    def _tell(self, form: Form) -> None:
        if self._services.forms().replaces(form):
            told = f"打印“{form.name}”从此用本单位这一张，不用程序自带的；去掉它以后又用自带的。"
            self._around.notices.post(told, action="用回自带的", run=partial(self._remove, form))
        else:
            self._around.notices.post(f"表单“{form.name}”已放进“{form.subject.label}”一类。")

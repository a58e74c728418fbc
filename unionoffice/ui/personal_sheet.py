"""本人信息一览 from a member's card: asked what for, logged, shown as it is printed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.progress import Progress
from unionoffice.ui import shown
from unionoffice.ui.preview import open_preview
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.personal_data import PersonalData


class PersonalSheet:
    """Shows the sheets of an office's members, one window each."""

    def __init__(self, around: Surroundings, service: Callable[[], PersonalData]) -> None:
        self._around = around
        self._service = service

    def show(self, member_id: str, name: str, parent: QWidget) -> None:
        """Ask what the sheet is for, then show it; while projecting nothing is asked and nothing logged."""
        prompts, actor = self._around.prompts, self._around.actor
        title = f"{name}的本人信息一览"
        if shown.screen.projecting:
            open_preview(title, b"", prompts=prompts, file_name="")
            return
        reasons = import_module("unionoffice.services.personal_data").REASONS
        purpose = prompts.ask_purpose(
            f"预览{title}",
            reasons,
            verb="预览",
            detail="表上有保存的关于他的内容，号码不遮盖，只能交给本人。用途和经手人会记入查看记录。",
        )
        if purpose is None:
            return

        def work(_progress: Progress) -> tuple[tuple[str, bytes], Changes]:
            service = self._service()
            return (service.unprintable(member_id, actor), service.pdf(member_id, actor, purpose=purpose)), Changes()

        def done(found: tuple[str, bytes]) -> None:
            missing, data = found
            if missing and not prompts.confirm(
                f"有 {len(missing)} 个字没有字体可打：{'、'.join(missing)}，一览表上会印成“〓”。",
                verb="仍然预览",
                detail="把含有这些字的字体文件命名为“生僻字.ttf”，放进办公文件旁的 fonts 文件夹，再打印就有了。",
            ):
                return
            self._window = open_preview(
                title, data, prompts=prompts, file_name=f"{title}.pdf", parent=parent, told=True
            )

        self._around.operations.run_in_background(work, title="排版本人信息一览", initiator=parent, done=done)

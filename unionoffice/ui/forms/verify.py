"""核验打印件: what became of a printed paper, by the code on it or by its PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from unionoffice.kernel.errors import UserError
from unionoffice.ui.dialogs import AnswerDialog
from unionoffice.ui.process import word_label

if TYPE_CHECKING:
    from unionoffice.services.print_marks import PrintMarks, Verdict


class VerifyDialog(AnswerDialog):
    """Type the code and press Enter, or drop a PDF. Stays open for the next paper."""

    def __init__(self, marks: PrintMarks, choose: Callable[[], list[Path]], parent: QWidget) -> None:
        super().__init__(
            "核验打印件",
            verb="核验",
            detail="输入纸上的核验码，或者把本程序保存的 PDF 拖到这里，就知道是不是现行的、有没有改动过。",
            parent=parent,
        )
        self._marks = marks
        self._choose = choose
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.code = QLineEdit()
        self.code.setPlaceholderText("核验码，9 位数字和字母")
        self.code.setAccessibleName("核验码")
        self.pick = QPushButton("选 PDF 文件")
        self.pick.setAutoDefault(False)
        self.verdict = word_label("", "dialog_detail")
        self.verdict.setMinimumHeight(56)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.code, 1)
        row.addWidget(self.pick)
        self.body.addLayout(row)
        self.body.addWidget(self.verdict)
        if self.cancel_button is not None:
            self.cancel_button.setText("关闭")
        self.pick.clicked.connect(lambda: self.take_files(self._choose()))
        self.code.setFocus()

    def accept(self) -> None:
        """Verify the code typed."""
        if self.code.text().strip():
            self._tell(lambda: [self._marks.verify(self.code.text())])
        else:
            self.verdict.setText("先输入核验码，或选一个 PDF 文件。")

    def take_files(self, paths: Sequence[Path]) -> None:
        """Verify a PDF."""
        if paths:
            self._tell(lambda: self._marks.verify_file(paths[0]))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _tell(self, verify: Callable[[], Sequence[Verdict]]) -> None:
        try:
            found = verify()
        except UserError as fault:
            self.verdict.setText(fault.sentence)
            return
        self.verdict.setText("\n".join(f"{'✓' if each.holds else '✗'} {each.sentence}" for each in found))

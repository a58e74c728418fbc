"""照片: the picture, or the folder of pictures, that the form chosen is printed with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from unionoffice.ui.drop_overlay import paths_in
from unionoffice.ui.process import word_label
from unionoffice.ui.prompts import FileKind, Prompts

PICTURES = FileKind("图片", ("jpg", "jpeg", "png", "bmp"))
_ONE = "选一张图片；也可以选文件夹，图片按工号、会员编号、证件号码或姓名取名。程序不保存照片。"
_SEVERAL = "选一个文件夹，里面的图片按工号、会员编号、证件号码或姓名取名。程序不保存照片。"


class PhotoView(QFrame):
    """Knows what was chosen and for whom: one picture is for nobody else. Signals: changed()."""

    changed = Signal()

    def __init__(self, prompts: Prompts) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self._prompts = prompts
        self._path: Path | None = None
        self._for: tuple[str, ...] = ()
        self._ids: tuple[str, ...] = ()
        self._folders = True
        title = QLabel("照片")
        title.setObjectName("section_title")
        self.told = word_label("", "secondary")
        self.file, self.folder, self.clear = QPushButton("选图片"), QPushButton("选文件夹"), QPushButton("不用照片")
        self.clear.setObjectName("link")
        self.file.clicked.connect(lambda: self._take(self._prompts.open_files("选照片", [PICTURES])))
        self.folder.clicked.connect(self._ask_folder)
        self.clear.clicked.connect(lambda: self.take(None))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.file, self.folder, self.clear):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(6)
        layout.addWidget(title)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        self.offer((), folders=True)

    @property
    def path(self) -> Path | None:
        """The picture or the folder for those offered last; None for no photos."""
        if self._path is None:
            return None
        fits = self._folders if self._path.is_dir() else len(self._ids) <= 1 and self._for == self._ids
        return self._path if fits else None

    def offer(self, ids: Sequence[str], *, folders: bool) -> None:
        """Ask for photos of these records; without `folders` the form is about nobody and takes one picture."""
        self._ids, self._folders = tuple(ids), folders
        self._say()

    def take(self, path: Path | None) -> None:
        """Use a picture for those now chosen, or a folder; None for no photos."""
        self._path, self._for = path, self._ids
        self._say()
        self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(paths_in(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take(paths_in(event.mimeData()))

    def _ask_folder(self) -> None:
        found = self._prompts.choose_folder("选放照片的文件夹")
        self._take([found] if found is not None else [])

    def _take(self, paths: Sequence[Path]) -> None:
        if paths:
            self.take(paths[0])

    def _say(self) -> None:
        path, several = self.path, len(self._ids) > 1
        self.file.setVisible(not several)
        self.folder.setVisible(self._folders)
        self.clear.setVisible(path is not None)
        if path is not None:
            self.told.setText(f"{'文件夹' if path.is_dir() else '图片'}“{path.name}”")
        else:
            self.told.setText(_SEVERAL if several else _ONE if self._folders else "选一张图片。程序不保存照片。")

"""Putting tags into the cells of an upper union's own workbook (F72), and changing that later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from unionoffice.kernel.errors import UserError
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Form, Subject
from unionoffice.ui.forms.template_view import TemplateView
from unionoffice.ui.surroundings import Surroundings

Keep = Callable[[Path, str, Mapping[str, str], str], bool]
"""Takes a workbook, the subject's code, tags by cell, and the form's name; whether it was kept."""

_HINT = (
    "先在左边点一个格子，再在右边双击要填的标签，格子就标成绿色。名单里的一项放在第一行空格里，打印时逐行往下填。"
    "其余格子、公式和格式原样不动。"
)


class TemplateController:
    """Knows the workbook being worked on and what is to stand in which of its cells."""

    def __init__(self, around: Surroundings, view: TemplateView, keep: Keep) -> None:
        self._around = around
        self._view = view
        self._keep = keep
        self._path: Path | None = None
        self._subject = Subject.MEMBER
        self._texts: dict[str, str] = {}
        self._place = ""
        self.cells: dict[str, str] = {}
        view.cell_chosen.connect(self._choose)
        view.typed.connect(self._type)
        view.tag_taken.connect(self.put)
        view.subject_chosen.connect(self.choose_subject)

    @property
    def open_now(self) -> bool:
        """Whether a workbook is being worked on."""
        return self._path is not None

    @property
    def changed(self) -> bool:
        """Whether something was put in that is not kept."""
        return bool(self.cells)

    def open(self, path: Path, form: Form | None = None) -> bool:
        """Work on a workbook, or on an own form; False when it cannot be read, which was told."""
        try:
            sheets = form_grid.grid(path)
        except UserError as fault:
            self._around.prompts.show_error(fault)
            return False
        self._path = path
        self.cells = {}
        self._place = ""
        self._texts = {f"{sheet.title}!{cell.place}": cell.text for sheet in sheets for cell in sheet.cells}
        self._view.name.setText(form.name if form is not None else path.stem)
        cut = "表太大，只列出前面的部分。" if any(sheet.cut for sheet in sheets) else ""
        self._view.told.setText(f"{path.name}：{_HINT}{cut}")
        self.choose_subject((form.subject if form is not None else self._subject).value)
        self._view.show_book(sheets, self.cells)
        self._view.show_cell("", "")
        return True

    def choose_subject(self, code: str) -> None:
        """Offer the tags of another subject."""
        self._subject = Subject(code)
        self._view.tags.show_tags(code, form_grid.tags_of(self._subject))

    def put(self, tag: str) -> None:
        """Put a tag into the cell chosen, in the place of what stands there: of words only after a question."""
        if not self._place:
            self._around.notices.post("先点一个格子，再选要填的标签。")
            return
        now = self._text(self._place)
        text = f"{{{{{tag}}}}}"
        words = now.strip() and not (now.startswith("{{") and now.endswith("}}"))
        if words and not self._around.prompts.confirm(
            f"格子 {self._place.rpartition('!')[2]} 里的“{now}”换成“{text}”？",
            verb="换掉",
            detail="字和标签都要的，在下面的“格子里的内容”里写，例如“电话：{{手机号码}}”。",
        ):
            return
        self._set(text)

    def save(self) -> bool:
        """Keep the workbook as a form under its name."""
        assert self._path is not None
        name = self._view.name.text().strip()
        if not self._keep(self._path, self._subject.value, self.cells, name):
            return False
        self.close()
        return True

    def close(self) -> None:
        """Work on nothing any more."""
        self._path, self.cells, self._place = None, {}, ""

    def _choose(self, place: str) -> None:
        self._place = place
        self._view.show_cell(place, self._text(place))

    def _type(self, text: str) -> None:
        if self._place:
            self._set(text)

    def _set(self, text: str) -> None:
        if text == self._texts.get(self._place, ""):
            self.cells.pop(self._place, None)
        else:
            self.cells[self._place] = text
        self._view.mark(self._place, text)
        self._view.show_cell(self._place, text)

    def _text(self, place: str) -> str:
        return self.cells.get(place, self._texts.get(place, ""))

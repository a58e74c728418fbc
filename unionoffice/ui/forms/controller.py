"""What the user means on the page of the forms, turned into calls of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Cancelled, Refused, UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.rule_pack import rule_on
from unionoffice.services import form_grid
from unionoffice.services.forms import Finding, Form, FormPdf, Subject, batch_part
from unionoffice.ui import shown
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.forms.whom import MembersWhom, Whom, batches_whom, units_whom
from unionoffice.ui.live_preview import PROJECTING
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import EXCEL_OUT, PDF
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page

AT_ONCE = 20
"""So many copies are checked while they are chosen; more when somebody asks for it."""
_SOON = 350
_MOST_FINDINGS = 40
_GROUPED = (Subject.MEMBER, Subject.BATCH)
_TYPES: Mapping[Subject, str] = {
    Subject.MEMBER: "member",
    Subject.ROLL: "unit",
    Subject.UNIT: "unit",
    Subject.BATCH: "batch",
    Subject.APPROVAL: "batch",
}
"""What is chosen for forms of a subject: forms of units and rolls share their choice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be printed: the form, whose, and what was typed."""

    form: Form
    ids: tuple[str, ...]
    asked: Mapping[str, Any]

    @property
    def copies(self) -> int:
        """How many copies that makes; a form about nothing makes one."""
        return 1 if self.form.subject is Subject.FREE else len(self.ids)


class FormsController(QObject):
    """Knows the shelf as last read, the form chosen, and what was chosen and typed for others before."""

    def __init__(self, around: Surroundings, services: FormsServices, view: FormsView, page: Page) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._view = view
        self._page = page
        self._forms: dict[str, Form] = {}
        self.form: Form | None = None
        self.chosen: dict[str, list[str]] = {}
        self._typed: dict[str, dict[str, Any]] = {}
        self._place = 0
        self._stamp = 0
        self._drawing = False
        self._purposes = list(rule_on("reveal", around.today).values["reasons"])
        self.folder: Path | None = None
        self._windows: list[Any] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.draw)
        self._connect()

    def _connect(self) -> None:
        view = self._view
        view.shelf.chosen.connect(self.choose)
        view.choosing.changed.connect(self._chosen)
        view.asking.edited.connect(self._edited)
        view.findings.check_requested.connect(lambda: self._check(self._stamp))
        view.preview.turned.connect(self.turn)
        shown.screen.changed.connect(self._touched)

    # -- the shelf --------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the shelf again; the form chosen stays chosen."""
        self._forms = {form.key: form for form in self._services.forms().shelf()}
        self._view.shelf.show_forms(list(self._forms.values()))
        if self.form is not None:
            self._keep_typed()
            key, self.form = self.form.key, None
            self.choose(key)
        if self.form is None:
            self._view.show_work(False)

    def choose(self, key: str) -> None:
        """Fill in the form of that key."""
        form = self._forms.get(key)
        if form is None or form == self.form:
            return
        if self._view.shelf.key != key and self._view.shelf.choose(key):
            return  # the shelf has told, and that came here
        self._keep_typed()
        self.form = form
        self._place = 0
        view = self._view
        view.show_work(True)
        view.name.setText(form.name)
        view.about.setText(_about(form))
        view.own.setVisible(form.own)
        view.grouped.setVisible(form.subject in _GROUPED)
        for widget in (view.choosing, view.asking, view.findings):
            widget.setVisible(not form.problem)
        if form.problem:
            view.asking.ask(form_grid.Asking({}, {}), {})
            view.preview.say(f"这张表单不能打印。{form.problem}")
            view.preview.show_place(0, 0, "")
        else:
            self._offer(form)
        self._page.state_changed.emit()

    def take(self, kind: str, ids: Sequence[str]) -> None:
        """Choose these records and, unless a form of them is chosen, the first one for them."""
        self.chosen[kind] = list(ids)
        subjects = [subject for subject, type_name in _TYPES.items() if type_name == kind]
        fitting = [form for form in self._forms.values() if form.subject in subjects and not form.problem]
        if self.form is not None and self.form in fitting:
            self._view.choosing.choose(ids)
        elif fitting:
            order = sorted(fitting, key=lambda form: subjects.index(form.subject))
            self.choose(order[0].key)

    def _offer(self, form: Form) -> None:
        typed = self._typed.get(form.key)
        try:
            asking = form_grid.asking(form)
            if typed is None:
                typed = dict(self._services.forms().remembered(form))
        except UserError as fault:
            self._around.prompts.show_error(fault)
            return
        self._view.asking.ask(asking, typed)
        kind = _TYPES.get(form.subject, "")
        whom = self._whom(kind)
        gone = [each for each in self.chosen.get(kind, ()) if whom is not None and not whom.name(each)][:1]
        if gone and whom is not None:
            self.chosen[kind] = [each for each in self.chosen[kind] if whom.name(each)]
        self._view.choosing.offer(whom, self.chosen.get(kind, ()))
        self._offer_parts()
        self._stamp += 1
        self.draw()

    def _whom(self, kind: str) -> Whom | None:
        if kind == "member":
            return MembersWhom(self._services.members())
        if kind == "unit":
            return units_whom(self._services.organisation())
        return batches_whom(self._services.welfare()) if kind == "batch" else None

    def _keep_typed(self) -> None:
        if self.form is not None and not self.form.problem:
            self._typed[self.form.key] = self._view.asking.values()

    # -- the preview ------------------------------------------------------------------------------------------------

    @property
    def wish(self) -> Wish | None:
        """What is to be printed; None when no form is chosen that can be."""
        form = self.form
        if form is None or form.problem:
            return None
        ids = self._view.choosing.ids if form.subject is not Subject.FREE else []
        part = self._view.choosing.part.currentData() if form.subject is Subject.BATCH and len(ids) == 1 else ""
        return Wish(form, tuple(batch_part(each, part or "") for each in ids), self._view.asking.values())

    def turn(self, by: int) -> None:
        """Show the next copy, or the one before."""
        wish = self.wish
        if wish is not None and 0 <= self._place + by < wish.copies:
            self._place += by
            self._stamp += 1
            self.draw()

    def draw(self) -> None:
        """Draw the copy shown, in the background; newer wishes wait for the one being drawn."""
        self._soon.stop()
        wish = self.wish
        preview, findings = self._view.preview, self._view.findings
        if wish is None:
            return
        if not wish.copies:
            preview.say("在左边勾选要打印的，这里就会显示填好的样子。")
            preview.show_place(0, 0, "")
            findings.show_findings("选好以后自动检查。", ())
            return
        self._place = min(self._place, wish.copies - 1)
        if shown.screen.projecting:
            preview.say(PROJECTING)
            return
        if self._drawing:
            return
        stamp, place = self._stamp, self._place
        self._drawing = True
        preview.show_busy(True)

        def work(progress: Progress) -> tuple[FormPdf | UserError, Changes]:
            return _told(
                lambda: self._services.forms().preview(wish.form, wish.ids[place : place + 1], wish.asked, progress)
            )

        self._around.operations.run_in_background(
            work,
            title="排版预览",
            initiator=self._page,
            done=lambda found: self._drawn(stamp, place, wish, found),
            failed=lambda: self._not_drawn(),
        )

    def _drawn(self, stamp: int, place: int, wish: Wish, found: FormPdf | UserError) -> None:
        self._not_drawn()
        if stamp != self._stamp:
            self.draw()
            return
        preview = self._view.preview
        if isinstance(found, UserError):
            preview.say(found.sentence)
            preview.show_place(place, wish.copies, "")
            self._view.findings.show_findings("", ())
            return
        preview.show_pdf(found.data)
        preview.show_place(place, wish.copies, found.titles[0] if found.titles else "")
        if wish.copies <= AT_ONCE:
            self._check(stamp)
        else:
            summary = f"有 {wish.copies:,} 份，没有自动检查。"
            missing = [("缺字", "", _missing(found.missing))] if found.missing else []
            self._view.findings.show_findings(summary, missing, f"检查全部 {wish.copies:,} 份")

    def _not_drawn(self) -> None:
        self._drawing = False
        self._view.preview.show_busy(False)

    def _chosen(self) -> None:
        if self.form is not None:
            self.chosen[_TYPES.get(self.form.subject, "")] = self._view.choosing.ids
        self._place = 0
        self._offer_parts()
        self._touched()
        self._page.state_changed.emit()

    def _offer_parts(self) -> None:
        ids = self._view.choosing.ids
        if self.form is not None and self.form.subject is Subject.BATCH and len(ids) == 1:
            names = [unit for unit, *_ in self._services.welfare().unit_tally(ids[0])]
            self._view.choosing.offer_parts(names if len(names) > 1 else ())
        else:
            self._view.choosing.offer_parts(())

    def _edited(self) -> None:
        self._keep_typed()
        self._touched()

    def _touched(self) -> None:
        self._stamp += 1
        self._soon.start()

    def _check(self, stamp: int) -> None:
        """Look for what would not be seen on paper as it should be, in all copies."""
        wish = self.wish
        if wish is None or shown.screen.projecting:
            return
        findings = self._view.findings
        findings.show_findings(f"正在检查 {wish.copies:,} 份…", ())

        def work(progress: Progress) -> tuple[list[Finding] | UserError, Changes]:
            return _told(lambda: self._services.forms().preflight(wish.form, wish.ids, wish.asked, progress))

        def done(found: list[Finding] | UserError) -> None:
            if stamp != self._stamp:
                return
            if isinstance(found, UserError):
                findings.show_findings(found.sentence, ())
            else:
                findings.show_findings(_summary(wish, found), [_finding(each) for each in found[:_MOST_FINDINGS]])

        def failed() -> None:
            findings.show_findings("没有检查完。", (), f"检查全部 {wish.copies:,} 份")

        self._around.operations.run_in_background(
            work, title=f"检查{wish.form.name}", initiator=self._page, done=done, failed=failed
        )

    # -- giving out -------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Draw all copies and show them as they will be printed."""
        wish = self._ready()
        if wish is None:
            return
        forms, prompts = self._services.forms(), self._around.prompts
        if shown.screen.projecting:
            open_preview(wish.form.name, b"", prompts=prompts, file_name="")
            return
        purpose = self._purpose(wish, "打印")
        if purpose is None:
            return
        grouped = self._is_grouped(wish)

        def work(progress: Progress) -> tuple[FormPdf, Changes]:
            return forms.pdf(
                wish.form, wish.ids, wish.asked, purpose=purpose, grouped=grouped, progress=progress
            ), Changes()

        def done(found: FormPdf) -> None:
            if found.missing and not prompts.confirm(
                _missing(found.missing),
                verb="仍然打印",
                detail="把含有这些字的字体文件放进办公文件旁的 fonts 文件夹，再打印就有了。",
            ):
                return
            title = found.titles[0] if len(found.titles) == 1 else ""
            window = open_preview(
                wish.form.name,
                found.data,
                prompts=prompts,
                file_name=forms.file_name(wish.form, title, ending=".pdf"),
                parent=self._page.window(),
                told=True,
            )
            self._windows = [*self._windows[-4:], window]

        self._run(work, f"排版{wish.form.name}", done)

    def save_pdf(self) -> None:
        """Write all copies into one PDF."""
        wish = self._ready()
        if wish is None:
            return
        forms = self._services.forms()
        purpose = self._purpose(wish, "保存")
        if purpose is None:
            return
        path = self._ask_file(PDF, wish, ".pdf")
        if path is None:
            return
        grouped = self._is_grouped(wish)

        def work(progress: Progress) -> tuple[FormPdf, Changes]:
            return forms.save_pdf(
                wish.form, wish.ids, path, wish.asked, purpose=purpose, grouped=grouped, progress=progress
            ), Changes()

        def done(found: FormPdf) -> None:
            told = _missing(found.missing) if found.missing else ""
            self._saved(f"已存为“{path.name}”，{len(found.titles):,} 份，{found.pages:,} 页。{told}", path)

        self._run(work, f"保存{wish.form.name}", done)

    def save_excel(self) -> None:
        """Write the copies as workbooks: one file for one copy, a folder for several."""
        wish = self._ready()
        if wish is None:
            return
        forms = self._services.forms()
        purpose = self._purpose(wish, "导出")
        if purpose is None:
            return
        if wish.copies == 1:
            target = self._ask_file(EXCEL_OUT, wish, ".xlsx")
        else:
            target = self._around.prompts.choose_folder(f"把 {wish.copies:,} 个 Excel 文件放到哪里")
        if target is None:
            return

        def work(progress: Progress) -> tuple[list[Path], Changes]:
            return forms.save_xlsx(
                wish.form, wish.ids, target, wish.asked, purpose=purpose, progress=progress
            ), Changes()

        def done(found: list[Path]) -> None:
            text = f"已存为“{found[0].name}”。" if len(found) == 1 else f"已存 {len(found):,} 个 Excel 文件。"
            self._saved(text, found[0])

        self._run(work, f"导出{wish.form.name}", done)

    def _ready(self) -> Wish | None:
        wish = self.wish
        if wish is None or not self._view.asking.check():
            return None
        if not wish.copies:
            self._around.prompts.show_error(UserError(f"还没有选给谁打印“{wish.form.name}”，先在“给谁打印”里勾选。"))
            return None
        return wish

    def _purpose(self, wish: Wish, verb: str) -> str | None:
        """What it is for, where whole numbers stand on the form; None when the user turned back."""
        if not wish.form.masked or wish.form.public:
            return ""
        reason = self._around.prompts.ask_purpose(
            f"{verb}{wish.copies:,} 份“{wish.form.name}”",
            self._purposes,
            verb=verb,
            detail="表上有完整的证件号码、电话或住址。用途、经手人和表上有谁会记入查看记录。",
        )
        if reason and reason not in self._purposes:
            self._purposes.append(reason)
        return reason

    def _is_grouped(self, wish: Wish) -> bool:
        return self._view.grouped.isChecked() and wish.form.subject in _GROUPED and "/" not in "".join(wish.ids)

    def _ask_file(self, kind: Any, wish: Wish, ending: str) -> Path | None:
        title = self._view.choosing.whom.name(wish.ids[0]) if wish.copies == 1 and self._view.choosing.whom else ""
        name = self._services.forms().file_name(wish.form, title, ending=ending)
        if self.folder is not None and self.folder.is_dir():
            name = str(self.folder / name)
        path = self._around.prompts.save_file(f"保存{wish.form.name}", [kind], name=name)
        if path is not None and path.parent != self.folder:
            self.folder = path.parent
            self._page.state_changed.emit()
        return path

    def _saved(self, text: str, path: Path) -> None:
        self._around.notices.post(
            text,
            action="打开文件夹",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    def _run(self, work: Callable[[Progress], Any], title: str, done: Callable[[Any], None]) -> None:
        self._around.operations.run_in_background(work, title=title, initiator=self._page, done=done)

    # -- an office's own forms --------------------------------------------------------------------------------------

    def add(self) -> None:
        """Take a workbook with tags onto the shelf."""
        for path in self._around.prompts.open_files("增加表单", [EXCEL_OUT]):
            options = {subject.value: f"{subject.label}：{_FOR[subject]}" for subject in Subject}
            code = self._around.prompts.ask_choice(f"“{path.name}”给谁打印？", "给谁打印", options, verb="检查并增加")
            if code is not None:
                self._keep(partial(self._services.forms().add, path, Subject(code)), Subject(code), path.stem)

    def take_in(self, path: Path, subject: str, cells: Mapping[str, str], name: str) -> bool:
        """Keep a workbook with tags put into its cells; whether it is kept."""
        kind = Subject(subject)
        return self._keep(partial(self._services.forms().take_in, path, kind, cells, name), kind, name)

    def remove(self) -> None:
        """Take the own form off the shelf."""
        form = self.form
        if form is None or not form.own:
            return
        if not self._around.prompts.confirm(
            f"删除表单“{form.key}”？",
            verb="删除 1 张表单",
            detail=f"文件“{form.path.name}”会从本单位的表单文件夹删除，不能撤销；已经打印、保存的不受影响。",
            destructive=True,
        ):
            return

        def work() -> Changes:
            self._services.forms().remove(form)
            return Changes()

        if self._around.operations.run(work, initiator=self._page):
            self._typed.pop(form.key, None)
            self._around.notices.post(f"已删除表单“{form.name}”。")
            self.form = None
            self.reload()
            self.choose(form.key)

    def _keep(self, attempt: Callable[..., Form], subject: Subject, name: str) -> bool:
        """Keep a form, replacing an own one of that name when the user says so."""
        kept: list[Form] = []
        taken: list[UserError] = []

        def work(*, replacing: bool) -> Changes:
            kept.append(attempt(replacing=replacing))
            return Changes()

        def refused(error: UserError) -> bool:
            there = self._forms.get(f"{subject.label}/{name}")
            if isinstance(error, Refused) and there is not None and there.own:
                taken.append(error)
            return bool(taken)

        run = self._around.operations.run
        if not run(partial(work, replacing=False), initiator=self._page, refused=refused):
            if not taken or not self._around.prompts.confirm(
                f"已经有一张自己的表单叫“{name}”，换成这一张？", verb="替换 1 张表单", destructive=True
            ):
                return False
            if not run(partial(work, replacing=True), initiator=self._page):
                return False
        self._around.notices.post(f"表单“{kept[0].name}”已放进“{kept[0].subject.label}”一类。")
        self.reload()
        self.choose(kept[0].key)
        return True


_FOR: Mapping[Subject, str] = {
    Subject.MEMBER: "每名会员一份",
    Subject.ROLL: "一个组织的会员列成一张表",
    Subject.UNIT: "每个分工会、小组一份",
    Subject.BATCH: "每个福利批次一份",
    Subject.APPROVAL: "每个福利批次的审批一份",
    Subject.FREE: "内容全部在打印时填写",
}


def _about(form: Form) -> str:
    parts = [f"{form.subject.label}表单，{_FOR[form.subject]}"]
    if form.own:
        parts.append("本单位自己的")
    if form.public:
        parts.append("对外张贴，号码一律遮盖")
    elif form.masked:
        parts.append("有完整号码，打印时要写明用途；下面的预览已遮盖")
    return "；".join(parts) + "。"


def _missing(signs: str) -> str:
    return f"有 {len(signs)} 个字没有字体可打：{'、'.join(signs)}，纸上会印成“〓”。"


def _finding(found: Finding) -> tuple[str, str, str]:
    sentence = shown.sentence(found.sentence)
    cell = "" if found.cell and sentence.startswith(found.cell) else found.cell
    return found.kind.label, " ".join(filter(None, (found.title, cell))), sentence


def _summary(wish: Wish, found: Sequence[Finding]) -> str:
    if not found:
        return f"{wish.copies:,} 份都检查过，没有发现问题。"
    more = f"，只列出前 {_MOST_FINDINGS} 处" if len(found) > _MOST_FINDINGS else ""
    return f"{wish.copies:,} 份里有 {len(found):,} 处要留意{more}："


def _told(attempt: Callable[[], Any]) -> tuple[Any, Changes]:
    """What an attempt gives, or the error to be told beside the form, where it is mended."""
    try:
        return attempt(), Changes()
    except Cancelled:
        raise
    except UserError as fault:
        return fault, Changes()

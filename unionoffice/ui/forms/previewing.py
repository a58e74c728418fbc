"""The preview of one copy beside what is filled in, and what would not be seen on paper in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.progress import Progress
from unionoffice.services.forms.service import Finding, FindingKind, FormPdf, Request
from unionoffice.ui import shown
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.controller import FormsController
from unionoffice.ui.forms.findings_view import FindingRow
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.live_preview import PROJECTING
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page

AT_ONCE = 20
"""So many copies are checked while they are chosen; more when somebody asks for it."""
_SOON = 350
_MOST_FINDINGS = 40


class Previewing(QObject):
    """Draws and checks what the controller's request says, in the background; newer wishes wait for the one drawn."""

    def __init__(
        self, around: Surroundings, services: FormsServices, view: FormsView, controller: FormsController, page: Page
    ) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._view = view
        self._controller = controller
        self._page = page
        self._place = 0
        self._version = 0
        self._checked = -1
        self._stamp = 0
        self._page_wanted: int | None = None
        self._drawing = False
        self._listed: Sequence[Finding] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.draw)
        controller.begun.connect(self._begin)
        controller.rechosen.connect(self._begin_soon)
        controller.edited.connect(self._touched)
        view.findings.check_requested.connect(self._check)
        view.findings.chosen.connect(lambda row: self.go_to(self._listed[row]))
        view.preview.turned.connect(self.turn)
        shown.screen.changed.connect(self._touched)

    @property
    def waiting(self) -> bool:
        """Whether something is to be drawn as soon as nobody types any more."""
        return self._soon.isActive()

    def turn(self, by: int) -> None:
        """Show the next copy, or the one before."""
        request = self._controller.request
        if request is not None and 0 <= self._place + by < request.copies:
            self._place += by
            self._page_wanted = None
            self._stamp += 1
            self.draw()

    def go_to(self, found: Finding) -> None:
        """Show the copy, and the page where it is known, that a finding is of."""
        if found.copy is None or shown.screen.projecting:
            return
        if found.copy == self._place and not self._drawing:
            self._view.preview.show_page(found.page or 0)
            return
        self._place, self._page_wanted = found.copy, found.page or 0
        self._stamp += 1
        self.draw()

    def draw(self) -> None:
        """Draw the copy shown, in the background; newer ones wait for the one being drawn."""
        self._soon.stop()
        request = self._controller.request
        preview, findings = self._view.preview, self._view.findings
        if request is None:
            return
        if not request.copies:
            preview.say("在左边勾选要打印的，这里就会显示填好的样子。")
            preview.show_place(0, 0, "")
            findings.show_findings("选好以后自动检查。", ())
            return
        self._place = min(self._place, request.copies - 1)
        if shown.screen.projecting:
            preview.say(PROJECTING)
            preview.show_place(self._place, request.copies, "")
            findings.show_findings("", ())
            return
        if self._drawing:
            return
        stamp, place = self._stamp, self._place
        shown_copy = request.only(place)
        self._drawing = True
        preview.show_busy(True)

        def work(progress: Progress) -> tuple[FormPdf | UserError, Changes]:
            return _told(lambda: self._services.forms().preview(shown_copy, progress))

        self._around.operations.run_in_background(
            work,
            title="排版预览",
            initiator=self._page,
            done=lambda found: self._drawn(stamp, place, request, found),
            failed=lambda: self._not_drawn(stamp),
        )

    def _drawn(self, stamp: int, place: int, request: Request, found: FormPdf | UserError) -> None:
        self._not_drawn(stamp)
        if stamp != self._stamp:
            return
        preview = self._view.preview
        if isinstance(found, UserError):
            preview.say(found.sentence)
            preview.show_place(place, request.copies, "")
            self._view.findings.show_findings("", ())
            return
        preview.show_pdf(found.data)
        unread = "、".join(f"“{name}”" for name in self._view.asking.problems())
        title = shown.sentence(found.titles[0]) if found.titles else ""
        preview.show_place(place, request.copies, f"{title}　{unread}看不懂，改好才能打印" if unread else title)
        if self._page_wanted is not None:
            preview.show_page(self._page_wanted)
            self._page_wanted = None
        if self._checked == self._version:
            return
        if request.copies <= AT_ONCE:
            self._check()
        else:
            summary = f"有 {request.copies:,} 份，没有自动检查。"
            missing = [("缺字", "", missing_told(found.missing), False)] if found.missing else []
            self._view.findings.show_findings(summary, missing, f"检查全部 {request.copies:,} 份")

    def _not_drawn(self, stamp: int) -> None:
        """Drawing has ended, well or not; what is wanted by now is drawn next where that is another copy."""
        self._drawing = False
        self._view.preview.show_busy(False)
        if stamp != self._stamp:
            self.draw()

    def _touched(self) -> None:
        self._version += 1
        self._stamp += 1
        self._soon.start()

    def _check(self) -> None:
        """Look for what would not be seen on paper as it should be, in all copies."""
        version = self._checked = self._version
        request = self._controller.request
        if request is None or shown.screen.projecting:
            return
        findings = self._view.findings
        findings.show_findings(f"正在检查 {request.copies:,} 份…", ())

        def work(progress: Progress) -> tuple[list[Finding] | UserError, Changes]:
            return _told(lambda: self._services.forms().preflight(request, progress))

        def done(found: list[Finding] | UserError) -> None:
            if version != self._version:
                return
            if isinstance(found, UserError):
                findings.show_findings(found.sentence, ())
            else:
                told = _with_unread(self._view.asking.problems(), found)
                self._listed = told[:_MOST_FINDINGS]
                findings.show_findings(_summary(request, told), [_finding(request, each) for each in self._listed])

        def failed() -> None:
            findings.show_findings("没有检查完。", (), f"检查全部 {request.copies:,} 份")

        self._around.operations.run_in_background(
            work, title=f"检查{request.form.name}", initiator=self._page, done=done, failed=failed
        )

    def _begin(self) -> None:
        self._place, self._page_wanted = 0, None
        self._version += 1
        self._stamp += 1
        self._view.preview.say("正在排版…")  # no page of the former form under this one's name, nor what it lacked
        self._view.findings.show_findings("", ())
        self.draw()

    def _begin_soon(self) -> None:
        self._place, self._page_wanted = 0, None
        self._touched()


def missing_told(signs: str) -> str:
    """What is said of characters that no font has."""
    return f"有 {len(signs)} 个字没有字体可打：{'、'.join(signs)}，纸上会印成“〓”。"


def _finding(request: Request, found: Finding) -> FindingRow:
    sentence = shown.sentence(found.sentence)
    cell = "" if found.cell and sentence.startswith(found.cell) else found.cell
    elsewhere = found.copy is not None and (request.copies > 1 or bool(found.page))
    where = " ".join(filter(None, (shown.sentence(found.title), cell)))
    return found.kind.label, where, sentence, elsewhere


def _with_unread(problems: Mapping[str, str], found: Sequence[Finding]) -> list[Finding]:
    """The findings, first what cannot be read in a field and was not told with them: printing would be refused."""
    told = tuple(each.sentence for each in found if each.kind is FindingKind.TYPED)
    unread = [
        f"“{name}”：{problem}" for name, problem in problems.items() if not any(f"“{name}”" in each for each in told)
    ]
    return [*(Finding(FindingKind.TYPED, "", "", sentence) for sentence in unread), *found]


def _summary(request: Request, found: Sequence[Finding]) -> str:
    if not found:
        return f"{request.copies:,} 份都检查过，没有发现问题。"
    more = f"，只列出前 {_MOST_FINDINGS} 处" if len(found) > _MOST_FINDINGS else ""
    return f"{request.copies:,} 份里有 {len(found):,} 处要留意{more}："


def _told(attempt: Callable[[], Any]) -> tuple[Any, Changes]:
    """What an attempt gives, or the error to be told beside the form, where it is mended."""
    try:
        return attempt(), Changes()
    except Cancelled:
        raise
    except UserError as fault:
        return fault, Changes()

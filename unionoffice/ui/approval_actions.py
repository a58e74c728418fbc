"""What the user means by sending back, handing in again, and slips on paper or as files, whatever is approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.approval import BackType, Opinion
from unionoffice.services.access_log import file_hash
from unionoffice.services.approval_cases import Chain, StepState
from unionoffice.services.approvals import Approvals, ChangedSince, SlipReturn, date_of
from unionoffice.ui.page import Page
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import ANY_FILE, PDF, Entry, FileKind
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips, SavedSlip

_SLIP_FILE = FileKind("审批文件", ("ghapproval",))
_SCANS = FileKind("扫描件", ("pdf", "jpg", "jpeg", "png", "tif", "tiff"))
_MOST_TOLD = 20
_NO_SCAN, _SCAN = "none", "scan"


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for approval on a page: its id, what it is called, and where its approval stands, if that is known."""

    id: str
    name: str
    chain: Chain | None


class ApprovalActions:
    """Asks and tells; what is `pending` the page knows, and `done` is told what was registered and the chain before."""

    def __init__(
        self,
        around: Surroundings,
        page: Page,
        approvals: Callable[[], Approvals],
        slips: Callable[[], ApprovalSlips],
        *,
        pending: Callable[[], Pending],
        done: Callable[[str, Pending], None],
    ) -> None:
        self._around = around
        self._page = page
        self._approvals = approvals
        self._slips = slips
        self._pending = pending
        self._done = done

    def send_back(self) -> None:
        """Send it back to who prepared it, for a type and a reason."""
        pending = self._pending()
        seen = pending.chain.seen if pending.chain else None
        answer = self._ask_back(
            f"退回“{pending.name}”",
            "退回",
            "退回给经办。此前的审批作废，已经发出的审批单也作废。",
            "写明缺什么、哪里不对",
        )
        if answer is not None:
            self._around.operations.run_in_background(
                lambda _: self._approvals().send_back(pending.id, *answer, self._around.actor, seen=seen),
                title="退回",
                initiator=self._page,
                done=lambda _: self._around.notices.post(f"“{pending.name}”已退回经办。"),
            )

    def resubmit(self) -> None:
        """Hand in again, unchanged, what was sent back; what was supplied is written down."""
        pending = self._pending()
        note = self._around.prompts.ask_reason(
            f"重新提交“{pending.name}”：写明补了什么",
            verb="重新提交",
            detail="内容没有改、只是补齐了材料时用。从第一步重新审批。",
        )
        if note is not None:
            self._around.operations.run(
                lambda: self._approvals().resubmit(pending.id, note, self._around.actor),
                initiator=self._page,
                done=lambda _: self._around.notices.post(f"“{pending.name}”已重新提交，从头审批。"),
            )

    def print_slip(self) -> None:
        """Write the slip of the next step as PDF and show it for printing; characters without a font are told first."""
        pending, path = self._pending(), self._target("打印审批单", PDF)
        if path is None:
            return

        def work(_: Progress) -> tuple[tuple[SavedSlip, bytes], Changes]:
            saved = self._slips().save(pending.id, path, self._around.actor)
            return (saved, path.read_bytes()), Changes()

        self._around.operations.run_in_background(
            work, title="排版审批单", done=lambda found: self._show_slip(path, found[0], found[1])
        )

    def save_file(self) -> None:
        """Write the slip of the next step as a file to be filled in."""
        pending, path = self._pending(), self._target("导出审批文件", _SLIP_FILE)
        if path is None:
            return
        self._around.operations.run_in_background(
            lambda _: (self._slips().save(pending.id, path, self._around.actor), Changes()),
            title="导出审批文件",
            done=lambda slip: self._around.notices.post(
                f"{slip.step.label}的审批文件已存为“{path.name}”，核对码 {slip.code}。填好交回后点“收回审批文件”。"
            ),
        )

    def take_back(self) -> None:
        """Register an approval file that came back filled in."""
        pending = self._pending()
        for path in self._around.prompts.open_files("收回审批文件", [_SLIP_FILE, ANY_FILE]):
            work = partial(self._take_back, pending.id, path)
            self._register(pending, work, "已收回审批文件")

    def _take_back(self, record_id: str, path: Path) -> Changes:
        return self._slips().take_back(record_id, path, self._around.actor)

    def register(self, typed: Mapping[str, str] | None = None) -> None:
        """Register a slip that came back signed; `typed` is what was typed before a refusal."""
        pending = self._pending()
        chain = pending.chain
        typed = typed or {}
        now = next((each for each in chain.steps if each.state is StepState.NOW), None) if chain else None
        who = now.who if now is not None else ()
        found: list[tuple[Mapping[str, str], date]] = []

        def attempt(values: Mapping[str, str]) -> None:
            self._approvals().slip(pending.id, values["code"])
            found.append((values, date_of(values["signed_on"])))

        if not self._around.prompts.ask_entries(
            f"登记“{pending.name}”的纸质审批",
            [
                Entry("code", "核对码", typed.get("code", ""), "扫单子上的二维码，或照着输入"),
                Entry(
                    "signed_by",
                    "签字人",
                    typed.get("signed_by", ""),
                    f"如 {who[0]}" if who else "单子上签字的人；代签写成 张三（代理李四）",
                ),
                Entry("signed_on", "签字日期", typed.get("signed_on", self._around.today.isoformat()), "如 2026-09-12"),
                Entry("opinion", "意见", options=_first(Opinion.labels(), typed.get("opinion"))),
                Entry(
                    "scan",
                    "扫描件",
                    options=_first({_NO_SCAN: "没有扫描件", _SCAN: "选扫描件，记下它的摘要"}, typed.get("scan")),
                ),
            ],
            attempt,
            verb="登记",
            detail="签字是谁的就写谁。代签写成：张三（代理李四）。"
            + (f"能签的有：{'、'.join(who)}。" if who else now.ask if now is not None else ""),
        ):
            return
        values, signed_on = found[-1]
        answer = self._returned(values, signed_on)
        if answer is not None:
            self._register(
                pending,
                lambda: self._approvals().register(pending.id, values["code"], answer, self._around.actor),
                "已登记纸质审批",
                again=lambda: self.register(values),
            )

    def _returned(self, values: Mapping[str, str], signed_on: date) -> SlipReturn | None:
        """What came back, after asking for the rest of it; None when the user turned back."""
        opinion, back_type, reason, scan = Opinion(values["opinion"]), None, "", ""
        if opinion is not Opinion.AGREED and self._approvals().decides(opinion):
            told = self._around.prompts.ask_reason(
                f"单子上的意见是“{opinion.label}”", verb="登记", detail="单子上写的理由照抄下来。"
            )
            if told is None:
                return None
            reason = told
        elif opinion is not Opinion.AGREED:
            answer = self._ask_back(
                f"单子上的意见是“{opinion.label}”", "登记", "照单子上写的填。此前的审批作废。", "单子上写的理由"
            )
            if answer is None:
                return None
            back_type, reason = answer
        if values["scan"] == _SCAN:
            paths = self._around.prompts.open_files("选择签回的扫描件", [_SCANS, ANY_FILE])
            if not paths:
                return None
            scan = file_hash(paths[0])
        signer, _, deputy = values["signed_by"].replace("(", "（").rstrip(")）").partition("（代理")
        return SlipReturn(signer.strip(), signed_on, opinion, back_type, reason, deputy.strip(), scan)

    def _register(
        self, pending: Pending, work: Callable[[], Changes], what: str, *, again: Callable[[], None] | None = None
    ) -> None:
        """Register in the background what came back; after a refusal ask `again`, with what was typed."""

        def attempt(_: Progress) -> tuple[UserError | None, Changes]:
            try:
                return None, work()
            except UserError as fault:
                return fault, Changes()

        def done(fault: UserError | None) -> None:
            if fault is None:
                self._done(what, pending)
            elif isinstance(fault, ChangedSince):
                self._around.prompts.show_message("制单以后内容有变动，没有登记", _told(fault))
            else:
                self._around.prompts.show_error(fault)
                if again is not None:
                    again()

        self._around.operations.run_in_background(attempt, title="登记审批", initiator=self._page, done=done)

    def _ask_back(self, question: str, verb: str, detail: str, hint: str) -> tuple[BackType, str] | None:
        found: list[tuple[BackType, str]] = []
        entries = [
            Entry("type", "类型", options=BackType.labels()),
            Entry("reason", "理由", hint=hint),
        ]
        asked = self._around.prompts.ask_entries(
            question,
            entries,
            lambda values: found.append((BackType(values["type"]), values["reason"])),
            verb=verb,
            detail=detail,
        )
        return found[-1] if asked else None

    def _target(self, title: str, kind: FileKind) -> Path | None:
        """Where a slip of the next step is to be written, by a name that says of what it is, and nobody's."""
        chain, suffix = self._pending().chain, f".{kind.suffixes[0]}"
        assert chain is not None and chain.next is not None and chain.seen is not None
        name = f"{self._approvals().paper(chain.seen.contents)}（{chain.next.label}）{suffix}"
        path = self._around.prompts.save_file(title, [kind], name=_file_name(name))
        if path is None or path.suffix.lower() == suffix:
            return path
        return path.with_name(path.name + suffix)

    def _show_slip(self, path: Path, slip: SavedSlip, data: bytes) -> None:
        missing = slip.unprintable
        if missing and not self._around.prompts.confirm(
            f"有 {len(missing)} 个字没有字体可打：{'、'.join(missing)}，审批单上会印成“〓”。",
            verb="仍然预览",
            detail="把含有这些字的字体文件放进办公文件旁的 fonts 文件夹，再打印就有了。",
        ):
            return
        self._around.notices.post(f"{slip.step.label}的审批单已存为“{path.name}”。签好后点“登记纸质审批”。")
        open_preview(
            path.stem,
            data,
            prompts=self._around.prompts,
            file_name=path.name,
            parent=self._page.window(),
            told=True,
        )


def _told(fault: ChangedSince) -> str:
    """All that differs, each on a line of its own."""
    more = len(fault.differences) - _MOST_TOLD
    lines = ["签字对现在的内容不算数。重新打印审批单再签。有变动的是：", *fault.differences[:_MOST_TOLD]]
    return "\n".join([*lines, *([f"另有 {more} 处。"] if more > 0 else [])])


def _first(options: Mapping[str, str], code: str | None) -> dict[str, str]:
    """The options with the one chosen before in front, which a form shows."""
    return dict(sorted(options.items(), key=lambda option: option[0] != code))


def _file_name(text: str) -> str:
    """Without signs that no file name may hold."""
    return "".join("－" if sign in '\\/:*?"<>|' else sign for sign in text)

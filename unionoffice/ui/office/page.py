"""The settings page: what the user means there, turned into calls of the service and the theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout

from unionoffice import __version__
from unionoffice.kernel import credit_code
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.models.approval_limits import ApprovalLimit, Limits
from unionoffice.models.draft import Place
from unionoffice.models.numbering import check_pattern, member_number
from unionoffice.models.office import Office
from unionoffice.models.welfare import ProgrammeKind
from unionoffice.services.approval_limits import ApprovalLimits
from unionoffice.services.offices import Offices
from unionoffice.ui import theme
from unionoffice.ui.icons import redress
from unionoffice.ui.office.view import LimitSection, SettingsView
from unionoffice.ui.page import Page
from unionoffice.ui.prompts import Entry
from unionoffice.ui.records.form_draft import FormDraft
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.surroundings import Surroundings

_DRAFT = "form:office"
SCALE, DARK = "screen/scale", "screen/dark"
_ENCRYPTED = "已加密，用自己的密码才能打开；锁定和修改密码在右上角的姓名里"
_PLAIN = "没有加密：谁拿到文件谁就能看、能改，不分用户。要加密，点“换办公文件”新建一个加密的，再把花名册导入进去"
_FONTS = (".ttf", ".ttc", ".otf")


class SettingsPage(Page):
    """Routes: only ""."""

    def __init__(
        self,
        around: Surroundings,
        offices: Offices,
        limits: ApprovalLimits,
        path: Path,
        *,
        settings: ScreenSettings,
        encrypted: bool = False,
        leave: Callable[[], object] | None = None,
    ) -> None:
        super().__init__("设置", permits=around.permits)
        self._around = around
        self._encrypted = encrypted
        self._leave = leave
        self._offices = offices
        self._limits = limits
        self._path = path
        self._settings = settings
        self._version = 0
        self._year = offices.today().year
        self.view = SettingsView(today=offices.today())
        self.typing = FormDraft(around, self.view.form, self.view.draft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.add_command("保存", self.save, key="Ctrl+S", needs="office:save")
        self.permits.hold(self.view.save, "office:save")
        self.permits.hold(self.view.set_limits, "approval_limit:set")
        if not self.permits.may("office:save"):
            self.view.form.let_read_only()
        self._connect()
        self._load()
        self.view.show_screen(theme.current().scale, dark=theme.current().dark)
        self.view.show_facts(self._facts())
        self._show_limits()

    def touched_by(self, changes: Changes) -> bool:
        return "office" in changes or ApprovalLimit.type_name in changes

    def reload(self) -> None:
        self._show_limits()
        if not self.view.form.is_dirty:
            self._load()

    def keep_drafts(self) -> None:
        self.typing.settle()

    def half_typed(self) -> bool:
        return self.view.form.is_dirty

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.typing.settle()

    def save(self) -> None:
        """Keep the office's own settings."""
        form = self.view.form
        if form.is_dirty and form.check():
            values, version = form.values(), self._version
            self._around.operations.run(
                lambda: self._offices.save(values, version, self._around.actor),
                initiator=self,
                done=lambda _: self._saved(),
                refused=self._refused,
            )

    def look(self) -> None:
        """Say at once what the credit code is and how the next member number will look."""
        values = self.view.form.values()
        self.view.credit.setText(_credit_sentence(str(values["credit_code"] or "")))
        self.view.example.setText(_pattern_sentence(str(values["member_number_pattern"] or ""), self._year))

    def choose_scale(self, scale: int) -> None:
        """Larger or smaller type, at once and from now on."""
        self._settings.write(SCALE, scale)
        self._apply(theme.current().dark, scale)

    def choose_dark(self, dark: bool) -> None:
        """Light or dark, at once and from now on."""
        self._settings.write(DARK, dark)
        self._apply(dark, theme.current().scale)

    def open_folder(self) -> None:
        """Show where the office file lies."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _apply(self, dark: bool, scale: int) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, dark=dark, scale=scale)
        redress()
        self._settings.flush()

    def _load(self) -> None:
        office = self._offices.get()
        self._version = office.version
        values = {name: getattr(office, name) for name in Office.fields()}
        self.view.form.set_values(values)
        self.typing.begin(Place(_DRAFT), values, version=office.version)
        self.view.save.setEnabled(self.view.form.is_dirty)
        self.view.practice.say(
            "这是练习用的办公文件：里面的人和数字都是编造的，打印件上都印有“练习”，不能当作正式材料。"
            if office.practice
            else ""
        )
        self.look()

    def _saved(self) -> None:
        self.typing.forget()
        self._load()
        self._around.notices.post("设置已保存。")

    def _refused(self, error: UserError) -> bool:
        if isinstance(error, Conflict):
            self._around.prompts.show_error(error)
            self._load()
            return True
        return error.field is not None and self.view.form.show_error(error.field, error.sentence)

    def _facts(self) -> list[tuple[str, str]]:
        folder = self._path.parent / "fonts"
        own = sorted(found.name for found in folder.glob("*") if found.suffix.lower() in _FONTS)
        printing = "程序自带宋体、黑体、楷体、仿宋；装有 Windows 字体时优先用它们"
        return [
            ("办公文件", str(self._path)),
            ("加密", _ENCRYPTED if self._encrypted else _PLAIN),
            ("程序版本", __version__),
            ("屏幕字体", QApplication.font().family()),
            ("打印字体", printing),
            ("单位自备字体", "、".join(own) or f"没有。把字体文件放进 {folder} 就会用上，例如方正小标宋。"),
        ]

    def set_limits(self) -> None:
        """Ask for the office's own approval limits and the day from which they hold."""
        done: list[Changes] = []

        def attempt(values: Mapping[str, str]) -> None:
            done.append(self._limits.set(values, self._around.actor))

        fields = ApprovalLimit.fields()
        alone, review = self._limits.amounts()
        entries = [
            Entry("kind", "管哪些福利", options={"": "全部", **ProgrammeKind.labels()}, optional=True),
            Entry("effective_from", fields["effective_from"].label, self._around.today.isoformat(), "今天或以后的某天"),
            _amount("chair_alone", "主席直接审批，不超过（元）", alone, "留空：多少都由主席直接审批；0：都要审核"),
            _amount("with_review", "审核后主席审批，不超过（元）", review, "留空：再多也不用经审会签"),
            Entry("basis", fields["basis"].label, hint="如 工会委员会 2026 年第 3 次会议决定"),
        ]
        if self._around.prompts.ask_entries(
            "设置审批权限",
            entries,
            attempt,
            verb="设置",
            detail="金额不超过第一个上限的，主席直接审批；不超过第二个上限的，先审核；再多的，审核以后还要经审会签。"
            "不超过含本数。已经批完的不受影响，正在审批的从施行日期起照新的办。",
        ):
            self._around.operations.run(lambda: done[-1], initiator=self)
            self._show_limits()
            self._around.notices.post("审批权限已设置。")

    def withdraw_limits(self, limit_id: str) -> None:
        """Take back limits that are not in force yet."""
        if self._around.prompts.confirm("撤回这份还没有施行的审批权限？", verb="撤回", detail="现在施行的照旧。"):
            self._around.operations.run(
                lambda: self._limits.withdraw(limit_id, self._around.actor),
                initiator=self,
                done=lambda _: self._show_limits(),
            )

    def _show_limits(self) -> None:
        """Which amount needs whose approval, now and from some day on; how the rule pack is broken, where it is."""
        try:
            now, coming = self._limits.in_force(), self._limits.coming()
        except UserError as fault:
            self.view.show_limits((), fault.sentence)
            return
        sections = [*(_section(each) for each in now), *(_section(each, coming=True) for each in coming)]
        shipped = not all(each.id for each in now)
        self.view.show_limits(sections, "程序带的金额是示例，要按本单位的制度设置，由主席办。" if shipped else "")

    def _connect(self) -> None:
        self.view.edited.connect(self.look)
        self.view.save_requested.connect(self.save)
        self.view.set_limits.clicked.connect(self.set_limits)
        self.view.withdraw_requested.connect(self.withdraw_limits)
        self.view.scale_chosen.connect(self.choose_scale)
        self.view.dark_chosen.connect(self.choose_dark)
        self.view.folder_requested.connect(self.open_folder)
        self.view.leave.setVisible(self._leave is not None)
        if self._leave is not None:
            self.view.leave.clicked.connect(self._leave)


def _amount(name: str, label: str, fen: int | None, hint: str) -> Entry:
    return Entry(name, label, ApprovalLimit.fields()[name].text(fen), hint, optional=True)


def _section(found: Limits, *, coming: bool = False) -> LimitSection:
    rows = [(row.subject, row.amount, row.steps) for row in found.rows]
    when = "还没有施行，" if coming else ""
    return LimitSection(found.id, rows, f"{when}{found.since.isoformat()} 起施行。依据：{found.source}。", coming)


def _credit_sentence(text: str) -> str:
    if not text.strip():
        return "统一社会信用代码：没有填写，开发票和对外文书要用到。"
    verdict = credit_code.check(text)
    if verdict.problem:
        return f"统一社会信用代码：{verdict.problem}"
    kind = (
        "是基层工会的代码" if verdict.is_union else "校验正确，但不是以 81 开头的基层工会代码，核对是否填成了行政的代码"
    )
    return f"统一社会信用代码：{kind}。"


def _pattern_sentence(pattern: str, year: int) -> str:
    try:
        check_pattern(pattern)
    except UserError as error:
        return f"会员编号示例：{error.sentence}"
    return f"会员编号示例：今年入会的第 1 人编为 {member_number(pattern, str(year), 1)}"

"""Takes the pictures of every screen from the practice data, at 100 % and 150 %: python tools/pictures.py

Writes docs/pictures/NAME.png and NAME-150.png, and the first pages of the prints as paper-*.png where pdftoppm is.
`python tools/pictures.py small FOLDER` takes them into a folder as the smallest window shows them, also at 200 %, and
says which pages need more room than that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE = (1366, 768)
NOW = datetime(2026, 10, 9, 9, 30)


SMALL = (900, 470)
"""What 1366 × 768 at 150 % leaves of the screen, and a little less."""


def main(small: Path | None = None) -> None:
    """Take all pictures, each scale in a process of its own: Qt reads the scale at its start."""
    pictures = small or PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    size = SMALL if small else SIZE
    with tempfile.TemporaryDirectory() as folder:
        for scale in ("1", "1.5", "2") if small else ("1", "1.5"):
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale, "LOGNAME": "林晓"}
            words = [scale, folder, str(pictures), *map(str, size)]
            subprocess.check_call([sys.executable, __file__, "take", *words], env=environment, cwd=ROOT)
        if shutil.which("pdftoppm") and not small:
            _papers(Path(folder))


def take(scale: str, folder: Path, pictures: Path, size: tuple[int, int]) -> None:
    """The pictures of one scale."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    from unionoffice.kernel.clock import FixedClock
    from unionoffice.kernel.identity import Actor
    from unionoffice.practice import make
    from unionoffice.services.founding import create
    from unionoffice.window import Program

    qt = QApplication([])
    clock = FixedClock(NOW)
    suffix = "" if scale == "1" else f"-{round(float(scale) * 100)}"
    office, empty = folder / f"练习{suffix}.ghoffice", folder / f"空{suffix}.ghoffice"
    make(office, clock)
    create(empty, "示范大学工会", clock, Actor("练习经办"))
    program = Program(qt, folder / f"settings{suffix}", clock=clock)

    def shot(name: str, widget: Any) -> None:
        for _ in range(6):
            qt.processEvents()
        widget.grab().save(str(pictures / f"{name}{suffix}.png"))
        if size == SMALL and isinstance(widget, QMainWindow):
            centre = widget.centralWidget()
            assert centre is not None
            needed = centre.minimumSizeHint()
            if needed.width() > size[0] or needed.height() > size[1]:
                print(f"{name}{suffix}: needs {needed.width()} x {needed.height()}")

    program.welcome()
    shot("welcome", program._welcome)
    for path, prefix in ((office, ""), (empty, "empty-")):
        assert program.open(path)
        window = program.window
        assert window is not None and program.app is not None
        window.resize(*size)
        for name, route in _routes(program.app, empty=bool(prefix)):
            window.open(route)
            shot(prefix + name, window)
        if not prefix:
            _import_review(program, shot, qt)
            _search(program, shot)
            _preview(program, shot, qt)
            _projecting(program, shot)
            _forms(program, shot, qt)
    _encrypted(folder / f"示范大学工会{suffix}.ghoffice", program, shot, clock)
    assert program.window is not None
    program.window.close()
    program.close()
    program.window.deleteLater()  # while Qt is there: the previews' threads must not outlive it
    qt.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qt.processEvents()


def _encrypted(path: Path, program: Any, shot: Callable[[str, Any], None], clock: Any) -> None:
    """The pages and dialogs of an office with users."""
    from datetime import date

    from PySide6.QtWidgets import QDialog, QScrollArea

    from unionoffice.app import App
    from unionoffice.kernel.identity import Actor
    from unionoffice.models.organisation import UnitKind
    from unionoffice.models.tier import Tier
    from unionoffice.models.user import Role, password_rule
    from unionoffice.services import logins
    from unionoffice.services.destruction import BACKUPS, HOW
    from unionoffice.services.founding import create
    from unionoffice.store.engine import SUFFIX
    from unionoffice.ui.curtain import draw_curtains
    from unionoffice.ui.entrance import EntriesDialog, FirstPasswordDialog, FoundingDialog, LoginDialog
    from unionoffice.ui.prompts import Entry
    from unionoffice.ui.safety.destruction import what_it_means

    password, documents = "Lianxi-2345", Path("D:/工会")
    create(path, "示范大学工会", clock, Actor("林晓"), password=password)
    app = App(path, clock=clock, login=logins.log_in(path, "林晓", password, NOW))
    root = app.organisation.tree()[0].id
    units = [app.organisation.add_unit(root, f"{name}分工会", UnitKind.BRANCH, app.actor)[0] for name in _BRANCHES]
    users: dict[str, str] = {}
    for name, roles, below in (
        ("李建国", (Role.CHAIR,), ()),
        ("王秀英", (Role.REVIEWER,), ()),
        ("张敏", (Role.OFFICER,), units[:2]),
        ("赵志强", (Role.AUDITOR,), ()),
        ("陈静", (Role.OFFICER,), ()),
        ("刘洋", (Role.OFFICER,), ()),
    ):
        users[name] = app.users.add(name, roles, below, password, app.actor)[0]
    app.users.close(users["陈静"], "调离", app.actor)
    days = (date(2026, 10, 8), date(2026, 10, 16))
    app.users.stand_in(users["李建国"], users["王秀英"], *days, "外出学习", app.actor)
    program._show_entered(app)
    window = program.window
    window.resize(1366, 768)
    window.open(("users", ""))
    shot("users", window)
    _keep_safe(app)
    _let_go(app, password)
    window.open(("safety", ""))
    shot("safety", window)
    view = window.page.view.destruction
    view.lists.table.selectRow(0)
    scroll = window.page.view.findChild(QScrollArea)
    scroll.ensureWidgetVisible(view.gone)
    shot("safety-destruction", window)
    window.open(("users", ""))
    window.page.controller.add()
    dialog = next(found for found in window.page.findChildren(QDialog) if found.isVisible())
    dialog.form.type_values({"name": "周立", "roles": {Role.OFFICER}, "units": set(units[2:3])})
    shot("user-new", dialog)
    dialog.close()
    curtains = draw_curtains()
    shot("locked", window)
    for curtain in curtains:
        curtain.deleteLater()
    rule = password_rule(NOW.date())
    for name, shown in (
        ("first-password", FirstPasswordDialog("周立", "Bukane-semuta-4972")),
        (
            "destroy",
            EntriesDialog(
                "执行第 2 号销毁清单",
                [Entry("typed", "确认", hint="照样输入：销毁 2 人")],
                lambda _: None,
                verb="销毁 2 人",
                detail=what_it_means("孙立国、周桂兰（2 人），由李建国批准。", HOW, BACKUPS),
            ),
        ),
        ("replacing", _replacing(program)),
        ("login", LoginDialog("示范大学工会", ["林晓", *users], lambda *_: None, last="林晓")),
        (
            "founding",
            FoundingDialog(lambda _: None, lambda _: None, user="林晓", folder=documents, rule=rule, suffix=SUFFIX),
        ),
    ):
        shown.show()
        shot(name, shown)
        shown.close()
    version = next(row.version for row in app.users.rows() if row.name == "刘洋")
    app.users.open_tiers(users["刘洋"], version, (Tier.LEGAL_AID,), "负责法律援助", app.actor)
    program._show_entered(App(path, clock=clock, login=logins.log_in(path, "刘洋", password, NOW)))
    program.window.resize(1366, 768)
    program.window.open(("legal_aid", _applied(program.app)))
    shot("legal-aid", program.window)


def _keep_safe(app: Any) -> None:
    """Backups, recovery cards and a seal, as an office has them that takes care."""
    from unionoffice.services.recovery import Holder

    app.backups.make(app.actor)
    app.backups.rehearse(app.actor)
    holders = [Holder("工会主席", "李建国"), Holder("财务负责人", "孙立"), Holder("经审委员会主任", "赵志强")]
    app.recovery.test(app.recovery.issue(holders, app.actor).texts[:2], app.actor)
    app.seals.seal(app.actor)


def _applied(app: Any) -> str:
    """An application for legal aid; no user who may see it is the chair."""
    from unionoffice.models.registers import register_named

    values = {
        "name": "何秀兰",
        "opponent": "示范物业服务有限公司",
        "cause": "wages",
        "value": 1_860_000,
        "claim": "补发 2026 年 3 月至 8 月拖欠的工资 18,600 元",
        "proof": "given",
        "way": "arbitration",
        "received_on": "2026-10-08",
    }
    record_id: str = app.registers.create(register_named("legal_aid"), values, app.actor)[0]
    return record_id


def _let_go(app: Any, password: str) -> None:
    """Members who left long ago: two are destroyed, two stand on an approved list, three are due."""
    from unionoffice.app import App
    from unionoffice.models.member import EventKind
    from unionoffice.services import logins

    root = app.organisation.tree()[0].id
    for place, name in enumerate(("钱文彬", "吴秀兰", "孙立国", "周桂兰", "郑永福", "冯淑珍", "沈志明")):
        values = {"name": name, "unit_id": root, "joined_on": "1996-09-01", "staff_number": f"0{410 + place}"}
        member_id, _ = app.members.create(values, app.actor)
        app.members.record_event(member_id, EventKind.TRANSFER_OUT, f"2015-0{place + 1}-15", app.actor, reason="调离")
    chair = App(app.path, clock=app.clock, login=logins.log_in(app.path, "李建国", password, NOW), shipped_fonts=True)
    for _ in range(2):
        number, _changes = app.destructions.prepare(app.actor, [each.member_id for each in app.destructions.due()[:2]])
        chair.destructions.approve(number, chair.actor)
        if number == 1:
            app.destructions.carry_out(number, app.actor)
    chair.close()


def _replacing(program: Any) -> Any:
    from unionoffice.ui.dialogs import WorkDialog

    dialog = WorkDialog("正在更换密钥", program.jobs)
    dialog._progressed(3, 8, "正在重新加密")
    return dialog


_BRANCHES = ("机械学院", "土木学院", "外语学院", "后勤集团")


def _routes(app: Any, *, empty: bool) -> list[tuple[str, tuple[str, str]]]:
    from unionoffice.models.registers import register_named
    from unionoffice.store.queries.members import MemberQuery
    from unionoffice.store.queries.records import ListQuery

    found = [
        ("home", ("home", "")),
        ("members", ("members", "")),
        ("organisation", ("organisation", "")),
        ("imports", ("imports", "")),
        ("welfare", ("welfare", "")),
        ("merchants", ("merchant", "")),
        ("forms", ("forms", "")),
        ("documents", ("documents", "")),
        ("settings", ("settings", "")),
    ]
    if empty:
        return found
    batches = {batch.state.value: batch.id for batch in app.welfare.batches()}
    merchant = app.registers.rows(register_named("merchant"), ListQuery())[0][0]
    found += [
        ("member-card", ("members", app.members.ids(MemberQuery())[0])),
        ("member-new", ("members", "new")),
        ("welfare-new", ("welfare", "new")),
        ("merchant", ("merchant", merchant)),
    ]
    found += [(f"batch-{state}", ("welfare", batch_id)) for state, batch_id in batches.items()]
    return [*found, ("desk", ("desk", batches["distributing"]))]


def _import_review(program: Any, shot: Callable[[str, Any], None], qt: Any) -> None:
    program.window.open(("imports", ""))
    program.window.page.take_files([ROOT / "tests" / "data" / "教职工会员信息-大学.xlsx"])
    while program.jobs.running:
        qt.processEvents()
    shot("imports-review", program.window)


def _projecting(program: Any, shot: Callable[[str, Any], None]) -> None:
    program.window.open(("welfare", program.app.welfare.batches()[0].id))
    program.window.top_bar.projecting.toggle()
    shot("projecting", program.window)
    program.window.top_bar.projecting.toggle()


def _search(program: Any, shot: Callable[[str, Any], None]) -> None:
    program.window.open(("home", ""))
    program.window.search_box.setFocus()
    program.window.search_box.setText("zl")
    program.window.search_box.textEdited.emit("zl")
    from PySide6.QtTest import QTest

    QTest.qWait(400)
    shot("search", program.window)
    program.window.search_box.clear()


def _preview(program: Any, shot: Callable[[str, Any], None], qt: Any) -> None:
    from PySide6.QtTest import QTest

    from unionoffice.kernel.progress import Silent
    from unionoffice.ui.preview import open_preview

    batch = next(batch for batch in program.app.welfare.batches() if batch.state.value == "distributing")
    data = program.app.papers.sign_sheet_pdf(batch.id, Silent())
    window = open_preview("签领表", data, prompts=program.prompts, file_name="签领表.pdf")
    window.resize(1000, 760)
    QTest.qWait(1200)
    shot("preview", window)
    window.close()


def _forms(program: Any, shot: Callable[[str, Any], None], qt: Any) -> None:
    """A form and a paper being filled in, the tags, and an upper union's template."""
    from PySide6.QtTest import QTest

    from unionoffice.store.queries.members import MemberQuery

    def settled(name: str) -> None:
        QTest.qWait(600)
        while program.jobs.running or program.jobs.waiting:
            qt.processEvents()
        QTest.qWait(600)
        shot(name, program.window)

    window = program.window
    ids = program.app.members.ids(MemberQuery())[:6]
    window.open(("forms", f"member:{','.join(ids)}"))
    page = window.page
    page.controller.choose("会员/入会申请书")
    settled("forms-filled")
    window.open(("forms", "tags"))
    shot("forms-tags", window)
    page.template.open(ROOT / "resources" / "forms" / "会员" / "慰问审批表（住院）.xlsx")
    window.open(("forms", "template"))
    page.template_view.grid.choose("A3")
    shot("forms-template", window)
    page.template.close()
    window.open(("forms", ""))
    window.open(("documents", "会籍转移函"))
    settled("documents-filled")
    window.page.wording.edit()
    settled("documents-words")
    window.page.wording.discard()


def _papers(folder: Path) -> None:
    from unionoffice.app import App
    from unionoffice.kernel.clock import FixedClock
    from unionoffice.kernel.progress import Silent
    from unionoffice.models.registers import register_named
    from unionoffice.store.queries.records import ListQuery

    app = App(folder / "练习.ghoffice", clock=FixedClock(NOW), shipped_fonts=True)
    batch = next(batch for batch in app.welfare.batches() if batch.state.value == "distributing")
    sheet = folder / "sheet.pdf"
    app.papers.save_sign_sheet(batch.id, sheet, Silent())
    merchant = register_named("merchant")
    record = folder / "record.pdf"
    record.write_bytes(app.papers.record_sheet_pdf(merchant, app.registers.rows(merchant, ListQuery())[0][0]))
    app.close()
    card = _recovery_card(folder / "card.pdf")
    pages = {
        "paper-sign-sheet": (sheet, 1),
        "paper-sign-sheet-branch-end": (sheet, 5),
        "paper-record": (record, 1),
        "recovery-card": (card, 1),
    }
    for name, (path, page) in pages.items():
        subprocess.check_call(
            ["pdftoppm", "-r", "60", "-png", "-singlefile", "-f", str(page), "-l", str(page), path, PICTURES / name]
        )


def _recovery_card(path: Path) -> Path:
    """A made-up card, the same every time: real ones are random."""
    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.pdf.recovery_card import recovery_cards_pdf
    from unionoffice.documents.recovery_card import RecoveryCard
    from unionoffice.practice import NAME
    from unionoffice.store.cards import Card

    share = bytes(each * 37 % 256 for each in range(32))
    card = Card(1, "00112233", "44556677", 1, NOW.date(), "8899aabb", share)
    day = f"{NOW.year}年{NOW.month}月{NOW.day}日"
    sheet = RecoveryCard(1, NAME, "工会主席", "欧阳敏", 1, day, card.key, card.lines(), card.text(), practice=True)
    path.write_bytes(recovery_cards_pdf([sheet], fonts=Fonts(shipped_only=True)))
    return path


if __name__ == "__main__":
    if sys.argv[1:2] == ["take"]:
        take(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), (int(sys.argv[5]), int(sys.argv[6])))
    else:
        main(Path(sys.argv[2]).absolute() if sys.argv[1:2] == ["small"] else None)

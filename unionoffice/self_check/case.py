"""The steps of the self-check, each of which raises what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import Actor, new_id
from unionoffice.kernel.progress import Silent
from unionoffice.kernel.resources import resource
from unionoffice.models.everything import record_types
from unionoffice.models.registers import all_registers
from unionoffice.models.welfare import BatchState
from unionoffice.practice import NAME, ROSTER
from unionoffice.services import logins
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.opening import Login
from unionoffice.services.recovery import POSTS, Holder, administrators, open_by_cards, recover
from unionoffice.store import keyring, schema
from unionoffice.store.change_log import derived_values, encode
from unionoffice.store.engine import connect
from unionoffice.store.queries.members import MemberQuery

ACTOR = Actor("自检")
PERSON = "尉迟㛃"


class Case:
    """One check: a folder, an office in it that goes from step to step, and what was found."""

    def __init__(self, folder: Path, found: dict[str, Any]) -> None:
        self.folder = folder
        self.found = found
        self.clock = FixedClock(datetime(2026, 9, 10, 9, 30))
        self.office = folder / "旧办公文件.ghoffice"
        self.batch = ""

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """The steps by the names that a report shows."""
        return [
            ("台账", self.registers),
            ("字体", self.fonts),
            ("旧办公文件", self.old_office),
            ("升级", self.migrate),
            ("导入", self.roster_in),
            ("查找", self.search),
            ("审批", self.approve),
            ("签领表", self.sign_sheets),
            ("导出", self.roster_out),
            ("核对", self.verify),
            ("加密", self.encrypted_office),
            ("窗口", self.window),
        ]

    def registers(self) -> None:
        """Every register file is found."""
        names = [register.name for register in all_registers()]
        _expect(names, "没有找到任何台账")
        self.found["registers"] = names
        self.found["sqlite"] = dbapi2.sqlite_version

    def fonts(self) -> None:
        """All shipped fonts load and know a rare name."""
        module = import_module("unionoffice.documents.pdf.fonts")
        fonts = module.Fonts(shipped_only=True)
        for style in module.Style:
            missing = fonts.missing("工会𬱟𫖯䶮㛃￥〇", style)
            _expect(not missing, f"字体 {style} 缺字：{missing}")

    def old_office(self) -> None:
        """An office as the first program made it, with a few records."""
        schema.create(self.office, schema.revisions()[0])
        _fill(self.office)

    def migrate(self) -> None:
        """It is copied and brought up to this program, and nothing is lost."""
        with closing(self._open()) as app:
            copy = app.copied_before_migration
            if len(schema.revisions()) > 1:
                _expect(copy is not None and copy.exists(), "升级前没有留备份")
            _expect(app.offices.get().name == NAME, "升级后单位名称不对")
            _expect(len(app.members.search(PERSON)) == 1, "升级后会员不见了")
        _expect(schema.revision(self.office) == schema.head(), "没有升级到最新")
        self.found["revision"] = schema.head()

    def roster_in(self) -> None:
        """A real-shaped roster goes in."""
        with closing(self._open()) as app:
            counts = app.imports.run([resource(ROSTER)], ACTOR, Silent()).as_json()
        _expect(counts["new"] > 800, f"花名册只登记了 {counts['new']} 人")
        self.found["imported"] = {name: counts[name] for name in ("read", "new", "refused")}

    def search(self) -> None:
        """A person is found by every reading's initials."""
        with closing(self._open()) as app:
            hits = [hit.name for hit in app.members.search("ycj")]
        _expect(PERSON in hits, "按拼音首字母没有找到人")

    def approve(self) -> None:
        """One branch's list is approved."""
        with closing(self._open()) as app:
            unit = next(node for node in app.members.units() if node.parent_id is not None)
            values = {
                "name": "自检慰问",
                "kind": "festival",
                "item": "月饼礼盒",
                "payment": "goods",
                "quantity": 1,
                "unit_price": 19800,
                "budget": 50_000_000,
                "roll_date": date(2026, 9, 10),
                "unit_ids": unit.id,
            }
            self.batch, _ = app.welfare.plan("自检慰问", None, values, ACTOR)
            app.welfare.approve(self.batch, ACTOR)
            batch = app.welfare.batch(self.batch)
        _expect(batch is not None and batch.state is not BatchState.DRAFT and batch.line_count > 0, "名单是空的")
        assert batch is not None
        self.found["listed"] = batch.line_count

    def sign_sheets(self) -> None:
        """The list is printed as PDF and written as workbook."""
        with closing(self._open()) as app:
            for name, magic in (("签领表.pdf", b"%PDF"), ("签领表.xlsx", b"PK")):
                app.papers.save_sign_sheet(self.batch, self.folder / name, Silent())
                data = (self.folder / name).read_bytes()
                _expect(data.startswith(magic) and len(data) > 4000, f"“{name}”没有写好")
                self.found[name] = len(data)
            _expect(not app.papers.unprintable(self.batch), "签领表有印不出的字")

    def roster_out(self) -> None:
        """The roster is exported."""
        with closing(self._open()) as app:
            rows = app.exports.members(self.folder / "会员花名册.xlsx", MemberQuery(), Silent())
            _expect(rows == app.members.count(MemberQuery()), "导出的人数不对")
        self.found["exported"] = rows

    def verify(self) -> None:
        """The log gives the database."""
        with closing(self._open()) as app:
            report = check(app.store)
        _expect(not report.problems, "；".join(report.problems[:3]))
        self.found["records"] = report.records

    def encrypted_office(self) -> None:
        """An encrypted office opens by password, and without password and key file by two recovery cards."""
        path = self.folder / "加密.ghoffice"
        create(path, NAME, self.clock, ACTOR, password="Zi-Jian-2026", cost=keyring.CHEAPEST)
        holders = [Holder(post, f"{post}甲") for post in POSTS]
        with closing(App(path, clock=self.clock, login=self._login(path, "Zi-Jian-2026"), shipped_fonts=True)) as app:
            issued = app.recovery.issue(holders, app.actor)
            app.recovery.test(issued.texts[:2], app.actor)
            _expect(app.recovery.state().advice is None, "恢复卡没有试用成")
        _expect(issued.pdf.startswith(b"%PDF"), "恢复卡没有印好")
        keyring.key_path(path).unlink()
        opened = open_by_cards(path, issued.texts[1:])
        user_id, _name = administrators(path, opened, self.clock)[0]
        recover(path, opened, user_id, "Hui-Fu-2026", self.clock, cost=keyring.CHEAPEST)
        with closing(App(path, clock=self.clock, login=self._login(path, "Hui-Fu-2026"))) as app:
            report = check(app.store)
        _expect(not report.problems, "；".join(report.problems[:3]))
        self.found["recovery_cards"] = len(issued.texts)

    def _login(self, path: Path, password: str) -> Login:
        return logins.log_in(path, ACTOR.name, password, self.clock.now())

    def window(self) -> None:
        """The window opens with every page, speaks Chinese, and shows the printed list."""
        widgets = import_module("PySide6.QtWidgets")
        qt = widgets.QApplication.instance() or widgets.QApplication(["unionoffice"])
        bugs: list[BaseException] = []
        program = import_module("unionoffice.window").Program(qt, self.folder / "设置", prompts=_Unasked())
        hook, sys.excepthook = sys.excepthook, lambda _kind, bug, _trace: bugs.append(bug)
        try:
            _expect(program.open(self.office), "窗口没有打开")
            _expect(qt.translate("QPlatformTheme", "Cancel") == "取消", "按钮不是中文")
            names = program.window.names
            for name in names:
                program.window.open((name, ""))
                qt.processEvents()
                _expect(not bugs, f"页面“{name}”打不开：{bugs[:1]}")
            sheet = (self.folder / "签领表.pdf").read_bytes()
            preview = import_module("unionoffice.ui.preview").open_preview(
                "签领表", sheet, prompts=program.prompts, file_name="签领表.pdf"
            )
            qt.processEvents()
            for window in (preview, program.window):
                window.close()
                window.deleteLater()
            program.jobs.stop()
            qt.processEvents()
            _expect(not bugs, f"窗口出错：{bugs[:1]}")
        finally:
            sys.excepthook = hook
            program.close()
        self.found["pages"] = names

    def _open(self) -> App:
        return App(self.office, clock=self.clock, actor=ACTOR, shipped_fonts=True)


class _Unasked:
    """Stands where dialogs are asked for: during the check nobody is there to answer."""

    def __getattr__(self, name: str) -> Any:
        raise EnvironmentFault(f"自检时弹出了对话框：{name}")


def _fill(path: Path) -> None:
    """Records of a first program, with their log: written by hand, for the mapped classes are today's."""
    unit = new_id()
    member = {"name": PERSON, "unit_id": unit, "enrolled": 1, "membership_state": "active", "joined_on": "2019-05"}
    records: list[tuple[str, str, dict[str, Any]]] = [
        ("office", new_id(), {"name": NAME, "member_number_pattern": "HY{年}{序号:5}", "practice": 1}),
        ("unit", unit, {"name": NAME, "kind": "union", "position": 0}),
        ("unit_change", new_id(), {"unit_id": unit, "on_date": "1949-10-01", "name": NAME}),
        ("member", new_id(), member),
        ("merchant", new_id(), {"name": "示范书店", "category": "culture", "discount": "九折", "state": "draft"}),
    ]
    with closing(connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        _insert(
            connection, "operation_entry", name="old", label="旧程序", actor="旧程序", at="2024-03-01 09:00:00.000000"
        )
        for kind, record_id, values in records:
            values = {**values, "archived": 0}
            derived = derived_values(record_types()[kind], values)
            _insert(connection, kind, id=record_id, version=1, **values, **derived)
            line = {"operation_id": 1, "record_type": kind, "record_id": record_id, "action": "create", "version": 1}
            _insert(connection, "change_entry", **line, changes=encode(values).decode())
        connection.execute("COMMIT")


def _insert(connection: Any, table: str, **values: Any) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def _expect(truth: object, sentence: str) -> None:
    if not truth:
        raise EnvironmentFault(sentence)

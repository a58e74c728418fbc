"""The main window of one open office: which pages there are, over which services."""

from __future__ import annotations

from collections import Counter
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from unionoffice.app import App
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers
from unionoffice.models.user import Role
from unionoffice.models.welfare import Batch
from unionoffice.services.filled_in import FORM, PAPER
from unionoffice.ui import shown
from unionoffice.ui.bars import WindowIdentity
from unionoffice.ui.documents import documents_page
from unionoffice.ui.forms import FormsServices, forms_page
from unionoffice.ui.home import home_page
from unionoffice.ui.imports import imports_page
from unionoffice.ui.main_window import MainWindow
from unionoffice.ui.members import members_page
from unionoffice.ui.office import settings_page
from unionoffice.ui.organisation import organisation_page
from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import EXCEL_IN
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.safety import SafetyServices, safety_page
from unionoffice.ui.search_box import SearchHit
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.users import users_page
from unionoffice.ui.welfare import desk_page, welfare_page

if TYPE_CHECKING:
    from unionoffice.services.drafts import Unfinished


class Ways(Protocol):
    """The ways out of the main window that the program offers."""

    def lock(self) -> None: ...
    def leave(self) -> None: ...
    def change_password(self) -> None: ...
    def restore(self, chosen: Path) -> None: ...


def main_window(around: Surroundings, app: App, ways: Ways, settings: ScreenSettings) -> MainWindow:
    """The main window of one open office, every page made at its first visit."""

    def search(text: str) -> list[SearchHit]:
        phone = Member.fields()["phone"]
        return [
            SearchHit(
                hit.name,
                "　".join(filter(None, (hit.unit, shown.text(phone, hit.phone), hit.state.label))),
                ("members", hit.id),
            )
            for hit in app.members.search(text)
        ]

    window = MainWindow(
        around,
        pages(around, app, ways, settings),
        identity=_identity(app),
        settings=settings,
        office=app.office_id,
        search=search if around.permits.may("view:members") else None,
    )
    window.telling.say(app.only_reading or "")

    def take_files(paths: list[Path]) -> None:
        window.open(("imports", ""))
        page: Any = window.page
        page.take_files(paths)

    window.files_dropped.connect(take_files)
    window.top_bar.lock_requested.connect(ways.lock)
    window.top_bar.password_requested.connect(ways.change_password)
    window.top_bar.leave_requested.connect(ways.leave)
    window.open_last(("home", ""))
    return window


def _identity(app: App) -> WindowIdentity:
    """Whose office this is and who works in it, with what powers."""
    actor = app.actor
    if actor.user_id is None:
        return WindowIdentity(app.name, actor.name, practice=app.practice)
    return WindowIdentity(
        app.name,
        actor.name,
        practice=app.practice,
        logged_in=True,
        roles=tuple(role.label for role in Role if role in actor.roles),
        branches=() if actor.units is None else tuple(_topmost(app, actor.units)),
        deputy_for=actor.deputy_for,
    )


def _topmost(app: App, units: frozenset[str]) -> list[str]:
    """Names of those units that lie below none of the others."""
    return [node.name for node in app.organisation.tree() if node.id in units and node.parent_id not in units]


def safety_services(app: App) -> SafetyServices:
    """What the page 数据安全 works with."""
    return SafetyServices(
        lambda: app.backups,
        lambda: app.recovery,
        lambda: app.undo,
        lambda: app.seals,
        lambda: app.papers,
        lambda: app.destructions,
        lambda: app.destruction_slips,
    )


def pages(around: Surroundings, app: App, ways: Ways, settings: ScreenSettings) -> list[PageSpec]:
    """Every page of the program, in the order of the navigation."""
    encrypted = app.store.key is not None
    return [
        home_page(lambda: home_facts(app, around.permits, around.drafts), around.drafts),
        imports_page(around, lambda: app.imports, lambda: app.members),
        members_page(
            around, lambda: app.members, lambda: app.exports, lambda: app.access_log, lambda: app.personal_data
        ),
        organisation_page(around, lambda: app.organisation, lambda: app.members),
        welfare_page(
            around,
            lambda: app.welfare,
            lambda: app.organisation,
            lambda: app.papers,
            lambda: app.welfare_slips,
        ),
        desk_page(around, lambda: app.welfare),
        *(_register_page(around, app, register) for register in all_registers()),
        forms_page(
            around,
            FormsServices(
                lambda: app.forms,
                lambda: app.members,
                lambda: app.organisation,
                lambda: app.welfare,
                lambda: app.print_marks,
            ),
        ),
        documents_page(around, lambda: app.official_documents),
        *([users_page(around, lambda: app.users, lambda: app.organisation)] if encrypted else []),
        safety_page(around, safety_services(app), restore=ways.restore),
        settings_page(
            around,
            lambda: app.offices,
            lambda: app.approval_limits,
            app.path,
            settings=settings,
            encrypted=encrypted,
            leave=ways.leave,
        ),
    ]


def home_facts(app: App, permits: Permits, drafts: DraftKeeper | None = None) -> Any:
    """What the home page tells today."""
    facts = import_module("unionoffice.ui.home.facts")
    found = facts.gather(app.members, app.organisation, app.welfare, app.registers, app.clock.today(), permits)
    if app.store.key is not None and permits.may("key:cards") and app.recovery.state().current is None:
        found.due.insert(0, facts.Due(3, "张恢复卡还没有印好并试用，密码忘了就打不开", "red", ("safety", "")))
    kinds = (found.place.form.partition("/")[0] for found in _unfinished(drafts))
    places = Counter(_FILLED_IN_AT.get(kind, kind) for kind in kinds)
    titles = {"members": "会员资料", "welfare": "发放方案", "forms": "表单", "documents": "公文"}
    titles |= {each.name: each.title for each in all_registers()}
    found.due[:0] = [
        facts.Due(count, f"份{titles[page]}没填完，都留着", "blue", (page, "")) for page, count in places.items()
    ]
    return found


_FILLED_IN_AT = {
    Member.type_name: "members",
    FamilyMember.type_name: "members",
    Batch.type_name: "welfare",
    FORM: "forms",
    PAPER: "documents",
}
"""On which page a draft is gone on with; registers have their own."""


def _unfinished(drafts: DraftKeeper | None) -> list[Unfinished]:
    return drafts.unfinished() if drafts is not None else []


def _register_page(around: Surroundings, app: App, register: Register) -> PageSpec:
    def import_files(register: Register) -> None:
        paths = around.prompts.open_files(f"导入{register.title}", (EXCEL_IN,))

        def done(value: Any) -> None:
            counts, problems = value
            around.prompts.show_message(f"导入{register.title}", "\n".join([counts.text(), *problems[:20]]))

        for path in paths:
            around.operations.run_in_background(
                partial(app.register_imports.run, register, path, app.actor),
                title=f"正在导入{register.title}",
                done=done,
            )

    def make() -> Page:
        module = import_module("unionoffice.ui.records.register_page")
        page: Page = module.RegisterPage(
            around,
            register,
            app.registers,
            extras=module.RegisterExtras(
                export=lambda *args, **named: app.exports.register(*args, **named),
                import_files=import_files,
                print_record=lambda register, record_id: app.papers.record_sheet_pdf(register, record_id),
                access=lambda: app.access_log,
                slips=app.register_slips,
            ),
        )
        return page

    icon = _REGISTER_ICONS.get(register.name, "register")
    return PageSpec(register.name, register.title, icon, "台账", make, needs=(f"view:{register.name}",))


_REGISTER_ICONS = {
    "merchant": "merchant",
    "psychology": "care",
    "legal_aid": "scales",
    "consent": "consent",
    "data_request": "request",
}
"""Registers are told apart also where only icons are shown."""

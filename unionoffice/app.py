"""The composition root: the one place that constructs things and hands them down.

Services are imported when first asked for, here and nowhere else, because they and the libraries they draw in would
cost half of the program's start (docs/decisions/0002-lazy-services.md).
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.permission import may
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers, register_named
from unionoffice.services.opening import (
    Login,
    actor_of,
    check_login,
    open_store,
    open_to_read,
    settle_keys,
    whose,
)

if TYPE_CHECKING:
    from unionoffice.models.print_mark import PrintMark
    from unionoffice.services.access_log import AccessLog
    from unionoffice.services.approval_limits import ApprovalLimits
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.approvals import Approvals
    from unionoffice.services.backups import Backups
    from unionoffice.services.consents import Consents
    from unionoffice.services.destruction import Destructions
    from unionoffice.services.drafts import Drafts
    from unionoffice.services.exports import Exports
    from unionoffice.services.forms.service import Forms
    from unionoffice.services.imports import Imports
    from unionoffice.services.marked_pictures import MarkedPictures
    from unionoffice.services.members import Members
    from unionoffice.services.offices import Offices
    from unionoffice.services.official_documents import OfficialDocuments
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.papers import Papers
    from unionoffice.services.personal_data import PersonalData
    from unionoffice.services.print_marks import PrintMarks
    from unionoffice.services.recovery import Recovery
    from unionoffice.services.register_imports import RegisterImports
    from unionoffice.services.registers import Registers
    from unionoffice.services.seals import Seals
    from unionoffice.services.undo import Undo
    from unionoffice.services.users import Users
    from unionoffice.services.welfare import Welfare

assert all_registers(), "no register was found: the program was packed without unionoffice.models.registers"


class App:
    """One open office and everything that can be done with it. Close it when done.

    With `reading` a file that cannot be written is opened too; `only_reading` then is the sentence that says so. An
    encrypted office needs a `login`, which also says who acts; `must_change` is whether he has to change his password
    before anything else. `looked_through` looks at every page of the file first, as whoever is going to work in it
    wants; a damaged file is not opened.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock | None = None,
        actor: Actor | None = None,
        login: Login | None = None,
        shipped_fonts: bool = False,
        reading: bool = False,
        looked_through: bool = False,
    ) -> None:
        self.clock = clock or SystemClock()
        self.only_reading: str | None = None
        key = login.key if login else None
        if reading:
            self.store, self.copied_before_migration, self.only_reading = open_to_read(
                path, self.clock, key=key, looked_through=looked_through
            )
        else:
            self.store, self.copied_before_migration = open_store(
                path, self.clock, key=key, looked_through=looked_through
            )
        self.path = path
        self.shipped_fonts = shipped_fonts
        office = whose(self.store)
        self.office_id, self.name, self.practice = office.id, office.name, office.practice
        self.must_change = False
        if login is not None:
            keys = settle_keys(self.store)
            self.actor, self.must_change = actor_of(self.store, login.user_id)
            check_login(keys, login)
        else:
            self.actor = actor or Actor(office.preparer or login_name())
        self.store.viewer = self.actor
        if login is not None:
            self._log_in()

    def _log_in(self) -> None:
        """Wrong passwords come first: when they were tried nothing could be written."""
        from unionoffice.models.access_entry import AccessKind
        from unionoffice.services.access_log import Access
        from unionoffice.services.logins import note_failures

        note_failures(self.path, self.access_log)
        self.access_log.note(Access(AccessKind.LOGIN, "办公文件"))

    @cached_property
    def offices(self) -> Offices:
        """The office's settings."""
        from unionoffice.services.offices import Offices

        return Offices(self.store)

    @cached_property
    def members(self) -> Members:
        """The members."""
        from unionoffice.services.members import Members

        return Members(self.store, self.offices)

    @cached_property
    def organisation(self) -> Organisation:
        """The union tree, terms and officers."""
        from unionoffice.services.organisation import Organisation

        return Organisation(self.store)

    @cached_property
    def registers(self) -> Registers:
        """The small registers."""
        from unionoffice.services.registers import Registers

        return Registers(self.store)

    @cached_property
    def welfare(self) -> Welfare:
        """Programmes, batches and their lines."""
        from unionoffice.services.welfare import Welfare

        return Welfare(self.store)

    @cached_property
    def imports(self) -> Imports:
        """Rosters in."""
        from unionoffice.services.imports import Imports

        return Imports(self.store, self.offices, self.access_log)

    @cached_property
    def register_imports(self) -> RegisterImports:
        """Register records in."""
        from unionoffice.services.register_imports import RegisterImports

        return RegisterImports(self.store, self.offices, self.access_log)

    @cached_property
    def backups(self) -> Backups:
        """Its backups, and the rehearsals of restoring them."""
        from unionoffice.services.backups import Backups

        return Backups(self.store)

    @cached_property
    def undo(self) -> Undo:
        """The way back from whole actions."""
        from unionoffice.services.undo import Undo

        return Undo(self.store)

    @cached_property
    def users(self) -> Users:
        """Who may open the office."""
        from unionoffice.services.users import Users

        return Users(self.store, self.access_log)

    @cached_property
    def access_log(self) -> AccessLog:
        """Who saw, printed, took out or brought in what."""
        from unionoffice.services.access_log import AccessLog

        return AccessLog(self.store, lambda: self.actor, keeps=self.only_reading is None)

    @cached_property
    def drafts(self) -> Drafts:
        """What whoever works here has half typed."""
        from unionoffice.services.drafts import Drafts
        from unionoffice.services.filled_in import FilledIn

        filled_in = FilledIn(
            lambda: self.forms.listed(), lambda key: self.official_documents.templates.template(key).name
        )
        return Drafts(self.store, self.actor, keeps=self.only_reading is None, filled_in=filled_in.name)

    @cached_property
    def seals(self) -> Seals:
        """The daily seals."""
        from unionoffice.services.seals import Seals

        return Seals(self.store)

    @cached_property
    def recovery(self) -> Recovery:
        """Recovery cards, and replacing the data key."""
        from unionoffice.services.recovery import Recovery

        return Recovery(self.store, self.offices, self.papers.fonts)

    @cached_property
    def exports(self) -> Exports:
        """Lists out."""
        from unionoffice.services.exports import Exports

        return Exports(self.store, self.offices, self.access_log)

    @cached_property
    def papers(self) -> Papers:
        """Prints."""
        from unionoffice.services.papers import Papers

        return Papers(self.store, self.offices, self.access_log, self.print_marks, shipped_only=self.shipped_fonts)

    @cached_property
    def print_marks(self) -> PrintMarks:
        """The marks by which printed papers are verified."""
        from unionoffice.services.print_marks import PrintMarks

        return PrintMarks(
            self.store,
            self.offices,
            lambda: self.actor,
            keeps=self.only_reading is None,
            todays=self._todays_digests,
        )

    @cached_property
    def forms(self) -> Forms:
        """Printed forms."""
        from unionoffice.services.forms.service import Forms

        return Forms(self.store, self.offices, self.access_log, self.print_marks, self.papers.fonts)

    @cached_property
    def official_documents(self) -> OfficialDocuments:
        """Official papers (公文)."""
        from unionoffice.services.official_documents import OfficialDocuments

        return OfficialDocuments(self.store, self.offices, self.access_log, self.print_marks, self.papers.fonts)

    @cached_property
    def consents(self) -> Consents:
        """Who has not agreed to what."""
        from unionoffice.services.consents import Consents

        return Consents(self.store)

    @cached_property
    def marked_pictures(self) -> MarkedPictures:
        """Copies of identity cards for one purpose only."""
        from unionoffice.services.marked_pictures import MarkedPictures

        return MarkedPictures(self.store, self.offices, self.access_log, self.papers.fonts)

    @cached_property
    def destructions(self) -> Destructions:
        """Destroying personal data whose time is over."""
        from unionoffice.services.destruction import Destructions

        return Destructions(self.store, self.offices, self.access_log, self.papers.fonts)

    @cached_property
    def personal_data(self) -> PersonalData:
        """What the office keeps of one person, for the person himself."""
        from unionoffice.services.personal_data import PersonalData

        return PersonalData(self.store, self.offices, self.access_log, self.print_marks, self.papers.fonts)

    @cached_property
    def approval_limits(self) -> ApprovalLimits:
        """Which amount needs whose approval."""
        from unionoffice.services.approval_limits import ApprovalLimits

        return ApprovalLimits(self.store)

    @cached_property
    def welfare_slips(self) -> ApprovalSlips:
        """Approval slips of distributions, on paper and as files."""
        return self._slips(self.welfare.approvals)

    @cached_property
    def destruction_slips(self) -> ApprovalSlips:
        """Approval slips of lists of data to be destroyed."""
        return self._slips(self.destructions.approvals)

    def register_slips(self, register: Register) -> ApprovalSlips:
        """Approval slips of a register whose workflow decides."""
        return self._slips(self.registers.approvals(register))

    def _todays_digests(self, marks: Sequence[PrintMark]) -> dict[str, bytes]:
        """What marked papers would say today, by code; without papers of others, and what is not seen whole."""
        each = {mark.code: self._todays_digest(mark.subject) for mark in marks}
        return {code: found for code, found in each.items() if found is not None} | self.forms.todays_digests(marks)

    def _todays_digest(self, subject: str) -> bytes | None:
        kind, _, rest = subject.partition(":")
        if kind != "approval_slip":
            return self.papers.todays_digest(subject)
        name = rest.partition(":")[0]
        if self.actor.units is not None or not may(self.actor, f"view:{name}"):
            return None
        own = {"batch": lambda: self.welfare_slips, "destruction": lambda: self.destruction_slips}
        slips = own[name]() if name in own else self.register_slips(register_named(name))
        return slips.todays_digest(subject)

    def _slips(self, approvals: Approvals) -> ApprovalSlips:
        from unionoffice.services.approval_slips import ApprovalSlips

        return ApprovalSlips(approvals, self.offices, self.access_log, self.print_marks, self.papers.fonts)

    def close(self) -> None:
        """Let go of the office file."""
        self.store.close()


def login_name() -> str:
    """The name the PC knows its user by; “经办人” where it knows none."""
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):
        return "经办人"

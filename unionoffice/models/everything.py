"""Imports every mapped class, so that the tables are complete: for creating, migrating, replaying and checking."""

from __future__ import annotations

from unionoffice.models import (
    access_entry,
    approval,
    approval_limits,
    chain,
    change_entry,
    destruction,
    draft,
    form_memory,
    household,
    import_run,
    member,
    office,
    organisation,
    print_mark,
    recovery,
    seal,
    user,
    welfare,
)
from unionoffice.models.base import Base, Record, record_types
from unionoffice.models.registers import all_registers

all_registers()

__all__ = [
    "Base",
    "Record",
    "access_entry",
    "approval",
    "approval_limits",
    "chain",
    "change_entry",
    "destruction",
    "draft",
    "form_memory",
    "household",
    "import_run",
    "member",
    "office",
    "organisation",
    "print_mark",
    "record_types",
    "recovery",
    "seal",
    "user",
    "welfare",
]

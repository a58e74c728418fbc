"""Small registers, one file each; a file here is a register in the program."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from unionoffice.models.register import Register


@cache
def all_registers() -> tuple[Register, ...]:
    """Every register found in this folder, by file name."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        register = getattr(importlib.import_module(f"{__name__}.{module.name}"), "REGISTER", None)
        if register is not None:
            found.append(register)
    return tuple(found)


def register_named(name: str) -> Register:
    """The register whose record type is stored as `name`; KeyError when there is none."""
    return {register.name: register for register in all_registers()}[name]

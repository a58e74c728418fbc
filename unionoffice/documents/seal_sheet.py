"""What the printed daily seal (封存单) says, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealSheet:
    """One seal: whose office, the code in groups, its facts as (label, value), and when it was printed."""

    title: str
    office: str
    number: str
    code: str
    facts: tuple[tuple[str, str], ...]
    notice: str
    signers: tuple[str, ...]
    foot: str
    practice: bool = False

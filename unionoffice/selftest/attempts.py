"""One try of something that must end well or in a sentence; anything else is a bug, and the finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unionoffice.kernel.errors import UserError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try gave: its value, the sentence it ended in, or the bug it met."""

    value: Any = None
    sentence: str = ""
    bug: str = ""

    @property
    def refused(self) -> bool:
        """Whether it ended in a sentence."""
        return bool(self.sentence)


def attempt(act: Callable[..., Any], *arguments: Any, **named: Any) -> Outcome:
    """Do something and tell how it ended."""
    try:
        return Outcome(act(*arguments, **named))
    except UserError as fault:
        return Outcome(sentence=fault.sentence or "没有说明的拒绝")
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what the self test looks for
        return Outcome(bug=f"{type(fault).__name__}: {fault}"[:300])

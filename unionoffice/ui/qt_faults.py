"""Faults of the Qt binding that would end the program, kept away from it."""

from __future__ import annotations

import ctypes
import sys

_MANY = 1 << 40


def keep_none_alive() -> None:
    """Give None, True and False references that PySide6 can lose.

    Each time C++ calls a model's `data` and it answers None, PySide6 6.12 drops one reference too many (seen: -1000
    after 1000 calls). Before Python 3.12, where None became immortal, the program dies of it after a few minutes of
    scrolling: "Fatal Python error: none_dealloc". True and False are lost when widgets are taken down ("bool_dealloc").
    The reference count is the first word of an object.
    """
    for value in (None, True, False):
        if sys.version_info < (3, 12) and sys.getrefcount(value) < _MANY // 2:
            ctypes.c_ssize_t.from_address(id(value)).value += _MANY

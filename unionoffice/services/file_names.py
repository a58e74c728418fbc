"""Names of files that are kept: 年度-分类-期限-件号 (domain.md §8.2; DA/T 22-2015), the title after it."""

from __future__ import annotations

import re

LONGEST = 240
"""Bytes of a name: less than any file system takes, with room for what stands beside a file being written."""

_UNNAMED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+|\s+')


def archive_name(
    title: str,
    *,
    year: int,
    category: str,
    period: str,
    number: int | None = None,
    ending: str = ".pdf",
    practice: bool = False,
) -> str:
    """2026-福利慰问-30年-0007-中秋慰问签领表.pdf.

    A number not given yet leaves its place out, and so does anything else that is empty. Signs that Windows does not
    take fall away. `practice` says before all else that nothing of it is real.
    """
    parts = [
        *(["练习"] if practice else []),
        f"{year:04d}",
        category,
        period,
        *([f"{number:04d}"] if number is not None else []),
        title,
    ]
    named = "-".join(filter(None, (_UNNAMED.sub("", part) for part in parts)))
    return f"{named.encode()[: LONGEST - len(ending)].decode(errors='ignore').rstrip('. ')}{ending}"

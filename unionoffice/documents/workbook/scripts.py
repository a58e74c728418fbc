"""Which font each character of a text is set in where a Latin font is named and the text is Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from unionoffice.documents.workbook.book import Run
from unionoffice.documents.workbook.breaking import AMBIGUOUS, is_wide
from unionoffice.documents.workbook.metrics import FALLBACK, metrics
from unionoffice.documents.workbook.profile import Profile


def by_script(runs: tuple[Run, ...], profile: Profile) -> tuple[Run, ...]:
    """The runs by font. LibreOffice sets blanks and marks that follow Chinese characters in the Chinese font."""
    if profile.excel or all(metrics(run.type.family, run.type.bold).chinese for run in runs):
        return runs
    return tuple(_by_script(runs))


def _by_script(runs: tuple[Run, ...]) -> Iterator[Run]:
    chinese = next((is_wide(char) for run in runs for char in run.text if _decides(char)), False)
    for run in runs:
        if metrics(run.type.family, run.type.bold).chinese:
            yield run
            chinese = next((is_wide(char) for char in reversed(run.text) if _decides(char)), chinese)
            continue
        for follows, piece in groupby(_follows(run.text, chinese), lambda each: each[1]):
            text = "".join(char for char, _ in piece)
            yield Run(text, replace(run.type, family=FALLBACK) if follows else run.type)
        chinese = next((is_wide(char) for char in reversed(run.text) if _decides(char)), chinese)


def _follows(text: str, chinese: bool) -> Iterator[tuple[str, bool]]:
    """Each character, and whether it is a mark or blank that follows a Chinese one."""
    for char in text:
        chinese = is_wide(char) if _decides(char) else chinese
        yield char, chinese and not _decides(char)


def _decides(char: str) -> bool:
    """Whether a character is of one script, as marks that both have are not."""
    return char not in AMBIGUOUS and (is_wide(char) or char.isalnum())

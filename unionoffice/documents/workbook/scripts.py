"""Which font each character of a text is set in where a Latin font is named and the text is Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from unionoffice.documents.workbook.book import Run
from unionoffice.documents.workbook.breaking import is_wide
from unionoffice.documents.workbook.metrics import FALLBACK, metrics
from unionoffice.documents.workbook.profile import Profile


def by_script(runs: tuple[Run, ...], profile: Profile) -> tuple[Run, ...]:
    """The runs by font. LibreOffice sets blanks and marks that follow Chinese characters in the Chinese font."""
    if profile.excel or all(metrics(run.type.family, run.type.bold).chinese for run in runs):
        return runs
    return tuple(_by_script(runs))


def _by_script(runs: tuple[Run, ...]) -> Iterator[Run]:
    strong = next((is_wide(char) for run in runs for char in run.text if is_wide(char) or char.isalnum()), False)
    for run in runs:
        if metrics(run.type.family, run.type.bold).chinese:
            yield run
            strong = next((is_wide(char) for char in reversed(run.text) if is_wide(char) or char.isalnum()), strong)
            continue
        piece, in_chinese = "", False
        for char in run.text:
            if is_wide(char) or char.isalnum():
                strong = is_wide(char)
            weak_after_chinese = strong and not is_wide(char)
            if piece and weak_after_chinese != in_chinese:
                yield _piece(run, piece, in_chinese)
                piece = ""
            piece, in_chinese = piece + char, weak_after_chinese
        if piece:
            yield _piece(run, piece, in_chinese)


def _piece(run: Run, text: str, in_chinese: bool) -> Run:
    return Run(text, replace(run.type, family=FALLBACK) if in_chinese else run.type)

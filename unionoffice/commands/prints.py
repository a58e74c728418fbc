"""Printed papers: holding one against the office by its code or file, and which font prints which characters."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, choice, reworded, tell

DOES_NOT_HOLD, UNPRINTABLE, MISTYPED = 1, 1, 2
"""Exit status: the paper is not to be relied on; not everything can be printed; nothing was verified, for the code was
copied wrong."""


def add_commands(commands: Commands) -> None:
    """`verify-print` and `fonts`."""
    verify = commands.add("verify-print", "核验打印件：纸上的核验码，或打印存下的 PDF 文件", _verify)
    verify.add_argument("paper", metavar="核验码|文件.pdf", help="如 7K3F-92QM-X；文件要以 .pdf 结尾")

    fonts = commands.add("fonts", "文件里的生僻字由哪种字体打印，哪些字印不出；不需要办公文件", _fonts)
    fonts.add_argument("file", type=Path, metavar="文件", help=".txt、.csv 或 Excel")
    reworded(fonts, "office", "办公文件：也用它旁边 fonts 文件夹里的字体")


def _fonts(options: argparse.Namespace) -> Output:
    from unionoffice.documents.pdf.fonts import Fonts, windows_fonts
    from unionoffice.services.glyphs import HINT, report

    own = options.office.parent / "fonts" if options.office is not None else None
    fonts = Fonts(office=own, windows=windows_fonts(dict(os.environ), sys.platform))
    found = report(options.file, fonts)
    output: Output = {
        "text": "\n".join(found.lines()),
        "count": len(found.glyphs),
        "characters": [{**asdict(glyph), "code": glyph.code} for glyph in found.glyphs],
        "unprintable": [asdict(each) for each in found.unprintable],
        "unreadable_fonts": fonts.unreadable,
        "files": [],
    }
    if not found.unprintable:
        return output
    chars = "、".join(dict.fromkeys("".join(each.chars for each in found.unprintable)))
    error = f"有字印不出：{chars}。{HINT}"
    tell(error)
    return {**output, "error": error, "exit": UNPRINTABLE}


def _verify(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        if options.paper.lower().endswith(".pdf"):
            found = list(app.print_marks.verify_file(Path(options.paper)))
        else:
            found = [app.print_marks.verify(options.paper)]
    finally:
        app.close()
    wrong = [verdict for verdict in found if not verdict.holds]
    output: Output = {
        "text": "\n".join(f"{verdict.state.label}\t{verdict.sentence}" for verdict in found),
        "holds": not wrong,
        "papers": [_as_json(verdict) for verdict in found],
        "files": [],
    }
    if not wrong:
        return output
    tell(wrong[0].sentence)
    given = all(verdict.state.value == "mistyped" for verdict in wrong)
    return {**output, "error": wrong[0].sentence, "exit": MISTYPED if given else DOES_NOT_HOLD}


def _as_json(verdict: Any) -> Output:
    return {
        "code": verdict.code,
        **choice(verdict.state, "state"),
        "sentence": verdict.sentence,
        "what": verdict.what,
        "form": verdict.form,
        "issued_at": verdict.issued_at and verdict.issued_at.isoformat(timespec="seconds"),
        "issued_by": verdict.issued_by,
        "replaced_by": verdict.replaced_by,
        "replaced_at": verdict.replaced_at and verdict.replaced_at.isoformat(timespec="seconds"),
        "altered_pages": list(verdict.pages),
    }

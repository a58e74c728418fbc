"""Printed papers: holding one against the office by the code on it, or by its file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, choice, tell

DOES_NOT_HOLD, MISTYPED = 1, 2
"""Exit status: the paper is not to be relied on; nothing was verified, for the code was copied wrong."""


def add_commands(commands: Commands) -> None:
    """`verify-print`."""
    verify = commands.add("verify-print", "核验打印件：纸上的核验码，或打印存下的 PDF 文件", _verify)
    verify.add_argument("paper", metavar="核验码|文件.pdf", help="如 7K3F-92QM-X；文件要以 .pdf 结尾")


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

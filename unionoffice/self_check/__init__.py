"""`unionoffice --self-check`: whether this program, as it is installed or packed here, can do its work.

Everything happens in a temporary folder, on made-up people. A program packed without its registers, migrations, fonts
or Qt parts starts well and fails later: here it fails at once.
"""

from __future__ import annotations

import faulthandler
import json
import os
import platform
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from unionoffice import __version__
from unionoffice.kernel.errors import UserError

LIMIT_SECONDS = 600


def run(result: Path | None = None) -> dict[str, Any]:
    """Do the whole check; what was found, for the command line, with `exit` 1 when something failed.

    The same as one line of JSON goes to the file `result`: a windowed program has no standard output. A check that
    hangs or crashes ends with another status than 0 and leaves no result.
    """
    if result is not None:
        result.unlink(missing_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found: dict[str, Any] = {
        "ok": True,
        "version": __version__,
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "seconds": {},
    }
    with tempfile.TemporaryFile("w", encoding="utf-8") as nowhere:
        faulthandler.dump_traceback_later(LIMIT_SECONDS, exit=True, file=nowhere)
        try:
            _check(found)
        finally:
            faulthandler.cancel_dump_traceback_later()
    line = json.dumps(found, ensure_ascii=False)
    if result is not None:
        result.write_text(line + "\n", "utf-8")
    return {**found, "text": line, "exit": 0 if found["ok"] else 1}


def _check(found: dict[str, Any]) -> None:
    """Go through the steps; the first that fails is noted and is the last."""
    step = "程序"
    try:
        case = import_module("unionoffice.self_check.case").Case  # not above: what cannot be loaded is to be told too
        with tempfile.TemporaryDirectory(prefix="自检 ") as folder:
            for step, work in case(Path(folder), found).steps():
                begun = perf_counter()
                work()
                found["seconds"][step] = round(perf_counter() - begun, 2)
            step = "清理"
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with this copy of the program is the finding
        why = fault.sentence if isinstance(fault, UserError) else f"{type(fault).__name__}: {fault}"
        found.update(ok=False, failed=step, why=why, trace=traceback.format_exc())

"""Headless commands over the same services as the window.

Exit status 0, 2 for what the user gave, 1 for a fault; when it is not 0, one Chinese sentence on standard error, and
with --json an object with this sentence as `error` on standard output. Commands that only read also work on an office
that cannot be written, and say so on standard error.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from unionoffice import __version__
from unionoffice.commands import (
    backups,
    destruction,
    forms,
    keys,
    limits,
    logs,
    members,
    offices,
    persons,
    prints,
    reliability,
    undoing,
    users,
    welfare,
)
from unionoffice.commands.words import Command, Commands, Output, Parser, common, refuse_password, tell
from unionoffice.kernel.errors import EnvironmentFault, UserError


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit status."""
    _speak_utf8()
    log = _keep_log()
    as_json = "--json" in arguments  # asked before the words are understood: they may be wrong
    try:
        refuse_password(arguments)
        options = _parser().parse_args(_opened_by_double_click(arguments))
        command: Command | None = options.command
        if options.self_check is not None:
            command = _self_check
        if command is None:
            if sys.platform == "linux" and not any(map(os.environ.get, _SCREENS)):
                raise UserError("没有图形界面，打不开窗口。请写上要办的命令，用 unionoffice --help 查看。")
            from unionoffice.launch import open_window

            return open_window(options.office)
        output = command(options)
    except UserError as fault:
        return _fail(fault.sentence, 1 if isinstance(fault, EnvironmentFault) else 2, as_json=as_json)
    except KeyboardInterrupt:
        return _fail("已中断，没有保存这一步。", 1, as_json=as_json)
    except Exception:  # noqa: BLE001 - the command line's one place that meets bugs: a sentence for the user, the rest in the log
        logging.getLogger(__name__).exception("command failed")
        return _fail(f"程序出错，这一步没有保存。请把日志发给维护人员：{log}。", 1, as_json=as_json)
    status = int(output.pop("exit", 0))
    _say(output, as_json=options.json)
    return status


_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""One of these is set wherever Qt finds something to draw on; without, it would end the program in English."""


def _keep_log() -> Path:
    """Bugs are told in a file that is made when the first one is met, never on the screen; returns where."""
    path = Path(platformdirs.user_log_dir("unionoffice", appauthor=False)) / "unionoffice.log"
    root = logging.getLogger()
    if not root.handlers:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            root.addHandler(RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True))
        except OSError:
            root.addHandler(logging.NullHandler())
    return path


def _opened_by_double_click(arguments: Sequence[str]) -> list[str]:
    """An office file alone, as a desktop passes it, means its window."""
    if len(arguments) == 1 and arguments[0].lower().endswith(".ghoffice"):
        return ["--office", arguments[0]]
    return list(arguments)


def _speak_utf8() -> None:
    """Pipes of a Chinese Windows are GBK, which lacks rare characters: machines read UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not stream.isatty():
            reconfigure(encoding="utf-8", errors="backslashreplace")
        elif reconfigure is not None:
            reconfigure(errors="replace")


def _fail(sentence: str, status: int, *, as_json: bool) -> int:
    tell(sentence)
    if as_json:
        _say({"error": sentence, "files": []}, as_json=True)
    return status


def _say(output: Output, *, as_json: bool) -> None:
    text = output.pop("text", "")
    if as_json:
        text = json.dumps(output, ensure_ascii=False, default=str)
    if text and sys.stdout is not None:
        sys.stdout.write(text.rstrip("\n") + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="unionoffice", description="基层工会办公程序。不带命令时打开窗口。", add_help=False)
    common(parser)
    parser.add_argument("--version", action="version", version=f"unionoffice {__version__}", help="显示版本")
    parser.add_argument("--self-check", type=Path, nargs="?", const=Path(), metavar="结果.json", help=argparse.SUPPRESS)
    parser.set_defaults(command=None)
    commands = Commands(parser, title="命令", metavar="命令")
    for noun in (
        offices,
        members,
        persons,
        welfare,
        limits,
        prints,
        forms,
        users,
        keys,
        backups,
        logs,
        undoing,
        destruction,
    ):
        noun.add_commands(commands)
    reliability.add_commands(commands)
    return parser


def _self_check(options: argparse.Namespace) -> Output:
    from unionoffice.self_check import run as run_self_check

    found = run_self_check(None if options.self_check == Path() else options.self_check)
    if found["exit"]:
        tell(f"自检没有通过（{found['failed']}）：{found['why']}")
    return found

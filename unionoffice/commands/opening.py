"""Opening the office a command works on: logging in where it is encrypted, reading only where that is all."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from unionoffice.commands.words import tell
from unionoffice.kernel.errors import Refused, UserError

NEW_PASSWORD = "UNIONOFFICE_NEW_PASSWORD"


def open_office(options: argparse.Namespace, *, reading: bool = False, changing_password: bool = False) -> Any:
    """The office; `reading` says that the command changes nothing, and so works on a file that cannot be written."""
    from unionoffice.app import App

    if options.office is None:
        raise UserError("没有指明办公文件，请写成“unionoffice --office 文件 命令”。")
    app = App(options.office, login=login(options), reading=reading)
    if app.must_change and not changing_password:
        app.close()
        raise Refused("首次登录要先修改密码：unionoffice --office 文件 user password。")
    if app.only_reading is not None:
        tell(app.only_reading)
    return app


def one_member(app: Any, words: str) -> str:
    """The id of the only member found by part of a name, of a number. Raises UserError for none or several."""
    hits = app.members.search(words, 2)
    if len(hits) != 1:
        raise UserError(f"“{words}”{'不止一个人' if hits else '没有找到'}，请写得再具体一些。")
    return str(hits[0].id)


def login(options: argparse.Namespace) -> Any:
    """Who opens an encrypted office; None for a plain one. The password never stands among the arguments."""
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.services import logins

    if not logins.needed(options.office):
        return None
    known = logins.names(options.office)
    name = options.user or os.environ.get("UNIONOFFICE_USER") or (known[0] if len(known) == 1 else "")
    if not name:
        raise UserError(f"没有指明用户，请加上 --user 姓名。可以登录的有：{'、'.join(known)}。")
    password = ask_password(options, "UNIONOFFICE_PASSWORD", options.password_file, f"“{name}”的密码：")
    return logins.log_in(options.office, name, password, SystemClock().now())


def ask_password(options: argparse.Namespace, variable: str, file: Path | None, question: str) -> str:
    """A password from the file named, from the environment, or typed where somebody can be asked."""
    if file is not None:
        try:
            return file.read_text("utf-8-sig").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as fault:
            raise UserError(f"密码文件“{file}”读不出来，请核对位置和权限；内容用 UTF-8 写在第一行。") from fault
    if variable in os.environ:
        return os.environ[variable]
    if sys.stdin is not None and sys.stdin.isatty() and not options.json:
        return getpass.getpass(question)
    if variable == NEW_PASSWORD:
        raise UserError(f"没有给出新密码，请设置环境变量 {NEW_PASSWORD}。")
    raise UserError(f"没有给出密码，请设置环境变量 {variable}，或用 --password-file 文件。")


def new_password(options: argparse.Namespace) -> str:
    return ask_password(options, NEW_PASSWORD, None, "新密码：")

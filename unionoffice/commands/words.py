"""What every command is made of: a parser that speaks Chinese, common options, and where sentences go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from unionoffice.kernel.errors import UserError

Output = dict[str, Any]
Command = Callable[[argparse.Namespace], Output]


class Parser(argparse.ArgumentParser):
    """Speaks Chinese, and leaves it to `run` to end the program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Usage, "allow_abbrev": False, **options})
        self._positionals.title, self._optionals.title = "参数", "选项"

    def error(self, message: str) -> NoReturn:
        raise UserError(f"命令写得不对：{_chinese(message)}，用 {self.prog} --help 查看用法。")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Called by argparse for whatever has `choices`; its own sentence takes every word for a command."""
        if action.choices is not None and value not in action.choices:
            known = "、".join(map(str, action.choices))
            raise argparse.ArgumentError(None, f"{action.metavar or ''}没有“{value}”，可写：{known}")


class _Usage(argparse.HelpFormatter):
    """Help that begins in Chinese."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def refuse_password(arguments: Sequence[str]) -> None:
    """Whoever writes a password on the command line is told where it belongs, and it is not repeated."""
    if any(word == "--password" or word.startswith("--password=") for word in arguments):
        raise UserError(
            "密码不能写在命令行上，别人看得到。请设置环境变量 UNIONOFFICE_PASSWORD，或用 --password-file 文件，"
            "或不写，由程序来问。"
        )


class Commands:
    """The commands below the program, or below another command."""

    def __init__(self, parser: argparse.ArgumentParser, *, title: str, metavar: str) -> None:
        self._to = parser.add_subparsers(title=title, metavar=metavar, parser_class=Parser)

    def add(self, name: str, help_text: str, command: Command) -> argparse.ArgumentParser:
        """One more command."""
        found: argparse.ArgumentParser = self._to.add_parser(
            name, help=help_text, description=help_text, add_help=False
        )
        common(found, suppress=True)
        found.set_defaults(command=command)
        return found

    def group(self, name: str, help_text: str, example: str, *, metavar: str) -> Commands:
        """A command that only leads to others; `example` is how one of them is written."""
        return Commands(self.add(name, help_text, _usage(example)), title=metavar, metavar=metavar)


def common(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """What may stand before the command and after it."""
    default: Any = argparse.SUPPRESS if suppress else None
    parser.add_argument("--office", type=Path, default=default, metavar="文件", help="办公文件")
    parser.add_argument("--json", action="store_true", default=default, help="输出一个 JSON 对象，供程序读取")
    parser.add_argument(
        "--user", default=default, metavar="姓名", help="以谁的名义登录加密的办公文件（或环境变量 UNIONOFFICE_USER）"
    )
    parser.add_argument(
        "--password-file",
        type=Path,
        default=default,
        metavar="文件",
        help="密码写在这个文件的第一行（或环境变量 UNIONOFFICE_PASSWORD）",
    )
    parser.add_argument("-h", "--help", action="help", help="显示用法")


def reworded(command: argparse.ArgumentParser, option: str, help_text: str) -> None:
    """Say of a common option what it means for this command."""
    for action in command._actions:  # argparse has no other way to them
        if action.dest == option:
            action.help = help_text


def _usage(example: str) -> Callable[[argparse.Namespace], Output]:
    def refuse(_options: argparse.Namespace) -> Output:
        raise UserError(f"命令没有写完，应写成“unionoffice --office 文件 {example}”。")

    return refuse


def _chinese(message: str) -> str:
    """What argparse complains about, in the office's words."""
    for english, chinese in (
        ("the following arguments are required: ", "缺少 "),
        ("unrecognized arguments: ", "多出了 "),
        ("expected one argument", "后面缺少内容"),
        ("expected at least one argument", "后面缺少内容"),
        ("invalid int value: ", "应当是整数，写的是 "),
        ("not allowed with argument ", "不能和这一项一起写："),
        ("one of the arguments ", "以下要写一项："),
        (" is required", ""),
        ("ignored explicit argument ", "后面不能写内容 "),
        ("argument ", ""),
    ):
        message = message.replace(english, chinese)
    return message


def at_least_one(typed: str) -> int:
    """A number of things, as an argument."""
    if not typed.strip().isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError(f"应当是 1 以上的整数，写的是 {typed!r}")
    return int(typed)


def choice(value: Any, name: str) -> Output:
    """One of a closed set for programs: its code under `name`, what the office calls it under `name_label`."""
    return {name: None if value is None else value.value, f"{name}_label": None if value is None else value.label}


def deed(app: Any) -> Output:
    """Who did something just now, and when."""
    return {"by": app.actor.name, "at": app.clock.now().isoformat(timespec="seconds")}


def given_day(typed: str | None) -> date | None:
    """A day as typed; None when none was. Raises UserError for anything else."""
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as fault:
        raise UserError(f"“{typed}”不是日期，请写成 2026-09-10。") from fault


def suffix(path: Path, *allowed: str) -> None:
    """Refuse a file of another kind."""
    if path.suffix.lower() not in allowed:
        raise UserError(f"“{path.name}”的后缀应为 {' 或 '.join(allowed)}。")


def check_target(path: Path, *allowed: str, overwrite: bool) -> None:
    """A file to be written: of a kind that can be, and nobody's yet, before any work is done for it."""
    from unionoffice.services.files import check_name

    suffix(path, *allowed)
    check_name(path)
    if path.is_file() and not overwrite:
        raise UserError(f"“{path.name}”已经存在，没有改动它。请换一个文件名，或加上“--overwrite”换掉它。")


def overwrites(command: argparse.ArgumentParser) -> None:
    """Give a command that writes files the option to write over one."""
    command.add_argument("--overwrite", action="store_true", help="要写的文件已存在时换掉它；不写这一项则不动它")


def allows_gaps(command: argparse.ArgumentParser) -> None:
    """Give a command that writes papers the option to write one with characters that no font has."""
    command.add_argument("--gaps", action="store_true", help="有字没有字体时也写出，印成〓；不写这一项则不写出并说明")


def tell(sentence: str) -> None:
    """One line on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(sentence.replace("\n", " ") + "\n")

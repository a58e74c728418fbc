"""The self test of what the program survives."""

from __future__ import annotations

import argparse
from pathlib import Path

from unionoffice.commands.words import Commands, Output, at_least_one, tell


def add_commands(commands: Commands) -> None:
    """`selftest`."""
    command = commands.add("selftest", "可靠性自检：杀进程、断电、写满磁盘、翻转字节、攻击；只动临时文件夹", _selftest)
    command.add_argument("--only", metavar="项", help="只做名称里含这几个字的项：强行结束、断电、磁盘、翻转、攻击")
    command.add_argument("--rounds", type=at_least_one, metavar="次数", help="每项做这么多次，代替各项自己的次数")
    command.add_argument("--out", type=Path, metavar="文件.json", help="结果写成 JSON")
    command.add_argument("--report", type=Path, metavar="文件.md", help="结果写成一页，如 docs/reliability.md")


def _selftest(options: argparse.Namespace) -> Output:
    from unionoffice.selftest import run

    found = run(only=options.only, rounds=options.rounds, out=options.out, report=options.report)
    if found["exit"]:
        tell(f"可靠性自检有 {len(found['failures'])} 处没有通过。")
    return found

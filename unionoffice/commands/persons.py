"""What the office keeps of one person, for the person himself."""

from __future__ import annotations

import argparse
from pathlib import Path

from unionoffice.commands.opening import one_member, open_office
from unionoffice.commands.words import Commands, Output, check_target, overwrites


def add_commands(commands: Commands) -> None:
    """`person`."""
    person = commands.add("person", "本人信息一览：列出保存的关于一名会员的全部内容，交给本人", _person)
    person.add_argument("member", metavar="会员", help="姓名、工号或会员编号，要能认定一个人")
    person.add_argument("--print", type=Path, required=True, metavar="文件.pdf", help="写出一览表")
    overwrites(person)


def _person(options: argparse.Namespace) -> Output:
    check_target(options.print, ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        app.personal_data.save(one_member(app, options.member), options.print, app.actor)
    finally:
        app.close()
    return {"text": f"已写出本人信息一览，只交给本人：{options.print}", "files": [str(options.print)]}

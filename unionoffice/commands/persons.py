"""People's rights to their own data: what is kept of one, who has not agreed to what, copies for one purpose."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from unionoffice.commands.opening import one_member, open_office
from unionoffice.commands.words import Commands, Output, check_target, overwrites


def add_commands(commands: Commands) -> None:
    """`person`, `consent missing` and `watermark`."""
    person = commands.add("person", "本人信息一览：列出保存的关于一名会员的全部内容，交给本人", _person)
    person.add_argument("member", metavar="会员", help="姓名、工号或会员编号，要能认定一个人")
    person.add_argument("--print", type=Path, required=True, metavar="文件.pdf", help="写出一览表")
    overwrites(person)

    consent = commands.group("consent", "同意台账", "consent missing 银行账户", metavar="内容")
    missing = consent.add("missing", "谁还没有同意：基本信息、家庭信息、困难与疾病、银行账户、肖像", _missing)
    missing.add_argument("scope", metavar="类别")

    mark = commands.add("watermark", "给证件复印件（JPG、PNG）画上单位、用途和日期，另存一份，不动原件", _watermark)
    mark.add_argument("picture", type=Path, metavar="图片")
    mark.add_argument("--purpose", required=True, metavar="用途", help="如 困难建档")
    mark.add_argument("--out", type=Path, required=True, metavar="文件", help=".png、.jpg 或 .pdf")
    mark.add_argument("--member", metavar="会员", help="是谁的证件：姓名、工号或会员编号，记入他的查看记录")
    overwrites(mark)


def _person(options: argparse.Namespace) -> Output:
    check_target(options.print, ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        app.personal_data.save(one_member(app, options.member), options.print, app.actor)
    finally:
        app.close()
    return {"text": f"已写出本人信息一览，只交给本人：{options.print}", "files": [str(options.print)]}


def _missing(options: argparse.Namespace) -> Output:
    from unionoffice.services.consents import scopes

    named = {label: name for name, label in scopes().items()}
    app = open_office(options, reading=True)
    try:
        asked = app.consents.lacking(named.get(options.scope, options.scope))
        unlinked = app.consents.unlinked()
    finally:
        app.close()
    lines = ["\t".join((each.name, each.number, each.unit)) for each in asked]
    lines += [f"另有 {unlinked} 条同意记录对不上会员，请核对姓名和编号。"] if unlinked else []
    return {
        "text": "\n".join(lines) or "全体会员都已同意。",
        "count": len(asked),
        "members": [asdict(each) for each in asked],
        "unlinked": unlinked,
        "files": [],
    }


def _watermark(options: argparse.Namespace) -> Output:
    check_target(options.out, ".png", ".jpg", ".jpeg", ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        whose = one_member(app, options.member) if options.member is not None else None
        words = app.marked_pictures.mark(options.picture, options.purpose, options.out, app.actor, member_id=whose)
    finally:
        app.close()
    return {"text": f"已写出：{options.out}，水印：{words}", "words": words, "files": [str(options.out)]}

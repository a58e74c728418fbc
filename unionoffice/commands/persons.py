"""People's rights to their own data: what is kept of one, who has not agreed to what, copies for one purpose."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import one_member, open_office
from unionoffice.commands.words import Commands, Output, allows_gaps, check_target, choice, deed, given_day, overwrites
from unionoffice.kernel.errors import UserError


def add_commands(commands: Commands) -> None:
    """`person`, `consent missing|list|add|withdraw` and `watermark`."""
    person = commands.add("person", "本人信息一览：列出保存的关于一名会员的全部内容，交给本人", _person)
    person.add_argument("member", metavar="会员", help="姓名、工号或会员编号，要能认定一个人")
    person.add_argument("--print", type=Path, required=True, metavar="文件.pdf", help="写出一览表")
    overwrites(person)
    allows_gaps(person)

    _add_consents(commands.group("consent", "同意台账", "consent missing|list|add|withdraw", metavar="步骤"))

    mark = commands.add("watermark", "给证件复印件（JPG、PNG）画上单位、用途和日期，另存一份，不动原件", _watermark)
    mark.add_argument("picture", type=Path, metavar="图片")
    mark.add_argument("--purpose", required=True, metavar="用途", help="如 困难建档")
    mark.add_argument("--out", type=Path, required=True, metavar="文件", help=".png、.jpg 或 .pdf")
    mark.add_argument("--member", metavar="会员", help="是谁的证件：姓名、工号或会员编号，记入他的查看记录")
    overwrites(mark)


SCOPES = "基本信息、家庭信息、困难与疾病、银行账户、肖像"
WAYS = "本人签字、本人按手印、监护人签字、其他方式"
"""As the help says them: the models would cost every start of the window."""


def _add_consents(consent: Commands) -> None:
    missing = consent.add("missing", f"谁还没有同意：{SCOPES}", _missing)
    missing.add_argument("scope", metavar="类别")
    listed = consent.add("list", "列出登记过的同意，最近的在前", _consent_list)
    listed.add_argument("name", nargs="?", default="", metavar="姓名", help="只看这个人的")
    add = consent.add("add", "登记一份签过的告知同意书", _consent_add)
    withdraw = consent.add("withdraw", "登记撤回同意", _consent_withdraw)
    for each in (add, withdraw):
        each.add_argument("name", metavar="姓名")
    for each in (listed, add, withdraw):
        each.add_argument("--number", default="", metavar="编号", help="工号或会员编号，同名的人靠它分清")
    add.add_argument("--notice", required=True, metavar="版本", help="告知书版本，如 2026年版")
    add.add_argument("--notice-date", metavar="日期", help="告知书日期")
    add.add_argument("--date", metavar="日期", help="同意日期，默认今天")
    add.add_argument("--way", default="本人签字", metavar="方式", help=f"{WAYS}；默认本人签字")
    add.add_argument("--yes", action="append", default=[], metavar="类别", help=f"同意的，可写多次：{SCOPES}")
    add.add_argument("--no", action="append", default=[], metavar="类别", help="不同意的，可写多次；没有写的是没有问")
    add.add_argument("--kept-at", metavar="位置", help="纸质原件位置：盒号、件号")
    add.add_argument("--remark", metavar="备注")
    withdraw.add_argument("--date", metavar="日期", help="撤回日期，默认今天")
    withdraw.add_argument("--notice", default="", metavar="版本", help="有几份有效的同意时，撤回哪个版本的")


def _person(options: argparse.Namespace) -> Output:
    check_target(options.print, ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        app.personal_data.save(one_member(app, options.member), options.print, app.actor, gaps=options.gaps)
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


def _consent_list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        found = [_consent_as_json(each) for each in app.consents.of(options.name, options.number)]
    finally:
        app.close()
    text = "\n".join(map(_consent_line, found)) or "没有登记过同意。"
    return {"text": text, "count": len(found), "consents": found, "files": []}


def _consent_as_json(consent: Any) -> Output:
    from unionoffice.services.consents import scopes

    return {
        "id": consent.id,
        "name": consent.name,
        "number": consent.number,
        "on_roll": consent.member_id is not None,
        "notice": consent.notice,
        "given_on": consent.given_on.isoformat(),
        **choice(consent.way, "way"),
        "scopes": {name: getattr(consent, name) for name in scopes()},
        "withdrawn_on": consent.withdrawn_on and consent.withdrawn_on.isoformat(),
        **choice(consent.state, "state"),
    }


def _consent_line(found: Output) -> str:
    from unionoffice.services.consents import scopes

    told = [f"{label}{_ANSWERS[found['scopes'][name]]}" for name, label in scopes().items()]
    who = f"{found['name']}（{found['number']}）" if found["number"] else found["name"]
    words = (
        who,
        found["notice"],
        found["given_on"],
        "、".join(told),
        found["state_label"],
        found["withdrawn_on"] or "",
    )
    return "\t".join(words).rstrip()


_ANSWERS = {True: "同意", False: "不同意", None: "没有问"}


def _consent_add(options: argparse.Namespace) -> Output:
    from unionoffice.models.registers import register_named

    values = {
        "name": options.name,
        "number": options.number,
        "notice": options.notice,
        "notice_on": given_day(options.notice_date),
        "way": options.way,
        **_answers(options),
        "kept_at": options.kept_at,
        "remark": options.remark,
    }
    given = given_day(options.date)
    app = open_office(options)
    try:
        register = register_named("consent")
        made, _ = app.registers.create(register, {**values, "given_on": given or app.clock.today()}, app.actor)
        found = _consent_as_json(app.registers.get(register, made))
        text = f"已登记：{_consent_line(found)}"
        if not found["on_roll"]:
            text += "\n花名册上没有对上这个人，请核对姓名和编号；不是会员的不用管。"
        return {"text": text, "consent": found, **deed(app), "files": []}
    finally:
        app.close()


def _answers(options: argparse.Namespace) -> dict[str, bool]:
    from unionoffice.services.consents import scopes

    named = {label: name for name, label in scopes().items()}
    found: dict[str, bool] = {}
    for labels, answer in ((options.yes, True), (options.no, False)):
        for label in labels:
            if label not in named:
                raise UserError(f"没有“{label}”这一类，可写：{'、'.join(named)}。")
            if found.setdefault(named[label], answer) is not answer:
                raise UserError(f"“{label}”又写了同意，又写了不同意，请核对。")
    if not found:
        raise UserError("没有写同意或不同意哪一类，请加上 --yes 类别 或 --no 类别。")
    return found


def _consent_withdraw(options: argparse.Namespace) -> Output:
    day = given_day(options.date)
    app = open_office(options)
    try:
        wanted = _the_one(app.consents.of(options.name, options.number), options)
        app.consents.withdraw(wanted.id, day or app.clock.today(), app.actor)
        found = next(
            each
            for each in map(_consent_as_json, app.consents.of(options.name, options.number))
            if each["id"] == wanted.id
        )
        return {"text": f"已登记撤回：{_consent_line(found)}", "consent": found, **deed(app), "files": []}
    finally:
        app.close()


def _the_one(found: Sequence[Any], options: argparse.Namespace) -> Any:
    """The consent somebody means; one already withdrawn only where there is no other, so that the refusal says so."""
    if not found:
        raise UserError(f"没有登记过“{options.name}”的同意，用 consent list 查看有哪些。")
    fitting = [each for each in found if not options.notice or each.notice == options.notice]
    if not fitting:
        raise UserError(f"“{options.name}”没有按“{options.notice}”登记的同意。")
    valid = [each for each in fitting if each.withdrawn_on is None] or fitting[:1]
    if len(valid) > 1:
        told = "、".join(f"{each.notice}（{each.number or '没有编号'}，{each.given_on}）" for each in valid)
        raise UserError(f"“{options.name}”有几份有效的同意：{told}。请加上 --notice 或 --number 写明是哪一份。")
    return valid[0]


def _watermark(options: argparse.Namespace) -> Output:
    check_target(options.out, ".png", ".jpg", ".jpeg", ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        whose = one_member(app, options.member) if options.member is not None else None
        words = app.marked_pictures.mark(options.picture, options.purpose, options.out, app.actor, member_id=whose)
    finally:
        app.close()
    return {"text": f"已写出：{options.out}，水印：{words}", "words": words, "files": [str(options.out)]}

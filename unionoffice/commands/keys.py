"""The recovery cards of an encrypted office, and its data key. What a card says is never among the arguments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import new_password, open_office
from unionoffice.commands.words import Commands, Output, check_target, choice, overwrites, tell
from unionoffice.kernel.errors import Refused, UserError

PRINTED = "打印后请删除这个文件并清空回收站：拿到它的人不用密码就能打开办公文件。"


def add_commands(commands: Commands) -> None:
    """`key state`, `cards`, `test`, `hand-over`, `replace` and `recover`."""
    keys = commands.group("key", "恢复卡和密钥", "key state|cards|test|hand-over|replace|recover", metavar="步骤")
    keys.add("state", "列出印过的恢复卡和该办的事", _state)
    cards = keys.add("cards", "印制三张恢复卡", _cards)
    replace = keys.add("replace", "更换密钥：先加 --print 印制新卡，再输入新卡中的两张", _replace)
    for each in (cards, replace):
        each.add_argument(
            "--print", type=Path, required=each is cards, metavar="文件.pdf", help="恢复卡写到这里，打印后删除"
        )
        each.add_argument(
            "--holder",
            action="append",
            default=[],
            metavar="职务=姓名",
            help="每张卡交给谁，写三次，如 工会主席=张三、财务=李四、经审=王五",
        )
        each.add_argument("--reason", default="", metavar="原因", help="重新印制或更换密钥的原因")
        overwrites(each)
    hand_over = keys.add("hand-over", "登记一张恢复卡移交给另一个人保管", _hand_over)
    hand_over.add_argument("number", type=int, choices=(1, 2, 3), metavar="第几张", help="1、2 或 3")
    hand_over.add_argument("--holder", required=True, metavar="职务=姓名", help="交给谁，如 财务=赵六")
    hand_over.add_argument("--reason", required=True, metavar="原因")
    test = keys.add("test", "试用恢复卡：输入其中两张", _test)
    recover = keys.add("recover", "用两张恢复卡给系统管理员重设密码，不用密码，也不用密钥文件", _recover)
    recover.add_argument("--name", metavar="姓名", help="给哪一位系统管理员；只有一位时不用写")
    for each in (replace, test, recover):
        each.add_argument(
            "--cards",
            type=Path,
            metavar="文件",
            help="两张卡的代码写在这个文件里，中间空一行；不写这一项则从标准输入读（不能写在命令行上）",
        )


def _state(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        state = app.recovery.state()
    finally:
        app.close()
    sets = [
        {
            "number": each.number,
            "issued_on": each.issued_on.isoformat(),
            "holders": [f"{holder.held_as} {holder.name}" for holder in each.holders],
            **choice(each.state, "state"),
            "tested_on": each.tested_on.isoformat() if each.tested_on else None,
            "for_new_key": each.for_new_key,
            "remark": each.remark,
        }
        for each in state.sets
    ]
    lines = [
        "\t".join(
            (
                f"第 {each['number']} 套",
                each["issued_on"],
                each["state_label"],
                "、".join(each["holders"]),
                each["remark"],
            )
        )
        for each in sets
    ]
    lines += [state.advice] if state.advice else []
    if not state.possible:
        lines = ["这个办公文件没有加密，用不着恢复卡。"]
    return {"text": "\n".join(lines), "sets": sets, "advice": state.advice, "files": []}


def _cards(options: argparse.Namespace) -> Output:
    return _issue(options, new_key=False)


def _issue(options: argparse.Namespace, *, new_key: bool) -> Output:
    from unionoffice.services.files import write
    from unionoffice.services.recovery import NOT_WRITTEN

    path: Path = options.print
    check_target(path, ".pdf", overwrite=options.overwrite)
    holders = _holders(options.holder)
    app = open_office(options)
    try:
        issued = app.recovery.issue(holders, app.actor, reason=options.reason, new_key=new_key)
        try:
            write(path, issued.pdf)
        except UserError as fault:
            app.recovery.give_up(issued.number, app.actor, NOT_WRITTEN)
            fault.sentence += f"第 {issued.number} 套恢复卡谁也没有拿到，已作废。"
            raise
    finally:
        app.close()
    with suppress(OSError):  # Windows folders have their own rights
        path.chmod(0o600)
    then = "key replace" if new_key else "key test"
    lines = (
        f"已写出第 {issued.number} 套恢复卡，三页，一人一张：{path}",
        PRINTED,
        f"接着输入其中两张：unionoffice --office {options.office.name} {then}。",
    )
    return {"text": "\n".join(lines), "number": issued.number, "files": [str(path)]}


def _hand_over(options: argparse.Namespace) -> Output:
    from unionoffice.services.recovery import Holder

    held_as, _, name = (part.strip() for part in options.holder.partition("="))
    if not (held_as and name):
        raise UserError("--holder 要写成“职务=姓名”，如“财务=赵六”。", field="holders")
    app = open_office(options)
    try:
        state = app.recovery.state()
        found = state.current or state.pending
        if found is None:
            raise Refused("还没有恢复卡，没有可移交的。")
        app.recovery.hand_over(found.id, options.number, Holder(held_as, name), options.reason, app.actor)
    finally:
        app.close()
    text = f"已登记：第 {found.number} 套恢复卡第 {options.number} 张由{held_as} {name}保管。"
    return {"text": text, "number": found.number, "card": options.number, "files": []}


def _holders(pairs: Sequence[str]) -> list[Any]:
    from unionoffice.services.recovery import Holder

    found = [pair.partition("=") for pair in pairs]
    if len(found) != 3 or not all(held_as.strip() and name.strip() for held_as, _, name in found):
        raise UserError(
            "三张卡各交给谁要写全：--holder 工会主席=张三 --holder 财务=李四 --holder 经审=王五。", field="holders"
        )
    return [Holder(held_as, name) for held_as, _, name in found]


def _test(options: argparse.Namespace) -> Output:
    texts = _typed(options)
    app = open_office(options)
    try:
        app.recovery.test(texts, app.actor)
        current = app.recovery.state().current
    finally:
        app.close()
    return {
        "text": f"两张卡能打开办公文件，第 {current.number} 套恢复卡可以密封保管了。",
        "number": current.number,
        "files": [],
    }


def _replace(options: argparse.Namespace) -> Output:
    if options.print is not None:
        if options.cards is not None:
            raise UserError("印制新卡和输入新卡是两步，--print 和 --cards 不能一起写。")
        return _issue(options, new_key=True)
    texts = _typed(options)
    app = open_office(options)
    try:
        app.recovery.replace(texts, app.actor)
        current = app.recovery.state().current
    finally:
        app.close()
    lines = (
        f"密钥已更换，办公文件已重新加密，大家的密码不变。现在用第 {current.number} 套恢复卡。",
        "旧卡只能打开此前的备份，请收回销毁；此前的备份不再需要时也请销毁。",
    )
    return {"text": "\n".join(lines), "number": current.number, "files": [str(options.office)]}


def _recover(options: argparse.Namespace) -> Output:
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.services.recovery import administrators, open_by_cards, recover
    from unionoffice.store.keyring import key_path

    if options.office is None:
        raise UserError("没有指明办公文件，请写成“unionoffice --office 文件 key recover”。")
    clock = SystemClock()
    opened = open_by_cards(options.office, _typed(options))
    people = {name: user_id for user_id, name in administrators(options.office, opened, clock)}
    name = options.name or (next(iter(people)) if len(people) == 1 else "")
    if name not in people:
        if not people:
            raise Refused("办公文件里没有在用的系统管理员，不能重设密码。请从备份恢复。")
        wrong = f"“{name}”不是在用的系统管理员" if name else "没有指明给谁重设密码"
        raise UserError(f"{wrong}，请加上 --name 姓名，可写：{'、'.join(people)}。")
    _login, shut_out = recover(options.office, opened, people[name], new_password(options), clock)
    text = f"“{name}”的密码已重设，登录时要改。"
    if shut_out:
        text += f"\n密钥文件是新做的，这些人还没有密码，请{name}登录后逐个重设：{'、'.join(shut_out)}。"
    files = [str(key_path(options.office))]
    return {"text": text, "user": name, "without_password": shut_out, "files": files}


def _typed(options: argparse.Namespace) -> list[str]:
    """Two cards from the file named or from standard input."""
    from unionoffice.store.cards import texts

    if options.cards is not None:
        try:
            return texts(options.cards.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as fault:
            raise UserError(f"“{options.cards}”读不出来，请核对位置和权限；内容用 UTF-8 写。") from fault
    if sys.stdin is None:
        raise UserError("没有输入恢复卡，请加上 --cards 文件。")
    if sys.stdin.isatty():
        tell("逐行输入两张恢复卡的代码，中间空一行；输完按 Ctrl+D（Windows 按 Ctrl+Z 再回车）：")
    return texts(sys.stdin.read())

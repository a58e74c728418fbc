"""Founding and checking an office, the demonstration, and measuring."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from unionoffice.commands.opening import ask_password, open_office
from unionoffice.commands.words import Commands, Output, at_least_one, reworded, tell
from unionoffice.kernel.errors import Refused, UserError


def add_commands(commands: Commands) -> None:
    """`init`, `check`, `demo` and `bench`."""
    create = commands.add("init", "新建办公文件", _init)
    create.add_argument("file", type=Path, metavar="文件", help="要新建的办公文件")
    create.add_argument("--name", required=True, metavar="名称", help="单位名称")
    for option in ("user", "password_file"):
        reworded(create, option, _FIRST[option])
    create.add_argument("--plain", action="store_true", help="不加密：谁拿到文件谁就能看，也不分用户")

    whole = commands.add("check", "检查办公文件是否完好、变更记录是否与数据一致", _check)
    whole.add_argument("--seal", metavar="核对码", help="另核对一张纸面封存单上的核对码")
    demo = commands.add("demo", "用练习数据把主要工作做一遍，写出名单、PDF 和 Excel", _demo)
    demo.add_argument("folder", type=Path, nargs="?", default=Path("practice"), metavar="文件夹")
    bench = commands.add("bench", "测速：每项与同一次运行中的基准相比", _bench)
    bench.add_argument("--size", type=at_least_one, default=100_000, metavar="人数")
    bench.add_argument("--only", metavar="项目", help="只测名称里含这几个字的项目")
    bench.add_argument("--scale", action="store_true", help="另测 1 万到 100 万人的增长")
    bench.add_argument("--out", type=Path, default=Path("bench.json"), metavar="文件.json", help="结果写成 JSON")


_FIRST = {
    "user": "第一个用户的姓名，加密时必须写（或环境变量 UNIONOFFICE_USER）；不加密时是经办人",
    "password_file": "第一个用户的密码写在这个文件的第一行（或环境变量 UNIONOFFICE_PASSWORD，或当场输入）",
}


def _init(options: argparse.Namespace) -> Output:
    from unionoffice.app import login_name
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.kernel.identity import Actor
    from unionoffice.services.founding import create
    from unionoffice.store.keyring import key_path

    who = options.user or os.environ.get("UNIONOFFICE_USER") or (login_name() if options.plain else "")
    if not who:
        raise UserError("没有写第一个用户的姓名，请加上 --user 姓名。办公文件默认加密；确实不要加密，请加 --plain。")
    password = None
    if not options.plain:
        try:
            password = ask_password(options, "UNIONOFFICE_PASSWORD", options.password_file, f"给“{who}”定一个密码：")
        except UserError as fault:
            raise UserError(f"{fault.sentence}办公文件默认加密；确实不要加密，请加 --plain。") from fault
    path = create(options.file, options.name, SystemClock(), Actor(who), password=password)
    if password is None:
        text = f"已新建办公文件（没有加密）：{path}\n经办人：{who}"
        return {"text": text, "office": options.name, "encrypted": False, "user": who, "files": [str(path)]}
    keys = key_path(path)
    lines = (
        f"已新建加密的办公文件：{path}",
        f"密钥文件：{keys}，它和办公文件要放在一起。",
        f"第一个用户：{who}（系统管理员、经办）",
    )
    return {
        "text": "\n".join(lines),
        "office": options.name,
        "encrypted": True,
        "user": who,
        "files": [str(path), str(keys)],
    }


def _check(options: argparse.Namespace) -> Output:
    from unionoffice.services.checks import check

    app = open_office(options, reading=True)
    try:
        report = check(app.store)
        problems = list(report.problems)
        sealed = ""
        if options.seal is not None:
            try:
                seal = app.seals.verify(options.seal)
                sealed = f"\n核对码与第 {seal.number} 号封存单（{seal.day}）一致：封存的记录没有改动过。"
            except Refused as fault:
                problems.append(fault.sentence)
    finally:
        app.close()
    text = f"查过 {report.records} 条记录、{report.operations} 次操作："
    text += "完好。" if not problems else f"发现 {len(problems)} 处问题。\n" + "\n".join(problems)
    text += sealed
    error = ""
    if report.problems:
        error = f"办公文件有 {len(problems)} 处问题，请从备份恢复或联系维护人员。"
    elif problems:  # of the code on paper only: perhaps a slip of the pen, no reason to restore a backup
        error = problems[0]
    if error:
        tell(error)
    return {
        "text": text,
        "records": report.records,
        "operations": report.operations,
        "problems": problems,
        **({"error": error} if error else {}),
        "files": [],
        "exit": 1 if problems else 0,
    }


def _demo(options: argparse.Namespace) -> Output:
    from unionoffice.practice import run_main_job

    return run_main_job(options.folder)


def _bench(options: argparse.Namespace) -> Output:
    from unionoffice.bench.running import run as run_bench

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return run_bench(options.size, only=options.only, out=options.out, scale=options.scale)

"""Headless commands over the same services as the window.

Exit status 0, 2 for what the user gave, 1 for a fault; when it is not 0, one Chinese sentence on standard error, and
with --json an object with this sentence as `error` on standard output. Commands that only read also work on an office
that cannot be written, and say so on standard error.
"""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, NoReturn

import platformdirs

from unionoffice import __version__
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.progress import Silent

Output = dict[str, Any]


class _Parser(argparse.ArgumentParser):
    """Speaks Chinese, and leaves it to `run` to end the program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Usage, "allow_abbrev": False, **options})
        self._positionals.title, self._optionals.title = "参数", "选项"

    def error(self, message: str) -> NoReturn:
        raise UserError(f"命令写得不对：{_chinese(message)}，用 unionoffice --help 查看用法。")


class _Usage(argparse.HelpFormatter):
    """Help that begins in Chinese."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit status."""
    _speak_utf8()
    log = _keep_log()
    as_json = "--json" in arguments  # asked before the words are understood: they may be wrong
    try:
        options = _parser().parse_args(_opened_by_double_click(arguments))
        command: Callable[[argparse.Namespace], Output] | None = options.command
        if options.self_check is not None:
            command = _self_check
        if command is None:
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
    _tell(sentence)
    if as_json:
        _say({"error": sentence, "files": []}, as_json=True)
    return status


def _tell(sentence: str) -> None:
    """One line on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(sentence.replace("\n", " ") + "\n")


def _say(output: Output, *, as_json: bool) -> None:
    text = output.pop("text", "")
    if as_json:
        text = json.dumps(output, ensure_ascii=False, default=str)
    if text and sys.stdout is not None:
        sys.stdout.write(text.rstrip("\n") + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="unionoffice", description="基层工会办公程序。不带命令时打开窗口。", add_help=False)
    _common(parser)
    parser.add_argument("--version", action="version", version=f"unionoffice {__version__}", help="显示版本")
    parser.add_argument("--office", type=Path, metavar="文件", help="办公文件")
    parser.add_argument("--self-check", type=Path, nargs="?", const=Path(), metavar="结果.json", help=argparse.SUPPRESS)
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=_Parser)

    def add(name: str, help_text: str, command: Callable[[argparse.Namespace], Output], to: Any = commands) -> Any:
        found = to.add_parser(name, help=help_text, description=help_text, add_help=False)
        _common(found, suppress=True)
        found.set_defaults(command=command)
        return found

    def overwrites(command: argparse.ArgumentParser) -> None:
        command.add_argument("--overwrite", action="store_true", help="要写的文件已存在时换掉它；不写这一项则不动它")

    create = add("init", "新建办公文件", _init)
    create.add_argument("file", type=Path, metavar="文件", help="要新建的办公文件")
    create.add_argument("--name", required=True, metavar="名称", help="单位名称")
    create.add_argument("--plain", action="store_true", help="不加密：谁拿到文件谁就能看，也不分用户")

    imports = add("import", "导入 Excel 或 CSV", _usage("import members 文件…"))
    rosters = add("members", "导入会员花名册", _import, imports.add_subparsers(metavar="内容", parser_class=_Parser))
    rosters.add_argument("files", type=Path, nargs="+", metavar="文件")
    rosters.add_argument("--dry-run", action="store_true", help="只预览，不登记")
    rosters.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="表头=内容",
        help="认不出的表头指明一次，如 申请人=姓名；以后同一单位的表照此办理",
    )
    rosters.add_argument("--report", type=Path, metavar="结果.xlsx", help="写出逐行的导入结果")
    overwrites(rosters)

    exports = add("export", "导出 Excel", _usage("export members 文件.xlsx"))
    roll = add("members", "导出会员花名册", _export, exports.add_subparsers(metavar="内容", parser_class=_Parser))
    roll.add_argument("file", type=Path, metavar="文件.xlsx")
    overwrites(roll)

    find = add("find", "查找会员：姓名、拼音首字母、证件号、手机号、编号的一部分", _find)
    find.add_argument("words", nargs="+", metavar="文字")
    find.add_argument("--limit", type=int, default=20, metavar="条数")

    welfare = add("welfare", "福利发放", _usage("welfare new|approve|print|collect|close"))
    steps = welfare.add_subparsers(metavar="步骤", parser_class=_Parser)
    new = add("new", "新建发放批次", _welfare_new, steps)
    new.add_argument("name", metavar="批次名称", help="如 2026年中秋节慰问")
    new.add_argument("--programme", metavar="项目", help="慰问项目名称；没有时新建，默认与批次同名")
    new.add_argument(
        "--kind", default="节日慰问", metavar="类型", help="节日慰问、生日慰问、送清凉、会员活动、其他慰问"
    )
    new.add_argument("--item", required=True, metavar="物品")
    new.add_argument("--spec", metavar="规格")
    new.add_argument("--price", required=True, metavar="单价", help="元")
    new.add_argument("--quantity", default="1", metavar="每人数量")
    new.add_argument("--budget", required=True, metavar="预算", help="元")
    new.add_argument("--roll-date", metavar="在册截止日", help="默认今天")
    new.add_argument("--payment", default="实物", metavar="形式", help="实物、提货券")
    new.add_argument("--unit", action="append", default=[], metavar="分工会", help="发放范围，可写多次；默认全部")
    approve = add("approve", "审批：冻结名单", _welfare_approve, steps)
    paper = add("print", "打印签领表", _welfare_print, steps)
    collect = add("collect", "登记领取", _welfare_collect, steps)
    close = add("close", "办结：没领的记为未领", _welfare_close, steps)
    for each in (approve, paper, collect, close):
        each.add_argument("batch", metavar="批次", help="批次名称或其中一部分")
    paper.add_argument("files", type=Path, nargs="+", metavar="文件", help=".pdf 或 .xlsx，可写两个")
    overwrites(paper)
    collect.add_argument("person", nargs="+", metavar="会员", help="姓名、工号或会员编号，要能认定一个人")
    collect.add_argument("--proxy", default="", metavar="代领人")
    collect.add_argument("--relation", default="", metavar="与本人关系")

    user = add("user", "加密办公文件的用户", _usage("user list|add|change|password|reset|close"))
    whom = user.add_subparsers(metavar="步骤", parser_class=_Parser)
    add("list", "列出用户", _user_list, whom)
    add("password", "修改自己的密码", _user_password, whom)
    for name, help_text, command in (
        ("add", "添加用户", _user_add),
        ("change", "改变角色和分管范围", _user_change),
        ("reset", "重设别人的密码", _user_reset),
        ("close", "停用用户", _user_close),
    ):
        step = add(name, help_text, command, whom)
        step.add_argument("name", metavar="姓名")
        if name in ("add", "change"):
            step.add_argument("--role", action="append", required=True, metavar="角色", help=f"{_roles()}；可写多次")
            step.add_argument(
                "--unit", action="append", default=[], metavar="分工会", help="分管范围，可写多次；默认全部"
            )
        if name == "close":
            step.add_argument("--reason", required=True, metavar="原因")

    add("check", "检查办公文件是否完好、变更记录是否与数据一致", _check)
    demo = add("demo", "用练习数据把主要工作做一遍，写出名单、PDF 和 Excel", _demo)
    demo.add_argument("folder", type=Path, nargs="?", default=Path("practice"), metavar="文件夹")
    bench = add("bench", "测速：每项与同一次运行中的基准相比", _bench)
    bench.add_argument("--size", type=int, default=100_000, metavar="人数")
    bench.add_argument("--only", metavar="项目", help="只测名称里含这几个字的项目")
    bench.add_argument("--scale", action="store_true", help="另测 1 万到 100 万人的增长")
    bench.add_argument("--out", type=Path, default=Path("bench.json"), metavar="文件.json", help="结果写成 JSON")
    return parser


def _common(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """What may stand before the command and after it."""
    default: Any = argparse.SUPPRESS if suppress else None
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
        ("invalid choice: ", "没有这个命令 "),
        ("invalid int value: ", "应当是整数 "),
        ("argument ", ""),
    ):
        message = message.replace(english, chinese)
    return message.split(" (choose from")[0]


def _login(options: argparse.Namespace) -> Any:
    """Who opens an encrypted office; None for a plain one. The password never stands among the arguments."""
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.services import logins

    if not logins.needed(options.office):
        return None
    known = logins.names(options.office)
    name = options.user or os.environ.get("UNIONOFFICE_USER") or (known[0] if len(known) == 1 else "")
    if not name:
        raise UserError(f"没有指明用户，请加上 --user 姓名。可以登录的有：{'、'.join(known)}。")
    password = _password(options, "UNIONOFFICE_PASSWORD", options.password_file, f"“{name}”的密码：")
    return logins.log_in(options.office, name, password, SystemClock().now())


def _password(options: argparse.Namespace, variable: str, file: Path | None, question: str) -> str:
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
    raise UserError(f"没有给出密码，请设置环境变量 {variable}，或用 --password-file 文件。")


def _new_password(options: argparse.Namespace) -> str:
    return _password(options, "UNIONOFFICE_NEW_PASSWORD", None, "新密码：")


def _open(options: argparse.Namespace, *, reading: bool = False, changing_password: bool = False) -> Any:
    """The office; `reading` says that the command changes nothing, and so works on a file that cannot be written."""
    from unionoffice.app import App

    if options.office is None:
        raise UserError("没有指明办公文件，请写成“unionoffice --office 文件 命令”。")
    app = App(options.office, login=_login(options), reading=reading)
    if app.must_change and not changing_password:
        app.close()
        raise Refused("首次登录要先修改密码：unionoffice --office 文件 user password。")
    if app.only_reading is not None:
        _tell(app.only_reading)
    return app


def _init(options: argparse.Namespace) -> Output:
    from unionoffice.app import login_name
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.kernel.identity import Actor
    from unionoffice.services.founding import create
    from unionoffice.store.keyring import key_path

    who = options.user or os.environ.get("UNIONOFFICE_USER") or login_name()
    password = None
    if not options.plain:
        try:
            password = _password(options, "UNIONOFFICE_PASSWORD", options.password_file, f"给“{who}”定一个密码：")
        except UserError as fault:
            raise UserError(f"{fault.sentence}办公文件默认加密；确实不要加密，请加 --plain。") from fault
    path = create(options.file, options.name, SystemClock(), Actor(who), password=password)
    if password is None:
        return {"text": f"已新建办公文件（没有加密）：{path}", "office": options.name, "files": [str(path)]}
    keys = key_path(path)
    lines = (
        f"已新建加密的办公文件：{path}",
        f"密钥文件：{keys}，它和办公文件要放在一起。",
        f"第一个用户：{who}（系统管理员、经办）",
    )
    return {
        "text": "\n".join(lines),
        "office": options.name,
        "user": who,
        "files": [str(path), str(keys)],
    }


def _roles() -> str:
    from unionoffice.models.user import Role

    return "、".join(role.label for role in Role)


def _roles_of(options: argparse.Namespace) -> list[Any]:
    from unionoffice.models.user import Role

    known = {role.label: role for role in Role}
    unknown = [label for label in options.role if label not in known]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这个角色，可写：{_roles()}。")
    return [known[label] for label in options.role]


def _user_list(options: argparse.Namespace) -> Output:
    app = _open(options, reading=True)
    try:
        rows = app.users.rows()
        names = {node.id: node.name for node in app.organisation.tree()}
    finally:
        app.close()
    found = [
        {
            "name": row.name,
            "roles": [role.label for role in _in_order(row.roles)],
            "units": sorted(names.get(unit, unit) for unit in row.units or ()),
            "state": row.state.label,
        }
        for row in rows
    ]
    lines = ["\t".join((r["name"], "、".join(r["roles"]), "、".join(r["units"]) or "全部", r["state"])) for r in found]
    return {"text": "\n".join(lines) or "这个办公文件没有加密，不分用户。", "users": found, "files": []}


def _in_order(roles: Any) -> list[Any]:
    from unionoffice.models.user import Role

    return [role for role in Role if role in roles]


def _user_password(options: argparse.Namespace) -> Output:
    app = _open(options, changing_password=True)
    try:
        former = _password(options, "UNIONOFFICE_PASSWORD", options.password_file, "现在的密码：")
        app.users.change_password(app.actor, former, _new_password(options))
    finally:
        app.close()
    return {"text": f"“{app.actor.name}”的密码已修改。", "files": []}


def _user_add(options: argparse.Namespace) -> Output:
    app = _open(options)
    try:
        units = [app.organisation.named(name) for name in options.unit]
        app.users.add(options.name, _roles_of(options), units, _new_password(options), app.actor)
    finally:
        app.close()
    return {"text": f"已添加用户“{options.name}”，第一次登录时要改密码。", "files": []}


def _on_user(options: argparse.Namespace, act: Callable[[Any, Any], str]) -> Output:
    app = _open(options)
    try:
        row = next((row for row in app.users.rows() if row.name == options.name), None)
        if row is None:
            raise UserError(f"没有叫“{options.name}”的用户。")
        return {"text": act(app, row), "files": []}
    finally:
        app.close()


def _user_change(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        units = [app.organisation.named(name) for name in options.unit]
        app.users.change(row.id, row.version, _roles_of(options), units, app.actor)
        return f"已修改用户“{row.name}”。"

    return _on_user(options, act)


def _user_reset(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        app.users.reset_password(row.id, _new_password(options), app.actor)
        return f"“{row.name}”的密码已重设，下次登录时要改。"

    return _on_user(options, act)


def _user_close(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        app.users.close(row.id, options.reason, app.actor)
        return f"已停用“{row.name}”，他的密码不再能打开办公文件。"

    return _on_user(options, act)


def _suffix(path: Path, *allowed: str) -> None:
    if path.suffix.lower() not in allowed:
        raise UserError(f"“{path.name}”的后缀应为 {' 或 '.join(allowed)}。")


def _check_target(path: Path, *allowed: str, overwrite: bool) -> None:
    """A file to be written: of a kind that can be, and nobody's yet, before any work is done for it."""
    _suffix(path, *allowed)
    if path.is_file() and not overwrite:
        raise UserError(f"“{path.name}”已经存在，没有改动它。请换一个文件名，或加上“--overwrite”换掉它。")


def _import(options: argparse.Namespace) -> Output:
    if options.report is not None:
        _check_target(options.report, ".xlsx", overwrite=options.overwrite)
    for path in options.files:
        if not path.exists():
            raise UserError(f"找不到“{path}”，可能已移动或改名，请核对文件的位置。")
    app = _open(options)
    try:
        for path in options.files:
            app.imports.remember_headings(path, _meanings(app, options.map))
        result = app.imports.run(options.files, app.actor, Silent(), dry_run=options.dry_run, report=options.report)
    finally:
        app.close()
    return {"text": result.text(), **result.as_json(), "exit": 0}


def _meanings(app: Any, pairs: Sequence[str]) -> dict[str, str]:
    """What the user says headings mean: heading → field name."""
    fields = {spec.label: name for name, spec in app.imports.columns.columns.items()}
    found: dict[str, str] = {}
    for pair in pairs:
        heading, _, label = pair.partition("=")
        if label not in fields:
            raise UserError(f"“--map {pair}”里的“{label}”不是花名册的内容，可写：{'、'.join(fields)}。")
        found[heading] = fields[label]
    return found


def _export(options: argparse.Namespace) -> Output:
    from unionoffice.store.queries.members import MemberQuery

    _check_target(options.file, ".xlsx", overwrite=options.overwrite)
    app = _open(options, reading=True)
    try:
        rows = app.exports.members(options.file, MemberQuery(), Silent())
    finally:
        app.close()
    return {"text": f"已导出 {rows} 人：{options.file}", "rows": rows, "files": [str(options.file)]}


def _find(options: argparse.Namespace) -> Output:
    app = _open(options, reading=True)
    try:
        hits = app.members.search(" ".join(options.words), options.limit)
    finally:
        app.close()
    lines = ["\t".join((hit.name, hit.member_number, hit.unit, hit.phone, hit.state.label)) for hit in hits]
    return {
        "text": "\n".join(lines) or "没有找到符合的会员。",
        "count": len(hits),
        "members": [asdict(hit) for hit in hits],
        "files": [],
    }


def _welfare_new(options: argparse.Namespace) -> Output:
    app = _open(options)
    try:
        programme = options.programme or options.name
        known = {each.name: each.id for each in app.welfare.programmes()}
        programme_id = known.get(programme)
        values = {
            "name": options.name,
            "kind": options.kind,
            "item": options.item,
            "spec": options.spec,
            "payment": options.payment,
            "quantity": options.quantity,
            "unit_price": options.price,
            "budget": options.budget,
            "roll_date": options.roll_date or app.clock.today(),
            "unit_ids": ",".join(app.organisation.named(name) for name in options.unit) or None,
        }
        batch_id, _ = app.welfare.plan(programme, programme_id, values, app.actor)
        draft = app.welfare.draft(batch_id)
    finally:
        app.close()
    text = f"已新建“{options.name}”：列入 {len(draft.entries)} 人，未列入 {len(draft.left_out)} 人。"
    return {
        "text": text,
        "batch": batch_id,
        "people": len(draft.entries),
        "left_out": len(draft.left_out),
        "total_fen": draft.total,
        "over_budget_fen": draft.over_budget,
        "files": [],
    }


def _on_batch(options: argparse.Namespace, act: Callable[[Any, Any], Output]) -> Output:
    app = _open(options)
    try:
        return {"batch": (batch := app.welfare.named(options.batch)).id, "files": [], **act(app, batch)}
    finally:
        app.close()


def _welfare_approve(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.approve(batch.id, app.actor)
        done = app.welfare.batch(batch.id)
        text = f"已审批“{batch.name}”，名单冻结：{done.line_count} 人。"
        return {"text": text, "people": done.line_count, "total_fen": done.total}

    return _on_batch(options, act)


def _welfare_print(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        for path in options.files:
            _check_target(path, ".pdf", ".xlsx", overwrite=options.overwrite)
        for path in options.files:
            app.papers.save_sign_sheet(batch.id, path, Silent())
        files = [str(path) for path in options.files]
        text = "已写出签领表：" + "、".join(files)
        missing = app.papers.unprintable(batch.id)
        if missing:
            text += f"\n这些字没有字体能印，已用〓代替，请安装字体后重印：{missing}"
        return {"text": text, "files": files, "unprintable": missing}

    return _on_batch(options, act)


def _welfare_collect(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        lines = [app.welfare.line_for(batch.id, person) for person in dict.fromkeys(options.person)]
        if len({line.id for line in lines}) < len(lines):
            raise UserError("同一个人写了两次，没有登记，请核对。")
        for line in lines:
            if line.collected_on is not None:
                raise Refused(f"{line.name} 已登记为“{line.state.label}”，这一次都没有登记，请核对。")
        for line in lines:
            app.welfare.collect(line.id, app.actor, proxy=options.proxy, relation=options.relation)
        tally = app.welfare.tally(batch.id)
        names = "、".join(line.name for line in lines)
        text = f"已登记 {names}。已领 {tally.collected + tally.by_proxy} 人，待领 {tally.waiting} 人。"
        return {"text": text, **asdict(tally)}

    return _on_batch(options, act)


def _welfare_close(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.close(batch.id, app.actor)
        tally = app.welfare.tally(batch.id)
        return {"text": f"已办结“{batch.name}”：未领 {tally.unclaimed} 人。", **asdict(tally)}

    return _on_batch(options, act)


def _check(options: argparse.Namespace) -> Output:
    from unionoffice.services.checks import check

    app = _open(options, reading=True)
    try:
        report = check(app.store)
    finally:
        app.close()
    problems = list(report.problems)
    text = f"查过 {report.records} 条记录、{report.operations} 次操作："
    text += "完好。" if not problems else f"发现 {len(problems)} 处问题。\n" + "\n".join(problems)
    if problems:
        _tell(f"办公文件有 {len(problems)} 处问题，请从备份恢复或联系维护人员。")
    return {
        "text": text,
        "records": report.records,
        "operations": report.operations,
        "problems": problems,
        "files": [],
        "exit": 1 if problems else 0,
    }


def _demo(options: argparse.Namespace) -> Output:
    from unionoffice.practice import run_main_job

    return run_main_job(options.folder)


def _self_check(options: argparse.Namespace) -> Output:
    from unionoffice.self_check import run as run_self_check

    found = run_self_check(None if options.self_check == Path() else options.self_check)
    if found["exit"]:
        _tell(f"自检没有通过（{found['failed']}）：{found['why']}")
    return found


def _bench(options: argparse.Namespace) -> Output:
    from unionoffice.bench import run as run_bench

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return run_bench(options.size, only=options.only, out=options.out, scale=options.scale)

"""Printed forms: which there are, whether a workbook can be one, taking it in, and printing."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import one_member, open_office
from unionoffice.commands.words import Commands, Output, check_target, choice, overwrites
from unionoffice.kernel.errors import UserError

SUBJECTS = "会员、会员名单、组织、福利批次、审批、填写"
"""As the help says them: the models would cost every start of the window."""
_MOST_NAMED, _MOST_HINTS = 12, 10


def add_commands(commands: Commands) -> None:
    """`forms list|tags|check|add|remove|print`."""
    steps = commands.group("forms", "表单", "forms list|tags|check|add|remove|print", metavar="步骤")
    listed = steps.add("list", "列出表单：程序自带的和自己的", _list)
    listed.add_argument("--as", dest="subject", metavar="对象", help=f"只列这一类：{SUBJECTS}")
    tags = steps.add("tags", "列出一类表单可以用的标签", _tags)
    tags.add_argument("subject", metavar="对象", help=SUBJECTS)
    check = steps.add("check", "检查一个写了标签的 .xlsx 能不能用作表单，不改动办公文件", _check)
    add = steps.add("add", "把一个 .xlsx 收作自己的表单；同名的自带表单由它代替", _add)
    for each in (check, add):
        each.add_argument("file", type=Path, metavar="文件", help="在要填的格子里写了 {{姓名}} 这样标签的工作簿")
        each.add_argument("--as", dest="subject", required=True, metavar="对象", help=SUBJECTS)
    add.add_argument("--name", default="", metavar="名称", help="表单的名称，默认与文件同名")
    add.add_argument(
        "--cell",
        action="append",
        default=[],
        metavar="格子=标签",
        help="收上级发来的空表时，哪个格子填什么，可写多次，如 --cell D5=姓名；表里其余内容不变",
    )
    add.add_argument("--replace", action="store_true", help="已有同名的自己的表单时换掉它")
    remove = steps.add("remove", "去掉一张自己的表单", _remove)
    remove.add_argument("name", metavar="名称")
    remove.add_argument("--as", dest="subject", metavar="对象", help=SUBJECTS)
    _add_print(steps.add("print", "填好一张表单，写成 .pdf 或 .xlsx", _print))


def _add_print(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="名称", help="表单的名称")
    command.add_argument("file", type=Path, metavar="文件", help=".pdf、.xlsx，或文件夹（每份一个 .xlsx）")
    command.add_argument("--as", dest="subject", metavar="对象", help=f"同名的表单不止一类时写明：{SUBJECTS}")
    command.add_argument("--member", action="append", default=[], metavar="会员", help="姓名、工号或会员编号，可写多次")
    command.add_argument(
        "--unit", action="append", default=[], metavar="分工会", help="可写多次；会员表单则为其中全部会员；默认全会"
    )
    command.add_argument("--batch", action="append", default=[], metavar="批次", help="福利批次名称或其中一部分")
    command.add_argument("--branch", action="append", default=[], metavar="分工会", help="只要批次名单上的这个分工会")
    command.add_argument("--grouped", action="store_true", help="按分工会分开，每个分工会一个书签")
    command.add_argument(
        "--set", action="append", default=[], metavar="名=值", help="表单要填的内容，可写多次，如 --set 慰问事由=住院"
    )
    command.add_argument("--data", type=Path, metavar="文件.json", help="表单要填的内容写在 JSON 文件里，可以有名单")
    command.add_argument(
        "--rows",
        type=Path,
        metavar="文件.xlsx",
        help="“填写”一类的表单按这份 Excel 一行一份地填；签领表这样的名单，全部行列在一张上。每行都一样的用 --set 写",
    )
    command.add_argument("--sheet", default="", metavar="工作表", help="--rows 只读这一张工作表；默认全部")
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="列标题=内容",
        help="--rows 里程序不认识的列填到哪里，可写多次，如 --column 档案编码=职工编号；以后记得",
    )
    command.add_argument(
        "--photo",
        type=Path,
        metavar="图片或文件夹",
        help="有照片格子的表单：一份用一张图片，几份用一个文件夹，图片按工号、会员编号、证件号码或姓名取名；程序不保存照片",
    )
    command.add_argument("--purpose", default="", metavar="用途", help="有完整号码的表单必须写明，记入查看记录")
    command.add_argument("--to", default="", metavar="交给", help="交给谁，记入查看记录")
    command.add_argument("--check", action="store_true", help="只检查打印出来有没有问题，不写文件")
    command.add_argument(
        "--gaps",
        action="store_true",
        help="填的内容有字没有字体（印成〓）、有放不下的也写出 .pdf；不写这一项则不写出并说明",
    )
    overwrites(command)


def _list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        wanted = _subject(options.subject)
        found = [form for form in app.forms.shelf() if wanted in (None, form.subject)]
        folder = app.forms.folder
    finally:
        app.close()
    return {
        "text": "\n".join([*map(_line, found), f"自己的表单放在：{folder}"]),
        "count": len(found),
        "forms": [_as_json(form) for form in found],
        "folder": str(folder),
        "files": [],
    }


def _as_json(form: Any) -> Output:
    return {
        "name": form.name,
        **choice(form.subject, "subject"),
        "own": form.own,
        "public": form.public,
        "needs_purpose": form.masked and not form.public,
        "asked": list(form.asked),
        "problem": form.problem or None,
        "path": str(form.path),
    }


def _line(form: Any) -> str:
    parts = [form.subject.label, form.name, "自己的" if form.own else "自带"]
    parts += [f"不能用：{form.problem}"] if form.problem else []
    parts += [f"要填：{'、'.join(form.asked)}"] if form.asked else []
    return "\t".join(parts)


def _tags(options: argparse.Namespace) -> Output:
    from unionoffice.services.forms.tags import known

    found = known(_must(options.subject))
    single, lists = list(dict.fromkeys(found.single)), {name: list(fields) for name, fields in found.lists.items()}
    lines = ["、".join(single), *(f"{name}（名单）：{'、'.join(fields)}" for name, fields in lists.items())]
    return {"text": "\n".join(lines), "single": single, "lists": lists, "files": []}


def _check(options: argparse.Namespace) -> Output:
    subject = _must(options.subject)
    app = open_office(options, reading=True)
    try:
        asked = app.forms.check(options.file, subject)
    finally:
        app.close()
    text = f"“{options.file.name}”可以用作{subject.label}的表单。"
    text += f"打印时要填：{'、'.join(asked)}。" if asked else ""
    return {"text": text, "asked": list(asked), "files": []}


def _add(options: argparse.Namespace) -> Output:
    subject = _must(options.subject)
    cells = _pairs(options.cell, "--cell", "D5=姓名")
    app = open_office(options, reading=True)
    try:
        lost = app.forms.replaced(options.file, cells)
        if cells:
            form = app.forms.take_in(options.file, subject, cells, options.name, replacing=options.replace)
        else:
            form = app.forms.add(options.file, subject, options.name, replacing=options.replace)
        instead = app.forms.replaces(form)
    finally:
        app.close()
    text = f"已收下{subject.label}表单“{form.name}”：{form.path}"
    text += f"\n打印“{form.name}”从此用这一张，不用程序自带的；去掉它以后又用自带的。" if instead else ""
    text += "".join(f"\n{where} 里原来的“{words}”换掉了" for where, words in lost)
    told = [{"cell": where, "text": words} for where, words in lost]
    return {"text": text, "form": _as_json(form), "replaced": told, "files": [str(form.path)]}


def _remove(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        form = app.forms.named(options.name, _subject(options.subject))
        app.forms.remove(form)
    finally:
        app.close()
    return {"text": f"已去掉自己的表单“{form.name}”。", "files": []}


def _print(options: argparse.Namespace) -> Output:
    from unionoffice.services.files import check_name
    from unionoffice.services.forms.service import Request

    check_name(options.file)
    to_folder = options.file.is_dir()
    if not to_folder and not options.file.suffix and not options.check:
        raise UserError(f"没有文件夹“{options.file}”。请先建好文件夹，或写明 .pdf、.xlsx 文件。")
    if not to_folder and not options.check:
        check_target(options.file, ".pdf", ".xlsx", overwrite=options.overwrite)
    asked = {**_data(options.data), **_pairs(options.set, "--set", "慰问事由=住院")}
    app = open_office(options, reading=True)
    try:
        form = app.forms.named(options.name, _subject(options.subject))
        rows, said = _rows(app, form, options)
        known = [*form.asked, *(rows.lacking if rows is not None and rows.listed else ())]
        if unknown := [name for name in asked if name not in known and not isinstance(asked[name], list)]:
            names = "、".join(known) or "没有要填的内容"
            raise UserError(f"“{form.name}”不用填“{unknown[0]}”，要填的有：{names}。")
        ids = _ids(app, form, options)
        request = Request(
            form, ids, asked, options.purpose, options.to, photos=options.photo, rows=rows, gaps=options.gaps
        )
        if options.check:
            return {**_findings(app.forms.preflight(request)), **_rows_as_json(rows)}
        if to_folder or options.file.suffix.lower() == ".xlsx":
            files = app.forms.save_xlsx(request, options.file)
            app.forms.remember_columns(form, said)
            told = f"{_left_blank(app, request)}{_rows_told(rows, asked)}"
            return {
                "text": f"已写出 {len(files)} 份“{form.name}”：{options.file}{told}",
                **_rows_as_json(rows),
                "files": [str(path) for path in files],
            }
        done = _saved(app, replace(request, grouped=options.grouped), options.file)
        app.forms.remember_columns(form, said)
        told = _left_blank(app, request) + _rows_told(rows, asked)
    finally:
        app.close()
    text = f"已写出“{form.name}”{len(done.titles)} 份，{done.pages} 页：{options.file}"
    text += told
    text += f"\n没有字体能打印、印成〓的字：{done.missing}" if done.missing else ""
    hints = [f"提示：{_place(each)}{each.sentence}" for each in done.unseen]
    text += "".join(f"\n{hint}" for hint in hints[:_MOST_HINTS])
    text += f"\n另有 {len(hints) - _MOST_HINTS} 处，加 --check 全部列出。" if len(hints) > _MOST_HINTS else ""
    return {
        "text": text,
        "copies": len(done.titles),
        "pages": done.pages,
        "unprintable": done.missing,
        "unseen": _findings(done.unseen)["findings"],
        **_rows_as_json(rows),
        "files": [str(options.file)],
    }


def _saved(app: Any, request: Any, path: Path) -> Any:
    from unionoffice.services.forms.service import Unseen

    try:
        return app.forms.save_pdf(request, path)
    except Unseen as fault:
        raise UserError(f"{fault.sentence}确实要这样写出的，加 --gaps。") from fault


def _place(finding: Any) -> str:
    """On whose copy and in which cell, where the sentence does not say it."""
    cell = "" if finding.cell and finding.sentence.startswith(finding.cell) else finding.cell
    return "".join(f"{each} " for each in (finding.title, cell) if each)


def _rows(app: Any, form: Any, options: argparse.Namespace) -> tuple[Any, dict[str, str]]:
    """The rows of the Excel file that is named, None for none, and what was said of its columns."""
    said = _pairs(options.column, "--column", "档案编码=职工编号")
    if options.rows is None:
        if said or options.sheet:
            raise UserError("--column 和 --sheet 说的是 --rows 的 Excel 文件，请写明 --rows 文件.xlsx。")
        return None, said
    found = app.forms.rows(form, options.rows, sheet=options.sheet, meanings=said)
    if found.problem:
        more = f"表头是：{'、'.join(found.columns)}。用 --column 列标题=内容 写明。" if found.unnamed else ""
        raise UserError(f"{found.problem}{more}")
    return found, said


def _rows_told(rows: Any, asked: dict[str, Any]) -> str:
    """What is said of an Excel file that a form was filled from."""
    if rows is None:
        return ""
    unused = [heading for heading, name in rows.columns.items() if not name]
    lines = [f"按“{rows.name}”填写，{len(rows.rows)} 行"]
    more = f"等 {len(unused)} 列" if len(unused) > _MOST_NAMED else ""
    lines += [f"没有用到的列：{'、'.join(unused[:_MOST_NAMED])}{more}"] if unused else []
    lacking = "、".join(name for name in rows.lacking if name not in asked)
    lines += [f"文件里没有、空着的：{lacking}"] if lacking else []
    return "\n" + "\n".join([*lines, *(note.sentence for note in rows.notes)])


def _rows_as_json(rows: Any) -> Output:
    if rows is None:
        return {}
    return {
        "rows": len(rows.rows),
        "columns": [{"heading": heading, "field": name or None} for heading, name in rows.columns.items()],
        "lacking": list(rows.lacking),
        "notes": [note.sentence for note in rows.notes],
    }


def _left_blank(app: Any, request: Any) -> str:
    """What is said of what a paper for the public lacks, and of what sums and sentences lack."""
    blank = "、".join(request.blank) if request.form.public else ""
    lines = [f"没有填，公示上空着：{blank}"] if blank else []
    return "".join(f"\n{line}" for line in [*lines, *app.forms.gaps(request)])


def _findings(found: Any) -> Output:
    lines = ["\t".join(filter(None, (each.kind.label, each.title, each.cell, each.sentence))) for each in found]
    told = [
        {**choice(each.kind, "kind"), "title": each.title, "cell": each.cell, "sentence": each.sentence}
        for each in found
    ]
    return {"text": "\n".join(lines) or "没有发现问题。", "count": len(found), "findings": told, "files": []}


def _ids(app: Any, form: Any, options: argparse.Namespace) -> list[str]:
    """The records meant: by name, the whole union where none is named."""
    from unionoffice.services.forms.service import batch_part
    from unionoffice.services.forms.tags import Subject

    needs = {
        Subject.MEMBER: ("member", "unit"),
        Subject.ROLL: ("unit",),
        Subject.UNIT: ("unit",),
        Subject.BATCH: ("batch", "branch"),
        Subject.APPROVAL: ("batch",),
        Subject.FREE: (),
    }[form.subject]
    for name in ("member", "unit", "batch", "branch"):
        if getattr(options, name) and name not in needs:
            raise UserError(f"“{form.name}”是{form.subject.label}的表单，不用写 --{name}。")
    units = [app.organisation.named(name) for name in options.unit]
    if form.subject is Subject.MEMBER:
        found = [one_member(app, words) for words in options.member]
        for unit in units:
            found += app.forms.members_of(unit)
        if not found:
            raise UserError("没有写是哪名会员，请加上 --member 姓名，或 --unit 分工会。")
        return found
    if form.subject in (Subject.ROLL, Subject.UNIT):
        return units or [app.organisation.tree()[0].id]
    if form.subject is Subject.FREE:
        return []
    if not options.batch:
        raise UserError("没有写是哪个批次，请加上 --batch 批次。")
    batches = [app.welfare.named(name).id for name in options.batch]
    return [batch_part(batch, branch) for batch in batches for branch in options.branch or [""]]


def _pairs(typed: list[str], option: str, example: str) -> dict[str, Any]:
    found = {}
    for each in typed:
        name, mark, words = each.partition("=")
        if not mark or not name.strip():
            raise UserError(f"{option} 要写成 {example} 这样，写的是“{each}”。")
        found[name.strip()] = words.strip()
    return found


def _data(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise UserError(f"“{path.name}”读不出来，要是一个 UTF-8 的 JSON 文件。") from fault
    if not isinstance(found, dict):
        raise UserError(f"“{path.name}”里要是一个对象：{{“姓名”: “…”, “家庭成员”: [{{…}}]}}。")
    return found


def _must(label: str) -> Any:
    found = _subject(label)
    assert found is not None
    return found


def _subject(label: str | None) -> Any:
    from unionoffice.services.forms.tags import Subject

    if label is None:
        return None
    for each in Subject:
        if each.label == label:
            return each
    raise UserError(f"没有“{label}”这一类表单，可写：{SUBJECTS}。")

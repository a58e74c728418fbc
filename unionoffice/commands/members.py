"""Members in, out, and found."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, at_least_one, check_target, choice, overwrites
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Silent
from unionoffice.kernel.text import mask_phone


def add_commands(commands: Commands) -> None:
    """`import members`, `export members` and `find`."""
    imports = commands.group("import", "导入 Excel 或 CSV", "import members 文件…", metavar="内容")
    rosters = imports.add("members", "导入会员花名册", _import)
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

    exports = commands.group("export", "导出 Excel", "export members 文件.xlsx", metavar="内容")
    roll = exports.add("members", "导出会员花名册", _export)
    roll.add_argument("file", type=Path, metavar="文件.xlsx")
    overwrites(roll)

    find = commands.add("find", "查找会员：姓名、拼音首字母、证件号、手机号、编号的一部分", _find)
    find.add_argument("words", nargs="+", metavar="文字")
    find.add_argument("--limit", type=at_least_one, default=20, metavar="条数")


def _import(options: argparse.Namespace) -> Output:
    if options.report is not None:
        check_target(options.report, ".xlsx", overwrite=options.overwrite)
    for path in options.files:
        if not path.exists():
            raise UserError(f"找不到“{path}”，可能已移动或改名，请核对文件的位置。")
    app = open_office(options)
    try:
        meanings = _meanings(app, options.map)
        for path in options.files:
            app.imports.remember_headings(path, meanings)
        result = app.imports.run(options.files, app.actor, Silent(), dry_run=options.dry_run, report=options.report)
    finally:
        app.close()
    return {"text": result.text(), **result.as_json(), "exit": 0}


def _meanings(app: Any, pairs: Sequence[str]) -> dict[str, str]:
    """What the user says headings mean: heading → field name."""
    fields = {spec.label: name for name, spec in app.imports.columns.columns.items()}
    found: dict[str, str] = {}
    for pair in pairs:
        heading, sign, label = (part.strip() for part in pair.partition("="))
        if not (heading and sign and label):
            raise UserError(f"“--map {pair}”要写成“表头=内容”，如“申请人=姓名”。")
        if label not in fields:
            raise UserError(f"“--map {pair}”里的“{label}”不是花名册的内容，可写：{'、'.join(fields)}。")
        found[heading] = fields[label]
    return found


def _export(options: argparse.Namespace) -> Output:
    from unionoffice.store.queries.members import MemberQuery

    check_target(options.file, ".xlsx", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        rows = app.exports.members(options.file, MemberQuery(), Silent())
    finally:
        app.close()
    return {"text": f"已导出 {rows} 人：{options.file}", "rows": rows, "files": [str(options.file)]}


def _find(options: argparse.Namespace) -> Output:
    if not " ".join(options.words).strip():
        raise UserError("没有写要查找的文字，请写姓名、拼音首字母、证件号码、手机号码或编号的一部分。")
    app = open_office(options, reading=True)
    try:
        hits = app.members.search(" ".join(options.words), options.limit)
    finally:
        app.close()
    hits = [replace(hit, phone=mask_phone(hit.phone) if hit.phone else "") for hit in hits]
    lines = ["\t".join((hit.name, hit.member_number, hit.unit, hit.phone, hit.state.label)) for hit in hits]
    return {
        "text": "\n".join(lines) or "没有找到符合的会员。",
        "count": len(hits),
        "members": [{**asdict(hit), **choice(hit.state, "state")} for hit in hits],
        "files": [],
    }

"""What the files of printed forms are called and where they go (归档文件命名, §8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from unionoffice.kernel.errors import UserError
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.file_names import archive_name
from unionoffice.services.forms.shelf import Form


def file_name(
    form: Form, day: date, title: str = "", *, number: int | None = None, ending: str = ".xlsx", practice: bool = False
) -> str:
    """A file's name on a day by 年度-分类-期限-件号: 2026-福利-30年-0001-签领表-机电队.xlsx (rule pack `filing`)."""
    category, period, _ = rule_on("filing", day).values["forms"][form.subject]
    named = "-".join(filter(None, (form.name, title)))
    return archive_name(
        named, year=day.year, category=category, period=period, number=number, ending=ending, practice=practice
    )


def targets(target: Path, names: Sequence[str]) -> list[Path]:
    """Where workbooks of these names go: one to a path ending in .xlsx, any number into a folder.

    Raises UserError when there is no such folder, when several shall go into one file, and when one is there already.
    """
    if target.suffix.lower() == ".xlsx" and not target.is_dir():
        if len(names) != 1:
            raise UserError(f"有 {len(names)} 份，一个 Excel 文件只放一份，请选一个文件夹。")
        return [target]
    if not target.is_dir():
        raise UserError(f"文件夹“{target}”不存在。请先建立文件夹，或换一个位置。")
    paths = [target / name for name in names]
    if taken := [path.name for path in paths if path.exists()]:
        raise UserError(f"文件夹里已经有“{taken[0]}”{'等文件' if len(taken) > 1 else ''}，没有改动它。请换一个文件夹。")
    return paths

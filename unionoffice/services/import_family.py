"""Relatives in a roster's columns 家庭成员1姓名, 家庭成员1关系 … (domain.md §10.3), stored once a household (F5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.excel.columns import fold_caption
from unionoffice.kernel import resident_id
from unionoffice.kernel.identity import new_id
from unionoffice.kernel.text import clean_name, tidy
from unionoffice.models.household import FamilyMember, Kinship
from unionoffice.models.member import Member
from unionoffice.store.queries import imports as queries
from unionoffice.store.unit_of_work import UnitOfWork

_CAPTION = re.compile(r"家庭成员(\d{1,2})(姓名|关系|性别|身份证号|证件号码|单位或学校|工作单位)")
_FIELDS = {
    "姓名": "name",
    "关系": "kinship",
    "性别": "sex",
    "身份证号": "id_number",
    "证件号码": "id_number",
    "单位或学校": "occupation",
    "工作单位": "occupation",
}
_KINSHIP = {
    "配偶": "10", "丈夫": "10", "妻子": "10", "夫": "10", "妻": "10",
    "子": "20", "儿子": "20", "女": "30", "女儿": "30", "子女": "21",
    "孙子": "40", "孙女": "40", "父亲": "51", "父": "51", "母亲": "52", "母": "52",
    "公公": "53", "岳父": "53", "婆婆": "54", "岳母": "54",
    "祖父": "60", "祖母": "60", "外祖父": "60", "外祖母": "60",
    "兄": "70", "弟": "70", "姐": "70", "妹": "70", "兄弟": "70", "姐妹": "70",
}  # fmt: skip

Relative = dict[str, str | None]


def family_columns(captions: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Column by field for each numbered relative, of the headings that name one."""
    found: dict[str, dict[str, int]] = {}
    for column, caption in captions.items():
        shape = _CAPTION.fullmatch(fold_caption(caption))
        if shape:
            found.setdefault(shape[1], {})[_FIELDS[shape[2]]] = column
    return {number: fields for number, fields in found.items() if "name" in fields}


def is_family_caption(caption: str) -> bool:
    """Whether a heading names something of a relative that is taken in."""
    return bool(_CAPTION.fullmatch(fold_caption(caption)))


def read_relatives(
    cells: Sequence[str], columns: Mapping[str, Mapping[str, int]], today: date
) -> tuple[list[Relative], list[str]]:
    """The relatives of one row, and what is to be told: a number that is wrong is told and left out."""
    relatives: list[Relative] = []
    told: list[str] = []
    for number, fields in columns.items():
        texts = {field: cells[column].strip() if column < len(cells) else "" for field, column in fields.items()}
        name = clean_name(texts["name"])
        if not name:
            continue
        identity = texts.get("id_number", "")
        verdict = resident_id.check(identity, today=today) if identity else None
        if verdict is not None and verdict.problem:
            told.append(f"家庭成员{number}{name}的证件号码没有采用：{verdict.problem}")
            verdict = None
        relatives.append(
            {
                "name": name,
                "kinship": _KINSHIP.get(tidy(texts.get("kinship", "")), Kinship.OTHER.value),
                "id_number": verdict.number if verdict else None,
                "sex": verdict.sex if verdict else {"男": "1", "女": "2"}.get(texts.get("sex", "")),
                "birth_date": verdict.birth.isoformat() if verdict and verdict.birth else None,
                "occupation": tidy(texts.get("occupation", "")) or None,
            }
        )
    return relatives, told


def unknown_relatives(session: Session, wanted: Mapping[str, Sequence[Relative]]) -> dict[str, list[Relative]]:
    """By member id, those relatives that his household does not have yet, by name."""
    known = queries.relative_names(session, list(wanted))
    found = {}
    for member_id, relatives in wanted.items():
        names = known.get(member_id, set())
        missing = [relative for relative in relatives if relative["name"] not in names]
        if missing:
            found[member_id] = missing
    return found


def add_relatives(uow: UnitOfWork, wanted: Mapping[str, Sequence[Relative]]) -> None:
    """Enter the relatives that the members' households do not have yet."""
    missing = unknown_relatives(uow.session, wanted)
    members = queries.members(uow.session, list(missing))
    for member_id, relatives in missing.items():
        member: Member = members[member_id]
        if member.household_id is None:
            member.household_id = new_id()
        for relative in relatives:
            values: dict[str, Any] = dict(relative)
            uow.add(FamilyMember(household_id=member.household_id, **values))
    uow.session.flush()

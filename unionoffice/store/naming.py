"""What a record or a table is called to people: never by its id or its name in the file where there is a better one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from unionoffice.kernel.text import mask_numbers, tidy
from unionoffice.models.base import Record, record_types
from unionoffice.store.scope import closed_types

_OTHERS = {
    "operation_entry": "操作记录",
    "change_entry": "变更记录",
    "access_entry": "查看记录",
    "seal": "封存记录",
    "chain_head": "记录的封口",
    "import_run": "导入核对",
    "import_block": "导入核对的内容",
    "import_note": "导入核对的提示",
    "heading_memory": "记住的表头",
    "draft": "没有填完的表",
    "form_memory": "表单上次填的内容",
    "print_mark": "打印件的核验码",
    "alembic_version": "文件版本",
}


def table_title(table: str) -> str:
    """What is kept in a table."""
    titles = {model.__tablename__: model.title for model in record_types().values()}
    return {**_OTHERS, **titles}.get(table, table)


def called(session: Session, model: type[Record], record_id: Any, values: Mapping[str, Any] | None = None) -> str:
    """A record by its kind and name, with the number that tells namesakes apart: 会员“张三”（工号 0017）.

    `values` are stored ones where the record itself may not be there. What has no name of its own goes by whose it is,
    else by the end of its id. Made from what may have been altered: it never fails, and shows no number in full.
    """
    if model.type_name in closed_types(session):
        return f"{model.title}（未授权，编号末尾 {str(record_id)[-6:]}）"
    kept = _row(session, model, record_id) if values is None else values
    if name := _shown(kept.get("name")):
        number = next(
            (f"（{facts.label} {told}）" for key, facts in _numbers(model).items() if (told := _shown(kept.get(key)))),
            "",
        )
        return f"{model.title}“{name}”{number}"
    if "name" not in model.fields() and _shown(kept.get("number")):
        return f"{model.title}（{model.fields()['number'].label} {_shown(kept['number'])}）"
    if "member_id" in model.fields() and (member := record_types().get("member")) and kept.get("member_id"):
        whose = _shown(_row(session, member, kept["member_id"]).get("name"))
        if whose:
            return f"“{whose}”的{model.title}"
    return f"{model.title}（编号末尾 {str(record_id)[-6:]}）"


def _numbers(model: type[Record]) -> dict[str, Any]:
    fields = model.fields()
    return {key: fields[key] for key in ("staff_number", "member_number", "number") if key in fields}


def _shown(value: Any) -> str:
    return mask_numbers(tidy(str(value)))[:40] if value not in (None, "") else ""


def _row(session: Session, model: type[Record], record_id: Any) -> Mapping[str, Any]:
    names = [name for name in ("name", "member_id", *_numbers(model)) if name in model.fields()]
    if not names:
        return {}
    columns = ", ".join(f'"{name}"' for name in names)
    question = text(f"SELECT {columns} FROM {model.__tablename__} WHERE id = :id")
    try:
        found = session.execute(question, {"id": record_id}).mappings().first()
    except DBAPIError:  # the table is gone, which is told by itself
        return {}
    return dict(found) if found is not None else {}

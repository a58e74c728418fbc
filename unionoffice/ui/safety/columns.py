"""Columns of words for the tables of 数据安全."""

from __future__ import annotations

from unionoffice.models.fields import Field, Kind
from unionoffice.ui.records.rows import Column

_WIDE = {"说明": Kind.NOTE, "保管人": Kind.NOTE, "校验码": Kind.TEXT, "时间": Kind.TEXT, "姓名": Kind.TEXT}


def columns(*labels: str) -> tuple[Column, ...]:
    """Columns of words, sorted by what they say; those of whole sentences take what room there is."""
    kinds = {label: _WIDE.get(label, Kind.DATE) for label in labels}
    return tuple(Column(label, Field(label, kinds[label], False, None, "", True)) for label in labels)

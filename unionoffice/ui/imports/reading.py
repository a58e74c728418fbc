"""What a preview says of the files themselves: their columns, and what was noticed while reading."""

from __future__ import annotations

from unionoffice.models.member import Member
from unionoffice.services.import_report import notices
from unionoffice.services.imports import Preview

_UNITS = ("branch", "group")


def columns_found(preview: Preview) -> dict[str, str]:
    """Labels by field of the columns found in the files, in the order of the member's fields."""
    found = {name for file in preview.files for sheet in file["sheets"] for name in sheet.get("columns", {}).values()}
    if found.intersection(_UNITS):
        found.add("unit_id")
    if "title" in found:
        found.add("professional_title")
    return {name: facts.label for name, facts in Member.fields().items() if name in found}


def reading_notes(preview: Preview) -> list[str]:
    """What was noticed while reading, file by file and sheet by sheet."""
    return [f"{file['name']}{notice}" for file in preview.files for notice in notices(file)]

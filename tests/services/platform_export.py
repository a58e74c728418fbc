"""The made-up hardship files as the national platform exports them, under the names that forms ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

PLATFORM = Path(__file__).parents[1] / "data" / "困难职工档案-平台导出.xlsx"


def people() -> list[dict[str, Any]]:
    """Every row of the platform's export under the names of the form, the family as a list."""
    headings, *rows = openpyxl.load_workbook(PLATFORM).active.iter_rows(values_only=True)
    named = {"编号": "职工编号", "婚姻状态": "婚姻状况", "企业状态": "企业状况", "是否进入医保": "医保状况"}
    named["户口所在地"] = "户口所在地行政区划"
    found = []
    for row in rows:
        cells = {str(name): value for name, value in zip(headings, row, strict=True) if value is not None}
        person: dict[str, Any] = {
            named.get(name, name): value for name, value in cells.items() if "家庭成员" not in name
        }
        relatives = [
            {name.removeprefix(f"家庭成员{n}"): v for name, v in cells.items() if name.startswith(f"家庭成员{n}")}
            for n in range(1, 6)
        ]
        found.append({**person, "家庭成员": [each for each in relatives if each]})
    return found


def aided() -> dict[str, Any]:
    """What 帮扶签领表 asks for, with everybody on its list."""
    rows = [
        {**person, "金额": 1000 + number, "联系电话": person.get("手机号码", ""), "困难职工编号": person["职工编号"]}
        for number, person in enumerate(people())
    ]
    return {"名单": rows, "项目": "生活救助", "发放日期": "2026年9月10日"}

"""Relatives named in a roster's columns are stored once for the household, and never twice (F5)."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import Workbook

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.progress import Silent
from unionoffice.services.members import MemberQuery

DATA = Path(__file__).resolve().parent.parent / "data"
PLATFORM = DATA / "困难职工档案-平台导出.xlsx"


def import_file(app: App, *paths: Path) -> dict[str, object]:
    return app.imports.run(list(paths), ACTOR, Silent()).as_json()


def relatives_of(app: App, name: str) -> list[tuple[str, str, str | None]]:
    (hit,) = app.members.search(name)
    card = app.members.card(hit.id)
    assert card is not None
    return [(relative.name, relative.kinship.label, relative.id_number) for relative in card.family]


def test_every_relative_of_the_platform_export_is_there_once(app: App) -> None:
    import_file(app, PLATFORM)
    truth = json.loads((DATA / "truth.json").read_text("utf-8"))["hardship"]
    by_number = {row[1]: row[0] for row in app.members.rows(("id_number",), MemberQuery(), limit=500)}
    for household in truth:
        card = app.members.card(by_number[household["id"]])
        assert card is not None
        assert len(card.family) == household["size"] - 1
        assert all(relative.birth_date and relative.sex for relative in card.family)


def test_the_same_file_again_changes_nothing(app: App) -> None:
    import_file(app, PLATFORM)
    position = app.store.log_position()
    again = import_file(app, PLATFORM)
    assert (again["unchanged"], again["updated"]) == (24, 0)
    assert app.store.log_position() == position


def test_a_new_relative_alone_makes_the_row_an_update(app: App, tmp_path: Path) -> None:
    paths = []
    for number, relatives in enumerate((["练习甲"], ["练习甲", "练习乙"])):
        book = Workbook()
        sheet = book.active
        sheet.append(["姓名", "身份证号", "家庭成员1姓名", "家庭成员1关系", "家庭成员2姓名", "家庭成员2关系"])
        cells = [cell for name in relatives for cell in (name, "女儿")]
        sheet.append(["曾丽梅", "11010519491231002X", *cells])
        paths.append(tmp_path / f"家庭{number}.xlsx")
        book.save(paths[-1])
    assert import_file(app, paths[0])["new"] == 1
    assert import_file(app, paths[1])["updated"] == 1
    assert [(name, kinship) for name, kinship, _ in relatives_of(app, "曾丽梅")] == [("练习甲", "女"), ("练习乙", "女")]


def test_a_wrong_number_of_a_relative_is_told_and_not_stored(app: App, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "家庭成员1姓名", "家庭成员1关系", "家庭成员1身份证号"])
    sheet.append(["曾丽梅", "11010519491231002X", "练习甲", "配偶", "610801199001010012"])
    path = tmp_path / "家庭.xlsx"
    book.save(path)
    preview = app.imports.preview([path], ACTOR)
    (row,) = app.imports.rows(preview.run_id)
    assert "家庭成员1练习甲的证件号码没有采用" in row.notes[0][2]
    app.imports.apply(preview.run_id, ACTOR)
    assert relatives_of(app, "曾丽梅") == [("练习甲", "配偶", None)]

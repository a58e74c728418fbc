"""A stick is the second place under whatever letter it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from unionoffice.services.backup_places import MARK, Places, drives, mark_of

OFFICE = "0001"


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    found = [tmp_path / letter for letter in "DEF"]
    for root in found:
        root.mkdir()
    return found


@pytest.fixture
def places(tmp_path: Path, letters: list[Path]) -> Places:
    return Places(tmp_path / "places.json", roots=lambda: letters)


def second(places: Places, tmp_path: Path) -> Path | None:
    return places.second(tmp_path / "工会.ghoffice", OFFICE)


def chosen(places: Places, tmp_path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    places.remember(tmp_path / "工会.ghoffice", OFFICE, folder)
    return folder


def test_a_stick_under_another_letter_is_known_by_its_mark(places: Places, letters: list[Path], tmp_path: Path) -> None:
    stick = chosen(places, tmp_path, letters[1] / "备份")
    assert second(places, tmp_path) == stick
    moved = stick.rename(letters[2] / "备份")
    assert second(places, tmp_path) == moved
    moved.rename(stick)
    assert second(places, tmp_path) == stick


def test_a_whole_stick_is_known_too_and_another_one_in_its_place_is_not_taken_for_it(
    places: Places, letters: list[Path], tmp_path: Path
) -> None:
    chosen(places, tmp_path, letters[1])
    (letters[1] / MARK).rename(letters[2] / MARK)
    assert second(places, tmp_path) == letters[2]


def test_a_stick_that_is_not_there_is_told_by_its_last_place(
    places: Places, letters: list[Path], tmp_path: Path
) -> None:
    stick = chosen(places, tmp_path, letters[1] / "备份")
    (stick / MARK).unlink()
    stick.rmdir()
    assert second(places, tmp_path) == stick


def test_offices_that_share_a_place_share_its_mark(places: Places, letters: list[Path], tmp_path: Path) -> None:
    stick = chosen(places, tmp_path, letters[0] / "备份")
    mark = mark_of(stick)
    places.remember(tmp_path / "另一个.ghoffice", "0002", stick)
    assert mark and mark_of(stick) == mark


def test_a_place_remembered_before_marks_is_still_one(places: Places, letters: list[Path], tmp_path: Path) -> None:
    folder = letters[0]
    (tmp_path / "places.json").write_text(
        f'{{"{OFFICE}": {{"office": "x", "second": "{folder.as_posix()}"}}}}', "utf-8"
    )
    assert second(places, tmp_path) == folder


def test_this_pc_has_drives_that_can_be_asked() -> None:
    assert all(isinstance(root, Path) for root in drives())

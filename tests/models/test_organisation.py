"""The union tree (F2): as it was on a day, six levels, never a circle."""

from __future__ import annotations

from datetime import date

import pytest

from unionoffice.kernel.errors import Refused
from unionoffice.models.organisation import LEVELS, Node, Unit, UnitChange, UnitKind, check_place, tree

START = date(2000, 1, 1)


def unit(unit_id: str, parent: str | None, name: str = "", **more: object) -> Unit:
    return Unit(id=unit_id, name=name or unit_id, kind=UnitKind.BRANCH, parent_id=parent, **more)


def change(unit_id: str, parent: str | None, on: date = START, name: str = "", change_id: str = "1") -> UnitChange:
    return UnitChange(id=change_id, unit_id=unit_id, on_date=on, name=name or unit_id, parent_id=parent)


def chain(length: int) -> list[Node]:
    return tree([unit(f"u{place}", f"u{place - 1}" if place else None) for place in range(length)])


def test_tree_is_read_parents_first_by_position_then_name() -> None:
    nodes = tree([unit("b", "root", position=2), unit("c", "root", position=1), unit("a", "b"), unit("root", None)])
    assert [(node.id, node.depth, node.path) for node in nodes] == [
        ("root", 0, "root"),
        ("c", 1, "c"),
        ("b", 1, "b"),
        ("a", 2, "b / a"),
    ]


def test_tree_as_of_a_day_has_the_names_and_places_of_that_day() -> None:
    units = [unit("root", None), unit("x", "root"), unit("y", "x", name="新名")]
    changes = [
        change("root", None),
        change("x", "root"),
        change("y", "root", name="旧名"),
        change("y", "root", date(2010, 5, 1), "新名", "2"),
        change("y", "x", date(2015, 1, 1), "新名", "3"),
    ]
    expected = {
        date(1999, 12, 31): [],
        date(2010, 4, 30): ["root", "旧名", "x"],
        date(2010, 5, 1): ["root", "x", "新名"],
        date(2015, 1, 1): ["root", "x", "x / 新名"],
    }
    found = {day: [node.path for node in tree(units, changes, day)] for day in expected}
    assert {day: sorted(paths) for day, paths in found.items()} == {day: sorted(each) for day, each in expected.items()}
    assert [node.path for node in tree(units)] == ["root", "x", "x / 新名"]


def test_of_two_changes_on_one_day_the_later_entered_holds() -> None:
    changes = [change("root", None), change("root", None, START, "二", "3"), change("root", None, START, "一", "2")]
    assert tree([unit("root", None)], changes, START)[0].name == "二"


def test_a_unit_is_closed_from_its_day_on() -> None:
    units, changes = [unit("root", None, closed_on=date(2020, 1, 1))], [change("root", None)]
    assert not tree(units, changes, date(2019, 12, 31))[0].closed
    assert tree(units, changes, date(2020, 1, 1))[0].closed
    assert tree(units)[0].closed


def test_six_levels_and_not_one_more() -> None:
    nodes = chain(LEVELS)
    check_place("", f"u{LEVELS - 2}", nodes)
    with pytest.raises(Refused, match="最多 6 级") as told:
        check_place("", f"u{LEVELS - 1}", nodes)
    assert told.value.field == "parent_id"


def test_a_move_counts_the_levels_below_the_moved_unit() -> None:
    nodes = tree(
        [unit("root", None), unit("a", "root"), unit("b", "a"), unit("c", "b"), unit("x", "root"), unit("y", "x")]
        + [unit("z", "y")]
    )
    check_place("x", "b", nodes)
    with pytest.raises(Refused, match="最多 6 级"):
        check_place("x", "c", nodes)


@pytest.mark.parametrize("parent", ["a", "b", "c"])
def test_no_unit_goes_under_itself_or_what_is_below_it(parent: str) -> None:
    nodes = tree([unit("root", None), unit("a", "root"), unit("b", "a"), unit("c", "b")])
    with pytest.raises(Refused, match="自己或它的下级"):
        check_place("a", parent, nodes)

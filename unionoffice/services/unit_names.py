"""Units named in a roster found in the tree: “机电队”, “机电队分会” and “机电队分工会” are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from unionoffice.kernel.identity import new_id
from unionoffice.kernel.text import squash, tidy
from unionoffice.models.organisation import LEVELS, Node, UnitKind

_SUFFIX = re.compile(r"(?:工会)?(?:分工会|分会|工会小组|工会|小组)(?:委员会)?$")


class UnitNames:
    """The tree by name, and the units a roster names that are not in it yet: `planned` (id, name, kind, parent id)."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._root = nodes[0]
        self._exact: dict[tuple[str, str], str] = {}
        self._units: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str | None, str | None], str | None] = {}
        self.planned: list[tuple[str, str, str, str]] = []
        self._closed = {
            (node.parent_id, squash(node.name)) for node in nodes if node.closed and node.parent_id is not None
        }
        for node in nodes:
            if node.parent_id is not None and not node.closed:
                self._know(node.id, node.name, node.parent_id)

    @property
    def root(self) -> str:
        """The id of the union itself."""
        return self._root.id

    def find(self, branch: str | None, group: str | None) -> str | None:
        """The id of a branch, or of a group below it; planned when the tree has none of that name.

        Blank means the union itself; “分工会 / 小组” is read as a path, the way exports write it. None for what cannot
        be a unit, see `why_none`.
        """
        key = (branch, group)
        if key not in self._found:
            self._found[key] = self._unit(branch, group)
        return self._found[key]

    def why_none(self, branch: str | None, group: str | None) -> str:
        """Why `find` gave None: deeper than a union may be, or the name of a unit that was closed."""
        named = " / ".join(filter(None, (branch, group)))
        if len(self._path(branch, group)) >= LEVELS:
            return f"所属工会“{named}”超过 {LEVELS} 级，不能导入；改短后重新导入。"
        return f"所属工会“{named}”已经撤销，不能再登记到那里；改成现在的名称后重新导入。"

    def known(self, name: str | None) -> str | None:
        """The id of a branch the tree already has, or None."""
        return self._existing(self._root.id, name) if name else None

    def replan(self, planned: Iterable[Sequence[str]]) -> dict[str, str]:
        """Plan again what an earlier look planned; id planned → id of what the tree has got of that name since."""
        instead: dict[str, str] = {}
        for unit_id, name, kind, parent in planned:
            below = instead.get(parent, parent)
            known = self._existing(below, name)
            if known is None:
                self._plan(unit_id, name, kind, below)
            else:
                instead[unit_id] = known
        return instead

    def wanted(self, used: Iterable[str]) -> list[tuple[str, str, str, str]]:
        """Those planned that the `used` units are, or lie under: a row that is refused makes no unit."""
        needed = set(used)
        for unit_id, _, _, parent in reversed(self.planned):
            if unit_id in needed:
                needed.add(parent)
        return [plan for plan in self.planned if plan[0] in needed]

    def _unit(self, branch: str | None, group: str | None) -> str | None:
        names = self._path(branch, group)
        if len(names) >= LEVELS:
            return None
        unit: str | None = self._root.id
        for depth, name in enumerate(names):
            assert unit is not None
            kind = UnitKind.BRANCH if depth == 0 and branch else UnitKind.GROUP
            unit = self._below(unit, name, kind)
            if unit is None:
                break
        return unit

    def _path(self, branch: str | None, group: str | None) -> list[str]:
        """The names from below the union itself down."""
        names = [tidy(name) for name in (branch or "").split(" / ") if name.strip()]
        if names and bare(names[0]) == bare(self._root.name):
            names = names[1:]
        if group and tidy(group):
            names.append(tidy(group))
        return names

    def _below(self, parent: str, name: str, kind: UnitKind) -> str | None:
        known = self._existing(parent, name)
        if known is not None:
            return known
        if (parent, squash(name)) in self._closed:  # names of siblings differ, closed ones included
            return None
        return self._plan(new_id(), name, kind.value, parent)

    def _existing(self, parent: str, name: str) -> str | None:
        """The unit of that very name, else the one of that name but for 分工会 and the like."""
        return self._exact.get((parent, squash(name))) or self._units.get((parent, bare(name)))

    def _plan(self, unit_id: str, name: str, kind: str, parent: str) -> str:
        self.planned.append((unit_id, name, kind, parent))
        self._know(unit_id, name, parent)
        return unit_id

    def _know(self, unit_id: str, name: str, parent: str) -> None:
        self._exact.setdefault((parent, squash(name)), unit_id)
        self._units.setdefault((parent, bare(name)), unit_id)


def bare(name: str) -> str:
    """A unit's name without 分工会, 分会, 小组 at its end, unless nothing would be left."""
    return _SUFFIX.sub("", squash(name)) or squash(name)

"""Units named in a roster found in the tree: “机电队”, “机电队分会” and “机电队分工会” are one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unionoffice.kernel.identity import new_id
from unionoffice.kernel.text import squash
from unionoffice.models.organisation import Node, UnitKind

_SUFFIX = re.compile(r"(?:工会)?(?:分工会|分会|工会小组|工会|小组)(?:委员会)?$")


class UnitNames:
    """The tree by name, and the units a roster names that are not in it yet: `planned` (id, name, kind, parent id)."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._root = nodes[0]
        self._units: dict[tuple[str, str], str] = {}
        self._by_path: dict[str, str] = {}
        self._found: dict[tuple[str | None, str | None], str] = {}
        self.planned: list[tuple[str, str, str, str]] = []
        for node in nodes:
            self._by_path[node.path] = node.id
            if node.parent_id is not None and not node.closed:
                self._units.setdefault((node.parent_id, bare(node.name)), node.id)

    @property
    def root(self) -> str:
        """The id of the union itself."""
        return self._root.id

    def find(self, branch: str | None, group: str | None) -> str:
        """The id of a branch, or of a group below it; planned when the tree has none of that name.

        Blank means the union itself; “分工会 / 小组” is read as a path, the way exports write it.
        """
        key = (branch, group)
        if key not in self._found:
            self._found[key] = self._unit(branch, group)
        return self._found[key]

    def known(self, name: str | None) -> str | None:
        """The id of a branch the tree already has, or None."""
        return self._units.get((self._root.id, bare(name))) if name else None

    def _unit(self, branch: str | None, group: str | None) -> str:
        unit = self._root.id
        names = [squash(name) for name in (branch or "").split(" / ") if name.strip()]
        if names and bare(names[0]) == bare(self._root.name):
            names = names[1:]
        if group and squash(group):
            names.append(squash(group))
        for depth, name in enumerate(names):
            kind = UnitKind.BRANCH if depth == 0 and branch else UnitKind.GROUP
            unit = self._below(unit, name, kind)
        return unit

    def _below(self, parent: str, name: str, kind: UnitKind) -> str:
        key = (parent, bare(name))
        if key not in self._units:
            self._units[key] = new_id()
            self.planned.append((self._units[key], name, kind.value, parent))
        return self._units[key]


def bare(name: str) -> str:
    """A unit's name without 分工会, 分会, 小组 at its end, unless nothing would be left."""
    return _SUFFIX.sub("", squash(name)) or squash(name)

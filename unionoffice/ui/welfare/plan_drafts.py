"""Plans that were typed and not saved, kept with the screen's settings: by office, and by the place they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_MOST = 8

Draft = dict[str, Any]
"""What `PlanView.content` gives, as far as it differs from what stood there before anything was typed."""


class PlanDrafts:
    """The settings are one person's, not one office's: a draft comes back only in the office it was typed in.

    They hold what was typed into a plan (names of batches and goods, dates, amounts, ids of units), and nobody's
    record.
    """

    def __init__(self, office: Callable[[], str]) -> None:
        self._office = office
        self._kept: dict[str, dict[str, Draft]] = {}

    def keep(self, place: str, draft: Draft) -> None:
        """Keep a draft, the oldest of many giving way; an empty one is forgotten."""
        own = self._kept.setdefault(self._office(), {})
        own.pop(place, None)
        if draft:
            own[place] = draft
        for oldest in list(own)[:-_MOST]:
            del own[oldest]

    def find(self, place: str) -> Draft:
        """What was kept, empty for nothing."""
        return self._kept.get(self._office(), {}).get(place, {}) if self._kept else {}

    def drop(self, place: str) -> None:
        """Forget a draft."""
        self.keep(place, {})

    def state(self) -> dict[str, dict[str, Draft]]:
        """All drafts as plain values."""
        return {office: dict(drafts) for office, drafts in self._kept.items() if drafts}

    def restore(self, state: Any) -> None:
        """Take up what `state` gave; anything odd is left out."""
        offices = state.items() if isinstance(state, Mapping) else ()
        self._kept = {
            office: {place: dict(draft) for place, draft in drafts.items() if isinstance(draft, Mapping)}
            for office, drafts in offices
            if isinstance(drafts, Mapping)
        }


def difference(content: Mapping[str, Any], untouched: Mapping[str, Any]) -> Draft:
    """What of a plan was typed; values of the form one by one."""
    found = {name: value for name, value in content.items() if name != "values" and value != untouched[name]}
    values = {name: value for name, value in content["values"].items() if value != untouched["values"].get(name)}
    return {**found, **({"values": values} if values else {})}

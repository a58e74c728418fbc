"""Forms half typed and not saved (草稿, F117): kept in the office file while one types, brought back after anything.

A draft is working data: it is in no log, `check` and the seals know nothing of it, nothing exports or prints it. Only
its user is shown it. It holds what was typed and nothing else of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.draft import FINISHED, Draft, Place
from unionoffice.models.everything import record_types
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.filled_in import is_of_several, person_at
from unionoffice.store.change_log import decode, encode
from unionoffice.store.naming import called
from unionoffice.store.queries import drafts as queries
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Since:
    """What became of the record after typing began: who changed it last and when, and which fields were changed."""

    actor: str
    at: datetime
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: what was typed, as plain values by field, the record's version when typing began, and when it was kept.

    `since` is what others made of the record meanwhile, None when it is still the same.
    """

    place: Place
    version: int
    typed: dict[str, Any]
    at: datetime
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft in a list: what it is of, as people call it."""

    place: Place
    name: str
    at: datetime


class Drafts:
    """The drafts of one user of one office; with `keeps` off (an office that cannot be written) there are none.

    `filled_in` is what a draft of a paper or a form is called, "" for one that is not listed.
    """

    def __init__(
        self, store: Store, actor: Actor, *, keeps: bool = True, filled_in: Callable[[Place], str] = lambda _: ""
    ) -> None:
        self._store = store
        self._user = actor.user_id or ""
        self._keeps = keeps
        self._models = record_types()
        self._filled_in = filled_in

    def keep(self, place: Place, version: int, typed: Mapping[str, Any], *, wait: bool = False) -> None:
        """Keep what was typed; nothing typed forgets the draft.

        Raises EnvironmentFault when the file cannot be written, without `wait` at once also while somebody else is
        writing: whoever types is never held up.
        """
        if not self._keeps:
            return
        now = self._store.clock.now()
        with self._store.working(wait=wait) as session:
            queries.drop_before(session, self._oldest())
            if typed:
                words = encode({name: plain(value) for name, value in typed.items()}).decode()
                queries.put(session, self._user, place, version=version, typed=words, at=now)
            else:
                queries.drop(session, self._user, place)

    def find(self, place: Place) -> Kept | None:
        """What was kept of a form. A draft of a record that was put away since, or is gone, is dropped."""
        if not self._keeps:
            return None
        with self._store.reading() as session:
            draft = queries.get(session, self._user, place)
            if draft is None or draft.kept_at < self._oldest():
                return None
            if self._holds(session, draft):
                return Kept(place, draft.version, decode(draft.typed), draft.kept_at, self._since(session, draft))
        self._drop([place])
        return None

    def unfinished(self) -> list[Unfinished]:
        """Everything the user has not finished, newest first, as far as he may still see it."""
        if not self._keeps:
            return []
        found, gone = [], []
        with self._store.reading() as session:
            old = queries.any_before(session, self._oldest())
            for draft in queries.of_user(session, self._user):
                place = Place(draft.form, draft.record_id, draft.parent_id)
                if draft.form not in self._models:
                    name = self._called(session, place) if draft.version != FINISHED else ""
                    if name and draft.kept_at >= self._oldest():
                        found.append(Unfinished(place, name, draft.kept_at))
                elif not self._holds(session, draft):
                    gone.append(place)
                elif draft.kept_at >= self._oldest() and self._seen(session, place):
                    found.append(Unfinished(place, self._name(session, draft), draft.kept_at))
        if old or gone:
            self._drop(gone)
        return found

    def _drop(self, places: list[Place]) -> None:
        """Tidy up now; while somebody else is writing it is left for the next time."""
        with suppress(EnvironmentFault), self._store.working(wait=False) as session:
            queries.drop_before(session, self._oldest())
            for place in places:
                queries.drop(session, self._user, place)

    def _oldest(self) -> datetime:
        """Whatever was not touched since is too old, by the rule pack `drafts`."""
        now = self._store.clock.now()
        days: int = rule_on("drafts", now.date()).values["days"]
        return now - timedelta(days=days)

    def _holds(self, session: Session, draft: Draft) -> bool:
        """Whether there is still something to save it to; what was put away before typing began may be typed into."""
        if not draft.record_id:
            return True
        standing = queries.standing(session, self._models[draft.form], draft.record_id)
        return standing is not None and not (standing.archived and standing.version > draft.version)

    def _since(self, session: Session, draft: Draft) -> Since | None:
        if not draft.record_id:
            return None
        rows = queries.changes_since(session, draft.form, draft.record_id, draft.version)
        if not rows:
            return None
        fields = dict.fromkeys(name for entry, _ in rows if entry.action == "update" for name in decode(entry.changes))
        newest = rows[-1][1]
        return Since(newest.actor, newest.at, tuple(fields))

    def _seen(self, session: Session, place: Place) -> bool:
        """Whether whoever has the office open is still in charge of the record."""
        model = self._models[place.form]
        return not place.record_id or session.get(model, place.record_id) is not None

    def _called(self, session: Session, place: Place) -> str:
        """A paper or a form, with the person whom it is about; "" where nobody may see him or it is no more."""
        person = person_at(place)
        whose = session.get(Member, person) if person else None
        name = self._filled_in(place) if whose is not None or not person else ""
        if not name:
            return ""
        return (
            f"{name}（{whose.name}）" if whose is not None else f"{name}（几个人的）" if is_of_several(place) else name
        )

    def _name(self, session: Session, draft: Draft) -> str:
        model: type[Record] = self._models[draft.form]
        whose = f"{called(session, Member, draft.parent_id)}的" if model is FamilyMember else ""
        if draft.record_id:
            return f"{whose}{called(session, model, draft.record_id)}"
        typed = decode(draft.typed)
        name = typed.get("name") or typed.get("values", {}).get("name")
        named = f"“{name}”" if isinstance(name, str) else ""
        return f"{whose or '新的'}{model.title}{named}"


def plain(value: Any) -> Any:
    """A value of a form as JSON can hold it; editors read a day back from its text."""
    return value.isoformat() if isinstance(value, date) else value

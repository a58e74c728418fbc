"""Who has not agreed to what (同意台账): the records themselves are a register like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from unionoffice.kernel.errors import UserError
from unionoffice.models.fields import facts
from unionoffice.models.registers.consents import SCOPES
from unionoffice.store.queries import consents, organisation
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A member whose consent is still to be asked for."""

    id: str
    name: str
    number: str
    unit: str


def scopes() -> dict[str, str]:
    """What can be agreed to: label by name of the field."""
    return {attribute.key: facts(attribute).label for attribute in SCOPES}


class Consents:
    """The consents of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lacking(self, scope: str, on: date | None = None) -> list[Asked]:
        """Members whose consent to a scope is not in force on a day, today unless told; in order of entry.

        Of several consents the newest that says yes or no decides; one withdrawn counts as no. A consent that names
        nobody on the roll (`unlinked`) counts for nobody. Raises UserError for a scope there is not.
        """
        if scope not in scopes():
            raise UserError(f"没有“{scope}”这一类，可写：{'、'.join(scopes().values())}。")
        day = on or self._store.clock.today()
        with self._store.reading() as session:
            agreed = consents.consenting(session, scope, day)
            units = {node.id: node.path for node in organisation.nodes(session)}
            return [
                Asked(
                    member.id,
                    member.name,
                    member.staff_number or member.member_number or "",
                    units.get(member.unit_id or "", ""),
                )
                for member in consents.in_standing(session)
                if member.id not in agreed
            ]

    def unlinked(self) -> int:
        """How many consents name nobody on the roll: they are to be looked at."""
        with self._store.reading() as session:
            return consents.unlinked(session)

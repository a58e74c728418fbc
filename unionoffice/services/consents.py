"""Who has agreed to what, who has not, and taking it back (同意台账): entering one is a register's like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.text import clean_name, squash
from unionoffice.models.fields import facts
from unionoffice.models.registers.consents import REGISTER, SCOPES, Consent, ConsentState
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

    def of(self, name: str = "", number: str = "") -> list[Consent]:
        """The consents of everybody, or of the name and number written in them; the newest first."""
        with self._store.reading() as session:
            return list(consents.entered(session, clean_name(name), squash(number)))

    def withdraw(self, consent_id: str, on: date, actor: Actor) -> Changes:
        """Note that a consent was taken back on a day. Refused when it had been, or was given only later."""
        if on > self._store.clock.today():
            raise UserError(f"撤回日期 {on.isoformat()} 在今天以后，请核对。", field="withdrawn_on")
        with self._store.operation(f"{REGISTER.name}:withdraw", "撤回同意", actor) as uow:
            consent = uow.get(Consent, consent_id)
            if consent.state is ConsentState.WITHDRAWN:
                raise Refused(f"“{consent.name}”的这份同意已于 {consent.withdrawn_on} 撤回，没有重复登记。")
            consent.withdrawn_on = on
            assert REGISTER.workflow is not None
            REGISTER.workflow.take("withdraw", consent, actor.roles)
        return uow.changes

    def unlinked(self) -> int:
        """How many consents name nobody on the roll: they are to be looked at."""
        with self._store.reading() as session:
            return consents.unlinked(session)

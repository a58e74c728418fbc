"""The daily seal (封存单, F93): closes both logs of a day in a short code that is printed, signed and kept on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from unionoffice.kernel.check_code import check_code, signs_apart, typed_code
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.permission import permit
from unionoffice.models.seal import Seal
from unionoffice.services.log_check import LogCheck, check_logs
from unionoffice.store.chain import moment
from unionoffice.store.queries import access
from unionoffice.store.unit_of_work import Store

SEAL_PRINTS = "seal"
"""What prints of a seal are logged as: like logging in to print one, they are no reason for another seal of the day."""


@dataclass(frozen=True, slots=True)
class SealView:
    """A seal as the office reads it; counts are since the seal before, totals of everything up to it."""

    number: int
    day: date
    made_at: datetime
    actor: str
    since: date | None
    operations: int
    entries: int
    accesses: int
    total_operations: int
    total_entries: int
    total_accesses: int
    change_digest: str
    access_digest: str
    code: str


class Seals:
    """The seals of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seal(self, actor: Actor, day: date | None = None) -> SealView:
        """Seal everything logged up to the end of a day, today by default.

        A day that is sealed and got nothing new keeps its seal. Refused when the logs are broken, and for a day before
        the newest seal that has none itself. Raises UserError for a day to come.
        """
        permit(actor, "seal:make")
        day = day or self._store.clock.today()
        if day > self._store.clock.today():
            raise UserError(f"{day} 还没有到，不能封存。")
        with self._store.working() as session:
            operation, seen = access.ends(session, day)
            found = check_logs(session, operation=operation, seen=seen)
            if found.problems:
                raise Refused(f"记录有断开的地方，没有封存。{found.problems[0]}")
            seals = [seal for _, seal in found.seals]
            kept = _kept(session, seals, day, operation, seen)
            if kept is None:
                if seals:  # a clock that went back does not take anything out of a seal
                    operation, seen = max(operation, seals[-1].operation_id), max(seen, seals[-1].access_seq)
                access.add_seal(session, _values(found, day, self._store.clock.now(), actor, operation, seen))
                seals = list(access.seals(session))
                kept = seals[-1]
            return _view(seals, kept)

    def all(self) -> list[SealView]:
        """Every seal, newest first."""
        with self._store.reading() as session:
            seals = access.seals(session)
        return [_view(seals, seal) for seal in reversed(seals)]

    def verify(self, typed: str) -> SealView:
        """The seal whose code somebody typed from paper, after the logs were worked out anew up to it.

        Raises UserError for what is no code, Refused when the logs do not give it: the sentence says what is wrong.
        """
        code = typed_code(typed)
        if code is None:
            raise UserError(f"“{typed}”不是核对码：核对码是 4 组、每组 4 位的数字和字母，请照封存单重新输入。")
        with self._store.reading() as session:
            found = check_logs(session)
        fitting = dict(found.seals)
        if code in fitting:
            return _view(list(fitting.values()), fitting[code])
        near = next((seal for other, seal in found.seals if signs_apart(code, other) <= 2), None)
        if near is not None:
            raise Refused(
                f"核对码“{code}”与第 {near.number} 号封存单（{near.day}）的“{check_code(near.digest)}”差一两位，"
                "请对照纸面看是不是输错了。"
            )
        why = found.problems[0] if found.problems else "核对码输错了，或者封存之后记录被整个改写过、恢复过更早的备份。"
        raise Refused(f"现在的记录得不出核对码“{code}”。{why}")


def _kept(session: Session, seals: Sequence[Seal], day: date, operation: int, seen: int) -> Seal | None:
    """The seal that a day has already; None when there is something to seal."""
    last = seals[-1] if seals else None
    if last is None or last.day < day:
        return None
    if last.day > day:
        same = [seal for seal in seals if seal.day == day]
        if not same:
            raise Refused(f"已经封存到 {last.day}，不能再单独封存更早的 {day}：那一天已包括在后面的封存单里。")
        return same[-1]
    new = operation > last.operation_id or access.accesses_after(
        session, last.access_seq, until=seen, without=SEAL_PRINTS
    )
    return None if new else last


def _values(found: LogCheck, day: date, now: datetime, actor: Actor, operation: int, seen: int) -> dict[str, object]:
    """A seal up to an operation and an access, as stored."""
    operations, entries, change_digest = found.changes.at[operation]
    _, accesses, access_digest = found.accesses.at[seen]
    return {
        "day": day.isoformat(),
        "made_at": moment(now),
        "actor": actor.name,
        "operation_id": operation,
        "operations": operations,
        "entries": entries,
        "change_digest": change_digest,
        "access_seq": seen,
        "accesses": accesses,
        "access_digest": access_digest,
    }


def _view(seals: Sequence[Seal], seal: Seal) -> SealView:
    before = next((each for each in reversed(seals) if each.number < seal.number), None)
    return SealView(
        number=seal.number,
        day=seal.day,
        made_at=seal.made_at,
        actor=seal.actor,
        since=before.day if before else None,
        operations=seal.operations - (before.operations if before else 0),
        entries=seal.entries - (before.entries if before else 0),
        accesses=seal.accesses - (before.accesses if before else 0),
        total_operations=seal.operations,
        total_entries=seal.entries,
        total_accesses=seal.accesses,
        change_digest=seal.change_digest.hex(),
        access_digest=seal.access_digest.hex(),
        code=check_code(seal.digest),
    )

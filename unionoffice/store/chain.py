"""Logs whose lines are chained, so that none can be changed, removed, put in or moved quietly (F93).

Every line keeps the digest of the line before it and of its own contents; the end of each chain is kept in
`ChainHead`, so that a log cut off at its end is found too. `walk_*` goes along a log and stops at the first line that
does not fit.

The digests are no secret. Who can open the office file, knows this module and works out anew every digest from the
changed line to the end, the heads and the seals, leaves a log that fits in itself. Only paper finds that: the code on
a printed seal (`services/seals.py`) is then no longer the office's. What nobody sealed since can be rewritten.

The shape of a line in the chain never changes after release: offices would all seem broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

GENESIS = bytes(16)
"""What the first line of a log is bound to."""

LOST = b"the head is lost"
"""What the next line is bound to when the kept end of a log is gone: it never fits, so that the loss stays visible."""

CHANGES, ACCESSES, SEALS = "change", "access", "seal"

ERASED_LINE, ERASED_REASON = "{}", "已销毁"
"""What is left of an entry's changes and of an operation's reason when a person was erased (`store/erasing.py`)."""

_OPERATIONS = "SELECT id, name, label, actor, at, reason, entries, digest, closing FROM operation_entry ORDER BY id"
_ENTRIES = (
    "SELECT seq, operation_id, record_type, record_id, action, version, changes, digest FROM change_entry ORDER BY seq"
)
ACCESS_COLUMNS = (
    "seq",
    "at",
    "actor",
    "kind",
    "what",
    "record_type",
    "record_id",
    "fields",
    "rows",
    "words",
    "file",
    "sha256",
    "purpose",
    "recipient",
    "listed",  # came later: see `_bound`
)
SEAL_COLUMNS = (
    "number",
    "day",
    "made_at",
    "actor",
    "operation_id",
    "operations",
    "entries",
    "change_digest",
    "access_seq",
    "accesses",
    "access_digest",
)
_ACCESSES = f"SELECT {', '.join((*ACCESS_COLUMNS, 'digest'))} FROM access_entry ORDER BY seq"
_SEALS = f"SELECT {', '.join((*SEAL_COLUMNS, 'digest'))} FROM seal ORDER BY number"

_KEYS = {CHANGES: ("change_entry", "seq"), ACCESSES: ("access_entry", "seq"), SEALS: ("seal", "number")}

_encode = msgspec.msgpack.Encoder().encode


def link(before: bytes, *line: Any) -> bytes:
    """The digest (BLAKE2b, 16 bytes) of a line that follows the digest `before`.

    MessagePack writes each value with its type and length, so that no two lines read the same.
    """
    return blake2b(_encode((before, *line)), digest_size=16).digest()


def _bound(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values of a line that are in the chain: an access that lists nobody reads as before lists were kept."""
    return values[:-1] if name == ACCESSES and values[-1] is None else values


def erased_entry(line: Sequence[Any]) -> str:
    """What the operation that emptied an entry (`store/erasing.py`) keeps of what is left of it."""
    return link(GENESIS, "entry", *line[:7]).hex()


def erased_operation(operation: Sequence[Any]) -> str:
    """The same for an operation whose reason was emptied."""
    return link(GENESIS, "operation", *operation[:6]).hex()


def moment(at: datetime) -> str:
    """A time as the database stores it, and as it stands in the chain."""
    return at.isoformat(sep=" ", timespec="microseconds")


class Chain:
    """The end of one log while lines are added to it; only inside a writing transaction."""

    def __init__(self, session: Session, name: str) -> None:
        self.name = name
        self._session = session
        table, key = _KEYS[name]
        found = session.execute(text("SELECT last, lines, digest FROM chain_head WHERE name = :name"), {"name": name})
        head = found.one_or_none()
        sound = head is not None and tuple(map(type, head)) == (int, int, bytes)
        self.last: int
        self.lines: int
        self.digest: bytes
        self.last, self.lines, self.digest = tuple(head) if head is not None and sound else (0, 0, LOST)
        newest = session.execute(text(f"SELECT coalesce(max({key}), 0) FROM {table}")).scalar_one()
        self.last = max(self.last, newest)

    def number(self) -> int:
        """The number of a new line."""
        self.last += 1
        return self.last

    def add(self, *line: Any) -> bytes:
        """Bind a line to the end; returns its digest."""
        self.digest = link(self.digest, *line)
        self.lines += 1
        return self.digest

    def add_created(self, operation_id: int, record_type: str, ids: Sequence[str], changes: Sequence[str]) -> list[Any]:
        """As `number` and `add` for many `create` entries: rows of (seq, id, changes, digest)."""
        rows = []
        digest, seq = self.digest, self.last
        for record_id, line in zip(ids, changes, strict=True):
            seq += 1  # from here as `link`, without the call: it is done once per row of an import
            content = _encode((digest, "entry", seq, operation_id, record_type, record_id, "create", 1, line))
            digest = blake2b(content, digest_size=16).digest()
            rows.append((seq, record_id, line, digest))
        self.digest, self.last = digest, seq
        self.lines += len(rows)
        return rows

    def keep(self) -> None:
        """Store the new end."""
        self._session.execute(
            text(
                "INSERT OR REPLACE INTO chain_head (name, last, lines, digest) VALUES (:name, :last, :lines, :digest)"
            ),
            {"name": self.name, "last": self.last, "lines": self.lines, "digest": self.digest},
        )


def append(session: Session, name: str, columns: Sequence[str], values: Sequence[Any]) -> tuple[int, bytes]:
    """Add one line of stored values, without its number, to the access log or the seals; returns number and digest."""
    chain = Chain(session, name)
    number = chain.number()
    digest = chain.add(name, number, *_bound(name, values))
    names = ", ".join((*columns, "digest"))
    marks = ", ".join(f":{place}" for place in range(len(columns) + 1))
    row = dict(zip(map(str, range(len(columns) + 1)), (number, *values, digest), strict=True))
    session.execute(text(f"INSERT INTO {_KEYS[name][0]} ({names}) VALUES ({marks})"), row)
    chain.keep()
    return number, digest


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a log does not fit.

    `why`: "changed" (the line, or one put in before it), "missing" (lines before it are gone), "cut" (lines at the end
    are gone), "stray" (it belongs to no operation), "head" (the kept end is gone or is not the log's). `number` is the
    line's; `operation` and `line` are rows as stored, None where there is none.
    """

    log: str
    why: str
    number: int
    operation: Any = None
    line: Any = None


@dataclass(slots=True)
class Walk:
    """How far a log fits: counts and digest up to there, and at the wanted places (`at`) on the way."""

    digest: bytes = GENESIS
    last: int = 0
    lines: int = 0
    operations: int = 0
    broken: Broken | None = None
    at: dict[int, tuple[int, int, bytes]] = field(default_factory=dict)


def walk_changes(session: Session, wanted: Collection[int] = ()) -> Walk:
    """Go along the change log; `at` holds (operations, entries, digest) after each wanted operation."""
    walk = Walk(at={0: (0, 0, GENESIS)} if 0 in wanted else {})
    lines = _Lines(session)
    erased = _Erased(session)
    last_operation = 0
    for operation in _rows(session, _OPERATIONS):
        if lines.now is not None and not _at_least(lines.now[1], operation[0]):
            walk.broken = Broken(CHANGES, "stray", lines.now[0], None, lines.now)
            return walk
        digest = link(walk.digest, "operation", *operation[:6])
        walk.digest = operation[7] if erased.holds_operation(operation) else digest
        if walk.digest != operation[7]:
            why = "missing" if operation[0] > last_operation + 1 else "changed"
            walk.broken = Broken(CHANGES, why, walk.last + 1, operation)
            return walk
        walk.broken = _walk_operation(walk, operation, lines, erased)
        if walk.broken is not None:
            return walk
        walk.operations += 1
        last_operation = operation[0]
        if last_operation in wanted:
            walk.at[last_operation] = (walk.operations, walk.lines, walk.digest)
    if lines.now is not None:
        walk.broken = Broken(CHANGES, "stray", lines.now[0], None, lines.now)
    else:
        walk.broken = _end(session, CHANGES, walk, walk.lines + walk.operations)
    return walk


def _walk_operation(walk: Walk, operation: Any, lines: _Lines, erased: _Erased) -> Broken | None:
    count = 0
    while lines.now is not None and lines.now[1] == operation[0]:
        line = lines.now
        digest = line[7] if erased.holds_entry(line) else link(walk.digest, "entry", *line[:7])
        if digest != line[7]:
            return Broken(CHANGES, "missing" if line[0] > walk.last + 1 else "changed", line[0], operation, line)
        walk.digest, walk.last = digest, line[0]
        walk.lines += 1
        count += 1
        lines.go_on()
    if count == operation[6] and walk.digest == operation[8]:
        return None
    short = _at_least(operation[6], count + 1)
    if not short or lines.now is None or lines.now[0] != walk.last + 1:
        return Broken(CHANGES, "cut" if short else "changed", walk.last + 1, operation)
    return Broken(CHANGES, "changed", lines.now[0], operation, lines.now)  # it says that it is another operation's


def walk_accesses(session: Session, wanted: Collection[int] = ()) -> Walk:
    """Go along the access log; `at` holds (0, lines, digest) after each wanted line."""
    walk = _walk(session, ACCESSES, _ACCESSES, wanted)
    if 0 in wanted:
        walk.at[0] = (0, 0, GENESIS)
    return walk


def walk_seals(session: Session) -> Walk:
    """Go along the seals."""
    return _walk(session, SEALS, _SEALS, ())


def _walk(session: Session, name: str, question: str, wanted: Collection[int]) -> Walk:
    walk = Walk()
    for row in _rows(session, question):
        digest = link(walk.digest, name, *_bound(name, row[:-1]))
        if digest != row[-1]:
            why = "missing" if row[0] > walk.last + 1 else "changed"
            walk.broken = Broken(name, why, row[0], None, row)
            return walk
        walk.digest, walk.last = digest, row[0]
        walk.lines += 1
        if row[0] in wanted:
            walk.at[row[0]] = (0, walk.lines, digest)
    walk.broken = _end(session, name, walk, walk.lines)
    return walk


def _end(session: Session, name: str, walk: Walk, lines: int) -> Broken | None:
    question = text("SELECT last, lines, digest FROM chain_head WHERE name = :name")
    head = session.execute(question, {"name": name}).one_or_none()
    if head is None:
        return Broken(name, "head", walk.last + 1)
    if tuple(head) == (walk.last, lines, walk.digest):
        return None
    return Broken(name, "cut" if _at_least(head[1], lines + 1) else "head", walk.last + 1)


class _Erased:
    """What was emptied by operations that say so: an emptied line counts as whole only as one of them left it.

    What they say is believed here and proved when the walk comes to them: they are lines like any other.
    """

    def __init__(self, session: Session) -> None:
        self._entries: dict[tuple[int, str], int] = {}
        self._operations: set[tuple[int, str]] = set()
        question = "SELECT seq, changes FROM change_entry WHERE action = 'erase' ORDER BY seq"
        for seq, changes in _rows(session, question):
            try:
                told = msgspec.json.decode(changes, type=_Told)
            except (msgspec.DecodeError, TypeError):
                continue  # emptied by a later one, or no line that the program wrote: the walk will say so
            self._entries |= dict.fromkeys(told.lines.items(), seq)
            self._operations |= set(told.operations.items())

    def holds_entry(self, line: Any) -> bool:
        """Whether an entry is as a later operation left it."""
        if line[6] != ERASED_LINE:
            return False
        later = self._entries.get((line[0], erased_entry(line)))
        return later is not None and later > line[0]

    def holds_operation(self, operation: Any) -> bool:
        """Whether an operation is as a later one left it."""
        return bool(operation[5] == ERASED_REASON) and (operation[0], erased_operation(operation)) in self._operations


class _Told(msgspec.Struct):
    lines: dict[int, str]
    operations: dict[int, str]


class _Lines:
    """The entries of the change log in order, one at hand."""

    def __init__(self, session: Session) -> None:
        self._rows = _rows(session, _ENTRIES)
        self.now: Any = next(self._rows, None)

    def go_on(self) -> None:
        self.now = next(self._rows, None)


def _rows(session: Session, question: str) -> Iterator[Any]:
    rows: Iterable[Any] = session.execute(text(question)).yield_per(2000)
    return (tuple(row) for row in rows)


def _at_least(value: Any, least: int) -> bool:
    """Somebody who changes a number need not leave a number."""
    return isinstance(value, int) and value >= least

"""Marks on printed papers (核验码, F75): given before a paper is, and held against the office when it comes back.

A mark stands for a subject (what was printed) with exactly certain values. The office keeps digests only: of the
values, and of the words on every page that left under the code, so that a file can be told from one somebody changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from unionoffice.documents.pdf.page_words import UnreadablePdf, page_contents
from unionoffice.documents.pdf.trust_mark import TrustMark, trust_mark
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.print_code import BITS, PRINTED, is_copied_right, print_code, shown_code, typed_print_code
from unionoffice.models.base import Record
from unionoffice.models.permission import permit
from unionoffice.models.print_mark import MarkState, PrintMark
from unionoffice.services.files import printable
from unionoffice.services.offices import Offices
from unionoffice.store.engine import reason
from unionoffice.store.queries import print_marks as queries
from unionoffice.store.unit_of_work import Store

MOST_BYTES = 200_000_000
DIGEST = 8
"""Bytes kept of a page's digest: nobody can choose both pages, so that half of what collisions ask for is enough."""

Ids = tuple[type[Record], Collection[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper about to be printed.

    `what` is its head (“2026年中秋签领表”), which is kept and told to whoever verifies: no person's name in it. `form`
    is its kind, `subject` names it whatever its values are, `values` is their digest (`digest_of`), `ids` says whose.
    """

    what: str
    form: str
    subject: str
    values: bytes
    ids: Ids


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the office says to a code or a file; `sentence` is for the user. `pages` are those that were altered."""

    state: MarkState
    code: str
    sentence: str
    what: str = ""
    form: str = ""
    issued_at: datetime | None = None
    issued_by: str = ""
    replaced_by: str = ""
    replaced_at: datetime | None = None
    pages: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the paper may be relied on."""
        return self.state is MarkState.CURRENT


def digest_of(values: Any) -> bytes:
    """The digest of what a paper says: plain values or dataclasses of them; when it was printed is no part of it."""
    return sha256(msgspec.json.encode(values, order="sorted", enc_hook=str)).digest()


def by_content(kind: str, values: bytes) -> str:
    """The subject of a paper that has no record behind it: other content is another paper, which replaces nothing."""
    return f"{kind}/{values.hex()}"


class PrintMarks:
    """The marks of one office.

    `who` says who prints; with `keeps` off (an office that cannot be written) papers bear no mark, as nobody could
    verify it. `todays` gives, by code, the digests of what papers would say now, as far as it can tell.
    """

    def __init__(
        self,
        store: Store,
        offices: Offices,
        who: Callable[[], Actor],
        *,
        keeps: bool = True,
        todays: Callable[[Sequence[PrintMark]], Mapping[str, bytes]] = lambda _: {},
    ) -> None:
        self._store = store
        self._offices = offices
        self._who = who
        self._keeps = keeps
        self._todays = todays

    def issue(
        self,
        what: str,
        subject_key: str,
        values_digest: bytes,
        ids: Ids,
        actor: Actor | None = None,
        *,
        form: str = "",
    ) -> TrustMark | None:
        """The mark for one paper; see `issue_all`."""
        return self.issue_all([Wanted(what, form or what, subject_key, values_digest, ids)], actor)[0]

    def proposed(self, wanted: Sequence[Wanted], actor: Actor | None = None) -> list[TrustMark | None]:
        """The marks that `issue_all` would give, to draw papers with that may still not be given out: nothing is kept.

        Refused to whose roles may not print.
        """
        self._permit(wanted, actor)
        if not self._keeps:
            return [None] * len(wanted)
        office = self._offices.get().id
        with self._store.reading() as session:
            known = queries.of_subjects(session, {paper.subject for paper in wanted})
            codes: dict[tuple[str, bytes], str] = {}
            for paper in wanted:
                if (key := (paper.subject, paper.values)) not in codes:
                    mark = _same(known.get(paper.subject, ()), paper)
                    codes[key] = mark.code if mark else _free_code(session, office, paper, frozenset(codes.values()))
        return [trust_mark(codes[paper.subject, paper.values]) for paper in wanted]

    def issue_all(self, wanted: Sequence[Wanted], actor: Actor | None = None) -> list[TrustMark | None]:
        """The marks for papers about to be given out, in one transaction.

        The same values as before bear the same code; with others the subject gets a new one, and the former is replaced
        by it. None where marks cannot be kept. Refused to whose roles may not print.
        """
        actor = self._permit(wanted, actor)
        if not self._keeps:
            return [None] * len(wanted)
        office, now = self._offices.get().id, self._store.clock.now()
        with self._store.working() as session:
            known = queries.of_subjects(session, {paper.subject for paper in wanted})
            codes: dict[tuple[str, bytes], str] = {}
            for paper in wanted:
                if (key := (paper.subject, paper.values)) in codes:
                    continue
                marks = known.setdefault(paper.subject, [])
                mark = _same(marks, paper)
                if mark is None:
                    code = _free_code(session, office, paper, frozenset(codes.values()))
                    mark = _made(paper, code, actor, now)
                    session.add(mark)
                    marks.append(mark)
                for other in marks:
                    if other is not mark and other.replaced_by is None:
                        queries.replace(other, mark, now)
                codes[key] = mark.code
            session.flush()
        return [trust_mark(codes[paper.subject, paper.values]) for paper in wanted]

    def _permit(self, wanted: Sequence[Wanted], actor: Actor | None) -> Actor:
        actor = actor or self._who()
        for what in {paper.what for paper in wanted}:
            permit(actor, f"print:{what}")
        return actor

    def given(self, data: bytes) -> None:
        """Remember the pages that leave under their codes, so that files can be verified: call it with what is drawn.

        A file made fit for filing says the same words as the one it was made from.
        """
        if not self._keeps:
            return
        found = _digests(page_contents(data))
        with self._store.working() as session:
            for code, mark in queries.by_codes(session, found.keys()).items():
                kept = _split(mark.pages)
                mark.pages += b"".join(each for each in dict.fromkeys(found[code]) if each not in kept)

    def given_in(self, year: int, prefix: str) -> list[tuple[str, str]] | None:
        """Subjects beginning so that were printed for the first time in a year, in that order, each with its form.

        None where marks are not kept.
        """
        if not self._keeps:
            return None
        with self._store.reading() as session:
            return queries.subjects_given(session, prefix, datetime(year, 1, 1), datetime(year + 1, 1, 1))

    def verify(self, code: str, *, current_digest: bytes | None = None) -> Verdict:
        """What became of the paper with a code, typed or scanned.

        `current_digest` is that of the values as they are now; by default it is worked out for papers that know how.
        """
        typed = typed_print_code(code)
        if typed is None:
            return Verdict(MarkState.MISTYPED, code, f"“{code}”不是核验码：核验码是 9 位数字和字母，请照纸面重新输入。")
        shown = shown_code(typed)
        if not is_copied_right(typed):
            return Verdict(MarkState.MISTYPED, shown, f"核验码“{shown}”抄错了，至少错一位，请对照纸面再看一遍。")
        with self._store.reading() as session:
            mark = queries.by_code(session, typed)
        if mark is None:
            return Verdict(
                MarkState.UNKNOWN,
                shown,
                f"本单位没有发出过核验码“{shown}”的打印件：不是这个办公文件打印的，或者是后来恢复过更早的备份。",
            )
        return _became(mark, current_digest if current_digest is not None else self._todays([mark]).get(mark.code))

    def verify_file(self, path: Path) -> tuple[Verdict, ...]:
        """What became of each paper in a PDF that this program printed, and whether somebody changed the file.

        Compared are the words of the pages, the pictures and notes on them; words covered by a patch of colour are not
        noticed. Raises UserError for what is no PDF or bears no code (a scan is pictures only: type its code),
        EnvironmentFault when it cannot be read.
        """
        name = printable(path)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise UserError(f"“{name}”太大，超过 {MOST_BYTES // 1_000_000} MB，不是本程序打印的。")
            words = page_contents(path.read_bytes())
        except FileNotFoundError as fault:
            raise UserError(f"找不到“{name}”，请核对文件的位置。") from fault
        except OSError as fault:
            raise EnvironmentFault(f"“{name}”读不出来：{reason(fault)}。") from fault
        except UnreadablePdf as fault:
            raise UserError(f"“{name}”读不出来：它不是 PDF，或者加了密码、已损坏。") from fault
        codes = [_code_on(page) for page in words]
        if not any(codes):
            raise UserError(f"“{name}”里没有核验码。扫描件、照片请照纸面输入核验码核对。")
        strange = tuple(number for number, code in enumerate(codes, start=1) if code is None)
        found = _digests(words)
        with self._store.reading() as session:
            marks = queries.by_codes(session, found.keys())
        todays = self._todays([mark for mark in marks.values() if mark.replaced_by is None])
        return tuple(self._held_against(code, codes, found[code], marks.get(code), strange, todays) for code in found)

    def _held_against(
        self,
        code: str,
        codes: Sequence[str | None],
        digests: Sequence[bytes],
        mark: PrintMark | None,
        strange: tuple[int, ...],
        todays: Mapping[str, bytes],
    ) -> Verdict:
        """The verdict on the pages of a file that bear one code; pages without any count as added."""
        if mark is None or not is_copied_right(code):
            return self.verify(code)
        kept = _split(mark.pages)
        numbers = [number for number, other in enumerate(codes, start=1) if other == code]
        wrong = tuple(number for number, digest in zip(numbers, digests, strict=False) if digest not in kept)
        if wrong or strange:
            pages = tuple(sorted({*wrong, *strange}))
            told = "、".join(map(str, pages))
            return _verdict(mark, MarkState.ALTERED, f"这个文件的第 {told} 页与发出的不一样，被改动过{_OR_LOST}", pages)
        if digests[-1] not in kept:
            return _verdict(mark, MarkState.ALTERED, f"这个文件的页数或次序与发出的不一样，缺了页或动过{_OR_LOST}")
        return _became(mark, todays.get(code))


_OR_LOST = "，或者是后来恢复过更早的备份，没有留下这一份的底"
"""Pages that left after the backup are not known to what was restored from it."""


def _became(mark: PrintMark, now: bytes | None) -> Verdict:
    """The verdict on a paper as it was given out; `now` is the digest of what it would say today, if one can tell."""
    if mark.replaced_by is not None:
        by, at = shown_code(mark.replaced_by), mark.replaced_at
        told = f"已于 {at:%Y-%m-%d %H:%M} 换成核验码“{by}”的那一份，以那一份为准"
        return _verdict(mark, MarkState.REPLACED, told)
    if now is not None and now != mark.values_digest:
        return _verdict(mark, MarkState.CHANGED, "打印之后登记的内容改过，这张纸上的已不是现在的内容")
    compared = "与现在登记的内容一致" if now is not None else "打印之后没有再出过内容不同的"
    if mark.subject == by_content(mark.subject.rpartition("/")[0], mark.values_digest):
        compared = "内容是打印时填的，没有登记可以对照，以纸面为准"
    return _verdict(mark, MarkState.CURRENT, compared)


def _made(paper: Wanted, code: str, actor: Actor, now: datetime) -> PrintMark:
    model, ids = paper.ids
    return PrintMark(
        code=code,
        subject=paper.subject,
        what=paper.what,
        form=paper.form,
        record_type=model.type_name,
        record_id=next(iter(ids)) if len(ids) == 1 else None,
        records=len(ids),
        records_digest=sha256("\n".join(sorted(ids)).encode()).digest() if len(ids) > 1 else None,
        values_digest=paper.values,
        pages=b"",
        issued_at=now,
        issued_by=actor.name,
        replaced_by=None,
        replaced_at=None,
    )


def _same(marks: Sequence[PrintMark], paper: Wanted) -> PrintMark | None:
    """The mark of a subject that was given for the same values."""
    return next((each for each in marks if each.values_digest == paper.values), None)


def _free_code(session: Any, office: str, paper: Wanted, taken: Collection[str]) -> str:
    """A code that follows from the paper, so that a copy of the office gives the same; another where it is taken."""
    attempt = 0
    while True:
        seed = msgspec.json.encode([office, paper.subject, paper.values.hex(), attempt])
        code = print_code(int.from_bytes(sha256(seed).digest()) % 2**BITS)
        if code not in taken and queries.by_code(session, code) is None:
            return code
        attempt += 1


def _verdict(mark: PrintMark, state: MarkState, told: str, pages: tuple[int, ...] = ()) -> Verdict:
    shown = shown_code(mark.code)
    when = f"{mark.issued_at:%Y-%m-%d %H:%M}"
    return Verdict(
        state,
        shown,
        f"“{mark.what}”（核验码“{shown}”，{mark.issued_by}打印于 {when}）：{told}。",
        mark.what,
        mark.form,
        mark.issued_at,
        mark.issued_by,
        shown_code(mark.replaced_by) if mark.replaced_by else "",
        mark.replaced_at,
        pages,
    )


def _code_on(words: str) -> str | None:
    """The last code on a page: what a record says may look like one, the mark is written after everything."""
    found = PRINTED.findall(words)
    return found[-1].replace("-", "") if found else None


def _digests(words: Sequence[str]) -> Mapping[str, list[bytes]]:
    """By code, a digest of each of its pages in order, and one of them all."""
    found: dict[str, list[bytes]] = {}
    for page in words:
        if code := _code_on(page):
            found.setdefault(code, []).append(sha256(page.encode()).digest()[:DIGEST])
    return {code: [*pages, sha256(b"".join(pages)).digest()[:DIGEST]] for code, pages in found.items()}


def _split(pages: bytes) -> set[bytes]:
    return {pages[at : at + DIGEST] for at in range(0, len(pages), DIGEST)}

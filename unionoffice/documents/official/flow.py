"""Lines one below the other and where pages end: nothing torn that belongs together, no signature on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from unionoffice.documents.official.marks import Bookmark, Mark, shifted

_TINY = 0.01
_FETCHED = 2
"""So many lines of text go with a signature to the next page, if one stays where they were."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something as high as `height` that stands on one page; its marks count from the frame's left and its own top.

    `text` says that a signature may stand below it; `stays` that it may not end a page (a heading); `ending` that it
    may not begin one (a signature, the names of attachments above it): lines of text then come along. `again` is drawn
    above it when it begins a page (the titles of a table). `tail` is room that must be free below it. `seal` is the
    middle of the seal on it.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    text: bool = False
    stays: bool = False
    ending: bool = False
    again: Item | None = None
    tail: float = 0.0
    bookmark: str = ""
    depth: int = 0
    seal: tuple[float, float] | None = None

    @property
    def blank(self) -> bool:
        """Whether it is only distance, which falls away at the top of a page."""
        return not self.marks and not self.text


@dataclass(frozen=True, slots=True)
class Put:
    """An item and how far its top lies below the frame's."""

    item: Item
    y: float


@dataclass(frozen=True, slots=True)
class Pages:
    """Items on pages. `fetched`: the signature had to fetch lines to its page; `alone`: it found none to fetch; `ends`
    is where the last one ends."""

    pages: tuple[tuple[Put, ...], ...]
    fetched: bool
    alone: bool

    @property
    def ends(self) -> float:
        """How far the last page is filled."""
        return max((put.y + put.item.height + put.item.tail for put in self.pages[-1]), default=0.0)


def paginated(items: Sequence[Item], height: float, first_height: float, closing: float = 0.0) -> Pages:
    """The items on pages `height` high, the first of them `first_height`; below the last of them `closing` is free."""
    pages: list[list[Item]] = [[]]
    fetched = alone = False
    last = max((at for at, item in enumerate(items) if not item.blank), default=-1)
    beneath = closing + _height(items[last + 1 :]) if closing else 0.0
    for at, item in enumerate(items):
        room = (first_height if len(pages) == 1 else height) - (beneath if at == last else 0.0)
        if _height([*pages[-1], item]) + item.tail > room + _TINY and any(not put.blank for put in pages[-1]):
            brought = _brought(pages[-1], item)
            with_text = any(each.text for each in brought)
            fetched, alone = fetched or (item.ending and with_text), alone or (item.ending and not with_text)
            pages.append([*brought, *((item.again,) if item.again and item.again not in brought else ())])
        if any(not each.blank for each in pages[-1]) or not item.blank:
            pages[-1].append(item)
    return Pages(tuple(tuple(_put(page)) for page in pages), fetched, alone)


def drawn(page: Sequence[Put], x: float, y: float) -> tuple[Mark, ...]:
    """A page's marks on the paper, the frame's upper left corner at x, y."""
    return tuple(shifted(mark, x, y + put.y) for put in page for mark in put.item.marks)


def bookmarks(pages: Pages, first: int) -> Iterator[Bookmark]:
    """The bookmarks of the pages, the first of which has that number in the file."""
    for number, page in enumerate(pages.pages, first):
        for put in page:
            if put.item.bookmark:
                yield Bookmark(put.item.bookmark, number, put.item.depth)


def group(items: Sequence[Item]) -> Item:
    """Items that no page end may part, as one."""
    marks: list[Mark] = []
    y = 0.0
    for item in items:
        marks.extend(shifted(mark, 0.0, y) for mark in item.marks)
        y += item.height
    return replace(items[-1], height=y, marks=tuple(marks))


def _brought(page: list[Item], item: Item) -> list[Item]:
    """What leaves the page together with the item: headings before a text; with a signature the last lines of text,
    or where none can be spared at least the names of attachments."""
    if not item.ending:
        return _torn(page, 0)
    texts = [at for at, each in enumerate(reversed(page), 1) if each.text]
    fetched = _torn(page, texts[min(_FETCHED, len(texts) - 1) - 1]) if len(texts) > 1 else []
    return fetched or _torn(page, next((at for at, each in enumerate(reversed(page)) if not each.ending), 0))


def _torn(page: list[Item], count: int) -> list[Item]:
    """The last items of the page, taken from it with the headings before them; none if no text would stay."""
    while count < len(page) and page[-1 - count].stays:
        count += 1
    if count == 0 or not any(each.text and not each.stays for each in page[:-count]):
        return []
    torn = page[-count:]
    del page[-count:]
    while page and page[-1].blank:
        del page[-1]
    while torn and torn[0].blank:
        del torn[0]
    return torn


def _height(items: Sequence[Item]) -> float:
    return sum(item.height for item in items)


def _put(page: Sequence[Item]) -> Iterator[Put]:
    y = 0.0
    for item in page:
        yield Put(item, y)
        y += item.height

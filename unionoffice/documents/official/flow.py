"""Lines one below the other and where pages end: nothing torn that belongs together, no signature on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from unionoffice.documents.official.marks import Bookmark, Mark, shifted

_TINY = 0.01


@dataclass(frozen=True, slots=True)
class Item:
    """Something as high as `height` that stands on one page; its marks count from the frame's left and its own top.

    `text` says that a signature may stand below it; `stays` that it may not end a page (a heading); `ending` that it
    may not begin one (a signature): lines of text then come along. `again` is drawn above it when it begins a page
    (the titles of a table). `tail` is room that must be free below it. `seal` is the middle of the seal on it.
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
    """Items on pages. `alone`: the signature had to fetch lines to its page; `ends` is where the last one ends."""

    pages: tuple[tuple[Put, ...], ...]
    alone: bool

    @property
    def ends(self) -> float:
        """How far the last page is filled."""
        return max((put.y + put.item.height + put.item.tail for put in self.pages[-1]), default=0.0)


def paginated(items: Sequence[Item], height: float, first_height: float) -> Pages:
    """The items on pages `height` high, the first of them `first_height`."""
    pages: list[list[Item]] = [[]]
    alone = False
    for item in items:
        room = first_height if len(pages) == 1 else height
        if _height([*pages[-1], item]) + item.tail > room + _TINY and any(not put.blank for put in pages[-1]):
            brought = _brought(pages[-1], item)
            alone = alone or (item.ending and bool(brought))
            pages.append([*brought, *((item.again,) if item.again and item.again not in brought else ())])
        if any(not each.blank for each in pages[-1]) or not item.blank:
            pages[-1].append(item)
    return Pages(tuple(tuple(_put(page)) for page in pages), alone)


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
    """What leaves the page together with the item: the last line of text with a signature, headings before a text."""
    count = 0
    if item.ending:
        count = next((at for at, each in enumerate(reversed(page), 1) if each.text), 0)
    while count < len(page) and page[-1 - count].stays:
        count += 1
    if count == 0 or not any(each.text and not each.stays for each in page[:-count]):
        return []
    brought = page[-count:]
    del page[-count:]
    while page and page[-1].blank:
        del page[-1]
    while brought and brought[0].blank:
        del brought[0]
    return brought


def _height(items: Sequence[Item]) -> float:
    return sum(item.height for item in items)


def _put(page: Sequence[Item]) -> Iterator[Put]:
    y = 0.0
    for item in page:
        yield Put(item, y)
        y += item.height

"""The compound file behind an .xls or .et: its chains and records checked before calamine follows them.

A damaged chain can run in a circle and a damaged count can ask for more memory than there is; both end the whole
program instead of raising, so they are found here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from unionoffice.documents.excel.package import MAX_CELLS, cell_name

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_RESERVED = 0xFFFFFFFA
_ENTRY = 128
_EOF_RECORD, _BOUND_SHEET, _STRINGS, _CONTINUE, _DIMENSIONS = 0x000A, 0x0085, 0x00FC, 0x003C, 0x0200
_CELL_RECORDS = frozenset([0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x00D6, 0x0004, 0x0003, 0x0002, 0x0005])
_MANY_CELLS = frozenset([0x00BD, 0x00BE])
_MERGED = 0x00E5


class BrokenError(Exception):
    """The file's own tables contradict each other."""


class TooLargeError(Exception):
    """A sheet reaches to the cell named by the argument."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A directory entry: where a stream starts and how long it is."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Compound:
    """The streams of a compound file by name, every chain of them known to end."""

    data: bytes
    sector: int
    fat: list[int]
    mini_fat: list[int]
    mini: bytes
    cutoff: int
    streams: dict[str, Stream]

    def read(self, name: str) -> bytes:
        """A whole stream; raises BrokenError when its chain does not hold it."""
        stream = self.streams[name]
        if stream.size < self.cutoff:
            places = _chain(self.mini_fat, stream.start)
            found = b"".join(self.mini[place * 64 : place * 64 + 64] for place in places)
        else:
            found = _sectors(self.data, self.sector, _chain(self.fat, stream.start))
        if len(found) < stream.size:
            raise BrokenError
        return found[: stream.size]


def open_compound(data: bytes) -> Compound:
    """Read header, allocation tables and directory; raises BrokenError when they do not fit the file."""
    try:
        return _open(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BrokenError from error


def check_workbook(stream: bytes) -> None:
    """Walk through the records of a BIFF workbook: counts that fit, sheets that stay within `MAX_CELLS`."""
    try:
        for offset in _globals(stream):
            _check_sheet(stream, offset)
    except (struct.error, IndexError) as error:
        raise BrokenError from error


def _open(data: bytes) -> Compound:
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise BrokenError
    sector = 1 << shift
    count = (len(data) - sector + sector - 1) // sector
    fat_count, directory, _, cutoff = struct.unpack_from("<IIII", data, 44)
    mini_start, mini_count, more_start, more_count = struct.unpack_from("<IIII", data, 60)
    if max(fat_count, mini_count, more_count) > count or cutoff > 1 << 20:
        raise BrokenError
    tables = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while more_start < _RESERVED:
        seen += 1
        if seen > count:
            raise BrokenError
        entries = struct.unpack_from(f"<{sector // 4}I", data, sector + more_start * sector)
        tables += entries[:-1]
        more_start = entries[-1]
    fat: list[int] = []
    for table in tables:
        if table < _RESERVED:
            fat += struct.unpack_from(f"<{sector // 4}I", data, sector + table * sector)
    entries_of = _sectors(data, sector, _chain(fat, directory))
    streams, root = _directory(entries_of, sector == 512)
    mini_table = _sectors(data, sector, _chain(fat, mini_start))
    mini_fat = list(struct.unpack(f"<{len(mini_table) // 4}I", mini_table))
    mini = _sectors(data, sector, _chain(fat, root.start)) if root.size else b""
    return Compound(data, sector, fat, mini_fat, mini, cutoff, streams)


def _directory(entries: bytes, short_sizes: bool) -> tuple[dict[str, Stream], Stream]:
    streams: dict[str, Stream] = {}
    root = Stream(_END, 0)
    for place in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", entries, place + 64)
        if kind not in (1, 2, 5) or not 2 <= length <= 64:
            continue
        start, size = struct.unpack_from("<IQ", entries, place + 116)
        size = size & 0xFFFFFFFF if short_sizes else size
        title = entries[place : place + length - 2].decode("utf-16-le")
        if kind == 5:
            root = Stream(start, size)
        elif kind == 2 or title not in streams:
            streams[title] = Stream(start, size)
    return streams, root


def _chain(table: list[int], start: int) -> list[int]:
    places = []
    while start < _RESERVED:
        places.append(start)
        if len(places) > len(table) or start >= len(table):
            raise BrokenError
        start = table[start]
    return places


def _sectors(data: bytes, sector: int, places: list[int]) -> bytes:
    if places and (max(places) + 1) * sector >= len(data):
        raise BrokenError
    return b"".join(data[(place + 1) * sector : (place + 2) * sector] for place in places)


def _globals(stream: bytes) -> list[int]:
    """Offsets of the sheets; the shared strings must be fewer than their bytes."""
    sheets = []
    place, end = 0, len(stream)
    strings_wanted, strings_bytes, in_strings = 0, 0, False
    while place + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, place)
        if place + 4 + length > end:
            raise BrokenError
        if kind == _STRINGS:
            strings_wanted, strings_bytes, in_strings = struct.unpack_from("<I", stream, place + 8)[0], length, True
        elif kind == _CONTINUE and in_strings:
            strings_bytes += length
        else:
            in_strings = False
            if kind == _EOF_RECORD:
                break
            if kind == _BOUND_SHEET:
                sheets.append(struct.unpack_from("<I", stream, place + 4)[0])
        place += 4 + length
    if strings_wanted > strings_bytes or any(offset >= end for offset in sheets):
        raise BrokenError
    return sheets


def _check_sheet(stream: bytes, place: int) -> None:
    last_row, last_column, end = 0, 0, len(stream)
    unpack = struct.Struct("<HHHH").unpack_from
    while place + 8 <= end:
        kind, length, row, column = unpack(stream, place)
        if place + 4 + length > end:
            raise BrokenError
        if kind in _CELL_RECORDS or kind in _MANY_CELLS:
            if kind in _MANY_CELLS and length >= 6:
                column = max(column, struct.unpack_from("<H", stream, place + 2 + length)[0])
            last_row, last_column = max(last_row, row), max(last_column, column)
        elif kind == _DIMENSIONS and length >= 10:
            _check_dimensions(stream, place + 4, length)
        elif kind == _EOF_RECORD:
            break
        place += 4 + length
    if (last_row + 1) * (last_column + 1) > MAX_CELLS or last_column > 1023:
        raise TooLargeError(cell_name(last_row, last_column))


def _check_dimensions(stream: bytes, place: int, length: int) -> None:
    layout = "<IIHH" if length >= 14 else "<HHHH"
    first_row, end_row, first_column, end_column = struct.unpack_from(layout, stream, place)
    if end_row > 65_536 or end_column > 256 or first_row > end_row or first_column > end_column:
        raise BrokenError

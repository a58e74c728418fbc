"""Tables kept as text: comma or tab separated files, and web pages saved under the name of a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from unionoffice.kernel.errors import UserError

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; 0-based, inclusive."""

MAX_HTML = 40 * 1024 * 1024
MAX_COLUMNS = 512

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w\-]+)""", re.IGNORECASE)
_PROTECTED = re.compile(r'="([^"]*)"')
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_DELIMITERS = ",\t;，|"


def decode(data: bytes, name: str) -> str:
    """Text of a file in UTF-8 (with or without mark), UTF-16 or GB18030; raises UserError for anything else."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding, name)
    head = data[:4000]
    if head.count(0) > len(head) // 8:
        even, odd = head[::2].count(0), head[1::2].count(0)
        return _decoded(data, "utf-16-le" if odd > even else "utf-16-be", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030", name)


def is_text(text: str) -> bool:
    """Whether decoded text reads like text at all."""
    head = text[:20_000]
    return "\0" not in head and len(_CONTROL.findall(head)) * 200 <= len(head)


def delimited(text: str, name: str) -> Iterator[list[str]]:
    """Rows of a separated file; the separator is found by counting; `="0123"` loses its protection."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UserError(
                f"“{name}”第 {reader.line_num} 行读不出来：引号没有成对或内容过长。用 WPS 打开，另存为 .xlsx 再导入。"
            ) from error
        if len(row) > MAX_COLUMNS:
            row = row[:MAX_COLUMNS]
        yield [_PROTECTED.sub(r"\1", cell) if cell.startswith('="') else cell for cell in row]


def html_tables(data: bytes, name: str) -> list[tuple[list[list[str]], list[Merge]]]:
    """Every table of a web page that has at least two rows, with its merged ranges."""
    if len(data) > MAX_HTML:
        raise UserError(f"“{name}”是网页格式，超过 {MAX_HTML // 1048576} MB。用 WPS 打开，另存为 .xlsx 再导入。")
    named = _CHARSET.search(data[:4096])
    text = None
    if named and not data.startswith(tuple(mark for mark, _ in _BOMS)):
        encoding = named[1].decode("ascii", "replace").lower()
        encoding = "gb18030" if encoding in ("gb2312", "gbk", "gb_2312-80") else encoding
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeError):
            text = None
    parser = _Tables()
    parser.feed(text if text is not None else decode(data, name))
    parser.close()
    return [(rows, merges) for rows, merges in parser.tables if len(rows) > 1]


class _Tables(HTMLParser):
    """Collects the cells of tables; a table inside a cell belongs to the outer cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[str]], list[Merge]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._held: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(([], []))
                self._held = {}
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._finish_cell()
            self.tables[-1][0].append([])
            self._held = {column: left - 1 for column, left in self._held.items() if left > 1}
        elif tag in ("td", "th"):
            self._finish_cell()
            given = dict(attrs)
            self._span = _span(given.get("rowspan")), _span(given.get("colspan"))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr") and self._depth == 1:
            self._finish_cell()
        elif tag == "table" and self._depth:
            self._finish_cell()
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _finish_cell(self) -> None:
        if self._cell is None:
            return
        text, self._cell = "".join(self._cell).strip(), None
        rows, merges = self.tables[-1]
        if not rows:
            rows.append([])
        row = rows[-1]
        while self._held.get(len(row)):
            row.append("")
        down, across = self._span
        column = len(row)
        if column + across > MAX_COLUMNS:
            return
        row.extend([text, *[""] * (across - 1)])
        if down > 1:
            self._held.update(dict.fromkeys(range(column, column + across), down))
        if down > 1 or across > 1:
            merges.append((len(rows) - 1, column, len(rows) + down - 2, column + across - 1))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), 65_536) if text and text.isascii() and text.strip().isdecimal() else 1


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        line = data.count(b"\n", 0, place) + 1
        raise UserError(
            f"“{name}”第 {line} 行有认不出的文字编码，不像是表格。用 WPS 打开看是否正常，另存为 .xlsx 再导入。"
        ) from error


def _delimiter(text: str) -> str:
    """The sign that splits the first lines into the most columns, the same number in most of them."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:50_000].splitlines()[:40] if line.strip()]
    best, most = ",", 0
    for sign in _DELIMITERS:
        counts = [count for line in lines if (count := line.count(sign))]
        if counts:
            usual = max(set(counts), key=counts.count)
            weight = usual * counts.count(usual)
            if weight > most:
                best, most = sign, weight
    return best

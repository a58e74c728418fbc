"""A paper to change in tests, and how it is laid and read back."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from tests.documents.official.reading import Sheet, read
from unionoffice.documents.official.document import Head, Kind, OfficialDocument, blocks
from unionoffice.documents.official.drawing import draw
from unionoffice.documents.official.marks import Typeset
from unionoffice.documents.official.typesetting import typeset
from unionoffice.documents.pdf.fonts import Fonts

CHAR = 156 / 28
LINE = 225 / 22
EM = 16 * 25.4 / 72
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
CLOSE = 0.3
"""How far from the standard's numbers a place may be, in mm."""

BODY = "为做好有关工作，现将有关事项通知如下，请认真贯彻落实。"


@cache
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def paper(kind: Kind = Kind.NOTICE, body: str = BODY, **changes: Any) -> OfficialDocument:
    """A paper with a red head and everything that most papers have."""
    values: dict[str, Any] = {
        "head": Head.RED,
        "title": "关于做好有关工作的通知",
        "organ": "示范矿业有限公司工会文件",
        "number": "示矿工〔2026〕7号",
        "to": "各分工会",
        "signature": "示范矿业有限公司工会",
        "dated": date(2026, 9, 1),
        "issuer": "示范矿业有限公司工会办公室",
        "issued": date(2026, 9, 2),
        "cc": "公司党委，公司行政",
    }
    return OfficialDocument(kind=kind, body=blocks(body), **{**values, **changes})


def laid(document: OfficialDocument) -> Typeset:
    return typeset(document, fonts())


def pdf(document: OfficialDocument) -> bytes:
    return draw(laid(document), fonts=fonts())


def sheets(document: OfficialDocument) -> list[Sheet]:
    return read(pdf(document))


def top_of_row(baseline: float, pitch: float = LINE, size: float = 16) -> float:
    """Where the row begins in whose middle the characters stand."""
    return baseline - 0.38 * size * 25.4 / 72 - pitch / 2

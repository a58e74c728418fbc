"""What a paper for the public must not show: numbers of papers, mobile phones and bank cards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from unionoffice.documents.official.document import Block, OfficialDocument, Table

_NUMBER = re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d(?:[ -]?\d){14,18}|1[3-9]\d(?:[ -]?\d){8})(?![\dA-Za-z])")


def private_numbers(document: OfficialDocument, allowed: Sequence[str] = ()) -> tuple[str, ...]:
    """Full identity, mobile and card numbers in the paper, with their middle covered; `allowed` are the office's own
    numbers, which people shall call."""
    own = {re.sub(r"\D", "", number) for number in allowed}
    found = dict.fromkeys(
        number[0]
        for text in texts(document)
        for number in _NUMBER.finditer(unicodedata.normalize("NFKC", text))
        if re.sub(r"\D", "", number[0]) not in own
    )
    return tuple(f"{number[:3]}***{number[-2:]}" for number in found)


def texts(document: OfficialDocument) -> Iterator[str]:
    """Every text the paper shows."""
    yield from (document.organ, document.number, document.secrecy, document.urgency, *document.signers)
    yield from (document.title, document.to)
    yield from _block_texts(document.body)
    for attachment in document.attachments:
        yield attachment.title
        yield from _block_texts(attachment.blocks)
    yield from (f"{roll.label}：{roll.names}" for roll in document.rolls)
    yield from (document.signature, document.note, document.cc, document.issuer)


def _block_texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from ("　".join(row) for row in (block.titles, *block.rows))
        else:
            yield block.text

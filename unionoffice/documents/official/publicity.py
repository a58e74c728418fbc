"""Every text that a paper shows, for what may not stand in public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unionoffice.documents.official.document import Block, OfficialDocument, Table


def texts(document: OfficialDocument, cells: str = "{}", between: str = "　") -> Iterator[str]:
    """Every text the paper shows; a row of a table is one, `between` its cells, written into `cells`."""
    yield from (document.organ, document.number, document.secrecy, document.urgency, *document.signers)
    yield from (document.title, document.to)
    yield from _block_texts(document.body, cells, between)
    for attachment in document.attachments:
        yield attachment.title
        yield from _block_texts(attachment.blocks, cells, between)
    yield from (f"{roll.label}：{roll.names}" for roll in document.rolls)
    yield from (document.signature, document.note, document.cc, document.issuer)


def _block_texts(blocks: Sequence[Block], cells: str, between: str) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (cells.format(between.join(row)) for row in (block.titles, *block.rows))
        else:
            yield block.text

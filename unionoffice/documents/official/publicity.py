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


def cells(document: OfficialDocument) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """The cells of the paper's tables, titles too, by row and column, with what their places are called."""
    row = 0
    for blocks in (document.body, *(attachment.blocks for attachment in document.attachments)):
        for table in (block for block in blocks if isinstance(block, Table)):
            for number, line in enumerate((table.titles, *table.rows)):
                row += 1
                for column, (title, text) in enumerate(zip(table.titles, line, strict=True)):
                    yield (row, column), (f"第 {number} 行“{title}”", text)


def _block_texts(blocks: Sequence[Block], cells: str, between: str) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (cells.format(between.join(row)) for row in (block.titles, *block.rows))
        else:
            yield block.text

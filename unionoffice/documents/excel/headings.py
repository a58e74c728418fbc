"""Finding the heading rows of a sheet and what each column holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unionoffice.documents.excel.columns import ImportColumns, bare_caption, fold_caption
from unionoffice.documents.excel.flat import Merge
from unionoffice.kernel.text import squash

SEARCHED_ROWS = 30


@dataclass(frozen=True, slots=True)
class Headings:
    """Where a sheet's headings stand (`first_row`–`last_row`, 1-based) and what they mean.

    `fields` column (0-based in the rows given) → field name; `captions` column → caption as the user sees it;
    `unknown` and `ignored` captions; `repeated` (caption, field) of columns that name a field taken before;
    `missing` labels of required fields without a column: when not empty, the sheet cannot be read.
    """

    first_row: int
    last_row: int
    fields: dict[int, str]
    captions: dict[int, str]
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Guess:
    score: float
    headings: Headings


def find_headings(
    rows: Sequence[Sequence[object]],
    columns: ImportColumns,
    *,
    merges: Sequence[Merge] = (),
    first_column: int = 0,
    mapping: Mapping[str, str] | None = None,
) -> Headings | None:
    """The best heading row, or pair of rows, among the first 30; None when no row holds two texts.

    `merges` are absolute, the rows begin at column `first_column`; `mapping` overrides by caption: {caption: field},
    "" passes a column over.
    """
    known = columns.lookup()
    ignored = set(columns.ignored)
    for caption, field in (mapping or {}).items():
        folded = fold_caption(caption)
        known.pop(folded, None)
        ignored.discard(folded)
        if field in columns.columns:
            known[folded] = field
        else:
            ignored.add(folded)
    head = [[_text(cell) for cell in row] for row in rows[:SEARCHED_ROWS]]
    spread = _spread(head, merges, first_column)
    guesses = []
    for place, texts in enumerate(spread):
        single = _guess(place, place, [[text] for text in texts], known, ignored, columns)
        if single:
            guesses.append(single)
        if place + 1 < len(spread) and _has_second_row(place, head, merges, first_column, known):
            below = spread[place + 1]
            width = max(len(texts), len(below))
            pairs = [[_at(texts, column), _at(below, column)] for column in range(width)]
            double = _guess(place, place + 1, pairs, known, ignored, columns)
            if double and (single is None or double.score >= single.score):
                guesses.append(double)
    if not guesses:
        return None
    best = max(guesses, key=lambda guess: (not guess.headings.missing, guess.score))
    return best.headings


def _guess(
    first: int,
    last: int,
    stacks: Sequence[Sequence[str]],
    known: Mapping[str, str],
    ignored: set[str],
    columns: ImportColumns,
) -> _Guess | None:
    fields: dict[int, str] = {}
    captions: dict[int, str] = {}
    unknown: list[str] = []
    passed: list[str] = []
    repeated: list[tuple[str, str]] = []
    for column, stack in enumerate(stacks):
        parts = list(dict.fromkeys(text for text in stack if text))
        if not parts:
            continue
        shown = "".join(parts) if len(parts) < 3 else parts[-1]
        field, is_ignored = _meaning(parts, known, ignored)
        captions[column] = shown
        if field is None:
            (passed if is_ignored else unknown).append(shown)
        elif field in fields.values():
            repeated.append((shown, field))
        else:
            fields[column] = field
    if len(captions) < 2 and not fields:
        return None
    labels = [columns.columns[name].label for name in columns.required if name not in fields.values()]
    score = len(fields) + 0.3 * len(passed) + 0.2 * len(repeated) + 0.01 * min(len(unknown), 10)
    headings = Headings(
        first + 1,
        last + 1,
        fields,
        captions,
        tuple(unknown),
        tuple(passed),
        tuple(repeated),
        tuple(labels),
    )
    return _Guess(score, headings)


def _meaning(parts: Sequence[str], known: Mapping[str, str], ignored: set[str]) -> tuple[str | None, bool]:
    """The field of a caption of one or two lines: both together first, then the lower, then the upper."""
    tries = ["".join(parts), *reversed(parts)] if len(parts) > 1 else list(parts)
    for text in tries:
        folded = fold_caption(text)
        for key in (folded, bare_caption(folded)):
            if key in known:
                return known[key], False
            if key in ignored:
                return None, True
    return None, False


def _has_second_row(
    place: int, head: Sequence[Sequence[str]], merges: Sequence[Merge], first_column: int, known: Mapping[str, str]
) -> bool:
    """Whether the row below continues the headings: captions there, none in the columns merged down to it."""
    above, below = head[place], head[place + 1]
    if any(text.replace(".", "").isdecimal() for text in below if text):
        return False
    names = [column for column, text in enumerate(above) if known.get(fold_caption(text)) == "name"]
    if any(_at(below, column) for column in names):
        return False
    wide = any(top == place and bottom == place and right > left for top, left, bottom, right in merges)
    tall = any(top == place and bottom == place + 1 for top, left, bottom, right in merges)
    if not (wide or tall) and not names:
        return False
    return any(_meaning([text], known, set())[0] for text in below if text) or any(
        _meaning([_at(above, column), text], known, set())[0]
        for column, text in enumerate(below)
        if text and _at(above, column)
    )


def _spread(head: Sequence[Sequence[str]], merges: Sequence[Merge], first_column: int) -> list[list[str]]:
    """The head with every merged caption written into all its cells; a title over the whole width is left alone."""
    spread = [list(row) for row in head]
    for top, left, bottom, right in merges:
        if top >= len(spread) or bottom - top > 2:
            continue
        left, right = left - first_column, right - first_column
        if left < 0 or left >= len(spread[top]) or right - left > 12:
            continue
        text = spread[top][left]
        for row in spread[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or text
    return spread


def _text(cell: object) -> str:
    return squash(cell).strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _at(texts: Sequence[str], column: int) -> str:
    return texts[column] if column < len(texts) else ""

"""How high the shapes of characters reach, read from the font, for what the standard measures at their edges."""

from __future__ import annotations

from struct import unpack_from

from unionoffice.documents.pdf.fonts import Fonts, Style

_USUAL = (-0.08, 0.85)


def ink(fonts: Fonts, text: str, style: Style) -> tuple[float, float]:
    """The lowest and highest edge of the text's shapes above its baseline, the size being 1."""
    edges = [_edges(fonts, char, style) for char in text if not char.isspace()]
    return (min(low for low, _ in edges), max(high for _, high in edges)) if edges else _USUAL


def _edges(fonts: Fonts, char: str, style: Style) -> tuple[float, float]:
    for face, shown in fonts.runs(char, style):
        font = face.font.face
        glyph = font.charToGlyph.get(ord(shown))
        if glyph is not None and font.glyphPos[glyph + 1] > font.glyphPos[glyph]:
            table, _ = font.get_table_pos("glyf")
            low, high = unpack_from(">4xh2xh", font._ttf_data, table + font.glyphPos[glyph])
            return low / font.unitsPerEm, high / font.unitsPerEm
    return _USUAL

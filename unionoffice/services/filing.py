"""Papers that are kept as files: drawn, made fit for filing (PDF/A-2b), then written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unionoffice.documents.pdf.archive import NotArchivable, archived
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.kernel.errors import Refused
from unionoffice.services.files import write


class Gaps(Refused):
    """A paper would be kept with characters that no font can draw; `chars` are they, each once."""

    def __init__(self, title: str, chars: str) -> None:
        super().__init__(
            f"“{title}”没有存：有 {len(chars)} 个字没有字体可打（{'、'.join(chars)}）。把含有这些字的字体文件命名为"
            "“生僻字.ttf”，放进办公文件旁的 fonts 文件夹，再存。"
        )
        self.chars = chars


def filed(draw: Callable[[Fonts], bytes], fonts: Fonts, *, title: str, gaps: bool = False) -> bytes:
    """What `draw` gives as PDF/A-2b; drawn anew in the shipped fonts where the office's own do not lend themselves.

    Raises `Gaps` for a paper with characters that no font can draw. Whoever has been asked passes `gaps`: they are
    printed as 〓, never left out.
    """
    try:
        return _filed(draw, fonts, title, gaps=gaps)
    except NotArchivable:
        return _filed(draw, Fonts(shipped_only=True), title, gaps=gaps)


def _filed(draw: Callable[[Fonts], bytes], fonts: Fonts, title: str, *, gaps: bool) -> bytes:
    with fonts.noticing() as noticed:
        drawn = draw(fonts)
    if noticed and not gaps:
        raise Gaps(title, "".join(noticed))
    return archived(drawn, title=title)


def file_shown(data: bytes, path: Path) -> str:
    """Write what a preview shows; returns a sentence for the user when it is not fit for filing, else "".

    Raises UserError or EnvironmentFault when it cannot be written.
    """
    try:
        written, sentence = archived(data), ""
    except NotArchivable:  # what is shown is drawn already: better a plain file than none
        written = data
        sentence = f"“{path.name}”已存，但达不到长期归档（PDF/A）的要求，多半是 fonts 文件夹里的字体造成的。"
    write(path, written)
    return sentence

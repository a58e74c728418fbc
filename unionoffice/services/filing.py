"""Papers that are kept as files: drawn, made fit for filing (PDF/A-2b), then written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unionoffice.documents.pdf.archive import NotArchivable, archived
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.services.files import write


def filed(draw: Callable[[Fonts], bytes], fonts: Fonts, *, title: str) -> bytes:
    """What `draw` gives as PDF/A-2b; drawn anew in the shipped fonts where the office's own do not lend themselves."""
    try:
        return archived(draw(fonts), title=title)
    except NotArchivable:
        return archived(draw(Fonts(shipped_only=True)), title=title)


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

"""What a practice office's forms bear in their headers, so that nobody takes them for real ones."""

from __future__ import annotations

import io
import re
import zipfile

from unionoffice.services.offices import PRACTICE_SHEET

_MARK = f"&amp;R&amp;9{PRACTICE_SHEET}，不作凭证"
_HEADERS = re.compile(r"<(?P<name>(?:\w+:)?(?:odd|even|first)Header)>(?P<text>.*?)</(?P=name)>", re.DOTALL)
_OPENING = re.compile(r"<((?:\w+:)?)headerFooter((?:\s[^<>]*?)?)(/?)>")
_BEFORE = re.compile(r"<(?P<prefix>(?:\w+:)?)(?:pageSetup|pageMargins|printOptions)\b[^<>]*?/>")


def practice_copy(data: bytes) -> bytes:
    """A workbook whose sheets say in their headers that they hold made-up data; all else as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                part = _marked(part.decode("utf-8")).encode()
            target.writestr(entry.filename, part)
    return out.getvalue()


def _marked(xml: str) -> str:
    if "oddHeader>" in xml:
        return _HEADERS.sub(lambda found: f"<{found['name']}>{found['text']}{_MARK}</{found['name']}>", xml)
    opening = _OPENING.search(xml)
    if opening is not None:
        prefix, attributes, empty = opening.groups()
        end = f"</{prefix}headerFooter>" if empty else ""
        new = f"<{prefix}headerFooter{attributes}><{prefix}oddHeader>{_MARK}</{prefix}oddHeader>{end}"
        return xml[: opening.start()] + new + xml[opening.end() :]
    places = list(_BEFORE.finditer(xml))
    if not places:
        return xml
    last = places[-1]
    prefix = last["prefix"]
    new = f"<{prefix}headerFooter><{prefix}oddHeader>{_MARK}</{prefix}oddHeader></{prefix}headerFooter>"
    return xml[: last.end()] + new + xml[last.end() :]

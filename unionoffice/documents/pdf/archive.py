"""Drawn pages as a file that can be filed: PDF/A-2b (ISO 19005-2), checked as it is written (domain.md §8.2)."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from unionoffice.kernel.errors import EnvironmentFault

if TYPE_CHECKING:
    import pikepdf

FLAVOUR = "2b"

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" \
rdf:about="">
      <dc:title>
        <rdf:Alt>
          <rdf:li xml:lang="x-default">{title}</rdf:li>
        </rdf:Alt>
      </dc:title>
      <pdfaid:part>2</pdfaid:part>
      <pdfaid:conformance>B</pdfaid:conformance>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


class NotArchivable(EnvironmentFault):
    """The drawn file cannot be made one for filing; `findings` say why, in the checker's English."""

    def __init__(self, title: str, findings: str) -> None:
        super().__init__(
            f"“{title}”没有存成：文件达不到长期归档（PDF/A）的要求，多半是 fonts 文件夹里的字体不能用。请换掉字体再存。"
        )
        self.findings = findings


def archived(data: bytes, *, title: str = "") -> bytes:
    """A PDF as PDF/A-2b; the same input gives the same bytes. `title` is by default the one that it has.

    The title is all that is told about the file: no author, no program, no time, so that a notice handed out says
    nothing of the PC it was made on. Raises `NotArchivable` instead of giving out what a checker would refuse.
    """
    import pikepdf  # a sixth of a second, and nobody needs it to start, to preview or to print
    from pikepdf import pdfa

    with pikepdf.open(BytesIO(data)) as pdf:
        title = _NOT_IN_XML.sub("", title or str(pdf.docinfo.get("/Title", "")))
        for page in pdf.pages:
            if "/Trans" in page:  # an empty one, which reportlab puts on every page
                del page["/Trans"]
        if _tells_only(pdf, title) and pdfa.validate_written(BytesIO(data), FLAVOUR).passed:
            return data
        pdfa.prepare(pdf, FLAVOUR)
        _tell_only(pdf, title)
        written = BytesIO()
        pdf.save(written, **pdfa.resolve_save_kwargs(FLAVOUR, deterministic_id=True))
    report = pdfa.validate_written(written, FLAVOUR)  # as pdfa.save does, which puts papers into a temporary file
    if not report.passed:
        raise NotArchivable(title, "; ".join(map(str, report.findings)))
    return written.getvalue()


def _packet(title: str) -> bytes:
    return _PACKET.format(title=escape(title)).encode()


def _tells_only(pdf: pikepdf.Pdf, title: str) -> bool:
    """Whether a file was made here already, with this title."""
    told = pdf.Root.get("/Metadata")
    return told is not None and told.read_bytes() == _packet(title) and list(pdf.docinfo) == ["/Title"]


def _tell_only(pdf: pikepdf.Pdf, title: str) -> None:
    """Leave the title and nothing else in both places that tell about a file."""
    import pikepdf

    pdf.Root.Metadata = pdf.make_stream(_packet(title), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Title=title))

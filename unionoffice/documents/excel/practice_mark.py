"""The mark in the document properties of every workbook that leaves a practice office.

A sheet's name and title are easily changed; nobody looks at the properties, and WPS and Excel keep them on saving, also
as .xls. The mark is ASCII so that it reads the same in every code page that an .xls may be in.
"""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from unionoffice.documents.excel.compound import BrokenError, Compound
from unionoffice.documents.excel.package import MAX_PART, Package, zip_faults
from unionoffice.kernel.errors import UserError

KEYWORD = "unionoffice-practice"
KEYWORDS = f"练习数据 {KEYWORD}"

_CORE = "docProps/core.xml"
_SUMMARY = "\x05SummaryInformation"


def marks_package(package: Package) -> bool:
    """Whether an .xlsx comes from a practice office. Raises UserError for properties that are an attack."""
    with zip_faults(package.name):
        if _CORE not in package.names or package.archive.getinfo(_CORE).file_size > MAX_PART:
            return False
        xml = package.archive.read(_CORE)
    try:
        properties = ElementTree.fromstring(xml)
    except DefusedXmlException as error:
        raise UserError(f"“{package.name}”里有可疑的内容，没有打开。请对方另存为新的 .xlsx 文件再发。") from error
    except (ParseError, ValueError):  # an office without sound properties is read all the same
        return False
    return any(KEYWORD in (item.text or "") for item in properties)


def marks_compound(compound: Compound) -> bool:
    """Whether an .xls does."""
    if _SUMMARY not in compound.streams:
        return False
    try:
        summary = compound.read(_SUMMARY)
    except BrokenError:
        return False
    return any(KEYWORD.encode(encoding) in summary for encoding in ("ascii", "utf-16-le"))

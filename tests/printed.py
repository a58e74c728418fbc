"""Pages as they come out of a printer: PDF drawn by the reader that the program itself previews with."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument


def printed(pdf: bytes, dots_per_inch: int) -> list[Image.Image]:
    """Every page in grey on white. Needs a Qt application (the fixture `qapp`)."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    return [_page(document, page, dots_per_inch) for page in range(document.pageCount())]


def _page(document: QPdfDocument, page: int, dots_per_inch: int) -> Image.Image:
    size = (document.pagePointSize(page) * (dots_per_inch / 72)).toSize()
    paper = QImage(size, QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, document.render(page, size))
    painter.end()
    grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
    return Image.frombytes("L", (grey.width(), grey.height()), bytes(grey.constBits()), "raw", "L", grey.bytesPerLine())

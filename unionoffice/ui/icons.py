"""The program's line icons: SVG files drawn in the colour of a token."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from unionoffice.kernel.resources import resource
from unionoffice.ui import theme

_SIZES = (16, 20, 30, 40)  # 20 logical pixels on screens of 100, 150 and 200 %, and small signs in lines


def icon(name: str, token: str = "secondary") -> QIcon:
    """The icon `name` in the colour of `token`; Qt greys it when its button is disabled."""
    colour = theme.current().colours[token]
    found = QIcon()
    for size in _SIZES:
        found.addPixmap(QPixmap.fromImage(_image(name, colour, size)))
    return found


def pixmap(name: str, token: str, size: int, ratio: float = 1.0) -> QPixmap:
    """One picture of `size` logical pixels, sharp on a screen with `ratio` pixels each."""
    found = QPixmap.fromImage(_image(name, theme.current().colours[token], round(size * ratio)))
    found.setDevicePixelRatio(ratio)
    return found


def dress(button: QAbstractButton, name: str, token: str = "secondary") -> None:
    """Give a button an icon that follows the theme; see `redress`."""
    button.setProperty("icon_name", name)
    button.setProperty("icon_token", token)
    button.setIcon(icon(name, token))
    side = theme.current().size("icon")
    button.setIconSize(QSize(side, side))


def make_clearable(line: QLineEdit) -> None:
    """Give a line a sign that empties it, from the program's own icons."""
    line.setClearButtonEnabled(True)
    for button in line.findChildren(QAbstractButton):
        button.setIcon(icon("close"))


def redress() -> None:
    """Draw the icons of all dressed buttons anew and in their new size, after the theme changed."""
    for widget in QApplication.allWidgets():
        name = widget.property("icon_name")
        if name and isinstance(widget, QAbstractButton):
            dress(widget, name, widget.property("icon_token"))


@cache
def _svg(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text("utf-8")


@cache
def _image(name: str, colour: str, size: int) -> QImage:
    drawn = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn

"""The one place of colours, sizes and type: tokens, the style sheet made from them, and the Chinese face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Template
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from unionoffice.kernel.resources import resource

_W = TypeVar("_W", bound=QWidget)

SCALES = (90, 100, 110, 125, 150)
"""Percentages of the base size a user can choose (大字)."""

TITLE_BAR = 40
"""What the system's frame takes of the screen's height."""

_FACES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
)
_BUNDLED = "fonts/NotoSansSC-Regular.ttf"
_RARE = "𬭎"
"""In 通用规范汉字表 and in people's names, and not in older faces, which would show a box."""

_UNTRANSLATED = {"&Look in:": "查找范围(&L)：", "Files of &type:": "文件类型(&T)："}

_LIGHT = {
    "page": "#F5F6F8",
    "surface": "#FFFFFF",
    "raised": "#FFFFFF",
    "hover": "#EEF0F3",
    "selected": "#E4EBF5",
    "text": "#1F2329",
    "secondary": "#5B616A",
    "faint": "#A3A8B0",
    "line": "#DEE0E3",
    "line_strong": "#C3C7CE",
    "accent": "#B8242A",
    "accent_hover": "#9F1D23",
    "accent_pressed": "#87171C",
    "accent_ground": "#FBEBEC",
    "on_accent": "#FFFFFF",
    "focus": "#2B5FA8",
    "grey": "#4E545D",
    "grey_ground": "#ECEEF1",
    "blue": "#1F579F",
    "blue_ground": "#E5EEFA",
    "amber": "#8A5300",
    "amber_ground": "#FDF0D8",
    "green": "#1D6B3A",
    "green_ground": "#E3F4E9",
    "red": "#A61D24",
    "red_ground": "#FCE8E8",
    "chart": "#4A7AB5",
    "chart_rest": "#A3A8B0",
    "notice": "#2B3038",
    "on_notice": "#FFFFFF",
    "notice_link": "#9CC4FF",
}
_DARK = {
    "page": "#1B1D21",
    "surface": "#24272C",
    "raised": "#2C3036",
    "hover": "#31353C",
    "selected": "#31405A",
    "text": "#E8EAED",
    "secondary": "#A9AFB8",
    "faint": "#6C727C",
    "line": "#3A3F47",
    "line_strong": "#535963",
    "accent": "#C7383E",
    "accent_hover": "#B93238",
    "accent_pressed": "#A92C32",
    "accent_ground": "#45272A",
    "on_accent": "#FFFFFF",
    "focus": "#7FB0F5",
    "grey": "#C3C8CF",
    "grey_ground": "#3A3F47",
    "blue": "#9CC4FF",
    "blue_ground": "#253A5A",
    "amber": "#F2C373",
    "amber_ground": "#4A381A",
    "green": "#8FD6A8",
    "green_ground": "#1F4230",
    "red": "#FF9EA0",
    "red_ground": "#54272A",
    "chart": "#6E9BD3",
    "chart_rest": "#6C727C",
    "notice": "#E8EAED",
    "on_notice": "#1F2329",
    "notice_link": "#1F579F",
}
_SIZES = {
    "space1": 4,
    "space2": 8,
    "space3": 12,
    "space4": 16,
    "space5": 24,
    "row": 34,
    "control": 32,
    "button": 30,
    "chip": 26,
    "corner": 6,
    "icon": 20,
    "navigation": 200,
    "navigation_narrow": 56,
    "top_bar": 56,
    "bottom_bar": 30,
    "preview": 320,
    "side": 280,
    "desk_field": 44,
}
_FIXED = frozenset({"corner", "navigation", "space1", "space2", "space3", "space4", "space5"})
_POINTS = {"base": 10.0, "title": 13.0, "small": 9.0, "large": 15.0, "huge": 26.0}


@dataclass(frozen=True, slots=True)
class Theme:
    """Tokens in force: colours by name, and the user's scale in percent."""

    dark: bool
    scale: int

    @property
    def colours(self) -> dict[str, str]:
        """Colour as #RRGGBB by token."""
        return _DARK if self.dark else _LIGHT

    def colour(self, token: str) -> QColor:
        """The colour of a token."""
        return QColor(self.colours[token])

    def size(self, token: str) -> int:
        """A size in logical pixels; what holds text grows with the user's scale."""
        return _SIZES[token] if token in _FIXED else round(_SIZES[token] * self.scale / 100)

    def points(self, token: str) -> float:
        """A type size in points: base, title, small, large or huge."""
        return _POINTS[token] * self.scale / 100

    def font(self, token: str = "base", *, semibold: bool = False) -> QFont:
        """The program's face in one of its sizes, digits of equal width."""
        font = QFont(QApplication.font())
        font.setPointSizeF(self.points(token))
        font.setWeight(QFont.Weight.DemiBold if semibold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


class _Applied:
    """The theme in force, for painting; appearance belongs to the process, like QApplication's palette."""

    theme = Theme(dark=False, scale=100)
    sized: WeakKeyDictionary[QWidget, list[Callable[[Any, Theme], object]]] = WeakKeyDictionary()


def current() -> Theme:
    """The theme in force."""
    return _Applied.theme


def apply(app: QApplication, *, dark: bool = False, scale: int = 100) -> Theme:
    """Put a theme in force for the whole program; `scale` is one of `SCALES`."""
    larger = scale != _Applied.theme.scale
    theme = _Applied.theme = Theme(dark, scale)
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    font = QFont(_faces())
    font.setPointSizeF(theme.points("base"))
    app.setFont(font)
    app.setStyleSheet(style_sheet(theme))
    if larger:
        for widget, calls in list(_Applied.sized.items()):
            for call in calls if isValid(widget) else ():
                call(widget, theme)
    return theme


def follow(widget: _W, call: Callable[[_W, Theme], object]) -> None:
    """Give a widget its sizes, now and whenever the user chose another scale: `call` gets widget and theme.

    `call` must not hold the widget itself, which would never go away then.
    """
    _Applied.sized.setdefault(widget, []).append(call)
    call(widget, _Applied.theme)


class _Missing(QTranslator):
    """What Qt's own Chinese leaves in English; asked after it."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> Any:
        del context, disambiguation, n
        return _UNTRANSLATED.get(source)


def speak_chinese(app: QApplication) -> None:
    """Dates, calendars and Qt's own buttons in Chinese."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    app.installTranslator(_Missing(app))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def style_sheet(theme: Theme) -> str:
    """`resources/style/app.qss` with the tokens of `theme` filled in."""
    template = Template(resource("style/app.qss").read_text("utf-8"))
    sizes = {name: f"{theme.size(name)}px" for name in _SIZES}
    points = {f"font_{name}": f"{theme.points(name)}pt" for name in _POINTS}
    return template.substitute(theme.colours, **sizes, **points, style=resource("style").as_posix())


def _faces() -> list[str]:
    """The system's Chinese UI face, then the bundled one where that is missing or lacks rare characters of names.

    The bundled file is large and opened only when it is needed.
    """
    installed = set(QFontDatabase.families())
    faces = [name for name in _FACES if name in installed][:1]
    if faces and all(QRawFont.fromFont(QFont(faces)).glyphIndexesForString(_RARE)):
        return faces
    if "Noto Sans SC" not in installed:
        QFontDatabase.addApplicationFont(str(resource(_BUNDLED)))
    return [*faces, "Noto Sans SC"]


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    wanted = {
        roles.Window: "page",
        roles.WindowText: "text",
        roles.Base: "surface",
        roles.AlternateBase: "surface",
        roles.Text: "text",
        roles.PlaceholderText: "faint",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.BrightText: "on_accent",
        roles.ToolTipBase: "notice",
        roles.ToolTipText: "on_notice",
        roles.Highlight: "selected",
        roles.HighlightedText: "text",
        roles.Link: "focus",
        roles.Mid: "line",
        roles.Dark: "line_strong",
        roles.Accent: "accent",
    }
    palette = QPalette()
    for role, token in wanted.items():
        palette.setColor(role, theme.colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("faint"))
    return palette

"""A page of the main window: what every page can be asked, and how it follows changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.identity import Actor
from unionoffice.ui.icons import dress
from unionoffice.ui.permits import Permits

Route = tuple[str, str]
"""A place: the page's name and an argument such as a record's id, "" for the page itself."""


class Page(QWidget):
    """Signals: title_changed(title), row_count_changed(count, or -1 for none), route_requested(page, argument),
    route_replaced(page, argument) when the place now shown is to be forgotten, state_changed() when something worth
    keeping over a restart changed."""

    title_changed = Signal(str)
    row_count_changed = Signal(int)
    route_requested = Signal(str, str)
    route_replaced = Signal(str, str)
    state_changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, *, permits: Permits | None = None) -> None:
        super().__init__(parent)
        self.permits = permits or Permits(Actor(""))
        self._title = title
        self._row_count = -1
        self._dirty = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    @property
    def title(self) -> str:
        """What the frame shows above the page."""
        return self._title

    @property
    def row_count(self) -> int:
        """Rows of the page's list, -1 when it shows none."""
        return self._row_count

    def set_title(self, title: str) -> None:
        """Change the title in the frame."""
        self._title = title
        self.title_changed.emit(title)

    def set_row_count(self, count: int) -> None:
        """Change the number beside the title; -1 hides it."""
        self._row_count = count
        self.row_count_changed.emit(count)

    def open_argument(self, argument: str) -> None:
        """Show the place inside the page that a route names; "" is the page's first view."""

    def touched_by(self, changes: Changes) -> bool:
        """Whether what the page shows may have changed."""
        return True

    def reload(self) -> None:
        """Read everything shown again."""

    def state(self) -> dict[str, Any]:
        """Filter, sorting and selection, kept over a restart; plain values only."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave; anything missing or odd is left as it is."""

    def unsaved(self) -> int:
        """How many records hold typed values that are neither saved nor kept as drafts."""
        return 0

    def keep_drafts(self) -> None:
        """Keep what is typed and not saved now, instead of a moment later."""

    def let_go(self) -> None:
        """The office is being left: what waits in a window of the page and cannot be shown again is given up."""

    def half_typed(self) -> bool:
        """Whether somebody is in the middle of something that a new page would not know of, such as a form."""
        return self.unsaved() > 0

    def escape(self) -> bool:
        """Esc: leave what is open inside the page; False when the page has nothing to leave."""
        return False

    def office_changed(self, changes: Changes, initiator: object) -> None:
        """An operation ended: reload when it concerns this page, now if visible, else when next shown."""
        if self.touched_by(changes):
            self.read_anew()

    def read_anew(self) -> None:
        """Reload, now if visible, else when next shown."""
        if self.isVisible():
            self.reload()
        else:
            self._dirty = True

    def add_command(
        self, text: str, slot: Callable[[], object], *, key: str = "", icon: str = "", needs: str = ""
    ) -> QAction:
        """A thing to do on this page, by key while the page is shown; see `CommandButton`.

        `needs` is the operation it leads to: who may not do it is told so instead.
        """
        action = QAction(text, self)
        action.setProperty("icon_name", icon)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setToolTip(f"{text}（{key}）")
        action.triggered.connect(lambda: slot())
        self.addAction(action)
        if needs:
            self.permits.hold(action, needs)
        return action

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self._dirty = False
            self.reload()


def set_primary(button: QPushButton, primary: bool) -> None:
    """Make a button the page's one primary action, or one among the others."""
    button.setObjectName("primary" if primary else "")
    button.style().unpolish(button)
    button.style().polish(button)
    if name := button.property("icon_name"):
        dress(button, name, "on_accent" if primary else "secondary")


class CommandButton(QPushButton):
    """A button that shows an action and follows it. Only one button of a page is `primary`."""

    def __init__(self, action: QAction, *, primary: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        if primary:
            self.setObjectName("primary")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name = action.property("icon_name")
        if name:
            dress(self, name, "on_accent" if primary else "secondary")
        if (menu := action.menu()) is not None:
            self.setMenu(menu)  # type: ignore[arg-type]
        else:
            self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        if not self._action.isVisible():
            self.hide()
        elif self.isHidden() and self.parentWidget() is not None:
            self.show()


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page the window can open: created at its first visit, so that the program starts fast.

    `group` is the heading in the navigation, "" for none; pages with `listed=False` are reached by routes only. Who may
    do none of the operations it `needs` never sees it.
    """

    name: str
    title: str
    icon: str
    group: str
    create: Callable[[], Page]
    listed: bool = True
    needs: tuple[str, ...] = ()

"""A date: typed in any usual way, or taken from a calendar; may be blank."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from unionoffice.kernel import dates
from unionoffice.models.fields import Field
from unionoffice.ui import theme
from unionoffice.ui.icons import icon
from unionoffice.ui.records.editors import LineEditor


class DateEditor(LineEditor):
    """Reads 2026-09-01, 2026.9.1, 20260901, 2026年9月1日. The calendar opens with its sign or with Alt+↓."""

    def __init__(self, facts: Field, today: date) -> None:
        super().__init__(facts)
        self._today = today
        self.line.setPlaceholderText("2026-09-01")
        action = self.line.addAction(icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
        action.setText("日历")
        action.setToolTip("打开日历（Alt+↓）")
        action.setShortcut("Alt+Down")
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self._open_calendar)

    def value(self) -> Any:
        text = self.line.text().strip()
        reading = dates.read_text(text)
        if reading.iso is None:
            return text if reading.problem else None
        return date.fromisoformat(reading.iso) if dates.precision(reading.iso) == 3 else text

    def set_value(self, value: Any) -> None:
        self.line.setText(value.isoformat() if isinstance(value, date) else str(value or ""))

    def problem(self) -> str | None:
        reading = dates.read_text(self.line.text())
        if reading.problem or reading.iso is None:
            return reading.problem
        return None if dates.precision(reading.iso) == 3 else "要写到日，例如 2026-09-01。"

    def _open_calendar(self) -> None:
        value = self.value()
        popup = CalendarPopup(value if isinstance(value, date) else self._today, self._today, self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(self._take)
        popup.show_below(self.line)

    def _take(self, day: date | None) -> None:
        self.set_value(day)
        self.edited.emit()
        self.left.emit()


class CalendarPopup(QFrame):
    """A month to choose a day from. Signals: chosen(date or None)."""

    chosen = Signal(object)

    def __init__(self, day: date, today: date, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("calendar_popup")
        self._today = today
        self._calendar = QCalendarWidget()
        self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        scale = theme.current().scale
        self._calendar.setFixedSize(300 * scale // 100, 230 * scale // 100)
        self._calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self._calendar.clicked.connect(self._take)
        self._calendar.activated.connect(self._take)
        self._lay_out()
        self._calendar.setFocus()

    def show_below(self, line: QWidget) -> None:
        """Open under a line, moved up where the screen ends."""
        self.adjustSize()
        at = line.mapToGlobal(QPoint(0, line.height() + 4))
        bottom = line.screen().availableGeometry().bottom()
        if at.y() + self.height() > bottom:
            at = line.mapToGlobal(QPoint(0, -self.height() - 4))
        self.move(at)
        self.show()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        today = QPushButton("今天")
        blank = QPushButton("清空")
        for button in (today, blank):
            button.setObjectName("link")
            buttons.addWidget(button)
        buttons.addStretch(1)
        today.clicked.connect(lambda: self._give(self._today))
        blank.clicked.connect(lambda: self._give(None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        layout.addWidget(self._calendar)
        layout.addLayout(buttons)

    def _take(self, day: QDate) -> None:
        self._give(date(day.year(), day.month(), day.day()))

    def _give(self, day: date | None) -> None:
        self.close()
        self.chosen.emit(day)

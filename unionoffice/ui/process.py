"""Parts of process pages: the line of steps, a meter against a limit, a panel that tells something."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from unionoffice.ui import shown, theme


class StepLine(QWidget):
    """The steps of a process: done with a tick, now filled, next only outlined."""

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def now(self) -> int:
        """The place of the step under way; the number of steps when all are done."""
        return self._now

    def show_now(self, now: int) -> None:
        """Mark the steps before `now` as done."""
        self._now = now
        self._say()
        self.update()

    def sizeHint(self) -> QSize:
        widths = [self.fontMetrics().horizontalAdvance(step) + 60 for step in self._steps]
        return QSize(sum(widths), theme.current().size("control") + 4)

    def minimumSizeHint(self) -> QSize:
        widths = [self.fontMetrics().horizontalAdvance(step) + 40 for step in self._steps]
        return QSize(sum(widths), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        dot = min(self.height() - 10, metrics.height() + 4)
        widths = [dot + 8 + metrics.horizontalAdvance(step) for step in self._steps]
        gap = min((self.width() - sum(widths) - 4) / max(len(widths) - 1, 1), 110.0)
        x = 2.0
        for place, (step, width) in enumerate(zip(self._steps, widths, strict=True)):
            self._paint_step(painter, x, dot, place, step, width)
            if place + 1 < len(widths):
                painter.setPen(QPen(theme.current().colour("green" if place < self._now else "line_strong"), 1.5))
                middle = self.height() / 2
                painter.drawLine(QPointF(x + width + 10, middle), QPointF(x + width + gap - 10, middle))
            x += width + gap

    def _paint_step(self, painter: QPainter, x: float, dot: int, place: int, step: str, width: int) -> None:
        look = theme.current()
        circle = QRectF(x, (self.height() - dot) / 2, dot, dot)
        done, now = place < self._now, place == self._now
        painter.setPen(Qt.PenStyle.NoPen if done or now else QPen(look.colour("line_strong"), 1.5))
        painter.setBrush(look.colour("green_ground" if done else "accent" if now else "surface"))
        painter.drawEllipse(circle)
        painter.setFont(look.font("small", semibold=True))
        painter.setPen(look.colour("green" if done else "on_accent" if now else "secondary"))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, "✓" if done else str(place + 1))
        painter.setFont(look.font(semibold=now))
        painter.setPen(look.colour("text" if done or now else "secondary"))
        words = QRectF(circle.right() + 8, 0, width + 12, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, step)

    def _say(self) -> None:
        state = self._steps[self._now] if self._now < len(self._steps) else "全部完成"
        self.setAccessibleName(f"步骤：{'、'.join(self._steps)}；现在：{state}")


class Meter(QWidget):
    """A bar filled up to a share, in the tone of a state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._tone = "blue"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(8)

    @property
    def tone(self) -> str:
        """The tone now painted."""
        return self._tone

    def show_share(self, value: float, limit: float, tone: str = "blue") -> None:
        """Fill up to `value` of `limit`, never beyond the end."""
        self._share = min(max(value / limit, 0.0), 1.0) if limit else float(value > 0)
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_meter(painter, self.rect(), self._share, self._tone)


def paint_meter(painter: QPainter, box: QRect, share: float, tone: str) -> None:
    """Draw a meter into a box."""
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("line"))
    radius = box.height() / 2
    painter.drawRoundedRect(box, radius, radius)
    if share > 0:
        painter.setBrush(look.colour(tone))
        filled = QRectF(box.left(), box.top(), max(box.width() * share, box.height()), box.height())
        painter.drawRoundedRect(filled, radius, radius)


class TellingPanel(QFrame):
    """A sentence on tinted ground, perhaps with one button. Signals: acted()."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("telling")
        self._text = word_label("")
        self._button = QPushButton()
        self._button.setObjectName("link")
        self._button.clicked.connect(self.acted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence, "" while hidden."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, tone: str = "amber", *, button: str = "") -> None:
        """Show a sentence; "" hides the panel."""
        self._text.setText(shown.sentence(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setProperty("tone", tone)
        for widget in (self, self._text):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.setVisible(bool(text))


class ProcessHead(QFrame):
    """Steps on top, then what the step now is about, and one primary button; when it cannot, why and where to mend.

    Signals: primary_requested(), mend_requested().
    """

    primary_requested = Signal()
    mend_requested = Signal()

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.steps = StepLine(steps)
        self._sentence = word_label("")
        self._mend = QPushButton()
        self._mend.setObjectName("link")
        self._mend.clicked.connect(self.mend_requested)
        self.primary = QPushButton()
        self.primary.setObjectName("primary")
        self.primary.clicked.connect(self.primary_requested)
        self._extra = QHBoxLayout()
        self._extra.setSpacing(8)
        self._lay_out()

    @property
    def sentence(self) -> str:
        """What is said beside the primary button."""
        return self._sentence.text()

    @property
    def mend(self) -> str:
        """What the link to the place to mend it says, "" when there is none."""
        return "" if self._mend.isHidden() else self._mend.text()

    def add_widget(self, widget: QWidget) -> None:
        """Put a lesser button beside the primary one."""
        self._extra.addWidget(widget)

    def show_step(self, now: int, sentence: str, *, primary: str = "", why_not: str = "", mend: str = "") -> None:
        """Show where the process stands; `why_not` replaces the sentence and disables the primary button."""
        self.steps.show_now(now)
        self._sentence.setText(why_not or sentence)
        name = "why_not" if why_not else "secondary"
        if self._sentence.objectName() != name:
            self._sentence.setObjectName(name)
            self._sentence.style().unpolish(self._sentence)
            self._sentence.style().polish(self._sentence)
        self._mend.setText(mend)
        self._mend.setVisible(bool(mend))
        self.primary.setText(primary)
        self.primary.setVisible(bool(primary))
        self.primary.setEnabled(not why_not)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._mend)
        row.addLayout(self._extra)
        row.addWidget(self.primary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self.steps)
        layout.addLayout(row)


class ElidedLabel(QLabel):
    """One line that ends in … where the room does; the whole of it is in the tooltip then."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def shown(self) -> str:
        """What the room allows."""
        metrics = self.fontMetrics()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), place, self.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.shown != self.text() else "")


def word_label(text: str, name: str = "", *, wrap: bool = True) -> QLabel:
    """Plain text as a label of a named style."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(wrap)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def padded(widget: QWidget) -> QWidget:
    """A control with a little air around it, for the cell of a table."""
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(4, 3, 4, 3)
    layout.addWidget(widget)
    box.setFocusProxy(widget)
    return box

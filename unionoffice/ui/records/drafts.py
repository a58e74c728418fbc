"""What was typed and not saved (草稿, F117): written into the office file while one types, and brought back.

`DraftKeeper` is the way of the whole window into the file, `Drafts` the part of one form in it. A form's draft is
written a second after the last key, and at once when a field or the form is left: whatever kills the program takes at
most the field being typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.models.draft import FINISHED, Place
from unionoffice.models.fields import Field, Kind
from unionoffice.ui import shown

if TYPE_CHECKING:
    from unionoffice.services.drafts import Drafts as OfficeDrafts
    from unionoffice.services.drafts import Kept, Since, Unfinished

LEFT = "填写的内容没有保存，已留作草稿，再打开时恢复。"
DROPPED = "已丢弃没有保存的内容。"
_KEEP_AFTER, _TRY_AGAIN_AFTER = 1000, 1000
"""Milliseconds after the last key, and after the office file could not be written."""


class DraftKeeper(QObject):
    """The drafts of whoever works in the open office.

    What cannot be written now, because somebody else is writing, waits here and is tried again; nobody is held up.
    Without `office` everything waits. `busy` is whether the file must be left alone. Signals: kept() when everything
    typed is in the file, forgotten() when what was typed is saved or not wanted, changed() when there is one more or
    one less to finish.
    """

    kept = Signal()
    forgotten = Signal()
    changed = Signal()

    def __init__(
        self, office: Callable[[], OfficeDrafts] | None = None, *, busy: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__()
        self._office = office
        self._busy = busy
        self._closed = False
        self._waiting: dict[Place, tuple[int, dict[str, Any]]] = {}
        self._there: set[Place] = set()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_TRY_AGAIN_AFTER)
        self._again.timeout.connect(self._write)

    def keep(self, place: Place, version: int, typed: Mapping[str, Any]) -> None:
        """Keep what was typed into a record of that version; nothing typed forgets the draft."""
        if self._closed:
            return
        self._waiting[place] = (version, dict(typed))
        self._write()
        open_now = bool(typed) and version != FINISHED
        if open_now != (place in self._there):
            (self._there.add if open_now else self._there.discard)(place)
            self.changed.emit()
        if not typed:
            self.forgotten.emit()

    def find(self, place: Place) -> tuple[int, dict[str, Any], Kept | None]:
        """The version typing began at, what was typed (empty for nothing), and the draft in the file if it is there."""
        if place in self._waiting:
            return *self._waiting[place], None
        kept = self._office().find(place) if self._office is not None and not self._busy() else None
        if kept is None:
            self._there.discard(place)
            return 0, {}, None
        (self._there.discard if kept.version == FINISHED else self._there.add)(place)
        return kept.version, kept.typed, kept

    def unfinished(self) -> list[Unfinished]:
        """Everything not finished, newest first."""
        if self._office is None or self._busy():
            return []
        return [found for found in self._office().unfinished() if self._waiting.get(found.place, (0, True))[1]]

    def unwritten(self) -> int:
        """How many drafts are not in the file, and would be lost with the program."""
        return sum(bool(typed) for _, typed in self._waiting.values())

    def flush(self) -> int:
        """Write everything now, also where that means waiting a moment; how many could not be written."""
        self._write(wait=True)
        return self.unwritten()

    def close(self) -> None:
        """Write what waits and let go of the office: nothing is kept any more."""
        self.flush()
        self._closed, self._office = True, None
        self._waiting.clear()
        self._again.stop()

    def _write(self, *, wait: bool = False) -> None:
        if self._office is None or not self._waiting:
            return
        if self._busy():
            self._again.start()
            return
        typed_ones = 0
        for place, (version, typed) in list(self._waiting.items()):
            try:
                self._office().keep(place, version, typed, wait=wait)
            except UserError as fault:  # said when the program is closed and it still cannot be written
                self._again.start()
                if isinstance(fault, EnvironmentFault):
                    break  # the next one could not be written either
            else:
                del self._waiting[place]
                typed_ones += bool(typed)
        if typed_ones and not self._waiting:
            self.kept.emit()


class Drafts(QObject):
    """The draft of the form now open. `content` gives what was typed into it, empty for nothing."""

    def __init__(self, keeper: DraftKeeper, content: Callable[[], Mapping[str, Any]], parent: QObject) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._content = content
        self._place: Place | None = None
        self._version = self._began = 0
        self._kept: dict[str, Any] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_KEEP_AFTER)
        self._soon.timeout.connect(self.settle)

    @property
    def place(self) -> Place | None:
        """Whose form is open, None for no form."""
        return self._place

    def begin(self, place: Place, version: int = 0) -> tuple[dict[str, Any], Kept | None]:
        """A form is open on a record of that version: what was typed into it before, empty for nothing."""
        self._soon.stop()
        self._place, self._version = place, version
        began, self._kept, kept = self._keeper.find(place)
        self._began = began if self._kept else version
        return dict(self._kept), kept

    def typed(self) -> None:
        """Somebody is typing."""
        if self._place is not None:
            self._soon.start()

    def settle(self) -> None:
        """Keep what is typed by now."""
        self._soon.stop()
        if self._place is None:
            return
        content = dict(self._content())
        if content != self._kept:
            self._kept = content
            self._began = max(self._began, 0)  # what was finished and is typed into again is not
            self._keeper.keep(self._place, self._began, content)
            if not content:
                self._began = self._version

    def leave(self) -> bool:
        """The form is left; whether anything typed stays behind as a draft."""
        self.settle()
        stays = self._place is not None and bool(self._kept)
        self._place, self._kept = None, {}
        return stays

    def forget(self) -> None:
        """What was typed is saved, or not wanted; the form is open no longer."""
        self._soon.stop()
        place, self._place = self._place, None
        if place is not None and self._kept:
            self._keeper.keep(place, 0, {})
        self._kept = {}

    def finish(self, place: Place, typed: Mapping[str, Any]) -> None:
        """What was typed there was given out: it stays, and nothing is open unless something was typed since."""
        if place == self._place:
            self.settle()
        version, now, _ = self._keeper.find(place)
        if now and now == dict(typed) and version != FINISHED:
            self._keeper.keep(place, FINISHED, now)

    def drop(self) -> Callable[[], None]:
        """Forget what is typed; the form is open no longer. What is returned brings it back, below what was typed
        since."""
        self.settle()
        place, version, typed = self._place, self._began, self._kept
        self.forget()

        def restore() -> None:
            if place is not None:
                if place == self._place:
                    self.settle()
                self._keeper.keep(place, version, {**typed, **self._keeper.find(place)[1]})

        return restore


def told(
    typed: Mapping[str, Any], kept: Kept | None, fields: Mapping[str, Field], record: Mapping[str, Any] | None = None
) -> str:
    """What is said above a form that holds a draft; `record` is what the record is now, None for a new one."""
    if not typed:
        return ""
    if kept is None:
        return "已恢复刚才填写、还没有保存的内容。"
    head = f"已恢复 {kept.at:%Y-%m-%d %H:%M} 填写、还没有保存的内容。"
    if kept.since is None or record is None:
        return head
    return f"{head}{_meanwhile(kept.since, fields)}{_both(typed, fields, record)}"


def _meanwhile(since: Since, fields: Mapping[str, Field]) -> str:
    labels = [fields[name].label for name in since.fields if name in fields and not fields[name].internal]
    what = f"的{'、'.join(labels)}" if labels else ""
    return f"此后 {since.at:%Y-%m-%d %H:%M} {since.actor}改过这条记录{what}。"


def _both(typed: Mapping[str, Any], fields: Mapping[str, Field], record: Mapping[str, Any]) -> str:
    """The typed values beside the present ones, masked like everything on the screen."""
    pairs = [
        f"{fields[name].label}：现在{_quoted(fields[name], record.get(name))}，您填的{_quoted(fields[name], value)}"
        for name, value in typed.items()
        if name in fields and _plain(record.get(name)) != value
    ]
    return f"{'；'.join(pairs)}。核对以后再保存，没有保存以前什么也不会改。" if pairs else "您填的和现在的一样。"


def _quoted(facts: Field, value: Any) -> str:
    if value in (None, ""):
        return "是空的"
    if facts.kind is Kind.REFERENCE:
        return "是另一项"
    readable = facts.kind is not Kind.MONEY or isinstance(value, int)
    return f"是“{shown.text(facts, value)}”" if readable else "不是金额"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value

"""Copies of identity cards that can be used for one purpose only (F96): the office, purpose and day drawn into them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from unionoffice.documents.marked_picture import MOST_BYTES, PictureKind, marked
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.sign_sheet import PRACTICE_MARK
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.text import tidy
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.member import Member
from unionoffice.models.permission import permit
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import printable, write
from unionoffice.services.offices import Offices
from unionoffice.store.engine import reason
from unionoffice.store.unit_of_work import Store

WHAT = "证件复印件加水印"
LONGEST = 30


class MarkedPictures:
    """Watermarks of one office; `fonts` gives the printing fonts when they are first needed."""

    def __init__(self, store: Store, offices: Offices, access: AccessLog, fonts: Callable[[], Fonts]) -> None:
        self._store = store
        self._offices = offices
        self._access = access
        self._fonts = fonts

    def words(self, purpose: str) -> str:
        """What is drawn: 仅供示范工会2026年困难建档使用 2026-09-10. Raises UserError for a blank or long purpose."""
        purpose = tidy(purpose)
        if not purpose or len(purpose) > LONGEST:
            raise UserError(f"用途要写明，不超过 {LONGEST} 个字，如“困难建档”。", field="purpose")
        office, today = self._offices.get(), self._store.clock.today()
        year = "" if re.match(r"\d{4}年", purpose) else f"{today.year}年"
        practice = f"【{PRACTICE_MARK}】" if office.practice else ""
        return f"{practice}仅供{office.name}{year}{purpose.removesuffix('使用')}使用 {today.isoformat()}"

    def mark(self, source: Path, purpose: str, target: Path, actor: Actor, *, member_id: str | None = None) -> str:
        """Write `source` (JPG, PNG) with the words across it as PNG, JPG or PDF; returns the words.

        The original is only read. Logged before the file is there, under the member where one is named. Raises
        UserError for a picture that cannot be used, or a target that is the original; Refused to whose roles may not
        take anything out.
        """
        permit(actor, f"export:{WHAT}")
        words = self.words(purpose)
        kind = _KINDS.get(target.suffix.lower())
        if kind is None:
            raise UserError(f"“{target.name}”的后缀应为 .png、.jpg 或 .pdf。")
        if target.exists() and source.exists() and target.samefile(source):
            raise UserError("要写的文件就是原件。原件不改动，请换一个文件名。")
        data = marked(_bytes(source), words, kind, fonts=self._fonts(), at=self._store.clock.now())
        entry = Access(
            AccessKind.EXPORT,
            WHAT,
            (Member, member_id) if member_id is not None else None,
            words=f"原件“{printable(source)}”",
            purpose=purpose,
        )
        write(target, data, self._access.of_file(entry, target, actor=actor))
        return words


_KINDS = {kind.value: kind for kind in PictureKind} | {".jpeg": PictureKind.JPEG}


def _bytes(source: Path) -> bytes:
    if not source.is_file():
        raise UserError(f"找不到“{source}”，可能已移动或改名，请核对文件的位置。")
    try:
        with source.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise EnvironmentFault(f"“{source.name}”读不出来：{reason(fault)}。") from fault

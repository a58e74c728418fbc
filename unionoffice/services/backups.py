"""Backups of the open office (F98): made by itself and by hand, in two places, rotated, and rehearsed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor, new_id
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.backup import BackupKind, Kept, superseded
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.everything import record_types
from unionoffice.models.permission import permit
from unionoffice.models.registers import all_registers
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.backup_places import Backup, Places, first_place, listed, look_at
from unionoffice.services.checks import check
from unionoffice.services.opening import open_store, whose
from unionoffice.store import backup, beside, keyring
from unionoffice.store.engine import reason
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Made:
    """What making a backup gave: the file (None when only the second place had to catch up), its copy in the second
    place, the sentence why there is none although there should be, and how many old backups went."""

    path: Path | None
    second: Path | None = None
    second_problem: str | None = None
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal of restoring (恢复演练): when, by whom, of which backup, and what was wrong; None when nothing."""

    at: datetime
    actor: str
    backup: str
    problem: str | None

    def text(self) -> str:
        """As the window says it."""
        result = "成功" if self.problem is None else f"没有成功：{self.problem}"
        return f"上次恢复演练 {self.at:%Y-%m-%d} {result}"


class Backups:
    """The backups of one open office. `places` remembers this PC's second place; the user's own by default."""

    def __init__(self, store: Store, places: Places | None = None) -> None:
        self._store = store
        self._places = places or Places()
        office = whose(store)
        self._office_id, self._practice = office.id, office.practice

    @property
    def first(self) -> Path:
        """The folder in which backups are made."""
        return first_place(self._store.path)

    @property
    def second(self) -> Path | None:
        """The second place, whether it can be reached or not; None when none was chosen."""
        return self._places.second(self._store.path, self._office_id)

    def choose_second(self, folder: Path | None, actor: Actor) -> None:
        """Remember a stick or a shared folder as the second place, or that there is none."""
        permit(actor, "backup:place")
        if folder is not None:
            _must_be_there(folder)
            if folder.resolve() in (self.first.resolve(), self._store.path.absolute().parent.resolve()):
                raise UserError("第二备份位置不能和办公文件、第一份备份在一起，请选 U 盘或共享文件夹。", field="folder")
            if not os.access(folder, os.W_OK):
                raise UserError(f"文件夹“{folder}”不能写，请换一个。", field="folder")
        self._places.remember(self._store.path, self._office_id, folder)

    def listed(self, *, deep: bool = False) -> list[Backup]:
        """This office's backups in all places, the newest first; see `backup_places.listed`."""
        return listed(self._store.path, self._places, office_id=self._office_id, deep=deep)

    def make(self, actor: Actor, *, to: Path | None = None, progress: Progress | None = None) -> Made:
        """Make a backup by hand, in both places or in the folder `to` only; it is never removed by rotation.

        Raises UserError when there is no such folder: a stick that is not there must not become a folder of its name.
        Raises EnvironmentFault when the first place refuses; what is wrong with the second is told in the result.
        """
        permit(actor, "backup:make")
        if to is not None:
            _must_be_there(to)
        made = self._make(BackupKind.MANUAL, to or self.first, progress)
        with self._store.operation("backup:make", "备份", actor, reason=made.name) as uow:
            uow.keep_working_data()
        return Made(made) if to is not None else self._to_second(made)

    def due(self, *, closing: bool = False) -> bool:
        """Whether `automatic` has something to do: nothing is written, so anybody may ask at any time.

        Something changed since the newest backup; and the office is being closed, or it is the first change of a day,
        or some hours of work have passed (rule pack). Practice offices are not backed up.
        """
        if self._practice:
            return False
        kept = self._kept()
        return self._changed(kept, closing=closing) or self._behind(kept)

    def automatic(self, *, closing: bool = False, progress: Progress | None = None) -> Made | None:
        """Make the backup that is due, bring the second place up to date, and let old ones go; None if none was due."""
        kept = self._kept()
        if self._practice:
            return None
        if self._changed(kept, closing=closing):
            made = self._make(BackupKind.AUTOMATIC, self.first, progress)
            removed = self._rotate(self.first)
            found = self._to_second(made)
            return Made(made, found.second, found.second_problem, removed + found.removed)
        newest = self._newest(kept, second=False)
        if newest is None or not self._behind(kept):
            return None
        found = self._to_second(newest.path)
        return Made(None, found.second, found.second_problem, found.removed)

    def notices(self) -> tuple[str, ...]:
        """What the home page says about backups today: sentences, none when all is well. Not faults."""
        if self._practice:
            return ()
        found = []
        kept = self._kept()
        second = self.second
        last = next((each.manifest for each in kept if each.second and each.manifest), None)
        when = f"，上次备到那里是 {last.made_at:%Y-%m-%d}" if last else ""
        if self._newest(kept, second=False) is None:
            found.append("还没有备份，关闭程序时会自动做一份，也可以现在做。")
        if second is None:
            found.append("备份只有一份，和办公文件在同一台电脑上。请选一个第二备份位置，如 U 盘或共享文件夹。")
        elif not second.is_dir():
            found.append(f"第二备份位置“{second}”现在找不到{when}。插上 U 盘或连上网络后会自动补上。")
        if self.rehearsal_due():
            last_time = self.last_rehearsal()
            found.append(f"{last_time.text()}，应再做一次。" if last_time else "还没有做过恢复演练，应做一次。")
        return tuple(found)

    # -- rehearsing ----------------------------------------------------------------------------------------------------

    def last_rehearsal(self) -> Rehearsal | None:
        """The last rehearsal of restoring, as the log has it."""
        names = (_REHEARSED, _REHEARSED_BADLY)
        with self._store.reading() as session:
            entry = session.scalars(
                select(OperationEntry).where(OperationEntry.name.in_(names)).order_by(OperationEntry.id.desc()).limit(1)
            ).first()
        if entry is None:
            return None
        name, _, problem = (entry.reason or "").partition("：")
        return Rehearsal(entry.at, entry.actor, name, (problem or "原因不明") if entry.name != _REHEARSED else None)

    def rehearsal_due(self) -> bool:
        """Whether a rehearsal should be made: none in the last month (rule pack), or the last one failed."""
        last = self.last_rehearsal()
        now = self._store.clock.now()
        return last is None or last.problem is not None or not _within(last.at, now, days=self._rule["rehearsal_days"])

    def rehearse(self, actor: Actor, progress: Progress | None = None) -> Rehearsal:
        """Restore the newest backup into a scratch copy, open and check it, and compare it with its manifest.

        The scratch copy is as encrypted as the office, lies beside the backups, and is gone afterwards whatever
        happens. The result is logged. Raises Refused when there is no backup.
        """
        permit(actor, _REHEARSED)
        progress = progress or Silent()
        newest = self._newest(self._kept(), second=None)
        if newest is None:
            raise Refused("还没有备份，先做一份备份再演练。")
        problem = self._rehearsed(newest, progress)
        name = _REHEARSED if problem is None else _REHEARSED_BADLY
        reason = newest.path.name if problem is None else f"{newest.path.name}：{problem}"
        with self._store.operation(name, "恢复演练", actor, reason=reason) as uow:
            uow.keep_working_data()
        return Rehearsal(uow.at, actor.name, newest.path.name, problem)

    def _rehearsed(self, newest: Backup, progress: Progress) -> str | None:
        """What is wrong with a backup, by restoring it."""
        folder = newest.path.parent / f"~{new_id()}"
        try:
            step(progress, 0, 3, "正在试恢复")
            folder.mkdir()
            scratch = folder / self._store.path.name
            manifest = backup.extract(newest.path, scratch)
            key = self._store.key
            if manifest.key_id != (None if key is None else keyring.key_id(key)):
                return "它是用以前的密钥加密的。请先做一份新的备份，再演练。"
            if key is not None and not keyring.read(scratch).slots:
                return "里面的密钥文件没有可以登录的人。"
            step(progress, 1, 3, "正在检查试恢复的办公文件")
            store, _ = open_store(scratch, self._store.clock, key=key)
            viewer = self._store.viewer
            store.viewer = viewer and replace(viewer, tiers=frozenset())  # what is wrong stands in the log, for others
            with closing(store):
                problems = check(store, progress).problems
                return problems[0] if problems else _differences(store, manifest)
        except OSError as fault:
            return f"试恢复的文件写不下来：{reason(fault)}。"
        except UserError as fault:
            if progress.cancelled:
                raise
            return fault.sentence
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # -- making --------------------------------------------------------------------------------------------------------

    @property
    def _rule(self) -> dict[str, Any]:
        return rule_on("backup", self._store.clock.today()).values

    def _kept(self) -> list[Backup]:
        return [each for each in self.listed() if each.problem is None]

    def _newest(self, kept: list[Backup], *, second: bool | None) -> Backup | None:
        return next((each for each in kept if second is None or each.second == second), None)

    def _changed(self, kept: list[Backup], *, closing: bool) -> bool:
        newest = self._newest(kept, second=None)
        if newest is None or newest.manifest is None:
            return True
        with self._store.reading() as session:
            here = backup.position(session.connection().connection.cursor())
        same_files = self._same_key_file(newest.manifest) and self._same_beside(newest.manifest)
        if here == newest.manifest.position and same_files:
            return False
        now = self._store.clock.now()
        same_day = newest.manifest.made_at.date() == now.date()
        recent = same_day and _within(newest.manifest.made_at, now, hours=self._rule["hours"])
        return closing or not recent

    def _same_key_file(self, manifest: backup.Manifest) -> bool:
        """Whether passwords are as when a backup was made: a new one leaves no trace in the change log."""
        part = next((each for each in manifest.parts if each.name == backup.KEY), None)
        if self._store.key is None or part is None:
            return self._store.key is None and part is None
        try:
            content = keyring.key_path(self._store.path).read_bytes()
        except OSError:
            return True  # there is nothing better to back up
        return hashlib.sha256(content).hexdigest() == part.sha256

    def _same_beside(self, manifest: backup.Manifest) -> bool:
        """Whether the office's own forms and templates are as when a backup was made."""
        part = next((each.sha256 for each in manifest.parts if each.name == backup.BESIDE), None)
        content = beside.gathered(self._store.path)
        return part == (hashlib.sha256(content).hexdigest() if content is not None else None)

    def _behind(self, kept: list[Backup]) -> bool:
        """Whether the second place can be reached and lacks the newest backup of the first."""
        second = self.second
        newest = self._newest(kept, second=False)
        if second is None or newest is None or not second.is_dir():
            return False
        return not any(each.second and each.manifest == newest.manifest for each in kept)

    def _make(self, kind: BackupKind, folder: Path, progress: Progress | None) -> Path:
        folders = {folder, self.first, backup.own_folder(self._store.path), *filter(None, [self.second])}
        return backup.make(
            self._store.path,
            folder,
            kind=kind,
            number=backup.next_number(folders),
            now=self._store.clock.now(),
            key=self._store.key,
            progress=progress,
        )

    def _to_second(self, made: Path) -> Made:
        """Copy a backup to the second place, if there is one to be reached; the first has it already, come what may."""
        second = self.second
        if second is None:
            return Made(made)
        if not second.is_dir():
            return Made(made, second_problem=f"第二备份位置“{second}”现在找不到，只备份了一份。插上后会自动补上。")
        try:
            copied = backup.copy(made, second)
        except EnvironmentFault as fault:
            return Made(made, second_problem=fault.sentence)
        return Made(made, copied, removed=self._rotate(second))

    def _rotate(self, folder: Path) -> int:
        """Let superseded backups of this office go from one place, after a new good one has come there."""
        kept = []
        own = re.compile(re.escape(self._store.path.stem) + r"-\d{8}-\d{4}(-\d+)?")
        for path in backup.backups_in(folder):
            if not own.fullmatch(path.stem):
                continue  # renamed by hand to be kept, or of a copy of this office that lies beside it
            found = look_at(path)
            if found.manifest is not None and found.manifest.office_id == self._office_id:
                manifest = found.manifest
                kept.append(Kept(path.name, manifest.number, manifest.made_at, manifest.kind, found.problem is None))
        removed = 0
        for name in superseded(kept, self._rule):
            with suppress(OSError):  # held by another program: it goes next time
                (folder / name).unlink()
                removed += 1
        return removed


_REHEARSED, _REHEARSED_BADLY = "backup:rehearse", "backup:rehearse-failed"


def _must_be_there(folder: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"文件夹“{folder}”不存在，请插上 U 盘或换一个文件夹。", field="folder")


def _within(earlier: datetime, now: datetime, **span: float) -> bool:
    """Whether something is over less than so long; what the clock puts into the future was at another time."""
    return timedelta() <= now - earlier < timedelta(**span)


def _differences(store: Store, manifest: backup.Manifest) -> str | None:
    with store.reading() as session:
        cursor = session.connection().connection.cursor()
        found, position = backup.counts(cursor), backup.position(cursor)
    models = record_types()
    closed = {register.name for register in all_registers() if register.tier is not None}
    for name, number in manifest.counts.items():
        if found.get(name) != number:
            title = models[name].title if name in models else name
            if name in closed:
                return f"{title}的条数和备份时的不一样。"
            return f"{title}应有 {number} 条，恢复出来 {found.get(name, 0)} 条。"
    if (position.log, position.last_at) != (manifest.position.log, manifest.position.last_at):
        return "恢复出来的变更记录和备份时的不一样。"
    return None


__all__ = ["Backups", "Made", "Rehearsal"]

"""Restoring an office from a backup, also when the office is damaged or gone (F98).

Nothing here needs an open office; the program must have closed it before restoring.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor, new_id
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.everything import record_types
from unionoffice.models.permission import closed_registers, permit
from unionoffice.services import logins
from unionoffice.services.access_log import Access, AccessLog, file_hash
from unionoffice.services.backup_places import office_id_of
from unionoffice.services.opening import Login, actor_of, open_store
from unionoffice.services.rights import Rights, put_in_force, rights_now
from unionoffice.store import backup, beside, keyring, replacing
from unionoffice.store.backup import Manifest
from unionoffice.store.engine import SUFFIX, reason
from unionoffice.store.unit_of_work import Store

_TOLD = 5
"""Of how many types of records the numbers are told."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What restoring a backup would mean.

    `counts` are (title, then, now) of the record types that have records; now is None where the office cannot be read,
    as is `later`, how many operations came after the backup and would be gone. `last` is the last change it holds, in
    words.
    """

    manifest: Manifest
    counts: tuple[tuple[str, int, int | None], ...]
    last: str
    later: int | None

    def told(self) -> list[str]:
        """The same in words, before it is done."""
        lines = [f"备份时间：{self.manifest.made_at:%Y-%m-%d %H:%M}，最后一次登记：{self.last}"]
        lines += [
            f"{title}：备份里 {then:,}，现在 {now:,}" for title, then, now in self.counts[:_TOLD] if now is not None
        ]
        if self.later:
            lines.append(f"备份以后的 {self.later} 次操作不在备份里，恢复后要重新登记。")
        return [*lines, "现在的文件不会删除，会改名放在旁边。"]

    def told_after(self) -> list[str]:
        """The same once it is done."""
        counts = [(title, then, now) for title, then, now in self.counts[:_TOLD] if now is not None]
        lines = [f"{title}：恢复前 {now:,}，现在 {then:,}" for title, then, now in counts]
        return [*lines, f"备份以后的 {self.later} 次操作没有了，要重新登记。"] if self.later else lines


@dataclass(frozen=True, slots=True)
class Restored:
    """The office restored, and what was there before: None when nothing was.

    `rights_of_then` says that nobody could tell today's rights of the users, so that those at the time of the backup
    hold. `put_back` are the office's own forms and templates that were missing beside it, `not_put_back` those that the
    disk refused.
    """

    path: Path
    kept_aside: Path | None
    made_at: datetime
    rights_of_then: bool = False
    put_back: tuple[str, ...] = ()
    not_put_back: tuple[str, ...] = ()

    def told(self) -> str:
        """What else there is to say; "" for nothing."""
        back = f"放回了自己的表单、公文模板 {len(self.put_back)} 个。" if self.put_back else ""
        if self.not_put_back:
            back += f"磁盘不让写，没有放回：{'、'.join(self.not_put_back)}。"
        if self.rights_of_then:
            back += "用户的角色、分管范围和授权是备份那时的，请系统管理员在“用户”页核对。"
        return back


def preview(chosen: Path, store: Store | None = None, *, viewer: Actor | None = None) -> Preview:
    """What restoring a backup would change, against the open office where there is one; read from the manifest.

    Of registers of closed tiers only what `viewer` may see, or who has the office open, is told. Raises DamagedError
    when the backup cannot be read.
    """
    viewer = store.viewer if store is not None else viewer
    closed = {register.name for register in closed_registers(viewer)} if viewer is not None else set()
    manifest = backup.manifest_of(chosen)
    now: dict[str, int] | None = None
    later: int | None = None
    position = manifest.position
    last = f"{position.last_at:%Y-%m-%d %H:%M}" if position.last_at else "还没有登记过"
    if store is not None:
        with store.reading() as session:
            now = backup.counts(session.connection().connection.cursor())
            row = session.execute(
                text(
                    "SELECT o.id, o.at FROM change_entry c JOIN operation_entry o"
                    " ON o.id = c.operation_id WHERE c.seq = :log"
                ),
                {"log": position.log},
            ).first()
            if row is not None and datetime.fromisoformat(row[1]) == position.last_at:  # else a log of another branch
                last = " ".join(filter(None, (last, _what(session, row[0]))))
                later = session.execute(
                    text("SELECT count(DISTINCT operation_id) FROM change_entry WHERE seq > :log"),
                    {"log": position.log},
                ).scalar_one()
    found = [
        (model.title, manifest.counts.get(name, 0), None if now is None else now.get(name, 0))
        for name, model in record_types().items()
        if name not in closed
    ]
    # the members first, then whatever there is most of
    ordered = sorted(found, key=lambda each: (each[0] != "会员", -max(each[1], each[2] or 0), each[0]))
    return Preview(manifest, tuple(each for each in ordered if each[1] or each[2]), last, later)


def _what(session: Session, operation: int) -> str:
    """Who did what, "" for what does not exist for whom the session belongs to."""
    done = select(OperationEntry.actor, OperationEntry.label).where(OperationEntry.id == operation)
    return next((f"{actor}“{label}”" for actor, label in session.execute(done)), "")


def weigh(chosen: Path, office: Path, clock: Clock, *, login: Login | None = None) -> Preview:
    """What restoring a backup would change in an office that nobody has open; nothing is changed.

    Raises what `restore` refuses before it prepares anything.
    """
    _, now = _checked(chosen, office, clock, login=login, to=None)
    viewer = now[1] if now else Actor("", frozenset(), user_id=login.user_id) if login else None
    try:
        store = Store(office, clock, key=login.key if login else None, reading=True)
    except (UserError, OSError):
        return preview(chosen, viewer=viewer)
    store.viewer = viewer
    try:
        return preview(chosen, store)
    except EnvironmentFault:  # too damaged to be compared with
        return preview(chosen, viewer=viewer)
    finally:
        store.close()


# -- logging in --------------------------------------------------------------------------------------------------------


def names(chosen: Path, office: Path) -> list[str]:
    """Who can restore a backup by his password; nobody has to for an office without encryption."""
    with _key_file_in_force(chosen, office) as beside:
        return [] if beside is None else logins.names(beside)


def log_in(chosen: Path, office: Path, name: str, password: str, now: datetime) -> Login:
    """The way into a backup by one person's password.

    It is today's password and today's users as long as the key file beside the office is good and of the same data key:
    who has been closed since stays out. Otherwise it is the password at the time of the backup. Raises as
    `logins.log_in`.
    """
    with _key_file_in_force(chosen, office) as beside:
        if beside is None:
            raise UserError("这份备份没有加密，不用登录。")
        return logins.log_in(beside, name, password, now)


@contextmanager
def _key_file_in_force(chosen: Path, office: Path) -> Iterator[Path | None]:
    """The office path beside which the key file lies that will hold after restoring; None where there is none."""
    manifest = backup.manifest_of(chosen)
    if manifest.key_id is None:
        yield None
    elif _keeps_key_file(manifest, office):
        yield office
    else:
        content = backup.key_file_of(chosen)
        if content is None:
            raise Refused(f"备份“{chosen.name}”里没有密钥文件。请把密钥文件放回办公文件旁边，或用两张恢复卡打开。")
        with tempfile.TemporaryDirectory(prefix="unionoffice-") as folder:
            beside = Path(folder) / f"office{SUFFIX}"
            keyring.key_path(beside).write_bytes(content)
            yield beside


def _keeps_key_file(manifest: Manifest, office: Path) -> bool:
    try:
        present = keyring.read(office)
    except EnvironmentFault:
        return False
    return (present.office, present.key_id) == (manifest.office_id, manifest.key_id) and bool(present.slots)


# -- restoring ---------------------------------------------------------------------------------------------------------


def restore(
    chosen: Path,
    office: Path,
    clock: Clock,
    *,
    login: Login | None = None,
    actor: Actor | None = None,
    to: Path | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Put a backup in the place of the office, or beside it as `to`, which must not be there yet.

    Everything is prepared and checked beside the office and put in its place in one step; the file there is kept as
    “…-恢复前-日期”, with its key file. Who may what stays as it is today, as far as the office can still tell. The
    restored office's log says who restored what. `login` is `log_in`'s for an encrypted backup, `actor` acts in one
    without encryption.

    Raises Refused for another office's backup, for somebody who may not, now or then, and while another program has the
    office open; DamagedError for a damaged backup; EnvironmentFault when the disk refuses. Then nothing is changed.
    """
    progress = progress or Silent()
    target = to or office
    key = login.key if login else None
    step(progress, 0, 4, "正在核对备份")
    manifest, now = _checked(chosen, office, clock, login=login, to=to)
    with _told(target), _scratch(target.parent) as folder:
        ready = folder / target.name
        step(progress, 1, 4, "正在取出办公文件")
        backup.extract(chosen, ready)
        step(progress, 2, 4, "正在检查取出的办公文件")
        aside = _free_name(target, clock.now()) if to is None and target.exists() else None
        _log(ready, chosen, manifest, clock, login=login, actor=actor, aside=aside, now=now)
        problem = replacing.damage(ready, key=key)
        if problem is not None or not replacing.let_go(ready, key=key):
            raise EnvironmentFault(f"从“{chosen.name}”取出的办公文件不完好，没有恢复，原来的文件没有动。请换一份备份。")
        step(progress, 3, 4, "正在换上恢复的文件")
        if target.exists() and not replacing.let_go(target, key=key):
            raise Refused(f"办公文件“{target.name}”正被另一个程序使用，没有恢复。请关闭其他电脑和窗口里的它再试。")
        with_key = keyring.key_path(ready).exists() and (to is not None or not _keeps_key_file(manifest, target))
        replacing.replace_office(ready, target, aside or _free_name(target, clock.now()), with_key=with_key)
    content = backup.beside_of(chosen)
    written, failed = beside.put_back(content, target) if content is not None else ([], [])
    unknown = login is not None and now is None
    return Restored(target, aside, manifest.made_at, unknown, tuple(written), tuple(failed))


def _checked(
    chosen: Path, office: Path, clock: Clock, *, login: Login | None, to: Path | None
) -> tuple[Manifest, tuple[Rights, Actor] | None]:
    """What a backup says of itself, and today's rights, after refusing what cannot or may not be restored."""
    key = login.key if login else None
    manifest = backup.verify(chosen)
    _refuse_wrong_key(manifest, key)
    _check_target(manifest, office, to, key)
    now = rights_now(office, clock, login.key, login.user_id) if to is None and login is not None else None
    if now is not None:
        permit(now[1], "backup:restore")  # whatever he was then
    return manifest, now


def _refuse_wrong_key(manifest: Manifest, key: bytes | None) -> None:
    if manifest.key_id is None and key is not None:
        raise Refused("这份备份没有加密，和登录的办公文件不是一回事，没有恢复。")
    if manifest.key_id is not None and key is None:
        raise Refused("这份备份是加密的，要先登录才能恢复。")
    if key is not None and keyring.key_id(key) != manifest.key_id:
        raise Refused("这份备份是用另一个密钥加密的，要用备份时的密码登录才能恢复。")


def _check_target(manifest: Manifest, office: Path, to: Path | None, key: bytes | None) -> None:
    target = to or office
    if target.suffix.lower() != SUFFIX:
        raise UserError(f"“{target.name}”的后缀应为 {SUFFIX}。")
    if not target.parent.is_dir():
        raise UserError(f"文件夹“{target.parent}”不存在，请先建立文件夹。")
    if to is not None:
        if to.exists() or keyring.key_path(to).exists():
            raise UserError(f"“{to.name}”已经存在，没有改动它。请换一个文件名。")
        return
    present = office_id_of(office, key=key)
    if present is not None and present != manifest.office_id:
        raise Refused(f"这是“{manifest.office}”的备份，不是“{office.name}”的，没有恢复。要看它，请恢复到另一个文件。")


def _log(
    ready: Path,
    chosen: Path,
    manifest: Manifest,
    clock: Clock,
    *,
    login: Login | None,
    actor: Actor | None,
    aside: Path | None,
    now: tuple[Rights, Actor] | None,
) -> None:
    """Write into the restored office, brought up to this program, who restored it, and today's rights."""
    store, _ = open_store(ready, clock, key=login.key if login else None)
    try:
        who = now[1] if now else actor_of(store, login.user_id)[0] if login else actor
        if who is None:
            raise UserError("没有指明由谁恢复。")
        kept = f"，原来的文件另存为 {aside.name}" if aside else ""
        reason_text = f"{chosen.name}（{manifest.made_at:%Y-%m-%d %H:%M} 的备份）{kept}"
        with store.operation("backup:restore", "从备份恢复", who, reason=reason_text) as uow:
            if now is not None:
                put_in_force(uow, now[0])
            entry = Access(AccessKind.RESTORE, "办公文件", file=chosen.name, sha256=file_hash(chosen))
            AccessLog(store, lambda: who).note(entry, uow=uow)
            uow.keep_working_data()
    finally:
        store.close()


def _free_name(office: Path, now: datetime) -> Path:
    stem = f"{office.stem}-恢复前-{now:%Y%m%d-%H%M}"
    count = 1
    while True:
        found = office.with_name(f"{stem}{office.suffix}" if count == 1 else f"{stem}-{count}{office.suffix}")
        if not found.exists() and not keyring.key_path(found).exists():
            return found
        count += 1


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder on the same disk, so that what is made in it can be put in place in one step; gone afterwards."""
    backup.tidy(parent)
    folder = parent / f"~{new_id()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise EnvironmentFault(
            f"“{target.name}”没有恢复成：{reason(fault)}。原来的文件没有动，请检查后再试。"
        ) from fault

"""What the lists of 数据安全 say, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unionoffice.ui.records.rows import Row

if TYPE_CHECKING:
    from unionoffice.services.backup_places import Backup
    from unionoffice.services.destruction import Due, ListRow
    from unionoffice.services.recovery import SetRow
    from unionoffice.services.seals import SealView
    from unionoffice.services.undo import Action, Effect


def backup_row(row_id: str, backup: Backup) -> Row:
    """When, of what kind, where, how large, how many members, and whether it is good."""
    manifest = backup.manifest
    size = backup.bytes / 1048576
    return (
        row_id,
        f"{manifest.made_at:%Y-%m-%d %H:%M}" if manifest else "",
        manifest.kind.label if manifest else "",
        "第二位置" if backup.second else "本机",
        f"{size:.1f} MB" if size >= 0.1 else "不到 0.1 MB",
        f"{manifest.counts.get('member', 0):,}" if manifest else "",
        "完好" if backup.problem is None else "不能用",
    )


def set_row(found: SetRow) -> Row:
    """A set of recovery cards: who keeps them, and whether it counts."""
    holders = "、".join(f"{each.held_as} {each.name}" for each in found.holders)
    tested = found.tested_on.isoformat() if found.tested_on else ""
    state = "待更换密钥" if found.for_new_key else found.state.label
    return (found.id, f"第 {found.number} 套", found.issued_on.isoformat(), holders, state, tested)


def action_row(action: Action) -> Row:
    """Who did what when, and whether it can still be undone as a whole."""
    undo = "已撤销" if action.undone else "可以" if action.undoable else ""
    return (str(action.id), f"{action.at:%Y-%m-%d %H:%M}", action.actor, action.label, action.reason or "", undo)


def seal_row(seal: SealView) -> Row:
    """A daily seal with the code that stands on its slip."""
    counts = (f"{seal.operations} 次", f"{seal.accesses} 条")
    return (str(seal.number), str(seal.number), seal.day.isoformat(), *counts, seal.code)


def effect_words(effect: Effect) -> str:
    """What undoing would do, in one sentence."""
    parts = [f"{number:,} 条{title}不再列出" for title, number in effect.puts_away.items()]
    parts += [f"{number:,} 条{title}恢复原来的内容" for title, number in effect.restores.items()]
    return f"{'，'.join(parts)}。操作记录都保留，撤销也记一笔。"


def due_row(found: Due) -> Row:
    """Somebody whose data may be destroyed."""
    return (found.member_id, found.name, found.number, found.ended.label, found.ended_on)


def list_row(found: ListRow) -> Row:
    """A list of people to be destroyed, and where it stands."""
    done_on = found.done_on.isoformat() if found.done_on else ""
    made = (f"第 {found.number} 号", found.made_on.isoformat(), found.made_by, f"{len(found.people)} 人")
    return (found.id, *made, found.approved_by, done_on, "已退回" if found.sent_back else found.state.label)


def gone_rows(found: ListRow) -> list[Row]:
    """Whoever was destroyed with a list, by what he is called now."""
    if found.done_on is None:
        return []
    last = (f"第 {found.number} 号", found.done_on.isoformat(), found.done_by)
    return [(member_id, *person, *last) for member_id, person in zip(found.member_ids, found.people, strict=True)]

"""Questions about approvals: who prepared something, what was decided, which slips are out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from unionoffice.models.approval import Approval, ApprovalSlip
from unionoffice.models.approval_limits import ApprovalLimit
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.user import Deputy, User, UserState

_AT_ONCE = 500


def preparers(session: Session, ids: Sequence[str], besides: Collection[str]) -> dict[str, OperationEntry]:
    """The last operation by actor that made or changed any of these records, but for operations of these names."""
    found: dict[str, OperationEntry] = {}
    for start in range(0, len(ids), _AT_ONCE):
        statement = (
            select(OperationEntry)
            .join(ChangeEntry, ChangeEntry.operation_id == OperationEntry.id)
            .where(ChangeEntry.record_id.in_(ids[start : start + _AT_ONCE]), OperationEntry.name.not_in(besides))
            .order_by(OperationEntry.id)
        )
        for entry in session.scalars(statement).unique():
            if entry.actor not in found or found[entry.actor].id < entry.id:
                found[entry.actor] = entry
    return found


def approvals(session: Session, subject_id: str, *, void: bool = False) -> list[Approval]:
    """The decisions on one subject in order; with `void` those that no longer count too."""
    statement = select(Approval).where(Approval.subject_id == subject_id).order_by(Approval.id)
    return list(session.scalars(statement if void else statement.where(Approval.archived.is_(False))))


def open_approvals(session: Session, subject_type: str, subject_ids: Collection[str]) -> list[Approval]:
    """The decisions that still count on some subjects of one type, in order."""
    wanted = set(subject_ids)
    statement = select(Approval).where(Approval.subject_type == subject_type, Approval.archived.is_(False))
    return [found for found in session.scalars(statement.order_by(Approval.id)) if found.subject_id in wanted]


def limits(session: Session) -> list[ApprovalLimit]:
    """The approval limits an office set for itself, past and coming ones too, by their day."""
    statement = select(ApprovalLimit).where(ApprovalLimit.archived.is_(False))
    return list(session.scalars(statement.order_by(ApprovalLimit.effective_from, ApprovalLimit.id)))


def slips(session: Session, subject_id: str) -> list[ApprovalSlip]:
    """All slips of one subject in the order in which they were made."""
    statement = select(ApprovalSlip).where(ApprovalSlip.subject_id == subject_id)
    return list(session.scalars(statement.order_by(ApprovalSlip.id)))


def subject_of(session: Session, subject_type: str, code: str) -> str | None:
    """Of which subject of a type the slip with a code is."""
    wanted = (ApprovalSlip.subject_type == subject_type, ApprovalSlip.code == code)
    return session.scalars(select(ApprovalSlip.subject_id).where(*wanted)).first()


def is_used(session: Session, slip_id: str) -> bool:
    """Whether a slip has come back already."""
    return session.scalars(select(Approval.id).where(Approval.slip_id == slip_id)).first() is not None


def active_users(session: Session) -> list[User]:
    """Everybody who may open the office, in order of entry."""
    statement = select(User).where(User.archived.is_(False), User.state == UserState.ACTIVE)
    return list(session.scalars(statement.order_by(User.id)))


def users(session: Session) -> list[User]:
    """Everybody who was ever entered as a user and not put away, also who may not open the office any more."""
    return list(session.scalars(select(User).where(User.archived.is_(False)).order_by(User.id)))


def deputies(session: Session, day: date) -> Iterable[Deputy]:
    """Who stands in for whom on a day."""
    statement = select(Deputy).where(Deputy.from_on <= day, Deputy.until_on >= day, Deputy.archived.is_(False))
    return session.scalars(statement.order_by(Deputy.id)).all()


def log_position(session: Session) -> int:
    """The number of the newest log entry."""
    newest = select(func.coalesce(func.max(ChangeEntry.seq), 0)).execution_options(of_everybody=True)
    return session.execute(newest).scalar_one()

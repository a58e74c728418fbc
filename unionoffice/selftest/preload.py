"""What a child needs, loaded once before children are copied from this process."""

from unionoffice.documents.excel import reading
from unionoffice.services import backups, imports, recovery, users, welfare
from unionoffice.store import rekey

__all__ = ["backups", "imports", "reading", "recovery", "rekey", "users", "welfare"]

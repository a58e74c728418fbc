"""A panel in the side column of a record, such as its attachments."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class SidePanel(QWidget):
    """Has a title and shows what belongs to one record."""

    title = ""

    def show_record(self, type_name: str, record_id: str) -> None:
        """Show what belongs to this record."""
        raise NotImplementedError

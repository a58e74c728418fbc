"""What keeps made-up people out of a real office (F116): marks in the file, over its headings and on its people.

A practice office marks a workbook in its properties and its sheet's name, a sign sheet also in its title, and gives
member numbers of its own kind, by which people are known who were copied into another file or saved as CSV.
"""

from __future__ import annotations

from unionoffice.documents.excel.reading import Chunk, Table, Tables
from unionoffice.documents.sign_sheet import PRACTICE_MARK
from unionoffice.kernel.errors import UserError
from unionoffice.services.offices import PRACTICE_NUMBERS, PRACTICE_SHEET


class PracticeGuard:
    """Looks at a file on its way in; a practice office takes everything.

    Raises UserError, also when it is made, for what a practice office wrote.
    """

    def __init__(self, tables: Tables, *, practice: bool) -> None:
        self._name = tables.name
        self._practice = practice
        self._refuse(tables.practice)

    def check_table(self, table: Table) -> None:
        """By the marks that a reader sees: the sheet's name, and the title of a sign sheet."""
        self._refuse(PRACTICE_SHEET in table.sheet or any(f"【{PRACTICE_MARK}】" in text for text in table.above))

    def check_people(self, chunk: Chunk) -> None:
        """By the member numbers that only a practice office gives."""
        numbers = chunk.values.get("member_number", ())
        self._refuse(any(number and str(number).startswith(PRACTICE_NUMBERS) for number in numbers))

    def _refuse(self, marked: bool) -> None:
        if marked and not self._practice:
            raise UserError(f"“{self._name}”是练习用的数据，不能导入正式的办公文件。请换成真实的表。")

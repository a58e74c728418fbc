"""What to look at in a paper before it leaves: people nobody can tell apart (F43), periods (domain.md §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from unionoffice.documents.official.document import chinese
from unionoffice.documents.official.templates import SUMS, FieldKind, TagField, Template, Value
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import parse_yuan, yuan
from unionoffice.models.public_mask import Alike, alike
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.holidays import calendar, unknown_told
from unionoffice.store.unit_of_work import Store


class PaperChecks:
    """The checks of one office, which has its own holidays beside its file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def alike(self, template: Template, values: Mapping[str, Value]) -> dict[str, Alike]:
        """The fields of a paper for the public in which people cannot be told apart (F43)."""
        found: dict[str, Alike] = {}
        today = self._store.clock.today()
        for field in template.asked if template.public else ():
            value = values.get(field.name, ())
            if isinstance(value, tuple) and field.kind in (FieldKind.TABLE, FieldKind.NAMES):
                rows = [(row,) if isinstance(row, str) else row for row in value]
                titles = field.titles or tuple(rule_on("public_notice", today).values["name_titles"][:1])
                if same := alike(titles, rows, today):
                    found[field.name] = same
        return found

    def told_apart(self, template: Template, values: Mapping[str, Value]) -> dict[str, Value]:
        """The values with the least hints by which the people of its lists can be told apart."""
        changed = dict(values)
        for name, same in self.alike(template, values).items():
            is_table = any(field.name == name and field.titles for field in template.asked)
            changed[name] = same.rows if is_table else tuple(row[0] for row in same.rows)
        return changed

    def counted(self, template: Template, values: Mapping[str, Value], edited: str) -> dict[str, Value]:
        """What follows for a period from the field just `edited`: its end from the number of working days, else the
        number from its two ends. Raises UserError when the office's own holidays cannot be read.
        """
        for field in template.asked:
            if edited not in (field.name, *field.between) or not field.between:
                continue
            first, last = (values.get(name) for name in field.between)
            count = values.get(field.name)
            if not isinstance(first, date):
                return {}
            days = calendar(self._store.path)
            try:
                if isinstance(count, int) and edited != field.between[1] and (edited == field.name or last is None):
                    return {field.between[1]: days.ends(first, count)} if count > 0 else {}
                if isinstance(last, date) and last >= first:
                    return {field.name: days.count(first, last)}
            except ValueError:  # more than ten years: nobody means that
                return {}
        return {}

    def refuse(self, template: Template, values: Mapping[str, Value]) -> None:
        """Raise UserError for a day that lies before the one it follows: no such paper leaves."""
        for field, sentence in _early(template, values):
            raise UserError(f"{sentence}，改好才能打印和保存。", field=field)

    def notes(self, template: Template, values: Mapping[str, Value]) -> Iterator[str]:
        """What to look at again: namesakes, amounts that their table does not add up to, and periods that cannot be or
        whose working days do not fit or are not known."""
        yield from (f"“{name}”{same.sentence}" for name, same in self.alike(template, values).items())
        yield from (f"{sentence}，请核对。" for _, sentence in _early(template, values))
        for field in template.asked:
            if field.between:
                yield from self._period_notes(field, values)
            if field.sums:
                yield from _sum_notes(template, field, values)

    def _period_notes(self, field: TagField, values: Mapping[str, Value]) -> Iterator[str]:
        begins, ends = field.between
        first, last, count = values.get(begins), values.get(ends), values.get(field.name)
        if not isinstance(first, date) or not isinstance(last, date) or last < first:
            return
        try:
            days = calendar(self._store.path)
            right = days.count(first, last)
        except UserError as fault:
            yield fault.sentence
            return
        except ValueError:
            yield f"“{begins}”至“{ends}”超过十年，请核对。"
            return
        if told := unknown_told(days.unknown(first, last)):
            yield told
        if isinstance(count, int) and count != right:
            period = f"{chinese(first)}至{chinese(last)}"
            yield f"“{field.name}”写的是 {count}，按放假安排，{period}是 {right} 个工作日。"


def _early(template: Template, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """The days that lie before those they follow, with what is wrong."""
    pairs = [field.between for field in template.asked if field.between]
    pairs += [(field.since, field.name) for field in template.asked if field.since]
    for first, last in pairs:
        begins, ends = values.get(first), values.get(last)
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            yield last, f"“{last}”（{chinese(ends)}）在“{first}”（{chinese(begins)}）之前"


def _sum_notes(template: Template, field: TagField, values: Mapping[str, Value]) -> Iterator[str]:
    """That an amount is not the sum of the table it is taken from; nothing where not every cell can be read."""
    table, column = field.sums
    rows, amount = values.get(table), values.get(field.name)
    at = next(each.titles for each in template.fields if each.name == table).index(column)
    if not isinstance(amount, int) or not isinstance(rows, tuple):
        return
    cells = [str(row[at]).strip() for row in rows if not any(str(cell).strip() in SUMS for cell in row)]
    try:
        right = sum(parse_yuan(cell) for cell in cells if cell) * (10_000 if "万" in column else 1)
    except ValueError:
        return
    if any(cells) and right != amount:
        yield f"“{field.name}”是 {yuan(amount)} 元，“{table}”的“{column}”合计是 {yuan(right)} 元，请核对。"

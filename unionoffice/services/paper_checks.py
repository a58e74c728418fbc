"""What to look at in a paper before it leaves: people nobody can tell apart (F43), periods (domain.md §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from unionoffice.documents.official.document import chinese
from unionoffice.documents.official.templates import FieldKind, TagField, Template, Value
from unionoffice.kernel.errors import UserError
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
        for field in template.fields if template.public else ():
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
            is_table = any(field.name == name and field.titles for field in template.fields)
            changed[name] = same.rows if is_table else tuple(row[0] for row in same.rows)
        return changed

    def counted(self, template: Template, values: Mapping[str, Value], edited: str) -> dict[str, Value]:
        """What follows for a period from the field just `edited`: its end from the number of working days, else the
        number from its two ends. Raises UserError when the office's own holidays cannot be read.
        """
        for field in template.fields:
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

    def notes(self, template: Template, values: Mapping[str, Value]) -> Iterator[str]:
        """What to look at again: namesakes, and periods whose working days do not fit or are not known."""
        yield from (f"“{name}”{same.sentence}" for name, same in self.alike(template, values).items())
        for field in template.fields:
            if field.between:
                yield from self._period_notes(field, values)

    def _period_notes(self, field: TagField, values: Mapping[str, Value]) -> Iterator[str]:
        begins, ends = field.between
        first, last, count = values.get(begins), values.get(ends), values.get(field.name)
        if not isinstance(first, date) or not isinstance(last, date):
            return
        if last < first:
            yield f"“{ends}”在“{begins}”之前，请核对。"
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

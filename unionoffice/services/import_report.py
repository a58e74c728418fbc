"""What an import tells: counts that add up, sentences, and the workbook that goes back to the sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from unionoffice.documents.excel.writer import Tone, Verdict, write_report
from unionoffice.kernel.progress import Progress
from unionoffice.models.import_run import RowState
from unionoffice.models.member import Member
from unionoffice.services.files import writing
from unionoffice.services.import_rows import OWN_NAMES, PLACE


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Rows by outcome: read = new + updated + unchanged + refused; `warned` are among the first three."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    warned: int = 0
    refused: int = 0

    def __add__(self, other: ImportCounts) -> ImportCounts:
        mine, theirs = asdict(self), asdict(other)
        return ImportCounts(**{name: mine[name] + theirs[name] for name in mine})

    def refuse(self, state: str, *, warned: bool) -> ImportCounts:
        """One row of `state` turned out to be refused."""
        return replace(
            self,
            **{state: getattr(self, state) - 1},
            refused=self.refused + 1,
            warned=self.warned - warned,
        )

    def as_json(self) -> dict[str, int]:
        """For machines and for storing."""
        return asdict(self)

    def text(self) -> str:
        """For people."""
        return (
            f"读到 {self.read} 人：新增 {self.new}，更新 {self.updated}，无变化 {self.unchanged}，"
            f"不能导入 {self.refused}；另有 {self.warned} 人导入但需要核对。"
        )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How a whole import ended. `files`: name, notices, sheets and counts of each."""

    counts: ImportCounts
    files: tuple[dict[str, Any], ...]
    new_units: tuple[str, ...]
    written: tuple[Path, ...]
    dry_run: bool

    def text(self) -> str:
        """For people."""
        lines = [("仅预览，没有登记。" if self.dry_run else "") + self.counts.text()]
        for file in self.files:
            if len(self.files) > 1:
                lines.append(f"  {file['name']}：{ImportCounts(**file['counts']).text()}")
            lines += [f"  {file['name']}{notice}" for notice in notices(file)]
        if self.new_units:
            lines.append(f"  新建分工会或小组 {len(self.new_units)} 个：{'、'.join(self.new_units)}")
        lines += [f"  逐行结果已写到 {path}" for path in self.written]
        if not self.written and (self.counts.refused or self.counts.warned):
            lines.append("  哪些行、什么原因：加上“--report 结果.xlsx”再执行一次，逐行写明。")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """One object for machines."""
        return {
            **self.counts.as_json(),
            "dry_run": self.dry_run,
            "inputs": [
                {
                    "name": file["name"],
                    **file["counts"],
                    "notices": [notice.removeprefix("：") for notice in notices(file)],
                }
                for file in self.files
            ],
            "new_units": list(self.new_units),
            "files": [str(path) for path in self.written],
        }


def notices(file: Mapping[str, Any]) -> list[str]:
    """What was noticed while a file and its sheets were read, for after the file's name."""
    found = [f"：{notice}" for notice in file["notices"]]
    for sheet in file["sheets"]:
        where = f"“{sheet['name']}”"
        if sheet.get("problem"):
            found.append(f"{where}没有读：{sheet['problem']}")
        found += [f"{where}：{notice}" for notice in sheet.get("notices", ())]
        if sheet.get("unknown"):
            found.append(f"{where}：不认识的列没有读入：{'、'.join(sheet['unknown'])}。")
    return found


class Shown:
    """Names the place of a row: file, sheet and row number."""

    def __init__(self, files: Sequence[Mapping[str, Any]]) -> None:
        self._files = files

    def where(self, file: int, sheet: int, row: int) -> str:
        """E.g. “花名册.xlsx 机电队 第 12 行”; the file only when there are several."""
        name = self._files[file]["name"]
        sheets = self._files[file]["sheets"]
        parts = [name if len(self._files) > 1 else "", sheets[sheet]["name"], f"第 {row} 行"]
        return " ".join(part for part in parts if part)


def as_in_file(values: Mapping[str, Any], sheet: Mapping[str, Any], units: Mapping[str, str]) -> list[str]:
    """A row's cells from what was read of it, for a row whose own cells nobody kept because it was right by itself.

    `values` by field; `units` names units by id. Columns that are not read stay blank.
    """
    fields = sheet["columns"]
    both = {"branch", "group"} <= set(fields.values())
    branch, _, group = units.get(values.get("unit_id") or "", "").partition(" / " if both else "\0")

    def shown(name: str | None) -> str:
        own = OWN_NAMES.get(name or "", name)
        if own in ("branch", "group"):
            return group if both and own == "group" else branch
        return Member.fields()[own].text(values.get(own)) if own in PLACE else ""

    cells = [""] * (max(map(int, sheet["captions"]), default=-1) + 1)
    for column, caption in sheet["captions"].items():
        cells[int(column)] = shown(fields.get(caption))
    return cells


_TONES = {
    RowState.NEW: Tone.GOOD,
    RowState.UPDATED: Tone.CHANGED,
    RowState.UNCHANGED: Tone.GOOD,
    RowState.REFUSED: Tone.REFUSED,
}
_LEVELS = ("refuse", "damaged", "warn", "info")


def write_import_report(
    path: Path,
    rows: Sequence[Any],
    raws: Mapping[int, list[str]],
    captions: Mapping[str, str],
    labels: Mapping[str, str],
    progress: Progress,
    *,
    practice: bool,
    finished: Callable[[Path], None] | None = None,
) -> None:
    """Write preview rows as they stood in the sender's file (`raws` by number), with what happened to each and why.

    `captions` are the sender's headings by column where all rows are of one sheet; `labels` names our fields;
    `finished` is `writing`'s.
    """
    width = max((len(raw) for raw in raws.values()), default=0)
    headings = ["位置", *(captions.get(str(column)) or f"原表第 {column + 1} 列" for column in range(width))]
    marks: dict[tuple[int, int], str] = {}
    cells: list[list[object]] = []
    for row in rows:
        raw = raws.get(row.number, [])
        for name, level, sentence, text in row.notes:
            if level != "info" and text and text in raw and name in labels:
                marks[len(cells), raw.index(text) + 1] = sentence
        cells.append([row.where, *raw])
    with writing(path, finished) as beside:
        write_report(
            beside,
            sheet="导入结果",
            headings=headings,
            rows=cells,
            verdicts=[_verdict(row, labels) for row in rows],
            marks=marks,
            practice=practice,
            progress=progress,
        )


def _verdict(row: Any, labels: Mapping[str, str]) -> Verdict:
    notes = sorted(row.notes, key=lambda note: _LEVELS.index(note[1]))
    warned = row.state is not RowState.REFUSED and any(note[1] in ("warn", "damaged") for note in notes)
    reasons = [f"{labels[name]}：{sentence}" if name in labels else sentence for name, _, sentence, _ in notes]
    return Verdict(
        f"{row.state.label}，请核对" if warned else row.state.label,
        "\n".join(reasons),
        Tone.WARNED if warned else _TONES[row.state],
    )

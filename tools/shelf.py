"""Print every form and official paper of the shelf from practice data: pictures, and the page that shows them.

    python tools/shelf.py [FOLDER]

Writes docs/pictures/shelf/*.png and docs/shelf.md; with FOLDER the PDFs too. Needs pdftoppm.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.practice import make
from unionoffice.services.forms.service import Form, Request, Subject
from unionoffice.store.queries.members import MemberQuery

ROOT = Path(__file__).resolve().parents[1]
PLATFORM = ROOT / "tests" / "data" / "困难职工档案-平台导出.xlsx"
PICTURES = ROOT / "docs" / "pictures" / "shelf"
NOW = datetime(2026, 9, 10, 9, 30)
TYPED = {
    "金额": "800",
    "标准": "800",
    "单价": "198",
    "日期": "2026-09-08",
    "结束日期": "2026-09-14",
    "天数": "5",
    "时间": "2026-09-08",
    "事由": "因病住院治疗",
    "理由": "工作调动",
    "意见": "同意",
    "简历": "2010年参加工作，2015年加入工会",
}


def asked(names: tuple[str, ...]) -> dict[str, str]:
    """Something made up for some of what a form asks for; the rest stays open, to be written by hand."""
    return {name: text for name in names for word, text in TYPED.items() if word in name}


def whom(app: App) -> dict[Subject, list[str]]:
    """For whom each kind of form is printed."""
    members = app.members.ids(MemberQuery())
    with_family = next(
        (found for found in members[:200] if (card := app.members.card(found)) and card.family), members[0]
    )
    batch = next(found.id for found in app.welfare.batches() if found.state.value == "distributing")
    tree = app.organisation.tree()
    branch = next(node.id for node in tree if node.depth == 1)
    return {
        Subject.MEMBER: [with_family],
        Subject.ROLL: [branch],
        Subject.UNIT: [tree[0].id],
        Subject.BATCH: [batch],
        Subject.APPROVAL: [batch],
        Subject.FREE: [],
    }


def requests(app: App) -> Iterator[Request]:
    """Every form of the shelf, with what is printed in it."""
    ids = whom(app)
    for form in app.forms.shelf():
        if form.subject is Subject.FREE:
            yield from_the_platform(app, form)
        else:
            yield Request(form, ids[form.subject], asked(form.asked), purpose="制作手册插图")


def papers(app: App) -> Iterator[tuple[str, str, bytes]]:
    """Every paper of the shelf: its group, its name, its PDF."""
    for request in requests(app):
        yield request.form.subject.label, request.form.name, app.forms.pdf(request).data
    for template in app.official_documents.shelf().templates:
        yield "公文", template.name, app.official_documents.pdf(template.key, template.examples)


def from_the_platform(app: App, form: Form) -> Request:
    """A form about nothing filled from the made-up export of the hardship platform: its first copy."""
    typed = {"金额": "1000", "项目": "生活救助", "发放日期": "2026年9月10日"}
    request = Request(form, asked=typed, purpose="制作手册插图", rows=app.forms.rows(form, PLATFORM))
    return request.only(0)


def practice(folder: Path) -> App:
    """A practice office in a folder, opened."""
    office = folder / "练习.ghoffice"
    make(office, FixedClock(NOW))
    return App(office, clock=FixedClock(NOW), shipped_fonts=True)


def main(folder: Path | None) -> None:
    """Draw them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    groups: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as text:
        app = practice(Path(text))
        for group, name, data in papers(app):
            pdf = (folder or Path(text)) / f"{group}-{name}.pdf"
            pdf.write_bytes(data)
            target = PICTURES / f"{group}-{name}"
            colours = [] if group == "公文" else ["-gray"]
            subprocess.check_call(["pdftoppm", "-r", "48", "-png", *colours, "-singlefile", str(pdf), str(target)])
            groups.setdefault(group, []).append(name)
        app.close()
    lines = ["# 能打印哪些表和公文", "", "下面都是用练习数据填好的第一页，人和单位是编的。", ""]
    for group, names in groups.items():
        lines += [f"## {group}", ""]
        lines += [
            f'<img src="pictures/shelf/{group}-{name}.png" alt="{name}" title="{name}" width="30%">' for name in names
        ]
        lines += ["", "、".join(names) + "。", ""]
    (ROOT / "docs" / "shelf.md").write_text("\n".join(lines), "utf-8")
    print(f"{sum(map(len, groups.values()))} 种")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

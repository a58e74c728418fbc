"""Papers that are saved are fit for filing, whichever door they leave by; previews stay as they are drawn."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import pdfa
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import ACTOR
from tests.services.people import member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.page_words import page_words
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.services.access_log import file_hash
from unionoffice.services.filing import Gaps, file_shown, filed


@pytest.fixture
def batch(app: App) -> str:
    member(app, "曾䶮", unit_id=app.organisation.tree()[0].id)
    values = {"name": "中秋", "kind": "festival", "item": "月饼", "payment": "goods", "quantity": 1}
    values |= {"unit_price": 19800, "budget": 10000000, "roll_date": app.clock.today()}
    return app.welfare.plan("中秋", None, values, ACTOR)[0]


def fit(path: Path) -> bool:
    return pdfa.validate_written(path, "2b").passed


def test_every_saved_paper_is_fit_for_filing_and_logged_as_it_is(app: App, batch: str, tmp_path: Path) -> None:
    person = app.members.search("曾䶮")[0].id
    app.welfare_slips.save(batch, tmp_path / "审批单.pdf", ACTOR)
    app.welfare.approve(batch, ACTOR)
    app.papers.save_sign_sheet(batch, tmp_path / "签领表.pdf", Silent())
    app.papers.save_seal(app.seals.seal(ACTOR), tmp_path / "封存单.pdf")
    app.personal_data.save(person, tmp_path / "一览.pdf", ACTOR)
    saved = sorted(tmp_path.glob("*.pdf"))
    assert len(saved) == 4
    assert all(map(fit, saved))
    logged = {entry.file: entry.sha256 for entry in app.access_log.entries(kinds=[AccessKind.PRINT]) if entry.file}
    assert logged == {path.name: file_hash(path) for path in saved}


def test_a_preview_is_not_made_for_filing(app: App, batch: str) -> None:
    app.welfare.approve(batch, ACTOR)
    data = app.papers.sign_sheet_pdf(batch, Silent())
    assert not pdfa.validate_written(BytesIO(data), "2b").passed


def test_a_paper_with_gaps_is_not_kept_unless_somebody_was_asked(app: App, batch: str, tmp_path: Path) -> None:
    member(app, "赵\U00020000", unit_id=app.organisation.tree()[0].id)
    app.welfare.approve(batch, ACTOR)
    path = tmp_path / "签领表.pdf"
    with pytest.raises(Gaps, match="\U00020000") as refused:
        app.papers.save_sign_sheet(batch, path, Silent())
    assert refused.value.chars == "\U00020000"
    assert not list(tmp_path.glob("*.pdf"))
    app.papers.save_sign_sheet(batch, path, Silent(), gaps=True)
    assert "赵〓" in "".join(page_words(path.read_bytes()))
    app.papers.save_sign_sheet(batch, tmp_path / "签领表.xlsx", Silent())  # the other PC may have the font


def test_the_command_says_what_cannot_be_printed(
    app: App, batch: str, office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    member(app, "赵\U00020000", unit_id=app.organisation.tree()[0].id)
    app.welfare.approve(batch, ACTOR)
    app.close()
    command = ["--office", str(office_file), "welfare", "print", "中秋", str(tmp_path / "表.pdf")]
    assert run(command) == 2
    assert "\U00020000" in capsys.readouterr().err
    assert run([*command, "--gaps"]) == 0


def drawn(fonts: Fonts) -> bytes:
    """A page in the fonts given; an office's own are played by a font that is not in the file."""
    own = "Helvetica" if fonts.unreadable == ["own"] else fonts.face(Style.SONG).font.fontName
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=own)
    canvas.drawString(50, 50, "notice")
    canvas.save()
    return buffer.getvalue()


def test_a_paper_is_drawn_anew_where_the_offices_own_fonts_cannot_be_filed(tmp_path: Path) -> None:
    own = Fonts(shipped_only=True)
    own.unreadable.append("own")
    (tmp_path / "通知.pdf").write_bytes(filed(drawn, own, title="通知"))
    assert fit(tmp_path / "通知.pdf")
    assert "PDF/A" in file_shown(drawn(own), tmp_path / "预览.pdf")
    assert file_shown(drawn(Fonts(shipped_only=True)), tmp_path / "预览.pdf") == ""
    assert fit(tmp_path / "预览.pdf")

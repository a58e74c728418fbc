"""Official papers of an office: its own templates, what is told before printing, what is in the log afterwards."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from unionoffice.app import App
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.resources import resource
from unionoffice.services.official_documents import OfficialDocuments
from unionoffice.store.beside import PAPERS

OWN = """【模板】
名称：值班通知
文种：通知
【填写项】
日期｜日期｜2026-10-01
人员｜名单｜王示范、李䶮
【标题】
关于值班的通知
【正文】
{{日期}}由{{人员}}值班。
"""


@pytest.fixture
def papers(app: App) -> OfficialDocuments:
    return app.official_documents


@pytest.fixture
def folder(app: App) -> Path:
    path = app.store.path.parent / PAPERS
    path.mkdir()
    return path


def printed(data: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).replace("\n", "")


def test_every_shipped_template_is_on_the_shelf(papers: OfficialDocuments) -> None:
    shelf = papers.shelf()
    assert {template.key for template in shelf.templates} == {path.stem for path in resource("documents").glob("*.txt")}
    assert not shelf.own
    assert not shelf.broken


def test_an_offices_own_template_is_found_beside_the_office_file(papers: OfficialDocuments, folder: Path) -> None:
    (folder / "值班.txt").write_text(OWN, "utf-8")
    assert "值班" in papers.shelf().own
    template = papers.template("值班")
    assert "2026年10月1日由王示范、李䶮值班。" in printed(papers.pdf("值班", template.examples))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_own_template_replaces_the_shipped_one_in_any_encoding(
    papers: OfficialDocuments, folder: Path, encoding: str
) -> None:
    (folder / "会议纪要.txt").write_bytes(OWN.encode(encoding))
    assert papers.template("会议纪要").name == "值班通知"
    assert [template.name for template in papers.shelf().templates if template.key == "会议纪要"] == ["值班通知"]


def test_a_broken_own_template_is_told_and_ours_is_not_used_instead(papers: OfficialDocuments, folder: Path) -> None:
    (folder / "会议纪要.txt").write_text(OWN.replace("{{人员}}", "{{人圆}}"), "utf-8")
    shelf = papers.shelf()
    assert "会议纪要" not in {template.key for template in shelf.templates}
    assert [(broken.file, "第 10 行" in broken.sentence) for broken in shelf.broken] == [("会议纪要.txt", True)]
    with pytest.raises(UserError, match="模板“会议纪要.txt”有错。第 10 行：没有“人圆”"):
        papers.template("会议纪要")


def test_a_template_that_is_not_there_is_told(papers: OfficialDocuments) -> None:
    with pytest.raises(UserError, match="没有“不存在”这个公文模板"):
        papers.template("不存在")


def test_what_is_known_is_filled_in_first(papers: OfficialDocuments, app: App) -> None:
    found = papers.first_values("节日慰问通知")
    assert found == {"署名": app.offices.get().name, "成文日期": app.store.clock.today(), "年份": 2026}


def test_what_cannot_be_printed_is_told_before(papers: OfficialDocuments) -> None:
    values = papers.template("会籍转移函").examples
    assert papers.check("会籍转移函", values).missing == ()
    outcome = papers.check("会籍转移函", {**values, "会员姓名": "王\U0003134f"})
    assert [lack.char for lack in outcome.missing] == ["\U0003134f"]
    assert outcome.pages == 2


def test_a_private_number_on_a_public_paper_is_refused_everywhere(papers: OfficialDocuments, tmp_path: Path) -> None:
    values = {**papers.template("评优公示").examples, "称号": "先进（13812345678）"}
    target = tmp_path / "公示.pdf"
    for refused in (
        lambda: papers.check("评优公示", values),
        lambda: papers.pdf("评优公示", values),
        lambda: papers.save("评优公示", values, target),
    ):
        with pytest.raises(Refused, match="对外公开"):
            refused()
    assert not target.exists()


def test_what_is_given_out_is_in_the_log_first(papers: OfficialDocuments, app: App, tmp_path: Path) -> None:
    before = len(app.access_log.entries())
    values = papers.template("表彰决定").examples
    papers.pdf("表彰决定", values)
    papers.save("表彰决定", values, tmp_path / "决定.pdf")
    saved, shown, *rest = app.access_log.entries()
    assert len(rest) == before
    assert {shown.what, saved.what} == {"表彰先进的决定"}
    assert saved.file == "决定.pdf"


def test_a_saved_paper_is_fit_for_filing_and_keeps_its_words(papers: OfficialDocuments, tmp_path: Path) -> None:
    papers.save("评优公示", papers.template("评优公示").examples, tmp_path / "公示.pdf")
    data = (tmp_path / "公示.pdf").read_bytes()
    assert b"pdfaid" in data
    words = printed(data).replace(" ", "")  # readers put a blank where the font changes
    assert "李䶮" in words
    assert "王𬭎" in words

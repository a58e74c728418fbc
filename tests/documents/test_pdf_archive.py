"""What is kept as a file is PDF/A-2b, tells its title and nothing else, and is the same file each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import pdfa
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.archive import NotArchivable, archived
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
from unionoffice.documents.pdf.seal_sheet import seal_sheet_pdf
from unionoffice.documents.pdf.sign_sheet import sign_sheet_pdf
from unionoffice.documents.record_sheet import Entry, Group, RecordSheet
from unionoffice.documents.seal_sheet import SealSheet
from unionoffice.documents.sign_sheet import Line, Section, SignSheet
from unionoffice.kernel.progress import Silent

NAMES = "曾䶮 马𬭎 王㛃 李𫖯 ￥〇·"


def a_sign_sheet(fonts: Fonts) -> bytes:
    sections = tuple(Section(f"第{at}分工会", (Line(NAMES, 19800, item="月饼"),) * 30) for at in (1, 2))
    return sign_sheet_pdf(SignSheet("中秋签领表", "某县某厂工会", sections), fonts=fonts, progress=Silent())


def a_record_sheet(fonts: Fonts) -> bytes:
    sheet = RecordSheet("登记表", "某厂", (Group("甲", (Entry("姓名", NAMES),)),), "打印人：林晓", practice=True)
    return record_sheet_pdf(sheet, fonts=fonts)


def a_seal_sheet(fonts: Fonts) -> bytes:
    return seal_sheet_pdf(
        SealSheet("封存单", "某厂", "第1号", "7F3K", (("次", "1"),), "说明", ("经办",), ""), fonts=fonts
    )


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


@pytest.mark.parametrize("draw", [a_sign_sheet, a_record_sheet, a_seal_sheet])
def test_papers_become_files_that_a_checker_passes(fonts: Fonts, draw: Callable[[Fonts], bytes]) -> None:
    data = draw(fonts)
    assert not pdfa.validate_written(BytesIO(data), "2b").passed  # as reportlab leaves it
    made = archived(data)
    assert pdfa.validate_written(BytesIO(made), "2b").passed
    with pikepdf.open(BytesIO(made)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert all("/Trans" not in page for page in pdf.pages)
    words = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    assert [page.extract_text() for page in PdfReader(BytesIO(made)).pages] == words
    assert archived(made) == made


def test_no_font_is_left_outside_of_the_file(fonts: Fonts) -> None:
    with pikepdf.open(BytesIO(archived(a_sign_sheet(fonts)))) as pdf:
        used = {name: font for page in pdf.pages for name, font in page.Resources.Font.items()}
        assert used
        assert all("/FontFile2" in font.FontDescriptor for font in used.values())


def test_the_file_tells_its_title_and_nothing_else(fonts: Fonts) -> None:
    made = archived(a_record_sheet(fonts), title="关于帮扶的公示 <一> & 二")
    reader = PdfReader(BytesIO(made))
    assert dict(reader.metadata or {}) == {"/Title": "关于帮扶的公示 <一> & 二"}
    with pikepdf.open(BytesIO(made)) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
    assert "关于帮扶的公示 &lt;一&gt; &amp; 二" in packet
    assert not any(word in packet for word in ("某厂", "creator", "Date", "Producer", "pikepdf", "ReportLab"))


def test_the_same_pages_give_the_same_file_whenever(fonts: Fonts) -> None:
    data = a_record_sheet(fonts)
    script = (
        "import sys; from hashlib import sha256; from unionoffice.documents.pdf.archive import archived\n"
        "print(sha256(archived(sys.stdin.buffer.read())).hexdigest())"
    )
    runs = [subprocess.run([sys.executable, "-c", script], input=data, capture_output=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout != b""


def test_pages_with_a_font_left_outside_are_refused_and_say_why() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(50, 50, "outside")
    canvas.save()
    with pytest.raises(NotArchivable, match="“通知”没有存成") as refused:
        archived(buffer.getvalue(), title="通知")
    assert "font" in refused.value.findings.lower()


def test_nothing_of_it_is_loaded_before_a_paper_is_kept() -> None:
    script = (
        "import sys, unionoffice.services.papers\n"
        "print([name for name in ('pikepdf', 'jsonschema', 'fontTools') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

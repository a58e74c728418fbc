"""Theme, icons, dialogs, charts, print preview, and what may not be loaded at start."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from fake_prompts import FakePrompts
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QPlainTextEdit, QPushButton
from reportlab.pdfgen.canvas import Canvas

from unionoffice.kernel.resources import resource
from unionoffice.ui import icons, theme
from unionoffice.ui.charts import ChartCard, grouped
from unionoffice.ui.dialogs import AnswerDialog, ChoiceDialog, MessageDialog, ReasonDialog, TextDialog
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import FileKind
from unionoffice.ui.records.tones import TONES


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        shares = QColor(colour).getRgbF()[:3]
        parts = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


PAIRS = [
    ("text", "page"), ("text", "surface"), ("text", "selected"), ("text", "hover"), ("secondary", "page"),
    ("secondary", "surface"), ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_notice", "notice"),
    ("notice_link", "notice"), ("focus", "surface"), ("red", "surface"), ("amber", "surface"), ("red", "accent_ground"),
    *((tone, f"{tone}_ground") for tone in ("grey", "blue", "amber", "green", "red")),
]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(dark, ink, ground):
    colours = theme.Theme(dark, 100).colours
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_both_themes_have_the_same_tokens():
    assert theme.Theme(True, 100).colours.keys() == theme.Theme(False, 100).colours.keys()


@pytest.mark.parametrize("scale", theme.SCALES)
def test_the_style_sheet_has_all_its_tokens_and_grows_with_the_scale(scale):
    sheet = theme.style_sheet(theme.Theme(False, scale))
    assert "${" not in sheet
    assert f"font-size: {13 * scale / 100}pt" in sheet


def test_qt_speaks_chinese(qapp, qtbot):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text().startswith("取消")
    assert QLocale().standaloneDayName(1, QLocale.FormatType.ShortFormat) == "周一"


def test_the_file_dialog_has_no_english_label(qapp, qtbot):
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
    assert len(labels) >= 3
    assert [text for text in labels if text.isascii()] == []


def test_rare_characters_of_names_are_drawn_in_any_face(qapp):
    from PySide6.QtGui import QTextLayout

    line = QTextLayout("李𬭎", qapp.font())
    line.beginLayout()
    line.createLine()
    line.endLayout()
    assert all(index for run in line.glyphRuns() for index in run.glyphIndexes())


def test_the_face_has_chinese_characters(qapp):
    from PySide6.QtGui import QFontMetrics, QRawFont

    assert QFontMetrics(qapp.font()).inFont("工")
    assert QRawFont.fromFont(qapp.font()).supportsCharacter("会")


@pytest.mark.parametrize("name", sorted(path.stem for path in resource("icons").glob("*.svg")))
def test_every_icon_draws_something_in_its_colour(qapp, name):
    image = icons.pixmap(name, "accent", 20).toImage()
    inked = [image.pixelColor(x, y) for x in range(20) for y in range(20) if image.pixelColor(x, y).alpha() == 255]
    assert inked
    assert all(colour.red() > 150 for colour in inked)


def test_every_tone_has_its_colours():
    assert set(TONES.values()) == {"grey", "blue", "amber", "green", "red"}


def test_icons_follow_the_theme(qapp, qtbot):
    button = QPushButton()
    qtbot.addWidget(button)
    icons.dress(button, "home")
    before = button.icon().pixmap(20, 20).toImage()
    theme.apply(qapp, dark=True)
    icons.redress()
    after = button.icon().pixmap(20, 20).toImage()
    theme.apply(qapp)
    assert before != after


def test_a_reason_must_be_given_before_the_verb_can_be_pressed(qtbot):
    dialog = ReasonDialog("终止“示范健身馆”", verb="终止")
    qtbot.addWidget(dialog)
    assert not dialog.accept_button.isEnabled()
    dialog.findChild(QPlainTextEdit).setPlainText("  停业 ")
    assert dialog.accept_button.isEnabled()
    assert dialog.text == "停业"


def test_a_questions_button_is_its_verb_and_enter_means_it(qtbot):
    dialog = AnswerDialog("归档 3 条签约商户？", verb="归档 3 条", detail="可以取回。", tone="warning")
    qtbot.addWidget(dialog)
    assert dialog.accept_button.text() == "归档 3 条"
    assert dialog.accept_button.isDefault()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_message_has_one_way_out_and_its_extra_button(qtbot):
    dialog = MessageDialog("程序出错", "没有完成。", extra="打开记录所在文件夹")
    qtbot.addWidget(dialog)
    dialog.show()
    assert {button.text() for button in dialog.findChildren(QPushButton) if button.isVisible()} == {
        "打开记录所在文件夹",
        "知道了",
    }


def test_text_and_choice_dialogs_give_what_was_entered(qtbot):
    text = TextDialog("改名", "新名称", verb="改名", text="一车间")
    choice = ChoiceDialog("选择", "分工会", {"a": "一车间", "b": "二车间"}, verb="选定")
    qtbot.addWidget(text)
    qtbot.addWidget(choice)
    assert text.text == "一车间"
    qtbot.keyClick(choice._list, Qt.Key.Key_Down)
    assert choice.code == "b"


def test_file_kinds_are_written_as_dialogs_want_them():
    assert FileKind("Excel 工作簿", ("xlsx", "xls")).pattern == "Excel 工作簿 (*.xlsx *.xls)"


def test_bars_beyond_six_are_added_up_as_others():
    bars = [(str(number), float(number)) for number in range(1, 10)]
    assert grouped(bars) == [*bars[:6], ("其他", 24.0)]
    assert grouped(bars[:7]) == bars[:7]


def test_a_chart_has_its_table_and_goes_to_the_clipboard(qtbot, qapp):
    card = ChartCard()
    qtbot.addWidget(card)
    card.show_bars("一车间最多", [("一车间", 120), ("二车间", 80)], heading="分工会", unit="人数")
    card.resize(400, 260)
    card.show()
    assert card.table.item(0, 0).text() == "一车间"
    assert card.table.item(1, 1).text() == "80"
    qapp.clipboard().clear()
    card.copy_picture()
    assert isinstance(qapp.clipboard().pixmap(), QPixmap)
    assert not qapp.clipboard().pixmap().isNull()


def test_longer_bars_for_larger_values(qtbot):
    card = ChartCard()
    qtbot.addWidget(card)
    card.show_bars("一车间最多", [("一车间", 120), ("二车间", 60)], heading="分工会", unit="人数")
    card.chart.resize(400, 80)
    image = card.chart.grab().toImage()
    ink = QColor(theme.current().colours["chart"])

    def length(y):
        return sum(image.pixelColor(x, y) == ink for x in range(image.width()))

    assert abs(length(20) / length(60) - 2) < 0.1


def pdf_of(pages):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number in range(pages):
        canvas.drawString(100, 700, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def preview(qtbot):
    prompts = FakePrompts()
    data = pdf_of(3)
    window = open_preview("签领表", data, prompts=prompts, file_name="签领表.pdf")
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.prompts, window.data = prompts, data
    return window


def test_preview_counts_pages_and_turns_them(preview, qtbot):
    assert preview.page_text == "第 1 / 3 页"
    preview.turn(1)
    qtbot.waitUntil(lambda: preview.page_text == "第 2 / 3 页")
    preview.turn(-9)
    qtbot.waitUntil(lambda: preview.page_text == "第 1 / 3 页")


def test_preview_zooms_in_steps_and_fits_the_width(preview):
    preview.view.setZoomMode(preview.view.ZoomMode.Custom)
    preview.view.setZoomFactor(1.0)
    preview.zoom(1)
    assert preview.view.zoomFactor() == 1.25
    preview.zoom(-1)
    preview.zoom(-1)
    assert preview.view.zoomFactor() == 0.75
    preview.fit_width()
    assert preview.view.zoomMode() == preview.view.ZoomMode.FitToWidth


def test_preview_saves_a_plain_file_rather_than_none_and_says_so(preview, tmp_path):
    """These pages are drawn already, with a font that is not in the file; they cannot be drawn anew from here."""
    path = tmp_path / "签领表.pdf"
    preview.prompts.answers = [path]
    preview.save()
    assert path.read_bytes() == preview.data
    assert "PDF/A" in str(preview.prompts.asked[-1])


def test_preview_saves_the_programs_own_papers_for_filing(qtbot, tmp_path):
    from pikepdf import pdfa

    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
    from unionoffice.documents.record_sheet import Entry, Group, RecordSheet

    sheet = RecordSheet("登记表", "示例工会", (Group("商户", (Entry("名称", "和平超市"),)),), "打印时间")
    path, prompts = tmp_path / "登记表.pdf", FakePrompts()
    data = record_sheet_pdf(sheet, fonts=Fonts(shipped_only=True))
    window = open_preview("登记表", data, prompts=prompts, file_name="登记表.pdf")
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    prompts.answers = [path]
    window.save()
    assert pdfa.validate_written(path, "2b").passed
    assert len(prompts.asked) == 1


@pytest.mark.parametrize("goes_on", [True, False])
def test_characters_that_no_font_has_are_asked_about_before_anything_is_printed(qtbot, goes_on):
    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
    from unionoffice.documents.record_sheet import Entry, Group, RecordSheet

    sheet = RecordSheet("登记表", "示例工会", (Group("甲", (Entry("姓名", "赵\U00020000"),)),), "打印时间")
    data, prompts = record_sheet_pdf(sheet, fonts=Fonts(shipped_only=True)), FakePrompts(goes_on)
    window = open_preview("登记表", data, prompts=prompts, file_name="登记表.pdf")
    assert "〓" in str(prompts.asked[0])
    assert (window is not None) is goes_on
    if goes_on:
        qtbot.addWidget(window)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)


def test_a_file_that_cannot_be_written_is_told(preview, tmp_path):
    preview.prompts.answers = [tmp_path / "没有的文件夹" / "a.pdf"]
    preview.save()
    assert preview.prompts.asked[-1][0] == "error"


def test_printing_gives_the_pages_asked_for(preview, tmp_path):
    from pypdf import PdfReader
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setFromTo(2, 3)
    preview.prompts.answers = [printer]
    preview.print()
    assert len(PdfReader(tmp_path / "out.pdf").pages) == 2


def test_start_up_loads_nothing_heavy():
    heavy = ["openpyxl", "reportlab", "alembic", "pypinyin", "xlsxwriter", "PySide6.QtPdf", "PySide6.QtPrintSupport"]
    heavy += ["pikepdf", "lxml", "jsonschema", "fontTools"]
    script = (
        "import sys, unionoffice.ui.main_window, unionoffice.ui.records.register_page, unionoffice.ui.charts\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_none_survives_a_binding_that_loses_its_references():
    script = (
        "import unionoffice.ui\n"
        "from PySide6.QtCore import QAbstractTableModel\n"
        "class Model(QAbstractTableModel):\n"
        "    def rowCount(self, parent=None): return 1\n"
        "    def columnCount(self, parent=None): return 1\n"
        "    def data(self, index, role=0): return None\n"
        "model = Model()\n"
        "index = model.index(0, 0)\n"
        "for _ in range(300_000): index.data(0)\n"
        "print('alive')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive")

"""An approval slip on one page of A4: what is approved, the code, and room for opinion, signature and date."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import ceil

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.approval_slip import OPINIONS, TITLE, Slip
from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.qr import draw_qr
from unionoffice.documents.pdf.text import LEADING, MIDDLE, PageText, broken, fit
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.pdf.trust_mark import draw as draw_mark
from unionoffice.documents.pdf.watermark import draw_watermark
from unionoffice.documents.sign_sheet import PRACTICE_MARK, PRACTICE_NOTE
from unionoffice.kernel.money import yuan

MM: float = mm
WIDTH: float = A4[0]
HEIGHT: float = A4[1]
MARGIN = 18 * MM
INNER = WIDTH - 2 * MARGIN
LABEL = 72.0
SIZE, SMALL = 11.0, 9.0
ROW, TALLEST, LOWEST = 22.0, 18.0, 9.0
COLUMNS = 3
QR = 32 * MM
SIGNING = 132.0
"""Height of the part to be filled in by hand."""
NOTICE = (
    "审批人核对上面的内容后，在“意见”里勾选并签字。单子制作以后，内容只要有一处变动，核对码就对不上，"
    "程序不予登记。单子交回经办登记，随凭证存档。"
)


def approval_slip_pdf(slip: Slip, *, fonts: Fonts, mark: TrustMark | None = None) -> bytes:
    """The slip as a PDF file of one page with `mark`; the same input gives the same bytes."""
    buffer = BytesIO()
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(f"{slip.paper}（{slip.step}）")
    canvas.setAuthor(slip.office)
    canvas.setCreator("unionoffice")
    _Press(canvas, fonts, slip).draw()
    if mark is not None:
        draw_mark(canvas, mark, WIDTH, HEIGHT, fonts=fonts)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Press:
    def __init__(self, canvas: Canvas, fonts: Fonts, slip: Slip) -> None:
        self._canvas = canvas
        self._fonts = fonts
        self._text = PageText(canvas, fonts)
        self._slip = slip

    def draw(self) -> None:
        slip = self._slip
        if slip.practice:
            draw_watermark(self._canvas, self._text, PRACTICE_MARK)
            self._text.left(MARGIN, HEIGHT - 30, PRACTICE_NOTE, Style.HEI, SMALL)
        title = f"{slip.subject}{TITLE}"
        self._middle(HEIGHT - 62, f"【{PRACTICE_MARK}】{title}" if slip.practice else title, Style.SONG_BOLD, 20)
        self._middle(HEIGHT - 84, slip.step, Style.HEI, 13)
        self._text.left(MARGIN, HEIGHT - 106, f"单位：{slip.office}", Style.SONG, SIZE)
        self._canvas.setLineWidth(0.6)
        y = self._facts(HEIGHT - 114)
        if slip.people:
            sums = f"{slip.people:,} 人　{slip.total}" if slip.amount else f"{slip.people:,} 人"
            y = self._wide(y, "合计", sums, Style.HEI)
        before = slip.before or ("本步是第一步",)
        if slip.amount:
            y = self._groups(y, 52 + SIGNING + QR + 16 + sum(map(self._height, before)))
        for at, sentence in enumerate(before):
            y = self._wide(y, "此前审批" if at == 0 else "", sentence, Style.SONG)
        self._code(y - 8)
        self._signing(y - 8 - QR - 6)
        self._text.left(MARGIN, 30, f"制单：{slip.made_by}　{slip.made_at}", Style.SONG, SMALL)
        self._text.flush()

    def _middle(self, y: float, words: str, style: Style, size: float) -> None:
        fitted = fit(self._fonts, words, style, size, width=INNER, height=size * LEADING)
        self._text.center(WIDTH / 2, y, fitted.lines[0], style, fitted.size)

    def _facts(self, y: float) -> float:
        """Two to a row; a long value has a row of its own."""
        half = INNER / 2
        short = half - LABEL - 12
        waiting: list[tuple[str, str]] = []
        for label, value in self._slip.facts:
            if self._fonts.width(value, Style.SONG, SIZE) > short:
                y = self._row(y, waiting)
                waiting = []
                y = self._wide(y, label, value, Style.SONG)
                continue
            waiting.append((label, value))
            if len(waiting) == 2:
                y = self._row(y, waiting)
                waiting = []
        return self._row(y, waiting)

    def _row(self, y: float, facts: Sequence[tuple[str, str]]) -> float:
        if len(facts) == 1:
            return self._wide(y, *facts[0], Style.SONG)
        for at, (label, value) in enumerate(facts):
            self._pair(MARGIN + at * INNER / 2, y, INNER / 2, ROW, label, value, Style.SONG)
        return y - ROW if facts else y

    def _wide(self, y: float, label: str, value: str, style: Style) -> float:
        tall = self._height(value, style)
        self._pair(MARGIN, y, INNER, tall, label, value, style)
        return y - tall

    def _height(self, value: str, style: Style = Style.SONG) -> float:
        """Of a row as wide as the page; what needs more lines than there is room for is set smaller."""
        most = 3 if self._slip.amount else 9
        lines = len(broken(self._fonts, value, style, SIZE, INNER - LABEL - 12))
        return max(ROW, min(lines, most) * SIZE * LEADING + 6)

    def _pair(self, x: float, y: float, wide: float, tall: float, label: str, value: str, style: Style) -> None:
        self._cell(x, y, LABEL, tall, label, Style.HEI, SIZE)
        self._cell(x + LABEL, y, wide - LABEL, tall, value, style, SIZE)

    def _cell(self, x: float, y: float, wide: float, tall: float, words: str, style: Style, size: float) -> None:
        self._canvas.rect(x, y - tall, wide, tall)
        if not words:
            return
        fitted = fit(self._fonts, words, style, size, width=wide - 10, height=tall - 4)
        line = y - tall / 2 + (len(fitted.lines) - 1) * fitted.size * LEADING / 2 - fitted.size * MIDDLE
        for part in fitted.lines:
            self._text.left(x + 5, line, part, style, fitted.size)
            line -= fitted.size * LEADING

    def _groups(self, y: float, foot: float) -> float:
        """Every 分工会 in three columns; of very many, the last cell sums up those that have no room."""
        room = y - foot - TALLEST
        groups = list(self._slip.groups)
        most = max(1, int(room // LOWEST)) * COLUMNS
        if len(groups) > most:
            rest = groups[most - 1 :]
            groups = groups[: most - 1]
            groups.append((f"其余 {len(rest)} 个", sum(each[1] for each in rest), sum(each[2] for each in rest)))
        self._cell(MARGIN, y, INNER, TALLEST, f"按分工会（{len(self._slip.groups)} 个）", Style.HEI, SMALL + 1)
        y -= TALLEST
        rows = ceil(len(groups) / COLUMNS)
        tall = min(TALLEST, max(room / rows, LOWEST)) if rows else 0
        size = min(SMALL + 1, tall * 0.72)
        wide = INNER / COLUMNS
        for at in range(rows * COLUMNS):
            x, top = MARGIN + at // rows * wide, y - at % rows * tall
            self._cell(x, top, wide * 0.42, tall, groups[at][0] if at < len(groups) else "", Style.SONG, size)
            told = f"{groups[at][1]:,} 人　{yuan(groups[at][2])} 元" if at < len(groups) else ""
            self._cell(x + wide * 0.42, top, wide * 0.58, tall, told, Style.SONG, size)
        return y - rows * tall

    def _code(self, y: float) -> None:
        self._text.flush()
        draw_qr(self._canvas, self._slip.code, WIDTH - MARGIN - QR, y - QR, QR)
        self._text.left(MARGIN, y - 20, "核对码（扫右边的二维码，或照着输入）", Style.HEI, SIZE)
        self._text.left(MARGIN, y - 46, self._slip.code, Style.HEI, 18)
        line = y - 64
        for part in broken(self._fonts, NOTICE, Style.KAI, SMALL, INNER - QR - 12):
            self._text.left(MARGIN, line, part, Style.KAI, SMALL)
            line -= SMALL * 1.3

    def _signing(self, y: float) -> None:
        rows = (
            ("意见", "　　".join(f"□ {each}" for each in OPINIONS), 30.0),
            ("理由", "", 34.0),
            ("签字", "（代理的，写明代理谁）", 38.0),
            ("日期", "　　　　年　　　月　　　日", 30.0),
        )
        for label, value, tall in rows:
            self._cell(MARGIN, y, LABEL, tall, label, Style.HEI, 12)
            faint = label == "签字"
            self._cell(MARGIN + LABEL, y, INNER - LABEL, tall, "" if faint else value, Style.SONG, 13)
            if faint:
                self._text.left(WIDTH - MARGIN - 112, y - tall + 8, value, Style.KAI, SMALL)
            y -= tall

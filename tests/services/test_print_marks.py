"""The mark on prints (F75): same values, same code; verifying tells current, replaced, changed, altered, unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.printed import printed
from tests.services.people import member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.documents.pdf.page_words import page_words
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind, Member
from unionoffice.models.print_mark import MarkState
from unionoffice.models.registers import register_named
from unionoffice.models.user import Role
from unionoffice.services.papers import Papers
from unionoffice.services.print_marks import PrintMarks, Wanted, digest_of
from unionoffice.services.welfare import LineQuery
from unionoffice.store.engine import connect

IDS = (Member, ["m1"])


def state(app: App, code: str) -> MarkState:
    return app.print_marks.verify(code).state


@pytest.fixture
def batch(app: App) -> str:
    unit = app.organisation.tree()[0].id
    for number in range(30):
        member(app, f"曾䶮{number}", unit_id=unit)
    values = {"name": "中秋", "kind": "festival", "item": "月饼", "payment": "goods", "quantity": 1}
    values |= {"unit_price": 19800, "budget": 10000000, "roll_date": app.clock.today()}
    made, _ = app.welfare.plan("中秋", None, values, ACTOR)
    app.welfare.approve(made, ACTOR)
    return made


@pytest.fixture
def saved(app: App, batch: str, tmp_path: Path) -> Path:
    path = tmp_path / "签领表.pdf"
    app.papers.save_sign_sheet(batch, path, Silent())
    return path


def code_on(path: Path) -> str:
    return "".join(PdfReader(path).pages[0].extract_text().split()).split("核验码")[-1][:11]


def test_the_same_values_bear_the_same_code_and_others_replace_it(app: App, clock: FixedClock) -> None:
    def issue(values: str) -> str:
        mark = app.print_marks.issue("登记表", "s:1", digest_of(values), IDS)
        assert mark is not None
        return mark.code

    first = issue("甲")
    assert issue("甲") == first
    assert state(app, first) is MarkState.CURRENT
    clock.time += timedelta(days=1)
    second = issue("乙")
    assert second != first
    verdict = app.print_marks.verify(first)
    assert (verdict.state, verdict.replaced_by, verdict.replaced_at) == (MarkState.REPLACED, second, clock.now())
    assert second in verdict.sentence
    assert state(app, second) is MarkState.CURRENT
    assert issue("甲") == first
    assert [state(app, first), state(app, second)] == [MarkState.CURRENT, MarkState.REPLACED]
    other = app.print_marks.issue("登记表", "s:2", digest_of("甲"), IDS)
    assert other is not None
    assert other.code not in (first, second)


def test_many_papers_at_once_get_a_code_each(app: App) -> None:
    wanted = [Wanted("表", "表", f"s:{number}", digest_of(number % 3), IDS) for number in range(200)]
    marks = app.print_marks.issue_all(wanted)
    assert len({mark.code for mark in marks if mark}) == 200
    assert app.print_marks.issue_all(wanted) == marks


def test_values_of_today_are_held_against_those_of_the_paper(app: App) -> None:
    mark = app.print_marks.issue("表", "s:1", digest_of("甲"), IDS)
    assert mark is not None
    assert app.print_marks.verify(mark.code, current_digest=digest_of("甲")).holds
    assert app.print_marks.verify(mark.code, current_digest=digest_of("乙")).state is MarkState.CHANGED


def test_a_slip_of_the_pen_is_told_from_a_code_nobody_gave(app: App) -> None:
    mark = app.print_marks.issue("表", "s:1", digest_of("甲"), IDS)
    assert mark is not None
    wrong = ("0" if mark.code[0] != "0" else "1") + mark.code[1:]
    verdict = app.print_marks.verify(wrong)
    assert verdict.state is MarkState.MISTYPED
    assert "抄错" in verdict.sentence
    assert state(app, "随便") is MarkState.MISTYPED
    assert state(app, "0000-0000-0") is MarkState.UNKNOWN
    assert app.print_marks.verify(mark.text).holds


def test_sign_sheets_bear_their_code_on_every_page_for_eye_and_scanner(qapp: object, saved: Path) -> None:
    code = code_on(saved)
    pages = PdfReader(saved).pages
    assert len(pages) > 1
    for page in pages:
        words = "".join(page.extract_text().split())
        assert words.count(code) == 1
        assert "页共" in words
    for image in printed(saved.read_bytes(), 200):
        found = zxingcpp.read_barcodes(image)
        assert [barcode.text for barcode in found] == [f"UO {code}"]
        corner = found[0].position
        assert corner.bottom_left.x < 16 / 25.4 * 200  # left of every table
        assert image.height - corner.top_left.y < 16 / 25.4 * 200


def test_the_mark_of_a_sheet_follows_its_list(app: App, batch: str, saved: Path) -> None:
    code = code_on(saved)
    assert app.print_marks.verify(code).holds
    assert code_on(saved) in "".join(page_words(app.papers.sign_sheet_pdf(batch, Silent())))
    line = app.welfare.lines(LineQuery(batch))[0]
    app.welfare.collect(line.id, ACTOR)
    assert state(app, code) is MarkState.CURRENT  # that is what the signed paper says
    assert code in "".join(page_words(app.papers.sign_sheet_pdf(batch, Silent())))
    assert app.print_marks.verify_file(saved)[0].holds


def test_a_sheet_whose_list_was_taken_back_no_longer_holds(app: App, batch: str, saved: Path) -> None:
    code = code_on(saved)
    app.welfare.reopen(batch, "名单有误", ACTOR)
    assert state(app, code) is MarkState.CHANGED
    person = app.members.card(app.members.search("曾䶮7")[0].id)
    assert person is not None
    app.members.record_event(person.member.id, EventKind.LEAVE, "2026-09-01", ACTOR, reason="本人申请")
    app.welfare.approve(batch, ACTOR)
    assert state(app, code) is MarkState.CHANGED
    app.papers.sign_sheet_pdf(batch, Silent())
    assert state(app, code) is MarkState.REPLACED


def test_a_record_sheet_has_a_mark_of_its_own(app: App) -> None:
    merchants = register_named("merchant")
    values = {"name": "和平超市", "category": "餐饮食品", "discount": "九折", "signed_until": "2027-01-01"}
    made, _ = app.registers.create(merchants, values, ACTOR)
    words = page_words(app.papers.record_sheet_pdf(merchants, made))[-1]
    code = words.split("核验码")[-1][:11]
    verdict = app.print_marks.verify(code)
    assert (verdict.state, verdict.form) == (MarkState.CURRENT, "签约商户登记表")
    record = app.registers.get(merchants, made)
    app.registers.save(merchants, made, {"discount": "八折"}, record.version, ACTOR)
    assert state(app, code) is MarkState.CHANGED


def test_a_file_as_it_was_given_holds_also_printed_twice(app: App, clock: FixedClock, batch: str, saved: Path) -> None:
    (verdict,) = app.print_marks.verify_file(saved)
    assert verdict.holds
    clock.time += timedelta(days=1)
    shown = saved.with_name("预览.pdf")
    shown.write_bytes(app.papers.sign_sheet_pdf(batch, Silent()))
    assert app.print_marks.verify_file(shown)[0].holds
    assert app.print_marks.verify_file(saved)[0].holds


def _paper(app: App, batch: str, path: Path) -> None:
    app.official_documents.save("评优公示", app.official_documents.template("评优公示").examples, path)


def _long_paper(app: App, batch: str, path: Path) -> None:
    app.official_documents.save("职代会通知", app.official_documents.template("职代会通知").examples, path)


def _personal(app: App, batch: str, path: Path) -> None:
    app.personal_data.save(member(app, "李䶮"), path, app.actor)


def _seal(app: App, batch: str, path: Path) -> None:
    app.papers.save_seal(app.seals.seal(app.actor), path)


def _slip(app: App, batch: str, path: Path) -> None:
    app.welfare.reopen(batch, "重核", ACTOR)
    app.welfare_slips.save(batch, path, ACTOR)


@pytest.mark.parametrize(
    ("save", "form"),
    [
        (_paper, "公示"),
        (_long_paper, "通知"),
        (_personal, "本人信息一览"),
        (_seal, "封存单"),
        (_slip, "审批单"),
    ],
)
def test_every_other_print_bears_its_code_on_every_page_too(
    app: App, batch: str, tmp_path: Path, save: Callable[[App, str, Path], None], form: str
) -> None:
    path = tmp_path / "打印件.pdf"
    save(app, batch, path)
    words = page_words(path.read_bytes())
    assert all("核验码" in page for page in words)
    (verdict,) = app.print_marks.verify_file(path)
    assert (verdict.state, verdict.form) == (MarkState.CURRENT, form)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        _noted(pdf)
        pdf.save(path)
    assert app.print_marks.verify_file(path)[0].state is MarkState.ALTERED


def test_a_preview_of_a_paper_bears_no_code(app: App) -> None:
    data, _ = app.official_documents.preview("评优公示", {})
    assert "核验码" not in "".join(page_words(data))


def test_a_paper_put_right_replaces_the_former_and_another_paper_does_not(app: App) -> None:
    papers = app.official_documents
    values = papers.template("会籍转移函").examples

    def code(**others: object) -> str:
        words = page_words(papers.pdf("会籍转移函", {**values, **others}))  # type: ignore[arg-type]
        return words[0].split("核验码")[-1][:11]

    first = code()
    assert code() == first
    assert page_words(papers.pdf("会籍转移函", values, red_head=False))[0].endswith(first)
    other = code(发文字号="示矿工〔2026〕99号")
    assert state(app, first) is MarkState.CURRENT
    reachable = code(联系电话="010-00009999")  # one number in the text
    assert state(app, first) is MarkState.REPLACED
    right = code(会员姓名="王五")
    assert state(app, reachable) is MarkState.REPLACED
    assert {state(app, right), state(app, other)} == {MarkState.CURRENT}
    app.close()
    rows = connect(app.path).execute("SELECT * FROM print_mark").fetchall()
    assert not any("王五" in str(value) for row in rows for value in row)


def test_a_sheet_of_ones_own_data_is_the_same_paper_however_often_it_is_looked_at(app: App) -> None:
    person = member(app, "李䶮")
    codes = {page_words(app.personal_data.pdf(person, app.actor))[0].split("核验码")[-1][:11] for _ in range(3)}
    assert len(codes) == 1
    found = app.members.get(person)
    assert found is not None
    app.members.save(person, {"phone": "13812345678"}, found.version, app.actor)
    page_words(app.personal_data.pdf(person, app.actor))
    assert state(app, codes.pop()) is MarkState.REPLACED


def _replaced(pdf: pikepdf.Pdf) -> None:
    """One amount more, as a PDF editor would write it."""
    page = pdf.pages[0]
    data = page.Contents.read_bytes()
    first = data.index(b"<", data.index(b"BT")) + 1
    page.Contents = pdf.make_stream(data[:first] + data[first + 2 :])


def _noted(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[9, 9, 99, 99], Contents="元"
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


def _covered(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    picture = pdf.make_stream(
        b"\xff", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1, BitsPerComponent=8
    )
    picture.ColorSpace = pikepdf.Name.DeviceGray
    page.contents_add(b"q 99 0 0 9 9 9 cm " + bytes(page.add_resource(picture, pikepdf.Name.XObject)) + b" Do Q")


def _short(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1]


def _turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages.reverse()


def _added(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()


def _cropped(pdf: pikepdf.Pdf) -> None:
    left, low, right, top = map(float, pdf.pages[0].mediabox)
    pdf.pages[0].cropbox = [left, (low + top) / 2, right, top]


def _cut_off(pdf: pikepdf.Pdf) -> None:
    left, low, right, top = map(float, pdf.pages[0].mediabox)
    pdf.pages[0].obj.MediaBox = [left, low, right, (low + top) / 2]


@pytest.mark.parametrize("change", [_replaced, _noted, _covered, _short, _turned, _added, _cropped, _cut_off])
def test_a_file_that_somebody_changed_is_told(
    app: App, saved: Path, tmp_path: Path, change: Callable[[pikepdf.Pdf], None]
) -> None:
    path = tmp_path / "改过.pdf"
    with pikepdf.open(saved) as pdf:
        change(pdf)
        pdf.save(path)
    (verdict,) = app.print_marks.verify_file(path)
    assert verdict.state is MarkState.ALTERED
    assert verdict.sentence.endswith("动过，或者是后来恢复过更早的备份，没有留下这一份的底。")


def test_a_file_packed_anew_by_another_program_still_holds(app: App, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "另存.pdf"
    with pikepdf.open(saved) as pdf:
        pdf.save(path, linearize=True, recompress_flate=True)
    assert path.read_bytes() != saved.read_bytes()
    assert app.print_marks.verify_file(path)[0].holds


def test_files_without_a_code_and_what_is_no_file_are_told_apart(app: App, tmp_path: Path) -> None:
    path = tmp_path / "别的.pdf"
    for content, told in ((b"%PDF-1.4 broken", "读不出来"), (b"", "读不出来")):
        path.write_bytes(content)
        with pytest.raises(UserError, match=told):
            app.print_marks.verify_file(path)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    with pytest.raises(UserError, match="没有核验码"):
        app.print_marks.verify_file(path)
    with pytest.raises(UserError, match="找不到"):
        app.print_marks.verify_file(tmp_path / "没有.pdf")


def test_who_may_not_print_gets_no_mark(app: App) -> None:
    auditor = Actor("经审", frozenset({Role.AUDITOR}))
    with pytest.raises(Refused):
        app.print_marks.issue("表", "s:1", digest_of("甲"), IDS, auditor)
    mark = app.print_marks.issue("表", "s:1", digest_of("甲"), IDS)
    assert mark is not None
    assert app.print_marks.verify(mark.code).issued_by == ACTOR.name


def test_papers_of_an_office_that_cannot_be_written_bear_no_mark(app: App, batch: str, saved: Path) -> None:
    """Nobody could verify it."""
    marks = PrintMarks(app.store, app.offices, lambda: ACTOR, keeps=False)
    papers = Papers(app.store, app.offices, app.access_log, marks, shipped_only=True)
    words = page_words(papers.sign_sheet_pdf(batch, Silent()))
    assert not any("核验码" in page for page in words)
    assert marks.verify(code_on(saved)).holds


def test_marks_are_forgotten_with_the_record_they_are_about(app: App) -> None:
    """What the values were could be guessed from their digest."""
    person = member(app, "曾丽梅")
    mark = app.print_marks.issue("申请书", "s:1", digest_of("甲"), (Member, [person]))
    assert mark is not None
    with app.store.operation("destruction:carry_out", "销毁", ACTOR) as uow:
        uow.erase(Member, person, {"name": "已销毁"})
    assert state(app, mark.code) is MarkState.UNKNOWN


def test_only_digests_are_kept(app: App, saved: Path) -> None:
    app.close()
    rows = connect(app.path).execute("SELECT * FROM print_mark").fetchall()
    assert rows
    assert not any("曾䶮" in str(value) for row in rows for value in row)


def test_the_command_tells_what_holds(
    app: App, saved: Path, office_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = code_on(saved)
    app.close()

    def asked(paper: str) -> tuple[int, dict[str, object], str]:
        status = run(["--office", str(office_file), "verify-print", paper, "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out), said.err

    status, found, error = asked(code)
    assert (status, found["holds"], error) == (0, True, "")
    status, found, _ = asked(str(saved))
    assert (status, found["papers"][0]["state"]) == (0, "current")  # type: ignore[index]
    status, found, error = asked(code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert (status, found["papers"][0]["state"]) == (2, "mistyped")  # type: ignore[index]
    assert "抄错" in error
    status, found, error = asked("0000-0000-0")
    assert (status, found["holds"]) == (1, False)
    with pikepdf.open(saved, allow_overwriting_input=True) as pdf:
        _replaced(pdf)
        pdf.save(saved)
    status, found, error = asked(str(saved))
    assert (status, found["papers"][0]["altered_pages"]) == (1, [1])  # type: ignore[index]

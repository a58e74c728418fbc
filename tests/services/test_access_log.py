"""Who saw what (F92): every file that goes out is logged with its digest first, and no line tells a number."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import ACTOR
from tests.services.people import id_number, member, roster
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.member import Member
from unionoffice.models.registers import register_named
from unionoffice.services.access_log import Access
from unionoffice.services.history import field_history, history, history_in_full
from unionoffice.services.log_check import check_logs
from unionoffice.services.members import MemberQuery
from unionoffice.store.queries.records import ListQuery

NUMBER = "110105199001010037"


def newest(app: App) -> tuple[str, str, str, int | None]:
    item = app.access_log.entries(limit=1)[0]
    return item.kind.label, item.what, item.sha256, item.rows


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def approved(app: App) -> str:
    values = {"name": "中秋", "kind": "festival", "item": "月饼", "payment": "goods", "quantity": 1}
    values |= {"unit_price": 100, "budget": 100000, "roll_date": app.clock.today()}
    batch_id, _ = app.welfare.plan("中秋", None, values, ACTOR)
    app.welfare.approve(batch_id, ACTOR)
    return batch_id


def test_every_file_that_goes_out_is_logged_with_its_digest(app: App, tmp_path: Path) -> None:
    member(app, "曾丽梅", unit_id=app.organisation.tree()[0].id)
    roll = tmp_path / "花名册.xlsx"
    app.exports.members(roll, MemberQuery(text="曾", accepted={"membership_state": ("active",)}), Silent())
    assert newest(app) == ("导出", "会员花名册", digest(roll), 1)
    item = app.access_log.entries(limit=1)[0]
    assert item.words == "查找“曾”；会籍状态为在会"
    assert "证件号码" in item.fields
    assert item.file == "花名册.xlsx"
    assert item.sentence().startswith("2026-09-10 09:30，测试经办导出“会员花名册”，1 条，")
    register = register_named("merchant")
    app.exports.register(register, ListQuery(), tmp_path / "商户.xlsx", progress=Silent())
    assert newest(app) == ("导出", register.title, digest(tmp_path / "商户.xlsx"), 0)
    batch_id = approved(app)
    for name in ("表.pdf", "表.xlsx"):
        app.papers.save_sign_sheet(batch_id, tmp_path / name, Silent())
        assert newest(app) == ("打印", "中秋签领表", digest(tmp_path / name), 1)
    data = app.papers.sign_sheet_pdf(batch_id, Silent())
    assert newest(app) == ("打印", "中秋签领表", sha256(data).hexdigest(), 1)
    record_id, _ = app.registers.create(register, {"name": "甲", "category": "food", "discount": "折"}, ACTOR)
    data = app.papers.record_sheet_pdf(register, record_id)
    assert newest(app) == ("打印", register.title, sha256(data).hexdigest(), 1)
    assert [item.kind for item in app.access_log.who_saw(register.model, record_id)] == [AccessKind.PRINT]
    seal = app.seals.seal(ACTOR)
    app.papers.save_seal(seal, tmp_path / "封存单.pdf")
    assert newest(app) == ("打印", "第 1 号封存单", digest(tmp_path / "封存单.pdf"), None)
    with app.store.reading() as session:
        assert check_logs(session).problems == ()


def test_a_list_narrowed_by_what_is_no_field_is_logged_too(app: App, tmp_path: Path) -> None:
    member(app, "曾丽梅")
    member(app, "王五", phone="13812345678")
    assert app.exports.members(tmp_path / "缺.xlsx", MemberQuery(lacking=("phone",)), Silent()) == 1
    assert app.access_log.entries()[0].words == "缺少资料为手机号码"


def test_every_file_that_comes_in_is_logged_with_its_digest_and_the_report_too(app: App, tmp_path: Path) -> None:
    path = tmp_path / "报来.csv"
    path.write_text(f"姓名,证件号码,手机号码\n曾丽梅,{NUMBER[:-1]}9,13800000000\n王五,,13900000000\n", "utf-8")
    report = tmp_path / "结果.xlsx"
    app.imports.run([path], ACTOR, Silent(), report=report)
    taken, told = app.access_log.entries(limit=2)
    assert (taken.kind, taken.file, taken.sha256, taken.rows) == (AccessKind.IMPORT, "报来.csv", digest(path), 2)
    assert (told.kind, told.what, told.sha256) == (AccessKind.EXPORT, "导入结果", digest(report))
    merchants = tmp_path / "商户.csv"
    merchants.write_text("名称,类别,优惠内容\n甲,餐饮,九折\n", "utf-8")
    app.register_imports.run(register_named("merchant"), merchants, ACTOR, Silent())
    assert newest(app)[:3] == ("导入", "签约商户", digest(merchants))
    with app.store.reading() as session:
        assert check_logs(session).problems == ()


def test_what_cannot_be_logged_is_not_given_out(app: App, tmp_path: Path) -> None:
    member(app, "曾丽梅", unit_id=app.organisation.tree()[0].id)
    batch_id = approved(app)
    with app.store.working() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON access_entry BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    target = tmp_path / "花名册.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        app.exports.members(target, MemberQuery(), Silent())
    with pytest.raises(EnvironmentFault):
        app.papers.save_sign_sheet(batch_id, tmp_path / "表.pdf", Silent())
    with pytest.raises(EnvironmentFault):
        app.papers.sign_sheet_pdf(batch_id, Silent())
    assert target.read_bytes() == b"old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("~") or path.suffix == ".pdf"]


def test_no_line_of_the_log_tells_a_full_number(app: App, tmp_path: Path) -> None:
    member_id = member(app, "曾丽梅", id_number=NUMBER, phone="13812345678", address="示范市示范区和平路1号")
    app.exports.members(tmp_path / f"{NUMBER}.xlsx", MemberQuery(text=NUMBER), Silent())
    app.access_log.note(
        Access(
            AccessKind.VIEW,
            f"会员 {NUMBER}",
            (Member, member_id),
            words="13812345678",
            purpose="核对1101051990 01010037",
        )
    )
    history_in_full(app.store, app.access_log, ACTOR, Member, member_id, purpose="核对")
    with app.store.reading() as session:
        lines = [str(tuple(row)) for row in session.execute(text("SELECT * FROM access_entry"))]
    assert len(lines) == 3
    for line in lines:
        assert NUMBER not in line
        assert NUMBER[:14] not in line
        assert "13812345678" not in line
        assert "和平路" not in line
        assert "曾丽梅" not in line
    assert member_id in lines[1]
    assert "110***37.xlsx" in lines[0]


def test_a_list_is_narrowed_by_day_kind_and_person(app: App, clock: FixedClock) -> None:
    for day in range(3):
        clock.time = datetime(2026, 9, 10, 23, 59, 59) + timedelta(days=day)
        for name in ("甲", "乙"):
            for kind in (AccessKind.LOGIN, AccessKind.LOGIN_FAILED):
                app.access_log.note(Access(kind, "办公文件"), actor=Actor(name))
    log = app.access_log
    assert log.count() == 12
    assert log.count(first=date(2026, 9, 11), last=date(2026, 9, 11)) == 4
    assert log.count(first=date(2026, 9, 11)) == 8
    assert log.count(person="甲", kinds=[AccessKind.LOGIN_FAILED]) == 3
    assert [item.at.day for item in log.entries(person="甲", kinds=[AccessKind.LOGIN])] == [12, 11, 10]
    assert len(log.entries(offset=10)) == 2


def test_who_saw_a_record_is_told_to_those_who_look_after_the_log(app: App) -> None:
    one, two = member(app, "曾丽梅"), member(app, "王五")
    for who in ("林晓", "赵六"):
        app.access_log.note(Access(AccessKind.VIEW, "会员卡", (Member, one), ["证件号码"], 1), actor=Actor(who))
    app.access_log.note(Access(AccessKind.VIEW, "会员卡", (Member, two)), actor=Actor("旁人"))
    assert [item.actor for item in app.access_log.who_saw(Member, one)] == ["赵六", "林晓"]
    officer = Actor("经办", frozenset({"officer"}))
    for ask in (lambda: app.access_log.who_saw(Member, one, officer), lambda: app.access_log.entries(actor=officer)):
        with pytest.raises(Refused, match="操作记录"):
            ask()


def test_who_took_out_a_list_with_him_is_among_who_saw_him(app: App, tmp_path: Path) -> None:
    root = app.organisation.tree()[0].id
    one, two = member(app, "曾丽梅", unit_id=root), member(app, "王五")
    app.exports.members(tmp_path / "一.xlsx", MemberQuery(text="曾"), Silent())
    app.exports.members(tmp_path / "全.xlsx", MemberQuery(), Silent())
    app.papers.save_sign_sheet(approved(app), tmp_path / "表.pdf", Silent())
    register = register_named("consent")
    values = {"name": "曾丽梅", "notice": "2026版", "given_on": date(2026, 9, 1), "way": "signed", "basic": "是"}
    record_id, _ = app.registers.create(register, values, ACTOR)
    app.exports.register(register, ListQuery(), tmp_path / "同意.xlsx", progress=Silent())
    app.papers.record_sheet_pdf(register, record_id)
    seen = [(item.kind.label, item.what) for item in app.access_log.who_saw(Member, one)]
    assert seen == [
        ("打印", register.title),
        ("导出", register.title),
        ("打印", "中秋签领表"),
        ("导出", "会员花名册"),
        ("导出", "会员花名册"),
    ]
    assert [item.file for item in app.access_log.who_saw(Member, two)] == ["全.xlsx"]
    assert len(app.access_log.who_saw(register.model, record_id)) == 2
    with app.store.reading() as session:
        assert check_logs(session).problems == ()


def test_a_long_list_is_kept_in_few_bytes_and_forgets_nobody(app: App, tmp_path: Path) -> None:
    values = [{"name": f"会员{number:03d}", "staff_number": f"{number:04d}"} for number in range(150)]
    with app.store.operation("member:import", "导入", ACTOR) as uow:
        ids = [uow.add(Member(**each)).id for each in values]
    app.exports.members(tmp_path / "全.xlsx", MemberQuery(), Silent())
    some = ids[::2]
    app.access_log.note(Access(AccessKind.EXPORT, "一半", "member", listed=[(Member, some)]))
    later = member(app, "后来的")
    for record_id in (*ids, later):
        seen = [item.what for item in app.access_log.who_saw(Member, record_id)]
        assert seen == ["一半"] * (record_id in some) + ["会员花名册"] * (record_id != later)
    with app.store.reading() as session:
        kept = session.execute(text("SELECT listed FROM access_entry")).scalars().all()
        assert all(len(each) < 100 for each in kept)
        assert check_logs(session).problems == ()


def test_who_stood_on_a_list_cannot_be_changed_quietly(app: App, tmp_path: Path) -> None:
    member(app, "曾丽梅")
    app.exports.members(tmp_path / "全.xlsx", MemberQuery(), Silent())
    with app.store.working() as session:
        session.execute(text("UPDATE access_entry SET listed = NULL"))
    with app.store.reading() as session:
        (problem,) = check_logs(session).problems
    assert "查看记录第 1 条" in problem


def test_an_office_that_cannot_be_written_is_read_without_a_trace(office_file: Path, tmp_path: Path) -> None:
    from unionoffice.services.access_log import AccessLog

    with closing(App(office_file, actor=ACTOR)) as app:
        log = AccessLog(app.store, lambda: ACTOR, keeps=False)
        log.note(Access(AccessKind.EXPORT, "会员花名册"))
        assert app.access_log.count() == 0


def test_history_stands_alone_and_masks_what_is_sensitive(app: App) -> None:
    member_id = member(app, "曾丽梅", phone="13812345678", address="示范市示范区和平路1号")
    current = app.members.get(member_id)
    assert current is not None
    values = {"phone": "13812349999", "address": "示范市新区广场街2号", "remark": f"旧号{NUMBER}"}
    app.members.save(member_id, values, current.version, ACTOR)
    told = history(app.store, Member, member_id)[0].told()
    head = "2026-09-10 09:30，测试经办修改，"
    assert set(told) == {
        f"{head}手机号码：“138****5678”改为“138****9999”。",
        f"{head}现住址：“示范市示范区****”改为“示范市新区****”。",
        f"{head}备注：填写“旧号110***37”。",
    }
    full = history_in_full(app.store, app.access_log, ACTOR, Member, member_id)[0].told()
    assert f"{head}手机号码：“13812345678”改为“13812349999”。" in full
    seen = app.access_log.who_saw(Member, member_id)[0]
    assert (seen.kind, seen.what) == (AccessKind.VIEW, "会员的历史")
    with pytest.raises(Refused):
        auditor = Actor("审计", frozenset({"auditor"}))
        history_in_full(app.store, app.access_log, auditor, Member, member_id)


def test_a_difference_that_the_mask_hides_is_said_to_be_one(app: App) -> None:
    member_id = member(app, "曾丽梅", phone="13811115678")
    current = app.members.get(member_id)
    assert current is not None
    app.members.save(member_id, {"phone": "13822225678"}, current.version, ACTOR)
    assert history(app.store, Member, member_id)[0].sentences == (
        "手机号码：“138****5678”改为“138****5678”（不同之处已隐去）",
    )


def test_one_field_is_told_from_its_first_value_on_with_its_source(app: App, tmp_path: Path) -> None:
    path = tmp_path / "报来.csv"
    path.write_text(f"姓名,证件号码,手机号码\n曾丽梅,{NUMBER},13800000000\n", "utf-8")
    app.imports.run([path], ACTOR, Silent())
    member_id = app.members.search("曾")[0].id
    path.write_text(f"姓名,证件号码,手机号码\n曾丽梅,{NUMBER},13900000000\n", "utf-8")
    app.imports.run([path], ACTOR, Silent())
    assert field_history(app.store, Member, member_id, "phone") == [
        "2026-09-10 09:30，测试经办导入（来自 报来.csv），手机号码：“138****0000”改为“139****0000”。",
        "2026-09-10 09:30，测试经办导入（来自 报来.csv），手机号码：登记为“138****0000”。",
    ]
    assert "13900000000" in field_history(app.store, Member, member_id, "phone", in_full=True)[0]


def test_who_stood_in_an_import_s_report_is_asked_for(app: App, tmp_path: Path) -> None:
    known = member(app, "张一", id_number=id_number(1), staff_number="1")
    other = member(app, "李二", id_number=id_number(2), staff_number="2")
    book = roster(
        tmp_path / "名册.xlsx", ["姓名", "身份证号", "手机"], ["张一", id_number(1), "12"], ["王五", "12", ""]
    )
    preview = app.imports.preview([book], ACTOR)
    app.imports.report(preview.run_id, tmp_path / "结果.xlsx")
    assert [item.what for item in app.access_log.who_saw(Member, known)] == ["导入结果"]
    assert list(app.access_log.who_saw(Member, other)) == []

"""A register's decision by somebody who never touches the program (F61): the signature on a slip takes the step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.services.test_approvals import filled
from tests.services.test_tiers import NOW, PASSWORD, opened, version_of
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.approval import ApprovalSlip, BackType, Opinion, Way, unpacked
from unionoffice.models.change_entry import ChangeEntry
from unionoffice.models.member import Member
from unionoffice.models.organisation import UnitKind
from unionoffice.models.print_mark import PrintMark
from unionoffice.models.registers import register_named
from unionoffice.models.registers.legal_aid import LegalAid
from unionoffice.models.tier import UNSEEN, Tier
from unionoffice.models.user import Role
from unionoffice.services.access_log import file_hash
from unionoffice.services.approvals import ChangedSince, SlipReturn
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.store.keyring import Cost
from unionoffice.store.queries import approvals as queries

AID = register_named("legal_aid")
CLAIM = "补发 2026 年 3 月至 8 月的工资" * 3
VALUES: dict[str, Any] = {
    "name": "赵申请", "opponent": "某公司", "cause": "injury", "claim": CLAIM, "way": "advice",
    "phone": "13800000000", "injury": "机密伤情", "received_on": date(2026, 9, 1),
}  # fmt: skip
USERS = {
    "陈经办": ((Role.OFFICER,), (Tier.LEGAL_AID, Tier.ILLNESS)),
    "李经办": ((Role.OFFICER,), (Tier.LEGAL_AID,)),
    "外人": ((Role.OFFICER,), ()),
    "审计": ((Role.AUDITOR,), ()),
    "审计援助": ((Role.AUDITOR,), (Tier.LEGAL_AID,)),
}
"""Nobody of them is the chair: he never uses the program."""


def founded(folder: Path) -> Path:
    path = create(
        folder / "工会.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )
    admin = opened(path, "张三")
    for name, (roles, tiers) in USERS.items():
        user_id, _ = admin.users.add(name, roles, (), PASSWORD, admin.actor)
        if tiers:
            admin.users.open_tiers(user_id, version_of(admin, name), tiers, "负责这项工作", admin.actor)
    admin.close()
    return path


def office_without_chair(folder: Path, name: str) -> App:
    """Such an office, opened by one of its users."""
    return opened(founded(folder), name)


@pytest.fixture
def as_(tmp_path: Path) -> Iterator[Callable[[str], App]]:
    path, apps = founded(tmp_path), list[App]()

    def open_as(name: str) -> App:
        apps.append(opened(path, name))
        return apps[-1]

    yield open_as
    for app in apps:
        app.close()


def entered(app: App, **values: Any) -> str:
    return app.registers.create(AID, {**VALUES, **values}, app.actor)[0]


def record(app: App, record_id: str) -> Any:
    return app.registers.get(AID, record_id)


def signed(**values: Any) -> SlipReturn:
    return SlipReturn(**{"signed_by": "王主席", "signed_on": NOW.date(), **values})


def slip(app: App, record_id: str, path: Path) -> str:
    return app.register_slips(AID).save(record_id, path, app.actor).code


def test_a_chair_who_uses_no_program_decides_on_paper(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    app.registers.approvals(AID).register(aid, code, signed(scan_sha256="ab" * 32), app.actor)
    found = record(app, aid)
    assert (found.state.label, found.decided_by, found.decided_on) == ("受理", "王主席", NOW.date())
    newest = app.registers.history(AID, aid)[0]
    assert (newest.actor, newest.action) == ("陈经办", "登记纸质审批")
    assert app.registers.approvals(AID).past(aid) == [
        "主席审批：纸质审批，签字人王主席（2026-09-10，同意），登记人陈经办。"
    ]
    assert check(app.store).problems == ()
    app.registers.take(AID, aid, "begin", app.actor)


def test_not_agreeing_refuses_the_aid_with_its_reason(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    said = signed(opinion=Opinion.REJECTED, signed_for="书记")
    with pytest.raises(Refused, match="必须写明理由"):
        app.registers.approvals(AID).register(aid, code, said, app.actor)
    said = signed(opinion=Opinion.REJECTED, signed_for="书记", reason="不属援助范围")
    app.registers.approvals(AID).register(aid, code, said, app.actor)
    found = record(app, aid)
    assert (found.state.label, found.decided_by) == ("不予援助", "王主席（代理书记）")
    assert app.registers.history(AID, aid)[0].reason == "不属援助范围"
    with pytest.raises(Refused, match="已经登记过"):
        app.registers.approvals(AID).register(aid, code, signed(), app.actor)


def test_sent_back_waits_until_it_is_mended_or_handed_in_again(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    approvals, aid = app.registers.approvals(AID), entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    back = signed(opinion=Opinion.SENT_BACK, back_type=BackType.INCOMPLETE, reason="缺劳动合同")
    approvals.register(aid, code, back, app.actor)
    assert record(app, aid).state.label == "申请"
    assert "缺劳动合同" in (approvals.chain(aid, app.actor).sent_back or "")
    with pytest.raises(Refused, match="已退回"):
        slip(app, aid, tmp_path / "又.pdf")
    approvals.resubmit(aid, "补了劳动合同", app.actor)
    code = slip(app, aid, tmp_path / "三.pdf")
    approvals.register(aid, code, signed(), app.actor)
    assert record(app, aid).state.label == "受理"


def test_the_preparer_signs_no_slip_but_may_make_and_register_it(as_: Callable[[str], App], tmp_path: Path) -> None:
    app, other = as_("陈经办"), as_("李经办")
    aid = entered(app)
    code = slip(other, aid, tmp_path / "单.pdf")
    for opinion in (Opinion.AGREED, Opinion.REJECTED):
        with pytest.raises(Refused, match="“陈经办”不能在这张单子上签字"):
            said = signed(signed_by="陈经办", opinion=opinion, reason="理由")
            other.registers.approvals(AID).register(aid, code, said, other.actor)
    with pytest.raises(Refused, match="没有主席的角色"):  # he only made the slip, but is no chair
        other.registers.approvals(AID).register(aid, code, signed(signed_by="李经办"), other.actor)
    other.registers.approvals(AID).register(aid, code, signed(), other.actor)
    assert record(app, aid).state.label == "受理"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"claim": "另一个请求"}, "请求："),
        ({"phone": "13811110000"}, "电话："),  # the mask shows the same of both
        ({"injury": "别的伤情"}, "伤病情况：“内容校验 "),
        ({"injury": None}, "伤病情况：“已填写，内容不印在单上”现在是空的"),
    ],
)
def test_what_changed_since_is_told_and_not_registered(
    as_: Callable[[str], App], tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    app = as_("陈经办")
    aid = entered(app, phone="13822220000")
    code = slip(app, aid, tmp_path / "单.pdf")
    app.registers.save(AID, aid, change, 1, app.actor)
    with pytest.raises(ChangedSince) as refused:
        app.registers.approvals(AID).register(aid, code, signed(), app.actor)
    assert told in "".join(refused.value.differences)
    assert "伤情" not in "".join(refused.value.differences).replace("伤病情况", "")
    assert record(app, aid).state.label == "申请"


def test_who_may_not_see_the_injury_registers_the_same_slip(as_: Callable[[str], App], tmp_path: Path) -> None:
    app, blind = as_("陈经办"), as_("李经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    assert record(blind, aid).injury == UNSEEN
    blind.registers.approvals(AID).register(aid, code, signed(), blind.actor)
    assert record(app, aid).injury == "机密伤情"


def test_the_slip_shows_what_is_decided_and_nothing_closed(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid, path = entered(app), tmp_path / "单.pdf"
    slip(app, aid, path)
    reader = PdfReader(path)
    words = reader.pages[0].extract_text().replace("\n", "")
    assert len(reader.pages) == 1
    for shown in ("赵申请的法律援助审批单", "同意即", "批准受理", "不同意即", "不予援助", CLAIM, "工伤和职业病"):
        assert shown in words
    for hidden in ("机密伤情", "13800000000", "按分工会", "合计", "0.00"):
        assert hidden not in words
    assert "赵申请" not in str(reader.metadata)
    with app.store.reading() as session:
        (kept,) = session.scalars(select(ApprovalSlip))
    assert "机密伤情" not in str(unpacked(kept.contents)) and kept.way is Way.PAPER


def test_logs_and_marks_of_a_slip_name_nobody(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    slip(app, entered(app), tmp_path / "单.pdf")
    auditor = as_("审计")
    entry = next(each for each in auditor.access_log.entries(actor=auditor.actor) if each.kind is AccessKind.PRINT)
    assert entry.what == "法律援助审批单（主席审批）"
    assert [form for _, form in app.print_marks.given_in(2026, "approval_slip:") or ()] == ["审批单"]
    with app.store.reading() as session:
        assert [mark.what for mark in session.scalars(select(PrintMark))] == ["法律援助审批单"]


def test_a_slip_that_holds_no_more_is_told_by_its_mark(as_: Callable[[str], App], tmp_path: Path) -> None:
    app, blind = as_("陈经办"), as_("外人")
    aid, path = entered(app), tmp_path / "单.pdf"
    code = slip(app, aid, path)

    def verdicts() -> tuple[str, str]:
        return tuple(each.print_marks.verify_file(path)[0].state.label for each in (app, blind))  # type: ignore[return-value]

    assert verdicts() == ("有效", "有效")
    app.registers.save(AID, aid, {"injury": "别的伤情"}, 1, app.actor)  # nothing that the slip shows
    assert verdicts() == ("登记已改", "有效")  # who may not see it is told nothing of it
    app.registers.save(AID, aid, {"injury": "机密伤情"}, 2, app.actor)
    assert verdicts()[0] == "有效"
    approvals = app.registers.approvals(AID)
    back = signed(opinion=Opinion.SENT_BACK, reason="缺劳动合同")
    approvals.register(aid, code, back, app.actor)
    assert verdicts()[0] == "登记已改"  # the slip is void
    approvals.resubmit(aid, "补了", app.actor)
    code = slip(app, aid, path)
    approvals.register(aid, code, signed(), app.actor)
    assert verdicts()[0] == "有效"
    app.registers.take(AID, aid, "reopen", app.actor, reason="写错了")
    app.registers.save(AID, aid, {"opponent": "别的公司"}, record(app, aid).version, app.actor)
    assert verdicts()[0] == "登记已改"


def test_whom_a_slip_names_is_told_who_saw_him(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    member_id, _ = app.members.create({"name": "赵申请", "joined_on": "2015-03-01"}, app.actor)
    slip(app, entered(app), tmp_path / "单.pdf")
    auditor = as_("审计")
    (seen,) = [each for each in auditor.access_log.entries(actor=auditor.actor) if "审批单" in each.what]
    assert "伤病情况" not in str(seen)  # it is not printed
    saw = str(as_("审计援助").access_log.who_saw(Member, member_id))
    assert "法律援助审批单" in saw
    assert "审批单" not in str(auditor.access_log.who_saw(Member, member_id))


def test_a_slip_that_could_not_be_written_is_none(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid = entered(app)
    with pytest.raises(UserError):
        slip(app, aid, tmp_path / "没有这个文件夹" / "单.pdf")
    with app.store.reading() as session:
        (kept,) = session.scalars(select(ApprovalSlip))
    assert kept.archived
    with pytest.raises(Refused, match="单子已作废"):
        app.registers.approvals(AID).register(aid, kept.code, signed(), app.actor)


def test_a_long_text_is_cut_where_it_can_be_read_and_bound_whole(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid, path = entered(app, claim="长" * 3000, facts="事" * 2000), tmp_path / "单.pdf"
    code = slip(app, aid, path)
    page = PdfReader(path).pages[0]
    sizes: list[float] = []
    page.extract_text(visitor_text=lambda words, _cm, tm, _font, size: sizes.append(size) if "长" in words else None)
    assert sizes and min(sizes) >= 10
    assert "共 3000 字，全文见随附的登记表" in page.extract_text().replace("\n", "")
    app.registers.save(AID, aid, {"claim": "长" * 2999 + "短"}, 1, app.actor)
    with pytest.raises(ChangedSince, match="请求"):
        app.registers.approvals(AID).register(aid, code, signed(), app.actor)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"答复":' * 50_000])
def test_a_file_that_nests_without_end_is_none_of_ours(as_: Callable[[str], App], tmp_path: Path, text: str) -> None:
    app = as_("陈经办")
    aid, path = entered(app), tmp_path / "单.ghapproval"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match="不是审批文件"):
        app.register_slips(AID).take_back(aid, path, app.actor)


def test_by_file_as_well(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid, path = entered(app), tmp_path / "单.ghapproval"
    slip(app, aid, path)
    text = path.read_text("utf-8-sig")
    assert "机密伤情" not in text and "人数" not in text and "不予援助" in text
    answer = filled(path, 意见="不同意", 签字人="王主席", 日期="2026-09-10", 理由="不属援助范围")
    app.register_slips(AID).take_back(aid, answer, app.actor)
    assert record(app, aid).state.label == "不予援助"
    assert app.registers.approvals(AID).past(aid)[0].startswith("主席审批：审批文件，签字人王主席")
    with app.store.reading() as session:
        (kept,) = queries.approvals(session, aid)
    assert kept.scan_sha256 == file_hash(answer)


def test_without_the_tier_there_are_no_slips_nor_decisions(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    app.registers.approvals(AID).register(aid, code, signed(), app.actor)
    for name in ("外人", "审计"):
        other = as_(name)
        with pytest.raises(Refused, match="另外授权|角色"):
            slip(other, aid, tmp_path / f"{name}.pdf")
        with pytest.raises(UserError):
            other.registers.approvals(AID).register(aid, code, signed(), other.actor)
        assert other.registers.approvals(AID).past(aid) == []
        with other.store.reading() as session:
            assert session.scalars(select(ApprovalSlip)).all() == []
            kinds = {entry.record_type for entry in session.scalars(select(ChangeEntry))}
        assert not kinds & {LegalAid.type_name, "approval", "approval_slip"}
        assert not (tmp_path / f"{name}.pdf").exists()


def test_in_an_office_without_users_paper_decides_too(app: App, tmp_path: Path) -> None:
    me = app.actor
    aid = app.registers.create(AID, VALUES, me)[0]
    code = app.register_slips(AID).save(aid, tmp_path / "单.pdf", me).code
    app.registers.approvals(AID).register(aid, code, signed(signed_on=app.clock.today()), me)
    assert (record(app, aid).state.label, record(app, aid).decided_by) == ("受理", "王主席")
    aid = app.registers.create(AID, VALUES, me)[0]
    code = app.register_slips(AID).save(aid, tmp_path / "三.pdf", me).code
    app.registers.save(AID, aid, {"decided_on": date(2026, 9, 2), "decided_by": "王主席"}, 1, me)  # no part of it
    app.registers.approvals(AID).register(aid, code, signed(signed_on=app.clock.today()), me)
    other = app.registers.create(AID, {**VALUES, "decided_on": date(2026, 9, 2), "decided_by": "王主席"}, me)[0]
    code = app.register_slips(AID).save(other, tmp_path / "又.pdf", me).code
    back = signed(signed_on=app.clock.today(), opinion=Opinion.SENT_BACK, reason="缺劳动合同")
    app.registers.approvals(AID).register(other, code, back, me)
    with pytest.raises(Refused, match="已退回"):
        app.registers.take(AID, other, "approve", me)


def test_a_decided_record_gives_no_slip(as_: Callable[[str], App], tmp_path: Path) -> None:
    app = as_("陈经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    other = slip(app, aid, tmp_path / "又.pdf")
    app.registers.approvals(AID).register(aid, code, signed(), app.actor)
    with pytest.raises(Refused, match="不在审批"):
        slip(app, aid, tmp_path / "三.pdf")
    with pytest.raises(Refused, match="不在审批"):
        app.registers.approvals(AID).register(aid, other, signed(), app.actor)


def test_a_chair_who_may_not_see_it_is_not_named_but_signs_paper(as_: Callable[[str], App], tmp_path: Path) -> None:
    admin, app = as_("张三"), as_("陈经办")
    admin.users.add("李主席", (Role.CHAIR,), (), PASSWORD, admin.actor)
    aid, approvals = entered(app), app.registers.approvals(AID)
    assert [each.who for each in approvals.chain(aid, app.actor).steps] == [()]
    code = slip(app, aid, tmp_path / "单.pdf")
    with pytest.raises(Refused, match="能签的有：李主席"):
        approvals.register(aid, code, signed(), app.actor)
    approvals.register(aid, code, signed(signed_by="李主席"), app.actor)
    assert record(app, aid).decided_by == "李主席"


def test_what_paper_sent_back_is_not_decided_in_the_program_either(as_: Callable[[str], App], tmp_path: Path) -> None:
    admin, app = as_("张三"), as_("陈经办")
    admin.users.add("李主席", (Role.CHAIR,), (), PASSWORD, admin.actor)
    ids = {row.name: row.id for row in admin.users.rows()}
    admin.users.open_tiers(ids["李主席"], version_of(admin, "李主席"), (Tier.LEGAL_AID,), "审批", admin.actor)
    aid, chair = entered(app), as_("李主席")
    code = slip(app, aid, tmp_path / "单.pdf")
    back = signed(signed_by="李主席", opinion=Opinion.SENT_BACK, back_type=BackType.INCOMPLETE, reason="缺劳动合同")
    app.registers.approvals(AID).register(aid, code, back, app.actor)
    for step in ("approve", "refuse"):
        with pytest.raises(Refused, match="已退回"):
            chair.registers.take(AID, aid, step, chair.actor, reason="理由")
    assert "已退回" in chair.registers.why_not(AID, record(chair, aid), chair.actor)["approve"]
    app.registers.save(AID, aid, {"proof": "given"}, record(app, aid).version, app.actor)
    chair.registers.take(AID, aid, "approve", chair.actor)


@pytest.mark.parametrize("name", [attribute.key for attribute in AID.settled])
def test_what_was_decided_is_not_changed_until_it_is_opened_again(
    as_: Callable[[str], App], tmp_path: Path, name: str
) -> None:
    app = as_("陈经办")
    aid = entered(app)
    code = slip(app, aid, tmp_path / "单.pdf")
    app.registers.approvals(AID).register(aid, code, signed(), app.actor)
    other = {"cause": "wages", "value": 5_000_000, "proof": "exempt", "way": "lawsuit", "received_on": date(2026, 9, 2)}
    change = {name: other.get(name, "别的内容")}
    with pytest.raises(UserError, match="在审批时已经定了") as told:
        app.registers.save(AID, aid, change, record(app, aid).version, app.actor)
    assert told.value.field == name
    app.registers.save(AID, aid, {"lawyer": "周律师"}, record(app, aid).version, app.actor)
    with pytest.raises(Refused, match="必须填写理由"):
        app.registers.take(AID, aid, "reopen", app.actor)
    app.registers.take(AID, aid, "reopen", app.actor, reason="对方名称写错")
    found = record(app, aid)
    assert (found.state.label, found.decided_by, found.decided_on) == ("申请", None, None)
    assert app.registers.approvals(AID).past(aid)[0].endswith("已作废：退回申请：对方名称写错。")
    app.registers.save(AID, aid, change, found.version, app.actor)
    with pytest.raises(Refused):
        app.registers.approvals(AID).register(aid, code, signed(), app.actor)
    assert check(app.store).problems == ()


def test_who_is_in_charge_of_a_branch_reads_where_his_case_stands(as_: Callable[[str], App]) -> None:
    admin = as_("张三")
    unit, _ = admin.organisation.add_unit(admin.organisation.tree()[0].id, "机电队", UnitKind.BRANCH, admin.actor)
    user, _ = admin.users.add("分会经办", (Role.OFFICER,), (unit,), PASSWORD, admin.actor)
    admin.users.open_tiers(user, version_of(admin, "分会经办"), (Tier.LEGAL_AID,), "办理", admin.actor)
    as_("陈经办").members.create({"name": "赵申请", "joined_on": "2015-03-01", "unit_id": unit}, as_("陈经办").actor)
    app = as_("分会经办")
    chain = app.registers.approvals(AID).chain(entered(app, injury=None), app.actor)
    assert chain.next is not None and chain.seen is not None

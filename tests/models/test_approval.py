"""Which steps an amount needs, and what an approval is bound to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from unionoffice.models.approval import (
    ApprovalSlip,
    ApprovalStep,
    Contents,
    Fact,
    Item,
    Way,
    differences,
    unpacked,
)

DAY = date(2026, 9, 10)
REVIEW, COSIGN, CHAIR = ApprovalStep
ORDER = [REVIEW, COSIGN, CHAIR]

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
facts = st.lists(st.builds(Fact, words, words, words), max_size=4, unique_by=lambda fact: fact.name).map(tuple)
items = st.builds(Item, words, words, words, st.integers(-(10**9), 10**9), facts)
contents = st.builds(Contents, words, facts, st.lists(items, max_size=5, unique_by=lambda item: item.key).map(tuple))


@given(contents)
def test_the_same_contents_have_the_same_digest_in_whatever_order(found: Contents) -> None:
    turned = Contents(found.title, found.facts[::-1], found.items[::-1])
    assert turned.digest() == found.digest()
    assert differences(found, turned) == []
    assert unpacked(found.packed()) == found


@given(contents, contents)
def test_contents_differ_exactly_when_their_digests_do(one: Contents, other: Contents) -> None:
    told = differences(one, other)
    assert (one.digest() == other.digest()) == (not told)
    assert all(sentence.endswith("。") for sentence in told)


@given(contents, st.data())
def test_any_change_of_any_field_or_line_changes_the_digest(found: Contents, data: st.DataObject) -> None:
    changed = [replace(found, title=found.title + "改")]
    changed += [
        replace(found, facts=(*found.facts[:at], replace(fact, text=fact.text + "改"), *found.facts[at + 1 :]))
        for at, fact in enumerate(found.facts)
    ]
    for at, item in enumerate(found.items):
        others = [replace(item, amount=item.amount + 1), replace(item, name=item.name + "改")]
        others += [replace(item, group=item.group + "改"), replace(item, facts=(*item.facts, Fact("新", "新", "新")))]
        assume(all(fact.name != "新" for fact in item.facts))
        changed += [replace(found, items=(*found.items[:at], other, *found.items[at + 1 :])) for other in others]
        changed.append(replace(found, items=(*found.items[:at], *found.items[at + 1 :])))
    other = data.draw(st.sampled_from(changed))
    assert other.digest() != found.digest()
    assert differences(found, other)
    assert differences(other, found)


def test_differences_name_who_came_who_went_and_what_changed() -> None:
    then = Contents(
        "中秋慰问",
        (Fact("unit_price", "单价（元）", "99.50"), Fact("remark", "备注", "旧")),
        (
            Item("1", "甲", "一队", 9950, (Fact("staff_number", "工号", "001"),)),
            Item("2", "乙", "一队", 9950),
            Item("3", "丙", "二队", 9950),
        ),
    )
    now = Contents(
        "中秋慰问",
        (Fact("unit_price", "单价（元）", "100.00"), Fact("place", "领取地点", "食堂")),
        (
            Item("1", "甲改名", "二队", 10000, (Fact("staff_number", "工号", "009"),)),
            Item("2", "乙", "一队", 9950),
            Item("4", "丁", "", 9950),
        ),
    )
    assert differences(then, now) == [
        "单价（元）：“99.50”现在是“100.00”。",
        "备注：“旧”现在是空的。",
        "领取地点：原来是空的，现在是“食堂”。",
        "合计：3 人 298.50 元，现在是 3 人 299.00 元。",
        "丙（二队）：现在不在名单上。",
        "丁：新列入名单。",
        "甲（一队）：姓名“甲”现在是“甲改名”，所在“一队”现在是“二队”，金额 99.50 元现在是 100.00 元，"
        "工号：“001”现在是“009”。",
    ]


def test_no_two_slips_have_one_code() -> None:
    def slip(**values: str) -> str:
        common = {"subject_type": "batch", "subject_id": "b", "id": "s", "digest": "d", "step": CHAIR, "way": Way.PAPER}
        return ApprovalSlip(**{**common, **values}).own_code()

    codes = [slip(), slip(id="t"), slip(subject_id="c"), slip(digest="e"), slip(step=REVIEW), slip(subject_type="x")]
    assert len(set(codes)) == len(codes)
    assert slip() == slip(way=Way.FILE)

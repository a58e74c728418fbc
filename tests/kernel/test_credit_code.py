"""Unified social credit codes (domain.md §2)."""

import pytest

from unionoffice.kernel.credit_code import check, check_character


def test_a_printed_union_code_verifies() -> None:
    verdict = check(" 81440000mcl468545M ")
    assert (verdict.number, verdict.problem, verdict.is_union) == ("81440000MCL468545M", None, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("81440000MCL468545", "少 1 位"),
        ("81440000MCL468545MM", "多 1 位"),
        ("81440000MCL46854OM", "第 17 位“O”"),
        ("8144A000MCL468545M", "第 3～8 位"),
        ("81440000MCL468545N", "校验码应为 M"),
        ("81440000MCL468554M", "校验码应为"),
    ],
)
def test_the_sentence_names_the_wrong_group(text: str, words: str) -> None:
    problem = check(text).problem
    assert problem is not None
    assert words in problem


def test_a_company_is_no_union() -> None:
    first17 = "91350100M000100Y4"
    verdict = check(first17 + check_character(first17))
    assert verdict.number == "91350100M000100Y43"
    assert not verdict.is_union

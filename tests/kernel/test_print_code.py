"""The code on prints: every slip of one sign and every exchange of two is noticed; typing may be untidy."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.check_code import ALPHABET
from unionoffice.kernel.print_code import BITS, is_copied_right, print_code, shown_code, typed_print_code

CODES = st.integers(0, 2**BITS - 1).map(print_code)


@given(CODES)
def test_a_code_is_read_back_however_it_was_typed(code: str) -> None:
    shown = shown_code(code)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in shown)
    for typed in (shown, shown.lower(), shown.replace("-", " "), wide, f"UO {shown}", f"核验码 {shown}", f" {code}\n"):
        assert typed_print_code(typed) == code
    assert is_copied_right(code)


@given(CODES)
def test_every_wrong_sign_and_every_exchange_is_noticed(code: str) -> None:
    for place in range(9):
        for sign in ALPHABET:
            if sign != code[place]:
                assert not is_copied_right(code[:place] + sign + code[place + 1 :])
    for one, other in combinations(range(9), 2):
        signs = list(code)
        signs[one], signs[other] = signs[other], signs[one]
        if signs[one] != signs[other]:
            assert not is_copied_right("".join(signs))


def test_letters_taken_for_digits_are_meant_as_digits() -> None:
    code = print_code(int("00001" * 8, 2))
    assert code.startswith("11111111")
    assert typed_print_code("lI1L-iIl1-" + code[8]) == code


@pytest.mark.parametrize("typed", ["", "7K3F-92QM", "7K3F-92QM-XY", "7K3F-92QM-U", "中秋签领表"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert typed_print_code(typed) is None

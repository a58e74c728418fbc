"""A code that people compare by eye: groups of four, no sign that looks like another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.check_code import ALPHABET, check_code, signs_apart, typed_code


@given(st.binary(min_size=10, max_size=16))
def test_a_code_typed_as_people_type_is_the_same(digest: bytes) -> None:
    code = check_code(digest)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    for typed in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        f" {code.replace('-', '－')} ",
        code.replace("0", "O").replace("1", "I"),
        "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else sign for sign in code),
    ):
        assert typed_code(typed) == code


@given(st.binary(min_size=10, max_size=10), st.integers(0, 79))
def test_every_bit_counts(digest: bytes, bit: int) -> None:
    other = (int.from_bytes(digest, "big") ^ 1 << bit).to_bytes(10, "big")
    assert signs_apart(check_code(digest), check_code(other)) == 1


def test_what_is_no_code_is_none() -> None:
    assert not set("ILOU") & set(ALPHABET)
    for typed in ("", "7F3K", "7F3K-9QXM-02TD-WA5U", "7F3K-9QXM-02TD-WA5H-", "七F3K-9QXM-02TD-WA5H1"):
        assert typed_code(typed) in (None, "7F3K-9QXM-02TD-WA5H")
    assert typed_code("7F3K-9QXM-02TD-WA5U") is None

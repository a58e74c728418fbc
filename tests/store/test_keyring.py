"""The key file lets in whom it names, by his own password, and notices every change to itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.store import keyring
from unionoffice.store.keyring import Cost, KeyFile, WrongPasswordError

CHEAP = Cost(1, 8192)
KEY = bytes(range(32))


def key_file(*names: str, office: str = "office") -> KeyFile:
    slots = tuple(keyring.new_slot(office, f"id-{name}", name, f"{name}-Pass1", KEY, CHEAP) for name in names)
    return KeyFile(office, keyring.key_id(KEY), slots)


def test_everybody_opens_the_office_with_his_own_password_only() -> None:
    file = key_file("张三", "李四")
    assert keyring.unlock(file, "张三", "张三-Pass1") == KEY
    assert keyring.unlock(file, "李四", "李四-Pass1") == KEY
    for name, password in (("张三", "李四-Pass1"), ("张三", ""), ("王五", "张三-Pass1")):
        with pytest.raises(WrongPasswordError):
            keyring.unlock(file, name, password)


def test_who_is_taken_out_gets_in_no_more_and_nobody_else_notices() -> None:
    file = keyring.without_slot(key_file("张三", "李四"), "id-张三")
    assert [slot.name for slot in file.slots] == ["李四"]
    with pytest.raises(WrongPasswordError):
        keyring.unlock(file, "张三", "张三-Pass1")
    assert keyring.unlock(file, "李四", "李四-Pass1") == KEY


def test_a_new_data_key_reaches_everybody_without_a_password() -> None:
    fresh = keyring.new_key()
    file = keyring.resealed(key_file("张三", "李四"), fresh)
    assert keyring.unlock(file, "张三", "张三-Pass1") == fresh
    assert keyring.unlock(file, "李四", "李四-Pass1") == fresh


@pytest.mark.parametrize(
    "change",
    [{"user_id": "id-李四"}, {"name": "李四"}, {"public": bytes(32)}, {"salt": bytes(16)}, {"memory": 16384}],
    ids=str,
)
def test_a_way_in_works_for_nobody_else(change: dict[str, object]) -> None:
    file = key_file("张三")
    changed = msgspec.structs.replace(file.slots[0], **change)
    with pytest.raises(WrongPasswordError):
        keyring.unlock(msgspec.structs.replace(file, slots=(changed,)), changed.name, "张三-Pass1")


def test_a_way_in_works_for_no_other_office() -> None:
    file = msgspec.structs.replace(key_file("张三"), office="another")
    with pytest.raises(WrongPasswordError):
        keyring.unlock(file, "张三", "张三-Pass1")


def test_a_cost_made_to_fill_the_memory_is_refused_before_it_is_tried() -> None:
    file = key_file("张三")
    greedy = msgspec.structs.replace(file.slots[0], memory=1 << 40)
    with pytest.raises(WrongPasswordError):
        keyring.unlock(msgspec.structs.replace(file, slots=(greedy,)), "张三", "张三-Pass1")


def test_a_slot_from_before_a_new_key_is_told() -> None:
    file = msgspec.structs.replace(key_file("张三"), key_id=keyring.key_id(keyring.new_key()))
    with pytest.raises(EnvironmentFault, match="前后不一致"):
        keyring.unlock(file, "张三", "张三-Pass1")


def test_the_file_tells_no_secret(tmp_path: Path) -> None:
    office = tmp_path / "工会.ghoffice"
    keyring.write(office, key_file("张三"))
    content = keyring.key_path(office).read_bytes()
    assert KEY not in content
    assert b"Pass1" not in content
    assert keyring.unlock(keyring.read(office), "张三", "张三-Pass1") == KEY


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_flipped_bit_of_the_file_is_noticed(data: st.DataObject, tmp_path: Path) -> None:
    office = tmp_path / "flip.ghoffice"
    path = keyring.key_path(office)
    keyring.write(office, _FILE)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(EnvironmentFault, match=r"flip\.ghoffice\.key"):
        keyring.read(office)


_FILE = key_file("张三", "李四")


@pytest.mark.parametrize("content", [b"", b"\n", b"unionoffice key \n{}", b"\xff\xfe"])
def test_any_other_file_is_told(content: bytes, tmp_path: Path) -> None:
    office = tmp_path / "工会.ghoffice"
    keyring.key_path(office).write_bytes(content)
    with pytest.raises(EnvironmentFault, match="已损坏"):
        keyring.read(office)


def test_a_missing_file_says_what_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="两张恢复卡"):
        keyring.read(tmp_path / "工会.ghoffice")


def test_a_newer_programs_file_is_told(tmp_path: Path) -> None:
    office = tmp_path / "工会.ghoffice"
    keyring.write(office, msgspec.structs.replace(_FILE, format=keyring.FORMAT + 1))
    with pytest.raises(EnvironmentFault, match="新版"):
        keyring.read(office)


def test_the_measured_cost_is_never_less_than_the_least() -> None:
    cost = keyring.measured_cost(0)
    assert cost == keyring.CHEAPEST

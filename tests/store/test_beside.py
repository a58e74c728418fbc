"""An office's own forms and templates come back from its backups, and nothing else comes with them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.store import beside


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "工会 资料"
    for name, content in (
        ("表单/会员/登记表.xlsx", b"form"),
        ("表单/组织/情况.xlsx", b"other"),
        ("公文模板/通知.txt", "【模板】".encode()),
        ("表单/会员/~$登记表.xlsx", b"lock"),
        ("表单/会员/说明.docx", b"word"),
        ("fonts/大字.ttf", b"font"),
        ("打印/签领表.pdf", b"paper"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "工会.ghoffice"


NAMES = ["公文模板/通知.txt", "表单/会员/登记表.xlsx", "表单/组织/情况.xlsx"]


def packed(*entries: tuple[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=kind)
    return out.getvalue()


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_forms_and_templates_are_gathered_and_put_back(office: Path, tmp_path: Path) -> None:
    content = beside.gathered(office)
    assert content is not None and content == beside.gathered(office)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == NAMES
    other = tmp_path / "新电脑" / "工会.ghoffice"
    other.parent.mkdir()
    assert beside.put_back(content, other) == (NAMES, [])
    assert files(other.parent) == set(NAMES)
    assert (other.parent / NAMES[1]).read_bytes() == b"form"


def test_what_is_there_is_left_alone(office: Path) -> None:
    content = beside.gathered(office)
    assert content is not None
    (office.parent / NAMES[1]).write_bytes(b"newer")
    (office.parent / NAMES[0]).unlink()
    assert beside.put_back(content, office) == ([NAMES[0]], [])
    assert (office.parent / NAMES[1]).read_bytes() == b"newer"


def test_nothing_is_gathered_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "表单").mkdir()
    assert beside.gathered(tmp_path / "工会.ghoffice") is None


def test_what_is_too_large_is_left_out(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MOST_FILE", 4)
    found = beside.gathered(office)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.namelist() == [NAMES[1]]
    monkeypatch.setattr(beside, "MOST_FILE", 100)
    monkeypatch.setattr(beside, "MOST", 13)
    found = beside.gathered(office)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.namelist() == [NAMES[0]]
    whole = packed(*((f"表单/会员/{number}.xlsx", b"12345") for number in range(4)))
    assert len(beside.put_back(whole, office)[0]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "../公文模板/通知.txt",
        "/表单/会员/甲.xlsx",
        "表单/../../甲.xlsx",
        "表单/会员/甲.exe",
        "表单/会员/甲.xlsx/乙.txt",
        "表单/会员/深/甲.xlsx",
        "表单/会员\\..\\甲.xlsx",
        "表单/C:甲.xlsx",
        "表单/会员/~甲.xlsx",
        "表单/会员 /甲.xlsx",
        "表单/会员/甲.xlsx ",
        "表单/./甲.xlsx",
        "表单//甲.xlsx",
        "公文模板/通知.xlsx",
        "fonts/字.ttf",
        "工会.ghoffice",
        "表单.xlsx",
        "表单/\u202e甲.xlsx",
    ],
)
def test_no_other_name_is_written(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "里" / "办公"
    folder.mkdir(parents=True)
    assert beside.put_back(packed((name, b"x")), folder / "工会.ghoffice") == ([], [])
    assert files(tmp_path) == set()


def test_packed_entries_are_not_unpacked(tmp_path: Path) -> None:
    bomb = packed(("表单/会员/甲.xlsx", bytes(1000)), kind=zipfile.ZIP_DEFLATED)
    assert beside.put_back(bomb, tmp_path / "工会.ghoffice") == ([], [])


@given(st.data())
def test_broken_bytes_end_without_a_fault(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(packed(("表单/会员/甲.xlsx", b"one"), ("公文模板/乙.txt", b"two")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("坏")
    beside.put_back(bytes(content[: data.draw(st.integers(0, len(content)))]), folder / "工会.ghoffice")
    assert all(name.startswith(("表单/", "公文模板/")) and name.endswith((".xlsx", ".txt")) for name in files(folder))


def test_a_disk_that_refuses_is_told(office: Path, tmp_path: Path) -> None:
    content = beside.gathered(office)
    assert content is not None
    other = tmp_path / "别处"
    other.mkdir()
    (other / "表单").write_bytes(b"a file in the place of the folder")
    written, failed = beside.put_back(content, other / "工会.ghoffice")
    assert (written, failed) == (NAMES[:1], NAMES[1:])

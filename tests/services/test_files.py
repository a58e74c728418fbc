"""A file is whole or not there, and a disk that refuses is told in a sentence, whatever it refuses."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.services.files import check_name, write, writing


def test_a_disk_that_refuses_even_to_take_away_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(EnvironmentFault, match="“表.pdf”没有写成"):
        write(tmp_path / "表.pdf", b"x")


def test_a_name_no_disk_takes_is_a_sentence_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / f"{'册' * 300}.xlsx"
    with pytest.raises(UserError, match="“册{20}…”没有写成：文件名或位置太长"), writing(path):
        pytest.fail("the work was begun")
    check_name(tmp_path / f"{'册' * 80}.xlsx")
    check_name(tmp_path / "没有" / "册.xlsx")


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "表.pdf").write_bytes(b"former")
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "表.pdf") as beside:
        beside.write_bytes(b"half")
        raise ZeroDivisionError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("表.pdf", b"former")]

"""The office's own templates of papers: kept, replaced, removed, brought back; nothing is half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from unionoffice.app import App
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.resources import resource
from unionoffice.services.paper_templates import PaperTemplates, WrongTemplate, read_template

KEY = "会议纪要"


@pytest.fixture
def templates(app: App) -> PaperTemplates:
    return PaperTemplates(app.store, app.access_log)


def changed(templates: PaperTemplates, key: str = KEY) -> str:
    return templates.text(key).replace("【正文】\n", "【正文】\n新的一段。\n")


def test_a_kept_text_replaces_ours_and_can_be_taken_back(templates: PaperTemplates, app: App) -> None:
    shipped = templates.text(KEY)
    assert templates.is_shipped(KEY)
    assert templates.keep(KEY, changed(templates)) is None
    assert templates.is_own(KEY)
    assert "新的一段。" in templates.text(KEY)
    assert (templates.folder / f"{KEY}.txt").read_bytes().startswith("【模板】".encode())
    assert app.access_log.entries()[0].file == f"{KEY}.txt"
    former = templates.remove(KEY)
    assert templates.text(KEY) == shipped
    templates.put_back(KEY, former)
    assert "新的一段。" in templates.text(KEY)
    templates.put_back(KEY, None)
    assert not templates.is_own(KEY)


def test_an_own_template_is_replaced_only_when_that_was_asked(templates: PaperTemplates) -> None:
    first = changed(templates)
    templates.keep(KEY, first)
    with pytest.raises(Refused, match="没有换掉它"):
        templates.keep(KEY, first.replace("新的一段", "又一段"))
    assert templates.text(KEY) == first
    assert templates.keep(KEY, first.replace("新的一段", "又一段"), replacing=True) == first.encode()


def test_what_is_no_template_is_not_kept(templates: PaperTemplates) -> None:
    with pytest.raises(WrongTemplate, match="没有“哪里”这个填写项"):
        templates.keep(KEY, templates.text(KEY).replace("【正文】\n", "【正文】\n{{哪里}}\n"))
    assert not templates.folder.exists()


@pytest.mark.parametrize("name", ["", " ", "a/b", "a:b", "~临时", ".隐藏", "名称.", "长" * 41, "【标题】"])
def test_a_name_that_no_file_can_have_is_told(templates: PaperTemplates, name: str) -> None:
    with pytest.raises(UserError, match="不能用作模板名称"):
        templates.new_key(name)


def test_a_name_that_is_taken_is_told_whether_it_is_shown_or_the_files(templates: PaperTemplates) -> None:
    for name in (KEY, templates.template("换届请示").name):
        with pytest.raises(UserError, match="已经有一个叫"):
            templates.new_key(name)
    assert templates.new_key("  停水  通知 ") == "停水 通知"


def test_a_blank_template_can_be_used_at_once(templates: PaperTemplates) -> None:
    template = read_template(templates.blank("停水通知"), "停水通知")
    assert template.name == "停水通知"
    assert "新公文" not in {each.key for each in templates.shelf().templates}


def test_who_may_not_change_settings_keeps_and_removes_nothing(templates: PaperTemplates, app: App) -> None:
    text = changed(templates)
    templates.keep(KEY, text)
    app.store.viewer = Actor("审计", frozenset({"auditor"}), user_id="u")
    for refused in (
        lambda: templates.keep(KEY, text, replacing=True),
        lambda: templates.keep("另一个", text),
        lambda: templates.remove(KEY),
        lambda: templates.put_back(KEY, b"x"),
    ):
        with pytest.raises(Refused, match="不能修改设置"):
            refused()
    assert templates.text(KEY) == text


def test_ours_cannot_be_removed(templates: PaperTemplates) -> None:
    with pytest.raises(Refused, match="程序自带"):
        templates.remove(KEY)
    assert (resource("documents") / f"{KEY}.txt").is_file()


def test_a_folder_that_vanished_is_a_sentence(templates: PaperTemplates, monkeypatch: pytest.MonkeyPatch) -> None:
    text = changed(templates)
    templates.folder.write_text("一个文件占了名字")
    with pytest.raises(EnvironmentFault, match="不能建立"):
        templates.keep(KEY, text)
    templates.folder.unlink()
    monkeypatch.setattr(PaperTemplates, "folder", Path("/没有这里/documents"))
    with pytest.raises(EnvironmentFault, match="不能建立"):
        templates.keep(KEY, text)
    assert KEY in {each.key for each in templates.shelf().templates}


def test_a_disk_that_refuses_leaves_what_was_there(templates: PaperTemplates, monkeypatch: pytest.MonkeyPatch) -> None:
    first = changed(templates)
    templates.keep(KEY, first)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFault):
        templates.keep(KEY, first + "# 尾\n", replacing=True)
    monkeypatch.undo()
    assert templates.text(KEY) == first
    assert [path.name for path in templates.folder.iterdir()] == [f"{KEY}.txt"]


def test_a_gbk_file_becomes_utf8_when_it_is_kept(templates: PaperTemplates) -> None:
    text = changed(templates)
    templates.folder.mkdir()
    (templates.folder / f"{KEY}.txt").write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
    assert templates.text(KEY) == text
    templates.keep(KEY, templates.text(KEY), replacing=True)
    assert (templates.folder / f"{KEY}.txt").read_bytes() == text.encode()

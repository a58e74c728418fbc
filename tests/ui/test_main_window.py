"""The frame: routes, lazily made pages, keys, search, dropping files, closing."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.models.draft import Place
from unionoffice.ui import theme
from unionoffice.ui.bars import WindowIdentity
from unionoffice.ui.jobs import Job
from unionoffice.ui.main_window import MainWindow
from unionoffice.ui.navigation import RouteHistory
from unionoffice.ui.page import CommandButton, Page, PageSpec
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.search_box import SearchHit
from unionoffice.ui.settings import ScreenSettings


class PlainPage(Page):
    """A page that remembers what was asked of it."""

    def __init__(self, title):
        super().__init__(title)
        self.arguments, self.reloads, self.kept, self.waiting = [], 0, {}, 0
        self.triggered = []
        self.add_command("新建", lambda: self.triggered.append(title), key="Ctrl+N")

    def open_argument(self, argument):
        self.arguments.append(argument)

    def touched_by(self, changes):
        return "member" in changes

    def reload(self):
        self.reloads += 1

    def state(self):
        return self.kept

    def restore(self, state):
        self.kept = dict(state)

    def unsaved(self):
        return self.waiting


@pytest.fixture
def make_window(qtbot, around, tmp_path):
    def make(*, practice=False, search=None, around=around):
        made = {}

        def create(name, title):
            made[name] = PlainPage(title)
            return made[name]

        names = [("home", "首页", ""), ("members", "会员", "会员"), ("gifts", "福利", "福利"), ("hidden", "隐藏", "")]
        specs = [
            PageSpec(name, title, "home", group, lambda name=name, title=title: create(name, title), name != "hidden")
            for name, title, group in names
        ]
        window = MainWindow(
            around,
            specs,
            identity=WindowIdentity("示范机械有限公司工会", "林晓", practice),
            settings=ScreenSettings(tmp_path),
            search=search,
        )
        qtbot.addWidget(window)
        window.made = made
        window.resize(1366, 700)
        window.show()
        return window

    return make


@pytest.fixture
def window(make_window):
    found = make_window()
    found.open(("home", ""))
    return found


def test_history_goes_back_and_forward_and_forgets_what_lay_ahead(qapp):
    history, moved = RouteHistory(), []
    history.moved.connect(moved.append)
    for route in [("a", ""), ("b", ""), ("b", ""), ("c", "1")]:
        history.go(route)
    assert moved == [("a", ""), ("b", ""), ("c", "1")]
    history.back()
    history.back()
    history.back()
    assert history.current == ("a", "")
    history.forward()
    assert history.current == ("b", "")
    history.go(("d", ""))
    assert not history.can_go_forward
    history.replace(("e", ""))
    history.back()
    assert history.current == ("b", "")


def test_a_page_is_made_at_its_first_visit_and_only_once(window):
    assert list(window.made) == ["home"]
    window.open(("members", ""))
    window.open(("home", ""))
    window.open(("members", "id1"))
    assert list(window.made) == ["home", "members"]
    assert window.made["members"].arguments == ["", "id1"]


def test_an_unknown_page_is_a_bug_not_a_blank(window):
    with pytest.raises(KeyError):
        window.open(("nosuch", ""))


def test_title_and_number_of_rows_stand_above_the_page(window):
    window.made["home"].set_row_count(1234)
    assert (window.top_bar.title, window.top_bar.count) == ("首页", "1,234 条")
    window.open(("members", ""))
    assert (window.top_bar.title, window.top_bar.count) == ("会员", "")
    window.made["home"].set_row_count(5)
    assert window.top_bar.count == ""


def test_alt_arrows_go_back_and_forward(window, qtbot):
    window.open(("members", ""))
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.history.current == ("home", "")
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.history.current == ("members", "")


def test_a_pages_keys_work_only_while_it_is_shown(window, qtbot):
    window.open(("members", ""))
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.made["members"].triggered == ["会员"]
    assert window.made["home"].triggered == []


def test_f5_reloads_and_f1_asks_for_help_on_the_page(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.made["home"].reloads == 1
    with qtbot.waitSignal(window.help_requested) as asked:
        qtbot.keyClick(window, Qt.Key.Key_F1)
    assert asked.args == ["home"]


def test_changes_reload_the_page_shown_and_mark_the_hidden_one(window, operations):
    window.open(("members", ""))
    found = Changes()
    found.add("member", ["id1"])
    operations.run(lambda: found)
    home, members = window.made["home"], window.made["members"]
    assert (home.reloads, members.reloads) == (0, 1)
    window.open(("home", ""))
    assert home.reloads == 1
    window.open(("members", ""))
    assert members.reloads == 1


def test_changes_of_other_records_reload_nothing(window, operations):
    found = Changes()
    found.add("merchant", ["id1"])
    operations.run(lambda: found)
    assert window.made["home"].reloads == 0


def test_navigation_opens_pages_and_marks_the_open_one(window):
    navigation = window.navigation
    navigation.chosen.emit("members")
    assert window.history.current == ("members", "")
    assert navigation.currentItem().text() == "会员"
    window.open(("hidden", ""))
    assert navigation.selectedItems() == []


def test_navigation_shows_icons_only_in_a_small_window(window, qtbot):
    assert not window.navigation.narrow
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: window.navigation.narrow)
    assert window.navigation.width() == 56
    window.resize(1366, 700)
    qtbot.waitUntil(lambda: not window.navigation.narrow)


def test_a_folded_heading_opens_again_for_the_page_that_is_opened(window):
    window.navigation.fold(["会员"])
    item = next(item for item in window.navigation._entries() if item.text() == "会员")
    assert item.isHidden()
    window.open(("members", ""))
    assert not item.isHidden()


def test_practice_is_said_on_every_page_and_in_the_title(make_window):
    window = make_window(practice=True)
    window.open(("home", ""))
    badges = [label for label in window.findChildren(QLabel) if label.text() == "练习"]
    assert badges[0].isVisible()
    assert window.windowTitle() == "示范机械有限公司工会 — 工会办公（练习）"


@pytest.mark.parametrize("scale", [100, 150])
def test_nothing_of_the_top_bar_lies_over_anything_else_in_the_smallest_window(make_window, qapp, qtbot, scale):
    theme.apply(qapp, scale=scale)
    try:
        window = make_window(practice=True, search=lambda _text: [])
        window.open(("home", ""))
        window.resize(900, 470)
        qtbot.waitUntil(lambda: window.top_bar.width() < 900)
        bar = window.top_bar
        shown = [child for child in bar.children() if isinstance(child, QWidget) and child.isVisible()]
        boxes = sorted((child.geometry() for child in shown), key=lambda box: box.left())
        assert len(boxes) >= 7
        assert all(one.right() < other.left() for one, other in itertools.pairwise(boxes))
        assert boxes[-1].right() < bar.width()
    finally:
        theme.apply(qapp)


def test_search_shows_results_as_one_types_and_enter_opens_the_first(make_window, qtbot):
    def search(text):
        return [SearchHit("陈示范", "会员 · 一车间", ("members", "id7"))] if text == "chen" else []

    window = make_window(search=search)
    window.open(("home", ""))
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.search_box, "chen")
    qtbot.waitUntil(lambda: window.search_box.results == ["陈示范"])
    qtbot.keyClick(window.search_box, Qt.Key.Key_Return)
    assert window.history.current == ("members", "id7")
    assert window.search_box.text() == ""
    assert window.search_box.results == []


def test_search_without_result_says_so(make_window, qtbot):
    window = make_window(search=lambda text: [])
    window.open(("home", ""))
    window.search_box.start()
    qtbot.keyClicks(window.search_box, "zzz")
    qtbot.waitUntil(lambda: window.search_box._results.isVisible())
    assert "没有找到“zzz”" in [label.text() for label in window.search_box._results.findChildren(QLabel)]
    qtbot.keyClick(window.search_box, Qt.Key.Key_Escape)
    assert not window.search_box._results.isVisible()


def test_files_dropped_anywhere_are_handed_on(window, qtbot, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "花名册.xlsx"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(300, 300), copy, data, left, none))
    overlay = window._overlay
    assert overlay.isVisible()
    assert overlay.geometry() == window.rect()
    with qtbot.waitSignal(window.files_dropped) as dropped:
        QApplication.sendEvent(overlay, QDropEvent(QPointF(300, 300), copy, data, left, none))
    assert dropped.args == [[Path(tmp_path / "花名册.xlsx")]]
    assert not overlay.isVisible()


def test_dragged_text_is_not_a_file(window):
    data = QMimeData()
    data.setText("文字")
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(300, 300), copy, data, left, none))
    assert not window._overlay.isVisible()


def test_place_page_state_and_folded_headings_are_kept_over_a_restart(make_window):
    first = make_window()
    first.open(("members", "id3"))
    first.made["members"].kept = {"filters": {"text": "陈"}}
    first.navigation.itemClicked.emit(first.navigation.item(3))
    assert first.close()
    again = make_window()
    again.open_last(("home", ""))
    assert again.history.current == ("members", "id3")
    assert again.made["members"].kept == {"filters": {"text": "陈"}}
    assert again.navigation.folded == first.navigation.folded != []


def test_the_first_window_is_no_larger_than_the_screen(window):
    window._restore()
    room = window.screen().availableSize()
    assert window.width() == min(1280, max(room.width(), window.minimumWidth()))
    assert window.height() == min(720, max(room.height() - 40, window.minimumHeight()))


def test_unsaved_values_are_asked_about_before_closing(window, prompts):
    window.made["home"].waiting = 2
    prompts.answers = [False, True]
    assert not window.close()
    assert prompts.verbs == ["放弃 2 份并退出"]
    assert window.close()


def test_what_is_kept_as_a_draft_is_not_asked_about_what_could_not_be_kept_is(
    make_window, around, app, prompts, monkeypatch
):
    drafts = DraftKeeper(lambda: app.drafts)
    window = make_window(around=replace(around, drafts=drafts))
    window.open(("home", ""))
    window.made["home"].keep_drafts = lambda: drafts.keep(Place("member"), 0, {"name": "甲"})
    assert window.close()
    assert prompts.asked == []
    assert app.drafts.find(Place("member")).typed == {"name": "甲"}

    def full(*_arguments, **_named):
        raise EnvironmentFault("磁盘已满")

    monkeypatch.setattr(app.drafts, "keep", full)
    window = make_window(around=replace(around, drafts=DraftKeeper(lambda: app.drafts)))
    window.open(("home", ""))
    window.made["home"].keep_drafts = lambda: window._around.drafts.keep(Place("member"), 0, {"name": "乙"})
    prompts.answers = [False, True]
    assert not window.close()
    assert prompts.asked == [("confirm", "还有 1 份填写的内容没有保存，也不能留作草稿。")]
    assert window.close()


def test_a_window_let_go_writes_nothing_into_the_office_any_more(make_window, around, app):
    drafts = DraftKeeper(lambda: app.drafts)
    window = make_window(around=replace(around, drafts=drafts))
    window.let_go()
    drafts.keep(Place("member"), 0, {"name": "甲"})
    assert app.drafts.unfinished() == []


def test_while_one_types_the_frame_says_that_it_is_kept(make_window, around, app):
    drafts = DraftKeeper(lambda: app.drafts)
    window = make_window(around=replace(around, drafts=drafts))
    assert window.bottom_bar.kept_text == ""
    drafts.keep(Place("member"), 0, {"name": "甲"})
    assert window.bottom_bar.kept_text == "填写的内容已留作草稿，退出也不会丢"
    drafts.keep(Place("member"), 0, {})
    assert window.bottom_bar.kept_text == ""


def test_running_work_is_asked_about_and_stopped_before_closing(window, jobs, prompts, qtbot):
    started = threading.Event()

    def work(progress):
        started.set()
        while not progress.cancelled:
            pass

    jobs.start(Job("导入", work, lambda value, error: None))
    qtbot.waitUntil(started.is_set)
    prompts.answers = [False]
    assert not window.close()
    prompts.answers = [True]
    assert window.close()
    assert not jobs.running


def test_a_job_shows_text_bar_and_cancel_only_after_a_moment(window, jobs, qtbot):
    bar = window.bottom_bar
    go_on = threading.Event()

    def work(progress):
        progress.report(30, 100, "第 30 行，共 100 行")
        go_on.wait(5)

    jobs.start(Job("导入花名册", work, lambda value, error: None))
    assert not bar.cancel_button.isVisible()
    qtbot.waitUntil(bar.cancel_button.isVisible)
    qtbot.waitUntil(lambda: bar.text == "导入花名册：第 30 行，共 100 行")
    bar.cancel_button.click()
    assert "正在停止" in bar.text
    go_on.set()
    qtbot.waitUntil(lambda: not bar.cancel_button.isVisible())


def test_a_notice_shows_its_action_and_disappears_when_used(window, notices):
    done = []
    notices.post("已导出。", action="打开", run=lambda: done.append("打开"))
    notices.post_undo("已归档 1 条。", lambda: done.append("撤销"))
    assert window.notice_stack.texts == ["已导出。", "已归档 1 条。"]
    card = window.notice_stack._cards[0]
    assert card.geometry().right() < window.width()
    card.acted.emit()
    assert done == ["打开"]
    assert window.notice_stack.texts == ["已归档 1 条。"]


def test_ctrl_z_undoes_the_last_action_once(window, notices, qtbot):
    done = []
    notices.post_undo("已归档 1 条。", lambda: done.append(1))
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == [1]


def test_only_the_newest_notices_stay(window, notices):
    for number in range(5):
        notices.post(str(number))
    assert window.notice_stack.texts == ["2", "3", "4"]


def test_a_command_button_follows_its_action(window, qtbot):
    page = window.made["home"]
    action = page.add_command("归档", lambda: None, icon="archive")
    button = CommandButton(action, parent=page)
    action.setEnabled(False)
    action.setText("归档 3 条")
    assert (button.text(), button.isEnabled()) == ("归档 3 条", False)
    action.setVisible(False)
    assert button.isHidden()
    action.setVisible(True)
    assert not button.isHidden()

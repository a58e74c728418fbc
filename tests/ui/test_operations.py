"""The road from a click to the office and its worker."""

from __future__ import annotations

import gc
import logging
import threading
import time
from functools import partial

import pytest

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.progress import step
from unionoffice.ui.dialogs import WorkDialog
from unionoffice.ui.jobs import Job, JobProgress


def changes(*ids):
    found = Changes()
    found.add("merchant", ids)
    return found


def heard(operations):
    calls = []
    operations.changed.connect(lambda found, initiator: calls.append((found.ids("merchant"), initiator)))
    return calls


def test_changed_is_told_once_with_initiator_before_done(operations):
    order = heard(operations)
    assert operations.run(lambda: ("id1", changes("id1")), initiator="page", done=order.append)
    assert order == [(frozenset({"id1"}), "page"), "id1"]


def test_an_operation_that_changed_nothing_tells_nobody(operations):
    calls = heard(operations)
    assert operations.run(Changes)
    assert calls == []


def test_a_refusal_is_shown_as_its_sentence_and_done_is_not_called(operations, prompts):
    def refuse():
        raise Refused("预算不足。")

    assert not operations.run(refuse, done=lambda _: pytest.fail("done"))
    assert prompts.asked == [("error", "预算不足。")]


def test_a_refusal_shown_beside_its_field_opens_no_dialog(operations, prompts):
    def refuse():
        raise UserError("没有填写。", field="name")

    assert not operations.run(refuse, refused=lambda error: error.field == "name")
    assert prompts.asked == []


def test_a_bug_is_told_with_its_number_and_written_to_the_log(operations, prompts, faults):
    assert not operations.run(lambda: [][1])
    kind, number = prompts.asked[0]
    assert kind == "fault"
    assert number in faults.path.read_text("utf-8")
    assert "IndexError" in faults.path.read_text("utf-8")


def test_a_slow_foreground_operation_is_logged(operations, caplog):
    def slow():
        until = time.perf_counter() + 0.11
        while time.perf_counter() < until:
            pass
        return Changes()

    with caplog.at_level(logging.WARNING):
        assert operations.run(slow)
        assert operations.run(partial(slow))  # which has no name of its own
        operations.run(Changes)
    assert [record.message.startswith("slow in the foreground") for record in caplog.records] == [True, True]


def test_background_work_runs_off_the_window_thread_and_ends_on_it(operations, qtbot):
    threads = []

    def work(progress):
        threads.append(threading.get_ident())
        return "value", changes("id1")

    done = []
    with qtbot.waitSignal(operations.changed):
        operations.run_in_background(work, title="导入", done=lambda value: done.append((value, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(done))
    assert threads[0] != threading.get_ident()
    assert done == [("value", threading.get_ident())]


def test_background_errors_take_the_same_road(operations, prompts, jobs, qtbot):
    def refuse(progress):
        raise UserError("第 3 行不对。")

    def fail(progress):
        raise KeyError("x")

    operations.run_in_background(refuse, title="导入")
    with qtbot.waitSignal(jobs.idle):
        operations.run_in_background(fail, title="导出")
    assert [kind for kind, _ in prompts.asked] == ["error", "fault"]


def test_cancelling_ends_quietly_with_the_title(operations, prompts, jobs, qtbot):
    started = threading.Event()

    def work(progress):
        started.set()
        while True:
            step(progress, 1, 10, "读取")

    operations.run_in_background(work, title="导入花名册")
    qtbot.waitUntil(started.is_set)
    with qtbot.waitSignal(operations.cancelled) as told:
        jobs.cancel()
    assert told.args == ["导入花名册"]
    assert prompts.asked == []


def test_jobs_run_one_after_the_other(jobs, qtbot):
    running, most = [], []

    def work(progress):
        running.append(1)
        most.append(len(running))
        running.pop()

    ended = []
    with qtbot.waitSignal(jobs.idle):
        for number in range(5):
            jobs.start(Job(str(number), work, lambda value, error, number=number: ended.append(number)))
        assert jobs.waiting == 4
    assert ended == [0, 1, 2, 3, 4]
    assert max(most) == 1


def test_garbage_is_not_collected_in_the_worker_and_again_afterwards(jobs, qtbot):
    assert gc.isenabled()
    seen = []
    with qtbot.waitSignal(jobs.idle):
        jobs.start(Job("导入", lambda progress: seen.append(gc.isenabled()), lambda value, error: None))
    assert seen == [False]
    assert gc.isenabled()


def test_stop_cancels_and_waits(jobs, qtbot):
    started = threading.Event()
    ended = []

    def work(progress):
        started.set()
        while not progress.cancelled:
            pass

    jobs.start(Job("备份", work, lambda value, error: ended.append(error)))
    jobs.start(Job("导出", work, lambda value, error: pytest.fail("was dropped")))
    qtbot.waitUntil(started.is_set)
    jobs.stop()
    assert ended == [None]
    assert not jobs.running


def test_reports_are_thinned_out_but_the_last_one_comes(qapp):
    reports = []
    progress = JobProgress(lambda done, total, text: reports.append(done))
    for done in range(1, 10_001):
        progress.report(done, 10_000, "")
    assert reports[-1] == 10_000
    assert len(reports) < 50


def test_work_that_nothing_may_disturb_is_not_begun_beside_other_work(operations, prompts, jobs, qtbot):
    go = threading.Event()
    operations.run_in_background(lambda _: (go.wait(5), Changes()), title="导出")
    operations.run_alone(lambda _: Changes(), title="更换密钥")
    assert prompts.asked == [("error", "还有别的工作没有完成，请等它结束再办。")] and not operations.alone
    with qtbot.waitSignal(jobs.idle):
        go.set()
    operations.run_alone(lambda _: (operations.alone, Changes()), title="更换密钥", done=prompts.answers.append)
    assert prompts.asked[-1] == ("stay", "更换密钥")
    qtbot.waitUntil(lambda: prompts.answers == [True])
    assert not operations.alone


def test_the_dialog_of_work_shows_how_far_it_is_and_closing_it_stops_the_work(operations, jobs, qtbot):
    def work(progress):
        progress.report(1, 4, "正在重新加密")
        while not progress.cancelled:
            time.sleep(0.001)
        step(progress, 2, 4, "")

    dialog = WorkDialog("更换密钥", jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    operations.run_in_background(work, title="更换密钥")
    qtbot.waitUntil(lambda: dialog.text == "正在重新加密")
    jobs.ended.emit("别的工作")
    assert dialog.isVisible()
    with qtbot.waitSignal(operations.cancelled):
        dialog.close()
        assert dialog.isVisible() and dialog.text.startswith("正在停止")
    assert not dialog.isVisible()

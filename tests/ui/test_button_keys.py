"""Enter on the focused button, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from unionoffice.ui.button_keys import ButtonKeys
from unionoffice.ui.dialogs import AnswerDialog
from unionoffice.ui.welcome import WelcomeWindow
from unionoffice.window import Program


@pytest.fixture
def keys(qapp: QApplication) -> Iterator[ButtonKeys]:
    found = ButtonKeys(qapp)
    yield found
    found.deleteLater()


def focus(qtbot: QtBot, widget: QWidget) -> None:
    widget.window().show()
    widget.window().activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_start_windows_focused_button_answers_enter(program: Program, qtbot: QtBot, key: Qt.Key) -> None:
    window = WelcomeWindow([])
    qtbot.addWidget(window)
    for button, signal in zip(
        window.findChildren(QPushButton),
        (window.create_requested, window.open_requested, window.restore_requested, window.practise_requested),
        strict=True,
    ):
        focus(qtbot, button)
        with qtbot.waitSignal(signal):
            qtbot.keyClick(button, key)


def test_enter_is_taken_by_the_button_that_has_the_focus_and_once(keys: ButtonKeys, qtbot: QtBot) -> None:
    window, pressed = QWidget(), []
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    plain, tool, box = QPushButton("甲"), QToolButton(), QCheckBox("丙")
    tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for name, button in (("甲", plain), ("乙", tool), ("丙", box)):
        layout.addWidget(button)
        button.clicked.connect(lambda _=False, name=name: pressed.append(name))
    for button in (plain, tool, box, plain):
        focus(qtbot, button)
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["甲", "乙", "甲"]  # a box is ticked by Space
    plain.setEnabled(False)
    qtbot.keyClick(plain, Qt.Key.Key_Return)
    assert pressed == ["甲", "乙", "甲"]


def test_enter_on_a_dialogs_way_back_is_not_its_verb(keys: ButtonKeys, qtbot: QtBot) -> None:
    dialog = AnswerDialog("销毁 2 人？", verb="销毁 2 人")
    qtbot.addWidget(dialog)
    assert dialog.cancel_button is not None
    focus(qtbot, dialog.cancel_button)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_enter_opens_the_menu_of_a_button(keys: ButtonKeys, qtbot: QtBot) -> None:
    window, opened = QWidget(), []
    qtbot.addWidget(window)
    button = QToolButton(window)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.addAction("锁定")
    menu.aboutToShow.connect(lambda: (opened.append(True), menu.close()))
    button.setMenu(menu)
    focus(qtbot, button)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert opened

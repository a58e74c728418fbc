"""Asking for two recovery cards, and for the administrator they let in: the same wherever cards open something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from unionoffice.ui.prompts import Entry, Prompts

_HOW = "照两张卡上的编码输入，或用扫码枪扫二维码。"


def ask_two_cards(prompts: Prompts, question: str, attempt: Callable[[list[str]], None], *, verb: str) -> bool:
    """What stands on two cards, tried by `attempt`; False when the user turned back."""

    def typed(values: Mapping[str, str]) -> None:
        attempt([values["first"], values["second"]])

    entries = [Entry("first", "一张卡上的编码", lines=4), Entry("second", "另一张卡上的编码", lines=4)]
    return prompts.ask_entries(question, entries, typed, verb=verb, detail=_HOW)


def ask_administrator(prompts: Prompts, administrators: Mapping[str, str]) -> str | None:
    """The id of the system administrator who gets a new password; asked only where there are several."""
    if len(administrators) < 2:
        return next(iter(administrators), None)
    return prompts.ask_choice("给哪位系统管理员设新密码", "系统管理员", administrators, verb="下一步")


def tell_shut_out(prompts: Prompts, names: list[str]) -> None:
    """Whose passwords are of no use any more."""
    if names:
        prompts.show_message("还要重设密码", f"这些用户的密码已经不能用，请在“用户”里重设：{'、'.join(names)}。")

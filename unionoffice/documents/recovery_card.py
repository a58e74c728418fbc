"""What is printed on a recovery card (恢复卡, F95), whatever prints it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryCard:
    """One card: `lines` of groups to be typed, and `code`, the same as the QR code holds it.

    `holder` is who keeps it, `held_as` the post he holds (工会主席, 财务, 经审).
    """

    number: int
    office: str
    held_as: str
    holder: str
    set_number: int
    made_on: str
    key_name: str
    lines: tuple[tuple[str, ...], ...]
    code: str
    practice: bool = False

    def __repr__(self) -> str:
        return f"RecoveryCard({self.number} of set {self.set_number})"


TITLE = "办公文件恢复卡"
FOLDS = (
    "折线一：先沿此线把下面向上折，盖住代码",
    "折线二：再沿此线把上面向后折，单位和保管人露在外面",
)
HOW_TO_ENTER = "代码里只有数字 0、1，没有字母 O、I、L、U，大小写不分。用扫码枪扫，或逐行输入，输错哪一组程序会指出来。"
ADVICE = (
    (
        "用途",
        "忘记密码、系统管理员离岗、密钥文件丢失或损坏时，三张恢复卡中的任意两张合在一起，就能打开办公文件，重设密码。"
        "一张卡单独什么也打不开，也看不出任何内容。",
    ),
    (
        "保管",
        "先取两张在程序里试用一次，再按折线折好装入信封密封，封口签名、盖章，由保管人本人锁好。"
        "三张卡分开放，不交给同一个人；不拍照、不复印、不用手机扫，不存进电脑。",
    ),
    (
        "做不到的",
        "不能代替备份：办公文件丢了，只有恢复卡找不回数据。更换密钥以后，旧卡只能打开更换之前的备份。",
    ),
    (
        "换人、遗失",
        "保管人换届或离岗时当面移交。卡片丢失、信封被拆或怀疑被人看过，由系统管理员办理“更换密钥”，三张卡重新印制，旧卡收回销毁。",
    ),
)

"""What an approval slip (审批单, F61) shows, as plain data: drawn as PDF, or written as a file to be filled in.

No person of the list is named on it: it goes to somebody who needs to know how many, what for and how much.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import capital, yuan

TITLE = "审批单"
OPINIONS = ("同意", "不同意", "退回")
SUFFIX = ".ghapproval"
NOT_SHOWN = "已填写，内容不印在单上"
"""What stands in place of a value that whoever signs may not be allowed to see."""
_FORMAT = "工会审批文件 1"
_HOW = (
    "请用记事本打开，只填“答复”里的各项，填好保存后交回经办。意见填：同意、不同意或退回；不同意和退回要写理由；"
    "日期写成 2026-09-12；代理别人审批的，“代理”填被代理人。别处改动一个字，交回时都会被拒绝。"
)
_ANSWERS = ("意见", "签字人", "代理", "日期", "退回类型", "理由")


@dataclass(frozen=True, slots=True)
class Slip:
    """One step's slip: `facts` are label and value, `groups` (分工会, people, 分), `amount` the sum in 分.

    `before` are sentences of the steps already taken, `code` the check code that the QR code holds too. What is no list
    has no groups, people or amount. `paper` is what the paper is called where nobody's name may stand.
    """

    office: str
    subject: str
    paper: str
    called: str
    step: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, int, int], ...]
    people: int
    amount: int
    before: tuple[str, ...]
    code: str
    made_by: str
    made_at: str
    practice: bool = False

    @property
    def total(self) -> str:
        """The sum in figures and capitals (domain.md §7.4)."""
        return f"¥{yuan(self.amount)}　人民币{capital(self.amount)}"

    def lines(self) -> dict[str, object]:
        """All that is shown, by its Chinese name, in order."""
        return {
            "单位": self.office,
            **({"练习": "练习数据，不作凭证"} if self.practice else {}),
            "审批事项": f"{self.subject}（{self.called}）",
            "步骤": self.step,
            "内容": [f"{label}：{value}" for label, value in self.facts],
            **(self._sums() if self.people else {}),
            "此前": list(self.before),
            "核对码": self.code,
            "制单": f"{self.made_by}　{self.made_at}",
        }

    def _sums(self) -> dict[str, object]:
        if not self.amount:
            return {"人数": self.people}
        return {
            "各分工会人数和金额": [f"{name}：{people:,} 人　{yuan(amount)} 元" for name, people, amount in self.groups],
            "人数": self.people,
            "合计": self.total,
        }

    def digest(self) -> str:
        """SHA-256 in hex of all that is shown."""
        return _digest(self.lines())


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back in a file, as it was filled in; `digest` is of what it shows."""

    code: str
    digest: str
    opinion: str
    signed_by: str
    signed_for: str
    signed_on: str
    back_type: str
    reason: str


def slip_file(slip: Slip) -> bytes:
    """The slip as a text file that any editor opens, with blanks to be filled in."""
    lines = slip.lines()
    found = {
        "格式": _FORMAT,
        "说明": _HOW,
        "答复": dict.fromkeys(_ANSWERS, ""),
        "审批单": lines,
        "摘要": _digest(lines),
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def read_slip_file(data: bytes, name: str) -> Answer:
    """What an editor left of such a file. Raises UserError where it is none, was altered, or was not filled in."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")  # an old Windows editor saved it its own way
    try:
        found = json.loads(text, strict=False)  # a line break typed into a reason
        answer, lines = found["答复"], found["审批单"]
        whole = found["格式"] == _FORMAT and _digest(lines) == found["摘要"]
        told = {label: str(answer.get(label, "")).strip() for label in _ANSWERS}
        code = str(lines["核对码"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise UserError(
            f"“{PurePath(name).name}”不是审批文件，或填写时碰坏了引号、逗号。请重新导出一份再填。"
        ) from fault
    if not whole:
        raise UserError(f"“{PurePath(name).name}”里审批单的内容被改过，不能登记。请重新导出一份再填。")
    for label in ("意见", "签字人", "日期"):
        if not told[label]:
            raise UserError(f"“{PurePath(name).name}”的“{label}”还没有填写，请审批人填好再交回。")
    return Answer(
        code,
        found["摘要"],
        told["意见"],
        told["签字人"],
        told["代理"],
        told["日期"],
        told["退回类型"],
        told["理由"],
    )


def _digest(lines: object) -> str:
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

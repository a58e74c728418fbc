"""What the self test found, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unionoffice.selftest.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One fault that was tried: how often, how often something was wrong, what was seen, and examples of what was
    wrong. `skipped` is why it could not be tried here."""

    part: str
    what: str
    rounds: int
    failures: int
    seen: str
    examples: tuple[str, ...] = ()
    skipped: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def tally(verdicts: Sequence[Verdict]) -> str:
    """How many of each kind of loss."""
    lost = sum(bool(each.lost) for each in verdicts)
    half = sum(bool(each.half) for each in verdicts)
    damaged = sum(bool(each.damaged) for each in verdicts)
    ahead = sum(bool(each.ahead) for each in verdicts)
    text = f"丢失 {lost}，半截 {half}，损坏 {damaged}"
    return f"{text}，密钥文件领先 {ahead}" if ahead else text


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| 项目 | 内容 | 次数 | 没通过 | 看到的 |", "|---|---|---|---|---|"]
    for row in rows:
        if row.skipped:
            lines.append(f"| {row.part} | {row.what} | 没有做 | — | {row.skipped} |")
            continue
        lines.append(f"| {row.part} | {row.what} | {row.rounds:,} | {row.failures} | {row.seen} |")
    return "\n".join(lines)


def failures(rows: Sequence[Row]) -> list[str]:
    """A sentence for each thing that was wrong."""
    return [f"{row.part}·{row.what}：{text}" for row in rows for text in row.examples or ("没有通过",) if row.failures]


def page(rows: Sequence[Row], facts: Mapping[str, Any]) -> str:
    """The page of the manual's appendix: what was run, and only what that run saw."""
    wrong = failures(rows)
    result = "全部通过。" if not wrong else "没有通过的：\n\n" + "\n".join(f"- {text}" for text in wrong)
    return "\n\n".join(
        (
            "# 可靠性",
            "这一页由 `unionoffice selftest` 写出，不要手改：表里只有这一次运行看到的。"
            "重做：`python -m unionoffice selftest --report docs/reliability.md`",
            f"{facts['date']}，程序 {facts['version']}，{facts['system']}，Python {facts['python']}，"
            f"{facts['cpus']} 个处理器，用了 {facts['minutes']} 分钟。",
            table(rows),
            result,
            LIMITS,
        )
    )


LIMITS = "\n\n".join(
    (
        "## 各项做了什么，没有做什么",
        "**强行结束**：在导入、审批、领取、备份、升级、改密码、更换密钥的随机时刻杀掉程序。程序报告完成过的，之后必须在；"
        "做到一半的，必须全在或全不在；`check` 必须完好，能接着登记。“密钥文件领先”：改密码、增减用户时，"
        "密钥文件已经写好、变更记录还没有写。留下的临时文件不妨碍打开，一天后自动清理，更换密钥留下的由下一次更换清理。",
        "**断电**：把程序每次写盘的字节记下来（strace），造出断电后磁盘上可能有的样子：最后一次落盘之后写的，每 512 "
        "字节可能在、可能不在、可能是前一次的，不分先后；文件名的建立、改名、删除只保证到文件夹最后一次落盘。没有模拟：谎报"
        "落盘的磁盘、已落盘又丢失、磁盘自己坏掉的扇区。Windows 上没有做。",
        "**磁盘写满**：一次导入从一页也写不下开始，每次多 4 KB，直到写得下。**读写失败**：从随机一次写盘起，"
        "每次写盘和落盘都出错。",
        "**翻转一位**：“指出”是打开或 `check` 说出来；“内容不变”是没有说，而读出来的每一行都一样（多半在空闲页）；"
        "“没有察觉”是没有说，而内容不同。加密的办公文件每页有校验，不加密的只靠 SQLite 的结构检查和相连的变更记录。",
        "-wal 是正在使用或没有正常关闭时旁边的文件：里面一位翻转，SQLite 当作后面的还没有写完，退回到前面的一步，"
        "程序不知道，不计入“没通过”；正常关闭后没有这个文件。",
        "**攻击**：密码的代价用的是只在自检里才有的最低一档，测的是程序会不会放行，不是 argon2id 有多难。\n",
    )
)

"""The list of attachments (附件说明) as people write it at the end of the text, where papers have it by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unionoffice.documents.official.document import Attachment, Block, Paragraph

_LABEL = re.compile(r"附\s*件\s*(\d{0,2})\s*[：:]\s*(.*)")
_NUMBER = re.compile(r"(\d{1,2})\s*[.．、]\s*(?=\S)")
_SAID_BY_NOBODY = re.compile(r"[\s《》“”\u200b]|[，。；、]$")


def names_attachments(line: str) -> bool:
    """Whether a line begins as the list of attachments does: 附件：1.…"""
    return bool(_LABEL.match(line))


def without_list(body: Sequence[Block], attachments: Sequence[Attachment]) -> tuple[Block, ...]:
    """The text without a list of the attachments at its end: it stands below the text anyway.

    Only a list of the very names is left out; one that says anything else is the writer's own.
    """
    begins = next((at for at in reversed(range(len(body))) if _names(body[at])), None)
    if begins is None or not attachments:
        return tuple(body)
    while begins and _names(body[begins - 1]):  # 附件1：… and 附件2：…, each on its own line
        begins -= 1
    lines = [block.text for block in body[begins:] if isinstance(block, Paragraph)]
    same = len(lines) == len(body) - begins and list(_listed(lines)) == [_bare(each.title) for each in attachments]
    return tuple(body[:begins] if same else body)


def _names(block: Block) -> bool:
    return isinstance(block, Paragraph) and names_attachments(block.text)


def _listed(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        labelled = _LABEL.match(line)
        said = labelled[2] if labelled else line
        for name in re.split(r"[；;]\s*(?=\d{1,2}\s*[.．、])|\s+(?=\d{1,2}\s*[.．、])", said):
            if bare := _bare(_NUMBER.sub("", name, count=1) if _NUMBER.match(name) else name):
                yield bare


def _bare(name: str) -> str:
    return _SAID_BY_NOBODY.sub("", _SAID_BY_NOBODY.sub("", name.replace("\n", "")))

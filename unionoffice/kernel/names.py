"""Search keys of people's names: pinyin initials and full pinyin, surname readings and ordinary ones alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import islice, product

from unionoffice.kernel.text import COMPOUND_SURNAMES, clean_name
from unionoffice.kernel.text import surname as surname

_SURNAMES = """
    曾 zeng;单 shan;仇 qiu;查 zha;解 xie;区 ou;朴 piao;盖 ge gai;缪 miao;翟 zhai;秘 bi;种 chong;折 she;么 yao;幺 yao;
    员 yun;乐 yue le;繁 po;尉 wei;宓 mi fu;冼 xian;召 shao;盛 sheng;覃 qin tan;佴 nai;黑 he hei;逄 pang;洗 xian;撒 sa;
    隗 wei kui;郇 xun huan;晁 chao;殷 yin;那 na;宁 ning;任 ren;华 hua;纪 ji;葛 ge;柏 bai;祭 zhai;哈 ha;车 che;
    牟 mu mou;能 nai;都 du;适 kuo;相 xiang;宿 su;瞿 qu;燕 yan;应 ying;於 yu;曲 qu;占 zhan;干 gan;谌 chen shen;
    郗 xi chi;阚 kan;芈 mi;妫 gui;颉 xie jie;费 fei bi;贲 ben;薄 bo;阙 que;佘 she;厍 she;啜 chuai;炅 gui;丌 ji;
    过 guo;钭 tou;句 gou;卜 bu;沈 shen;石 shi;肖 xiao;俞 yu;祝 zhu;蒙 meng;六 lu;侯 hou;粘 nian;卒 cu;褚 chu;
    尉迟 yu-chi;万俟 mo-qi;令狐 ling-hu;欧阳 ou-yang;长孙 zhang-sun;澹台 tan-tai;单于 chan-yu;鲜于 xian-yu;
    乐正 yue-zheng;宰父 zai-fu;夏侯 xia-hou;皇甫 huang-fu;尉犁 yu-li;赫连 he-lian;亓官 qi-guan;颛孙 zhuan-sun;
    漆雕 qi-diao;夹谷 jia-gu;壤驷 rang-si;拓跋 tuo-ba;哥舒 ge-shu;叶赫 ye-he;万俟 mo-qi;公冶 gong-ye;仲孙 zhong-sun
"""
_WORD = re.compile(r"[A-Za-z]+")
_HAN_FROM = "\u3006"
_MOST_INITIALS, _MOST_PINYIN = 16, 8


def initials(name: str) -> list[str]:
    """Pinyin initials of a cleaned name in every reading, the surname's own first, at most 16: 曾丽梅 → zlm, clm.

    Latin words count with their first letter; signs are left out; a character without a reading stands for itself.
    """
    if _plain(name):
        given = _given_initials(name[1:])
        return [letter + rest for letter in _FAMILY_LETTERS[name[0]] for rest in given][:_MOST_INITIALS]
    return _combined([tuple(dict.fromkeys(part[:1] for part in parts)) for parts in _options(name)])


def initials_of_many(names: Sequence[str]) -> list[str]:
    """`initials` of each cleaned name, several readings parted by `|`.

    Most names have one reading only: all are looked up in one pass, and only the others are worked out.
    """
    quick = "\n".join(names).translate(_SINGLE_INITIALS).split("\n")
    if len(quick) != len(names):  # a line break inside a name
        return ["|".join(initials(name)) for name in names]
    return [
        letters if letters.isascii() else "|".join(initials(name)) for letters, name in zip(quick, names, strict=True)
    ]


def full_pinyin(name: str) -> list[str]:
    """Toneless pinyin of a cleaned name without spaces, likeliest first, at most 8: 曾丽梅 → zenglimei; ü is v."""
    keys = ("".join(parts) for parts in _combinations(name))
    return list(dict.fromkeys(islice(keys, 64)))[:_MOST_PINYIN]


def search_keys(name: str) -> str:
    """Initials and full pinyin separated by spaces: what a search for "zlm" or "zenglimei" looks into."""
    cleaned = clean_name(name)
    return " ".join([*initials(cleaned), *full_pinyin(cleaned)])


def readings(character: str) -> tuple[str, ...]:
    """All toneless readings of one character, the usual one first; () when unknown."""
    return _readings().get(character, ())


def _combinations(name: str) -> product[tuple[str, ...]]:
    return product(*_options(name))


def _options(name: str) -> list[tuple[str, ...]]:
    """The readings each place of a name can have, the likeliest first."""
    family = surname(name)
    table, own = _readings(), _surnames()
    options: list[tuple[str, ...]] = []
    start = 0
    if len(family) == 2:
        options = [table.get(sign, (sign,)) for sign in family]
        for place, syllable in enumerate(own.get(family, ("",))[0].split("-")):
            if syllable:
                options[place] = tuple(dict.fromkeys((syllable, *options[place])))
        start = 2
    elif family in own:
        options = [tuple(dict.fromkeys((*own[family], *table.get(family, ()))))]
        start = 1
    rest = name[start:]
    if rest.isascii() or not rest.isalpha() or min(rest) < _HAN_FROM:
        options += [(word,) if word.isascii() else table.get(word, (word,)) for word in _units(rest)]
    else:
        options += [table.get(sign, (sign,)) for sign in rest]
    return options


def _plain(name: str) -> bool:
    """Whether a name is Chinese characters alone, the first of them the surname."""
    return bool(name) and min(name) > _HAN_FROM and name[:2] not in COMPOUND_SURNAMES and name.isalpha()


@lru_cache(maxsize=50_000)
def _given_initials(given: str) -> list[str]:
    """Initials of the rest of a plain name: in a large roll given names repeat."""
    return _combined([_GIVEN_LETTERS[sign] for sign in given])


def _combined(letters: Iterable[tuple[str, ...]]) -> list[str]:
    keys = map("".join, product(*letters))
    return list(dict.fromkeys(islice(keys, 256)))[:_MOST_INITIALS]


def _units(text: str) -> list[str]:
    """Latin words in lower case and single other characters; spaces and signs left out."""
    units, end = [], 0
    for word in _WORD.finditer(text):
        units += [sign for sign in text[end : word.start()] if sign.isalnum()]
        units.append(word[0].lower())
        end = word.end()
    return units + [sign for sign in text[end:] if sign.isalnum()]


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    from unionoffice.kernel import pinyin_data  # 190 KB of text that only a search or an import needs

    table: dict[str, tuple[str, ...]] = {}
    for line in pinyin_data.FIRST.splitlines():
        syllable, _, characters = line.partition(" ")
        table.update(dict.fromkeys(characters, (syllable,)))
    for line in pinyin_data.FURTHER.splitlines():
        syllable, _, characters = line.partition(" ")
        further = (syllable,)
        for character in characters:
            table[character] += further
    return table


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    pairs = (entry.split() for entry in _SURNAMES.split(";"))
    return {family: tuple(given) for family, *given in pairs}


class _SingleInitials(dict[int, str]):
    """For str.translate: the initial of a character that has one only and is no surname with its own reading.

    Every other one becomes a sign outside ASCII; line breaks stay.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        letters = {reading[0] for reading in readings(character)}
        single = character > _HAN_FROM and len(letters) == 1 and not any(character in name for name in _surnames())
        initial = self[code] = letters.pop() if single else character if character == "\n" else _HAN_FROM
        return initial


class _Letters(dict[str, tuple[str, ...]]):
    """The initials of a character, worked out when first met; a surname has its own first."""

    def __init__(self, *, family: bool) -> None:
        super().__init__()
        self._family = family

    def __missing__(self, character: str) -> tuple[str, ...]:
        known = readings(character) or (character,)
        if self._family:
            known = (*_surnames().get(character, ()), *known)
        found = self[character] = tuple(dict.fromkeys(reading[0] for reading in known))
        return found


_SINGLE_INITIALS = _SingleInitials()
_FAMILY_LETTERS = _Letters(family=True)
_GIVEN_LETTERS = _Letters(family=False)

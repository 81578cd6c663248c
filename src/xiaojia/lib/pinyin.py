"""Under which spellings can a Chinese name be found: by its characters, its pinyin or its initials?"""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_PARTS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[^\u3400-\u9fff\U00020000-\U0003ffff]+")
"""One Chinese character, or a run of anything else: so the dictionary reads a text too."""
_NOT_WORD = re.compile(r"[^\w]+|_")
_SEPARATOR = "|"

# What the dictionary reads wrongly in the names of streets, banks and towns.
load_single_dict({ord("长"): "cháng,zhǎng", ord("曾"): "zēng,céng", ord("晟"): "shèng"})
load_phrases_dict(
    {
        "支行": [["zhī"], ["háng"]],
        "漯河": [["luò"], ["hé"]],
        "朝阳路": [["cháo"], ["yáng"], ["lù"]],
    }
)


def search_text(*names: str) -> str:
    """Return the text in which ``normalise_query(q)`` is found by a plain substring match.

    For each name: the name itself, its pinyin without tones and its initials, apart by "|" so that nothing is found
    across two of them. Polyphones are read by the phrase: 重庆 chongqing, 银行 yinhang. 绿 is lv.
    """
    tokens: list[str] = []
    for name in names:
        plain = _fold(name)
        if plain:
            tokens += [plain, *_spellings(plain)]
    unique = list(dict.fromkeys(tokens))
    return _SEPARATOR + _SEPARATOR.join(unique) + _SEPARATOR if unique else ""


def normalise_query(query: str) -> str:
    """Return what to look for as a substring of ``search_text``: folded like it, tones and spaces gone."""
    return "".join(query_terms(query))


def query_terms(query: str) -> list[str]:
    """Return the words of a query, folded; all of them must be found ("郑州 高新", "zheng zhou")."""
    toneless = unicodedata.normalize("NFKD", query.replace("ü", "v").replace("Ü", "v"))
    toneless = re.sub("u\u0308", "v", toneless)
    toneless = "".join(character for character in toneless if not unicodedata.combining(character))
    return [term for word in toneless.split() if (term := _fold(word))]


def _fold(text: str) -> str:
    """NFKC, lower case, punctuation and spaces gone, so that （） and () or a middle dot never matter."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def _spellings(plain: str) -> list[str]:
    if not _CHINESE.search(plain):
        return []
    read = lazy_pinyin(plain)
    parts = _PARTS.findall(plain)
    if len(parts) != len(read):  # a sign that the dictionary takes for no Chinese character
        return ["".join(read), "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER))]
    initials = (word[0] if _CHINESE.match(part) else word for part, word in zip(parts, read, strict=True))
    return ["".join(read), "".join(initials)]

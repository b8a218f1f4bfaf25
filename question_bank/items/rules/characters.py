"""Characters as people mean them: radicals of PDF copies, odd spaces, full-width letters."""

from __future__ import annotations

import re
import unicodedata

# CJK Radicals Supplement → unified ideographs (Unicode, EquivalentUnifiedIdeograph.txt). NFKC leaves
# nearly all of these alone, while it does fold the Kangxi block.
_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺏⺐⺒⺓⺔⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆"
        "⻈⻉⻋⻌⻍⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂刀刂卜㔾小小兀尣尢巳幺彑忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒㓁羊耂肀聿肉臼艹艹艹虎衤覀西见角"
        "讠贝车辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_KANGXI = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)}
# Ticks, crosses and boxes of Wingdings, whose letters stand in the private use area.
_GLYPHS = {"\uf0fc": "√", "\uf0fe": "☑", "\uf052": "☑", "\uf0fb": "×", "\uf0fd": "☒", "\uf0a8": "□", "\uf06f": "□",
           "\uf0a3": "□", "\uf06e": "■"}  # fmt: skip
_RADICALS = str.maketrans(_SUPPLEMENT | _KANGXI | _GLYPHS | {"\u02ee": "”"})
_SPACES = str.maketrans(
    dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
    )
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", None)
)
_WIDE = str.maketrans({chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
_RADICAL = re.compile("[\u2e80-\u2fd5]")


def has_radicals(text: str) -> bool:
    """Whether a text bears the mark of a copy from PDF: radicals in the place of characters."""
    return _RADICAL.search(text) is not None


def plain(text: str) -> str:
    """The same text in ordinary characters; ideographic spaces and full-width signs stay."""
    return text.translate(_SPACES).translate(_RADICALS)


def narrow(text: str) -> str:
    """Full-width ASCII as ASCII, one character for one, so that positions stay the same."""
    return text.translate(_WIDE)


def squeezed(text: str) -> str:
    """A key for comparing texts: no spaces, narrow signs, lower case."""
    return re.sub(r"\s+", "", narrow(plain(text))).casefold()

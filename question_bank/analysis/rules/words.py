"""What figures mean, in words that a school's office reads."""

from __future__ import annotations

from decimal import Decimal

LETTER_NAMES = {"true": "正确", "false": "错误", "": "未作答"}


def percent(share: Decimal) -> str:
    """0.125 as 12.5%; no needless zero."""
    return f"{(share * 100).quantize(Decimal('0.1')).normalize() + 0:f}%"


def facility_words(share: Decimal) -> str:
    """难度 in a word, as teachers grade it by the share of points reached."""
    steps = [("0.85", "很容易"), ("0.7", "较容易"), ("0.4", "适中"), ("0.2", "较难")]
    return next((word for limit, word in steps if share >= Decimal(limit)), "很难")


def discrimination_words(r: Decimal) -> str:
    """区分度 by Ebel's classes (Measuring Educational Achievement, 1965)."""
    steps = [("0.4", "很好"), ("0.3", "良好"), ("0.2", "尚可"), ("0", "偏低")]
    return next((word for limit, word in steps if r >= Decimal(limit)), "为负，要查")


def reliability_words(alpha: Decimal, low: Decimal) -> str:
    """信度 in a sentence; `low` as the norm analysis.reliability_low."""
    if alpha >= Decimal("0.9"):
        return "很高：换一份相当的试卷再考，名次基本不变。"
    if alpha >= low:
        return "够用：成绩可以用来评定。"
    if alpha >= Decimal("0.5"):
        return "偏低：分数接近的人不宜硬分高下；增加题数、换掉区分度低的题会好转。"
    return "低：各题考的不是一回事，或题目太少、太易；这份成绩不宜单独作依据。"


def spread_words(deviation: Decimal, full: Decimal) -> str:
    """标准差 as a share of the full score (Moodle's guide: 12 % to 18 % is aimed at)."""
    share = deviation / full
    if share < Decimal("0.08"):
        return "分数挤在一起，难分高下。"
    if share > Decimal("0.2"):
        return "分数拉得很开，学员之间差距大。"
    return "高低拉开得合适。"


def skew_words(skewness: Decimal) -> str:
    """偏度: to which side the tail is."""
    if abs(skewness) < Decimal("0.5"):
        return "高分低分两边大致对称。"
    if skewness < 0:
        return "多数人得分偏高，少数人拖在低分一边。"
    return "多数人得分偏低，少数人得了高分。"


def error_words(error: Decimal) -> str:
    """标准误: how far a score may be from what a candidate can do."""
    return f"同一水平的人再考一次，约三分之二的人分数相差不超过{error:.1f}分。"

"""The words by which people name the kinds of items, in headings, tags and columns."""

from __future__ import annotations

import re

# "choice" is single or multiple, whichever the key says.
CHOICE = "choice"
_WORDS = {
    "single": "单项选择题 单项选择 单选题 单选 单选择题 单项 radio single",
    "multiple": "不定项选择题 不定项选择 不定项 多项选择题 多项选择 多选题 多选 多选择题 多项 checkbox multiple",
    CHOICE: "选择题 选择 choice",
    "truth": "判断正误题 判断正误 判断对错 判断题 判断 是非题 是非 对错题 对错判断 正误题 正误判断 truefalse true/false",
    "blank": "填空题 填空 完形填空",
    "short": "简答题 简答 问答题 问答 名词解释题 名词解释 辨析题 辨析 简述题 简述 计算题 计算 编程题 主观题 解答题",
    "essay": "论述题 论述 作文题 作文 写作题 写作",
    "case": "案例分析题 案例分析 案例题 案例 材料分析题 材料分析 材料题 材料 阅读理解题 阅读理解 综合题 综合分析题",
    "matching": "匹配题 匹配 连线题 连线 配对题 配对",
    "ordering": "排序题 排序",
    "listening": "听力题 听力理解 听力",
    "speaking": "口语题 口语 朗读题",
}
KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
WORD = "(?:" + "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True)) + ")"
_EXACT = re.compile(rf"({WORD})", re.IGNORECASE)


def kind_of(text: str) -> str:
    """The kind that a word names, "choice" where it may be single or multiple, "" if none."""
    word = re.sub(r"[\s\[\]【】()（）<>《》:：]", "", text).casefold()
    word = re.sub(r"^(?:[一二三四五六七八九十]+|\d+)[、.．]", "", word)
    match = _EXACT.fullmatch(word)
    return KINDS[match[1]] if match else ""

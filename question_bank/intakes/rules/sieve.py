"""What the preview of an intake is narrowed to, and what kinds of problems are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from question_bank.intakes.rules.grid import FAULT, NEAR, PICTURE, TWIN

OTHER = "其他需要核对的"
PROBLEM_NAMES = {
    FAULT: "内容须改正",
    TWIN: "内容完全相同",
    NEAR: "与别的题相近",
    PICTURE: "图片没有读入",
    "answer_alone": "答案单独成段",
    "answer_in_gap": "空里像是答案",
    "answer_left": "残留像答案的文字",
    "answer_unusual": "答案写法少见",
    "answers_disagree": "两处答案不一致",
    "blank_count": "空数对不上",
    "blank_in_options": "填空答案取自选项栏",
    "case_sensitive": "原题区分大小写",
    "columns_unsplit": "左右两栏没有分清",
    "count_differs": "题干说的个数与答案不符",
    "date_cell": "单元格是日期",
    "drawing": "图形没有读入",
    "emphasis_lost": "划线或加粗没有保留",
    "empty_option": "选项是空的",
    "few_options": "选项太少",
    "formula_lost": "公式没有完整读出",
    "groups": "可换序没有看懂",
    "items_in_answer": "答案里像有别的题",
    "key_ambiguous": "答案有两种读法",
    "key_beyond": "答案指向没有的选项",
    "key_empty": "答案指向空选项",
    "key_numbers": "答案编号对不上",
    "key_numbers_differ": "答案编号对不上",
    "key_repeated": "答案有重复",
    "key_torn": "答案被拆开",
    "key_unread": "答案看不懂",
    "kind_unclear": "题型不明",
    "kind_unknown": "题型不认识",
    "line_repeated": "题干有重复行",
    "loose_text": "多出来的文字",
    "marks_alike": "选项标记全都一样",
    "marks_differ": "选项标记不一致",
    "maybe_ordering": "可能是排序题",
    "media_missing": "文件里没有附件",
    "multiple_one": "多选题只有一个答案",
    "no_blank": "题干里没有空",
    "no_body": "没有正文",
    "no_header": "表格没有表头",
    "no_key": "没有答案",
    "no_kind": "看不出题型",
    "no_options": "没有选项",
    "no_recording": "没有录音",
    "no_stem": "没有题干",
    "number_jump": "题号不连续",
    "number_repeated": "题号重复",
    "option_continued": "选项换行",
    "option_letters": "选项字母不对",
    "options_in_stem": "题干里像有选项",
    "options_merged": "两个选项连在一起",
    "options_unexpected": "不该有选项",
    "options_unsplit": "选项没有分开",
    "order_some": "原题只排其中几项",
    "parts_differ": "小题与答案个数不符",
    "picture_aside": "图片的位置须核对",
    "picture_kind": "图片格式不能读",
    "picture_large": "图片过大",
    "picture_lost": "图片没有读入",
    "plays": "播放次数不对",
    "seconds": "录音秒数不对",
    "tries": "录音次数不对",
    "points": "分值不是数字",
    "rubric": "采分点没有分值",
    "same_options": "选项文字相同",
    "several_brackets": "几个括号都像答案",
    "single_many": "单选题有几个答案",
    "source": "出处没有看懂",
    "stem_start": "题干从哪里开始不清楚",
    "stray_text": "多出来的文字",
    "strike": "有删除线",
    "text_after_answer": "答案后面的文字",
    "tick_inside": "选项中间有√",
    "truth_options": "判断题选项个数不对",
}

# Problems of a file that go away once somebody says which column is what.
COLUMN_CODES = frozenset({"columns_unknown", "no_header", "column_left_out", "sheet_skipped"})


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which items of a preview are meant; "" for all. `text` may stand anywhere in an item."""

    standing: str = ""
    kind: str = ""
    code: str = ""
    text: str = ""

    def as_args(self) -> dict[str, str]:
        """What an address says of it."""
        return {name: value for name, value in asdict(self).items() if value}

    def but(self, **changed: str) -> dict[str, str]:
        """The address of the same list with something else in it."""
        return replace(self, **changed).as_args()


def sieve_of(args: Mapping[str, str]) -> Sieve:
    """What an address or a form asks for."""
    return Sieve(
        *(args.get(name, "").strip()[:200] for name in ("standing", "kind", "code", "text"))
    )


def problem_name(code: str) -> str:
    """What people call a kind of problem."""
    return PROBLEM_NAMES.get(code, OTHER)

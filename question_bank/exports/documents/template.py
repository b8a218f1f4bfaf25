"""Templates to be filled in: the same files as exports, with instructions and an example of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from question_bank.items.formats import template_docx, template_xlsx
from question_bank.items.rules.draft import Draft, Place
from question_bank.items.rules.terms import Source

_HERE = Place("")
_EXCEL = (
    "怎样填写",
    "1. 在“试题”工作表里一行写一道题，示例看过以后请整行删去。表头和两个工作表的名称请不要改动。",
    "2. 题型：单选题、多选题、判断题、填空题、简答题、论述题、案例分析题、连线题、排序题、听力题、口语题。",
    "3. 选项一格一个，不用写字母；选项多于六个时，在后面加“选项G”“选项H”等列。",
    "4. 答案：选择题写字母（ABD）；判断题写“正确”或“错误”；填空题一空一行（单元格里用 Alt+Enter 换行），"
    "同一空的几种写法用“|”隔开；连线题写“1-B，2-A”；排序题按正确的顺序写字母；简答题、论述题写参考答案。"
    "别的答案也得一部分分时写在后面：“C【B 50%】”“1822|1820【50%】”；数值允许误差写成“1822【±2】”。",
    "5. 填空题的几个空可以互换时，在“可换序”里写空的序号，例如“1,2”。",
    "6. 采分点一行一个，先写分值，例如“2分：写出时间和地点”。",
    "7. 连线题的左栏一行一个，右栏写在选项里。",
    "8. 案例分析题、听力题：先写一行材料，下面每道小题各占一行，在“小题”里写 1、2、3……",
    "9. 知识点写成“公务员法 > 录用”；几个标签用“、”隔开；出处写成“文件名|条款|版本|生效日期|失效日期”，后面的可以不写。",
    "10. 图片和录音请入库以后在题目页面添加，或改用 Word 模板插入图片。",
)
_WORD = (
    "试题导入模板：示例看过以后请删去。每一段的格式（样式）说明它是什么，请在示例的段落上改写，"
    "或复制整段再改写；在“样式”窗格里可以选用：逢学题干、逢学小题、逢学选项、逢学属性、逢学说明。",
    "题干写成“1．[单选题]……”；选项写成“A．……”；其余写成“答案：”“解析：”“分值：”“难度：”“知识点：”“标签：”"
    "“采分点：2分：……”“左栏：……”，一段一项。题干和选项里可以插入图片。",
    "填空题的答案一空一行（Shift+Enter 换行），同一空的几种写法用“|”隔开；连线题的答案写“1-B，2-A”；"
    "排序题按正确的顺序写字母；判断题写“正确”或“错误”。这样的说明文字不会读入。",
)
_Writer = Callable[[Sequence[Draft], Mapping[str, bytes], Sequence[str]], bytes]
WRITERS: dict[str, tuple[_Writer, tuple[str, ...]]] = {
    "xlsx": (template_xlsx.write, _EXCEL),
    "docx": (template_docx.write, _WORD),
}


def template(form: str) -> bytes:
    """The template as a file of `form`, a key of WRITERS."""
    write, guide = WRITERS[form]
    return write(EXAMPLES, {}, guide)


def _one(number: int, kind: str, stem: str, **further: object) -> Draft:
    given = {"options": (), "key": (), "source": _HERE, "difficulty": "易", "points": Decimal(2)}
    return Draft(number=number, kind=kind, stem=stem, **{**given, **further})  # type: ignore[arg-type]


def _part(number: int, kind: str, stem: str, **further: object) -> Draft:
    return _one(number, kind, stem, **{"difficulty": "", **further})


EXAMPLES = (
    _one(1, "single", "国家象征包括国旗、国徽和（　）。", options=("国歌", "国花", "国树", "国鸟"), key=("A",),
         rationale="国旗、国歌、国徽都由专门的法律规定。", topic="常识 > 国家象征", sources=(Source("国歌法", "第三条"),)),
    _one(2, "multiple", "下列属于直辖市的有（　）。", options=("北京", "上海", "广州", "重庆"), key=("A", "B", "D"),
         topic="常识 > 地理"),
    _one(3, "truth", "公历闰年的二月有29天。", key=("true",)),
    _one(4, "blank", "一年有____个季度，____个月。", key=(("四", "4"), ("十二", "12"))),
    _one(5, "short", "简述召开会议前要做哪些准备。", points=Decimal(5), difficulty="中",
         key=("确定议题、时间、地点和参加人员，发出通知，备好材料和会场。",),
         rubric=({"text": "写出议题、时间、地点、人员", "points": Decimal(3)},
                 {"text": "写出通知、材料、会场", "points": Decimal(2)})),
    _one(6, "matching", "把省（区）和它的省会（首府）连起来。", options=("昆明", "南宁", "贵阳", "长沙"),
         key=((0, 1), (1, 0), (2, 2)),
         parts=tuple(_part(at, "", one) for at, one in enumerate(("广西", "云南", "贵州"), start=1))),
    _one(7, "ordering", "把下列各数从小到大排列。", options=("30", "10", "20"), key=(1, 2, 0)),
    _one(8, "case", "某单位周一上午九点开会，小王九点十分才到，也没有事先请假。", points=Decimal(6), difficulty="中",
         parts=(_part(1, "truth", "小王迟到了。", key=("true",)),
                _part(2, "essay", "小王应当怎样做？", key=("事先请假，说明原因；按时到会。",), points=Decimal(4)))),
)  # fmt: skip

"""Items made up of phrases, with whatever stands in real stems and options and looks like something else."""

from __future__ import annotations

import random

from tests.question_bank.intakes.known import Known

_SUBJECTS = [
    "村民委员会", "党支部", "乡镇人大", "驻村第一书记", "2024年的村务公开", "“四议两公开”", "《村规民约》第3条", "集体经济组织（合作社）",
    "GDP", "A级景区", "3·15活动", "新一轮“两委”换届", "1.5亿亩高标准农田", "信访", "B村和C村的界线", "最低生活保障", "第一批巡察",
]  # fmt: skip
_SINGLE = [
    "{}每届任期为｛｝年。", "关于{}，下列说法正确的是｛｝。", "下列不属于{}职责的是｛｝", "｛｝负责召集{}的会议。", "{}的首要任务是什么？｛｝",
    "按规定，{}应当在｛｝日内公示（节假日除外）。", "某村有36人，{}至少要有｛｝人同意。", "{}最早由｛｝提出", "对{}的处理，正确的做法是｛｝：",
    "根据2018年修订的办法，｛｝对{}负总责，其他单位配合。",
]  # fmt: skip
_MULTIPLE = [
    "{}应当坚持｛｝。", "下列属于{}内容的有｛｝", "关于{}，以下说法正确的有｛｝。", "｛｝可以列席{}的会议。", "{}要做到哪几点？｛｝",
]  # fmt: skip
_STATEMENTS = [
    "{}有权查阅账目｛｝", "{}可以不公开。｛｝", "{}就是把钱上交｛｝。", "{}由上级直接指定，不需要选举。｛｝", "1987年起，{}一直如此｛｝。",
    "{}的经费（含补贴）不得少于3.5万元。｛｝",
]  # fmt: skip
_BLANKS = [
    ("{}的任期是____年。", ("五",)), ("{}要坚持____、____和____。", ("自治", "法治", "德治")), ("____是{}的根本。", ("为人民服务",)),
    ("年满____周岁的村民可参加{}。", ("18",)), ("{}分____个阶段，第一阶段到____年。", ("两", "2027")),
]  # fmt: skip
_QUESTIONS = [
    ("简述{}的主要内容。", "一是财务收支；二是工程建设；三是惠农补贴。"),
    ("什么是{}？", "党组织提议、两委商议、党员审议、代表决议。"),
    ("谈谈你对{}的认识。", "要从实际出发，尊重群众意愿，不搞一刀切。"),
]
_OPTIONS = [
    ("三", "四", "五", "六", "七"), ("3", "5", "7", "15", "30"), ("2%", "3.5%", "10%", "50%", "100%"), ("1978年", "1982年", "1998年", "2018年", "2024年"),
    ("村委会", "乡政府", "党小组", "村民代表会议", "合作社"), ("修路、架桥等", "收费", "办厂，经商", "以上都不是", "罚款"),
    ("政治标准", "学历（学位）", "年龄", "A、B两项", "工龄"), ("WTO", "GDP", "CPI", "PPI", "IMF"), ("7月1日", "8月1日", "10月1日", "12月4日", "5月4日"),
    ("因地制宜，分类指导", "一刀切；层层加码", "先试点，再推开", "照抄照搬外地的做法，不问实际", "等靠要"), ("1.5万元", "2.5万元", "3万元", "10万元", "20万元"),
    ("民主选举", "民主协商", "民主决策", "民主管理", "民主监督"), ("“三会一课”", "“枫桥经验”", "《民法典》", "《宪法》第二条", "党章"), ("真实", "全面", "及时", "有力", "有序"),
    ("对上负责", "错时上班", "正确引导", "对口帮扶", "是非不分"), ("C919", "A股", "B超", "5G", "4K"),
]  # fmt: skip


def drawn(rng: random.Random, kind: str, taken: set[str], *, some: bool = False) -> Known:
    """An item of a kind whose stem is not among those taken; with `some`, not all options are right."""
    while True:
        item = _drawn(rng, kind)
        if item.stem not in taken and not (some and 0 < len(item.options) == len(item.key)):
            taken.add(item.stem)
            return item


def _drawn(rng: random.Random, kind: str) -> Known:
    subject = rng.choice(_SUBJECTS)
    if kind == "truth":
        stem = rng.choice(_STATEMENTS).format(subject)
        return Known("truth", stem, (), (rng.choice(["true", "false"]),))
    if kind == "blank":
        stem, texts = rng.choice(_BLANKS)
        return Known("blank", stem.format(subject), (), tuple((text,) for text in texts))
    if kind == "ordering":
        options = rng.sample(rng.choice(_OPTIONS[4:7]), 4)
        order = tuple(rng.sample(range(4), 4))
        return Known("ordering", f"把{subject}的有关事项按先后排序。", tuple(options), order)
    if kind == "matching":
        left, right = rng.sample(_OPTIONS[-1], 3), rng.sample(_OPTIONS[4], 3)
        pairs = tuple(enumerate(rng.sample(range(3), 3)))
        return Known(
            "matching", f"把{subject}的有关事项连起来。", tuple(right), pairs, "", tuple(left)
        )
    if kind == "short":
        stem, text = rng.choice(_QUESTIONS)
        return Known("short", stem.format(subject), (), (text,))
    options = rng.sample(rng.choice(_OPTIONS), rng.choice([3, 4, 4, 4, 5]))
    if kind == "single":
        stem = rng.choice(_SINGLE).format(subject)
        return Known("single", stem, tuple(options), (rng.choice("ABCDE"[: len(options)]),))
    count = rng.randint(2, len(options))
    key = sorted(rng.sample("ABCDE"[: len(options)], count))
    return Known("multiple", rng.choice(_MULTIPLE).format(subject), tuple(options), tuple(key))

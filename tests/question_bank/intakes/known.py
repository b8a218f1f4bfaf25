"""Items as they are meant, and what of a draft is not as it was meant. The items are invented for these tests."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from question_bank.items.rules.draft import Draft


@dataclass(frozen=True)
class Known:
    """An item as it is meant; ｛｝ in the stem is the place of the answer."""

    kind: str
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[object, ...] = ()
    rationale: str = ""
    left: tuple[str, ...] = ()


SINGLES = [
    Known("single", "村民委员会每届任期为｛｝年。", ("三", "四", "五", "六"), ("C",)),
    Known("single", "1998年修订的法律是｛｝。", ("村组织法", "选举法", "监督法", "预算法"), ("A",)),
    Known("single", "下列说法不正确的是｛｝", ("村务公开要及时", "村规民约不得与宪法相抵触", "村民会议可以罚款", "村民代表由村民推选"), ("C",)),
    Known("single", "上浮的比例不超过｛｝。", ("2%", "3.5%", "5%", "10%"), ("B",)),
    Known("single", "“小微权力”清单最早由｛｝公布。", ("乡镇党委", "村党支部（总支）", "县纪委监委", "村务监督委员会"), ("A",)),
    Known("single", "某村有村民代表36人，至少｛｝人同意方可通过。", ("12", "18", "19", "24"), ("C",)),
    Known("single", "发展党员应当把｛｝放在首位。", ("政治标准", "学历", "年龄", "A、B两项"), ("A",)),
    Known("single", "下列4项中，属于公共服务的是｛｝。", ("修路、架桥等", "收费", "经商", "以上都不是"), ("A",)),
    Known("single", "WTO 的中文名称是｛｝。", ("世界贸易组织", "世界卫生组织", "世界银行", "国际货币基金组织"), ("A",)),
    Known("single", "谁主持村民会议？｛｝", ("村委会", "乡政府", "党小组"), ("A",)),
]  # fmt: skip
MULTIPLES = [
    Known("multiple", "下列属于村民自治内容的有｛｝。", ("民主选举", "民主协商", "乱收费", "民主管理"), ("A", "B", "D")),
    Known("multiple", "村务公开应当做到｛｝。", ("及时", "真实", "全面", "接受监督"), ("A", "B", "C", "D")),
    Known("multiple", "“三会一课”包括｛｝", ("支部党员大会", "支部委员会", "党小组会", "党课", "茶话会"), ("A", "B", "C", "D")),
    Known("multiple", "2023年的重点工作有｛｝。", ("产业", "人才", "喝酒", "生态"), ("A", "B", "D")),
    Known("multiple", "基层治理要坚持｛｝相结合。", ("自治", "法治", "德治"), ("A", "B", "C")),
    Known("multiple", "以下哪些人可以列席？｛｝", ("驻村干部", "村医", "经商户", "未成年人"), ("A", "B")),
]  # fmt: skip
TRUTHS = [
    Known("truth", "村民有权查阅村务公开内容。｛｝", (), ("true",)),
    Known("truth", "集体所有的土地可以自由买卖。｛｝", (), ("false",)),
    Known("truth", "党员可以不参加组织生活｛｝", (), ("false",)),
    Known("truth", "1987年试行的法律在1998年修订｛｝。", (), ("true",)),
    Known("truth", "会议有过半数的代表参加，方可举行。｛｝", (), ("true",)),
    Known("truth", "“村账乡管”就是把村里的钱上交｛｝。", (), ("false",)),
]
BLANKS = [
    Known("blank", "村民委员会每届任期____年。", (), (("五",),)),
    Known(
        "blank", "基层群众自治的三种形式是____、____和____。", (), (("选举",), ("协商",), ("监督",))
    ),
    Known("blank", "年满____周岁的村民有选举权。", (), (("18",),)),
    Known("blank", "____是党的根本宗旨。", (), (("为人民服务",),)),
]
SHORTS = [
    Known("short", "简述村务公开的主要内容。", (), ("一是财务收支；二是工程建设；三是惠农补贴。",)),
    Known("short", "什么是“四议两公开”？", (), ("村党组织提议、两委商议、党员审议、村民代表决议，决议公开、结果公开。",)),
]  # fmt: skip
ORDERINGS = [
    Known("ordering", "将村级决策的步骤按先后排列。", ("表决", "提议", "公开"), (1, 0, 2)),
    Known(
        "ordering", "把下列会议按召开的先后排序。", ("丙会", "甲会", "乙会", "丁会"), (1, 2, 0, 3)
    ),
]
MATCHINGS = [
    Known("matching", "把职务与职责连起来。", ("管钱", "管账"), ((0, 1), (1, 0)), "", ("会计", "出纳")),
    Known("matching", "连一连：村名与特产。", ("茶叶", "竹编", "豆腐"), ((0, 2), (1, 0), (2, 1)), "", ("东村", "西村", "南村")),
]  # fmt: skip
POOLS = {
    "single": SINGLES, "multiple": MULTIPLES, "truth": TRUTHS, "blank": BLANKS, "short": SHORTS,
    "ordering": ORDERINGS, "matching": MATCHINGS,
}  # fmt: skip
NAMES = {
    "single": ["单选题", "单项选择题", "单选"],
    "multiple": ["多选题", "多项选择题", "不定项选择题"],
    "truth": ["判断题", "判断正误题", "是非题"],
    "blank": ["填空题", "填空"],
    "short": ["简答题", "问答题"],
    "ordering": ["排序题"],
    "matching": ["连线题", "匹配题"],
}
JUDGED = [("√", "×"), ("对", "错"), ("正确", "错误"), ("T", "F"), ("✓", "✗"), ("对。", "错。")]
JOINS = ["", ",", " ", "、", "，", ", "]


def drawn(rng: random.Random, kinds: list[str]) -> list[Known]:
    """A few items of each kind, in the order of the kinds."""
    return [one for kind in kinds for one in rng.sample(POOLS[kind], rng.randint(2, min(6, len(POOLS[kind]))))]  # fmt: skip


def aligned(known: list[Known], drafts: list[Draft]) -> list[tuple[Known, Draft | None]]:
    """Every item with its draft: in their order if none is missing, else by their stems."""
    if len(known) == len(drafts):
        return list(zip(known, drafts, strict=True))
    left = list(drafts)
    pairs: list[tuple[Known, Draft | None]] = []
    for item in known:
        at = next((i for i, d in enumerate(left) if _bare(d.stem) == _bare(item.stem)), None)
        pairs.append((item, None if at is None else left.pop(at)))
    return pairs


def difference(known: Known, draft: Draft | None) -> str:
    """What of a draft is not as the item is meant, e.g. "stem key"; "" if nothing is."""
    if draft is None:
        return "missing"
    wrong = [] if draft.kind == known.kind else [f"kind {draft.kind}"]
    if _bare(draft.stem) != _bare(known.stem):
        wrong.append(f"stem {draft.stem!r}")
    judging = known.kind == "truth" and sorted(map(_bare, draft.options)) == sorted(
        ("正确", "错误")
    )
    if not judging and tuple(map(_bare, draft.options)) != tuple(map(_bare, known.options)):
        wrong.append(f"options {draft.options}")
    key = tuple(one.rstrip("。") if isinstance(one, str) else one for one in draft.key)
    if key != tuple(one.rstrip("。") if isinstance(one, str) else one for one in known.key):
        wrong.append(f"key {draft.key}")
    if known.left and tuple(part.stem for part in draft.parts) != known.left:
        wrong.append("left")
    return " ".join(wrong)


def _bare(text: str) -> str:
    """A text without spaces and without the gap, in whichever form it was drawn."""
    return re.sub(r"｛｝|_+|[（(【]\s*[)）】]|\s", "", text)


def misleads(known: Known, draft: Draft | None) -> bool:
    """Whether a draft that nothing is said about names other answers than the item has."""
    if draft is None or not draft.ready or not draft.key:
        return False
    return _meant(known.key, known.options) != _meant(draft.key, draft.options)


def _meant(key: tuple[object, ...], options: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that a key stands for, whichever letters they have."""
    letters = "ABCDEFGHIJKL"[: len(options)]
    named = (
        options[letters.index(k)] if isinstance(k, str) and k in letters and k else str(k)
        for k in key
    )
    return tuple(sorted(_bare(text).rstrip("。") for text in named))

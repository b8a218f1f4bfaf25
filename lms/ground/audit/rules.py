"""Rules of the chain: what a seal covers, when entries may be sealed, where the chain breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

BEGINNING = "0" * 64
# Numbers are given before the commit: an entry may appear after one with a higher number.
RIPE_AFTER = timedelta(minutes=1)
# A number that is still missing after so long was given to a transaction that was undone.
GAP_AFTER = timedelta(hours=1)

# What the trail calls a deed: the room, and the verb in it. Whoever adds a verb names it here.
ACTION_NAMES: dict[str, tuple[str, dict[str, str]]] = {
    "accounts": ("账号", {
        "change_password": "修改密码", "disable": "停用", "enable": "启用", "end_logins": "结束登录",
        "fail": "登录失败", "grant": "授予角色", "issue_code": "生成一次性登录码", "lock": "锁定",
        "log_in": "登录", "log_out": "退出", "open": "开通", "redeem": "首次登录", "revoke": "撤销角色",
        "unlock": "解锁",
    }),
    "admission": ("准入", {
        "enter": "用启动链接登录", "launch": "生成启动链接", "renew_code": "更换口令", "set": "设定",
    }),
    "analysis": ("试题分析", {
        "print": "打印", "record": "统计",
    }),
    "answer_files": ("应急答卷", {
        "take_in": "收下",
    }),
    "approvals": ("审批", {
        "pass_on": "通过", "send_back": "退回",
    }),
    "assemblies": ("组卷", {
        "ask": "提出要求", "assemble": "组成试卷",
    }),
    "attempts": ("答卷", {
        "count_in": "计入作答", "extend": "延长时间", "pause": "暂停", "release": "换设备",
        "reopen": "撤销交卷", "resume": "继续", "note_leap": "服务器时钟跳变", "submit_for": "代交",
        "sweep": "到时收卷", "take_paper": "录入纸质答卷", "tell": "发通知",
    }),
    "attendance": ("考勤", {
        "correct": "更正", "take": "登记",
    }),
    "availability": ("可授课时间", {
        "add_period": "登记时间", "remove_period": "撤回时间", "set_week": "修改每周时间",
    }),
    "audit": ("审计日志", {
        "export": "导出",
    }),
    "banks": ("题库", {
        "open_to": "授权",
    }),
    "blueprints": ("双向细目表", {
        "draw": "编制", "redraw": "修改",
    }),
    "calendars": ("日历订阅", {
        "offer": "开通", "revoke": "撤销",
    }),
    "catalogue": ("课程专题", {
        "add": "新增", "restore": "恢复", "retire": "停用", "revise": "修改",
    }),
    "certificates": ("结业证书", {
        "issue": "发证",
    }),
    "changes": ("批量修改", {
        "change": "修改", "undo": "撤回",
    }),
    "closing": ("结班", {
        "close": "结班",
    }),
    "cohort_files": ("一班一档", {
        "begin": "归档", "copy": "照搬材料", "enclose": "附入材料", "take_out": "取出材料",
    }),
    "cohorts": ("班次", {
        "add_course": "排入课程", "move_course": "调整课程顺序", "plan": "计划", "remove_course": "移出课程", "set_hours": "改课程学时",
        "revise": "修改", "take_step": "推进",
    }),
    "conduct": ("日常表现", {
        "acknowledge": "确认", "enter": "登记", "withdraw": "撤回",
    }),
    "enemies": ("互斥", {
        "keep_apart": "设为互斥", "reconcile": "解除",
    }),
    "evaluations": ("评课", {"judge": "评一次课"}),
    "exports": ("导出试题", {
        "write": "导出",
    }),
    "editions": ("课程表版本", {
        "print": "打印",
    }),
    "courseware": ("课件落实", {
        "pin": "选定课件", "set_due": "要求交课件", "unpin": "取消选定",
    }),
    "faculty": ("师资", {
        "add": "登记", "print": "打印", "renew": "续聘", "revise": "修改", "set_photo": "更换照片", "take_step": "变更状态",
    }),
    "fees": ("课酬", {
        "correct": "更正", "decide": "审定", "discard": "撤回", "hand_over": "导出发放表", "propose": "计算",
    }),
    "invigilation": ("监考", {
        "print": "打印",
    }),
    "intakes": ("导入试题", {
        "map_columns": "对应各列", "start": "上传", "stop": "停止读取", "take_in": "入库", "undo": "撤回",
    }),
    "invitations": ("授课邀请", {
        "answer": "答复", "invite": "邀请", "report_absence": "临时不能授课", "revoke": "收回",
    }),
    "items": ("试题", {
        "add": "新增", "create_bank": "新建题库", "approve": "审定", "restore": "恢复", "retire": "停用", "revise": "修改",
        "take_in": "导入",
    }),
    "jobs": ("后台任务", {
        "cancel": "取消", "resume": "继续",
    }),
    "marking": ("阅卷", {
        "arbitrate": "仲裁", "choose_check": "选质检卷", "collect": "收卷", "mark": "评阅", "order_score": "要求计分",
        "score": "计分", "set_scheme": "阅卷安排", "take_back_check": "撤销质检卷",
        "propose_correction": "提出更正答案", "decide_correction": "审批更正答案",
    }),
    "materials": ("课件资料", {
        "review": "审核", "submit": "提交",
    }),
    "norms": ("政策参数", {
        "set": "设定", "verify": "核实", "withdraw": "撤回",
    }),
    "openings": ("开班文书", {
        "discard": "撤回", "send": "发送开班通知", "write": "填写",
    }),
    "papers": ("试卷", {
        "discard": "废弃", "keep_order": "设定选项顺序", "move": "调整题序", "open": "查看封存试卷", "retire": "停用", "seal": "封存",
        "set_policy": "设定计分", "swap": "换题", "set_shuffle": "设定乱序", "undo": "撤回",
    }),
    "people": ("人员", {
        "close_unit": "撤销单位", "create_unit": "新建单位", "edit_unit": "修改单位",
        "link_account": "关联账号", "put_in_charge": "指定单位管理员", "relieve": "免去单位管理员", "save": "保存",
        "unmask": "查看完整号码",
    }),
    "person_files": ("一人一档", {
        "file": "归档",
    }),
    "prints": ("印制", {
        "open_file": "打开印制文件", "print": "印制",
    }),
    "programmes": ("学堂系列", {
        "add": "登记", "discard": "删除", "revise": "修改", "set_courses": "定常设课程",
    }),
    "provenances": ("出处", {
        "renew": "更新",
    }),
    "recordings": ("口语录音", {
        "decide": "裁定录音", "lend": "裁定他题录音",
    }),
    "rechecks": ("成绩复核", {
        "ask": "申请", "decide": "作出结论", "take_back": "撤回",
    }),
    "quotas": ("名额", {
        "allot": "分配", "remind": "提醒报送",
    }),
    "reflections": ("心得体会", {
        "grade": "评等次", "revise": "修改", "submit": "提交",
    }),
    "results": ("成绩", {
        "print": "打印", "release": "公布",
    }),
    "reviews": ("鉴定", {
        "accept": "采纳建议", "comment": "提出意见", "compute": "计算建议", "decide": "评定",
    }),
    "rosters": ("名册", {
        "arrange": "安排分组和食宿", "bring_roster": "上传名册", "group": "自动分组", "read_needs": "查看饮食健康备注", "enrol": "列入学员", "enter_roster": "导入名册", "place": "分组和职务",
        "withdraw": "学员退出",
    }),
    "routes": ("现场教学线路", {
        "draw": "拟线路", "revise": "修改",
    }),
    "schemes": ("考核方案", {
        "draw_up": "制定", "revise": "修改", "withdraw": "撤回",
    }),
    "scripts": ("纸质答卷", {
        "print": "打印", "take_in": "导入",
    }),
    "sittings": ("考场", {
        "cancel": "取消场次", "check_in": "登记到场", "confirm_paper": "确认试卷", "create_exam": "安排考试", "create_sitting": "安排场次", "discard_exam": "撤回考试", "exempt": "批准不单独考试",
        "exempt_learner": "批准免考", "lift_exemption": "撤销不单独考试", "lift_learner_exemption": "撤销免考", "move": "更换考场", "prepare": "生成答卷", "revise": "调整场次", "set_courses": "修改考核的课程", "set_topics": "登记考核的知识点", "withdraw_exam": "撤销考试",
        "decide_step": "裁定作答", "draw_seats": "编排座位", "note_incident": "记录异常", "seal_log": "封存日志",
    }),
    "series": ("成批排课", {
        "bring": "上传课程表", "drop": "撤销复制的班次", "rerun": "照往期复制", "sheet": "从表格导入", "undo": "整批撤销",
        "weekly": "每周重复",
    }),
    "suggestions": ("排课建议", {
        "ask": "请求", "take": "采纳",
    }),
    "timetable": ("课程表", {
        "cancel_lesson": "取消课次", "release": "发布", "reschedule": "调课", "schedule": "排课",
    }),
    "topics": ("知识点", {
        "create": "新建", "delete": "删除", "merge": "合并", "move": "移动", "rename": "改名",
    }),
    "trips": ("出行", {
        "add_photo": "添加照片", "check_off": "点名", "decide": "天气决定", "depart": "点数出发", "discard": "撤回", "move_riders": "调整乘车",
        "plan": "安排", "seat": "补排座位", "read_lists": "导出名单", "remove_photo": "移出照片", "report": "填写报告", "revise": "调整",
    }),
    "twins": ("重复试题", {
        "keep_both": "都保留", "retire": "停用一题",
    }),
    "venues": ("场地", {
        "add": "登记", "block": "登记停用时间", "close": "停用", "reopen": "重新启用",
        "revise": "修改", "set_travel": "修改路程时间", "unblock": "取消停用时间",
    }),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An audit entry as plain data, as the seal covers it."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_kind: str
    subject_id: int | None
    sentence: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Seal:
    """A seal as plain data."""

    id: int
    first_entry_id: int
    last_entry_id: int
    entries: int
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds: `broken` is empty, or says where it breaks first."""

    seals: int
    entries: int
    last_hash: str
    broken: str = ""


def action_name(action: str) -> str:
    """How people call a deed: 试卷·封存; one that nobody has named stays as it is written."""
    room, _, verb = action.partition(".")
    called, verbs = ACTION_NAMES.get(room, ("", {}))
    return f"{called}·{verbs[verb]}" if verb in verbs else action


def digest(previous_hash: str, lines: Iterable[Line]) -> bytes:
    """SHA-256 over the seal before and the entries, each as one line of canonical JSON."""
    covered = sha256(previous_hash.encode())
    for line in lines:
        plain = {**asdict(line), "at": line.at.astimezone(UTC).isoformat(timespec="microseconds")}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        covered.update(b"\n" + text.encode())
    return covered.digest()


def ripe(lines: Sequence[Line], *, after: int, at: datetime) -> list[Line]:
    """The entries, from number `after` + 1 on, that can be sealed at `at`.

    It stops at an entry that is too young, and at a missing number for as long as that
    number may still turn up.
    """
    sealed, last = [], after
    for line in lines:
        patience = RIPE_AFTER if line.id == last + 1 else GAP_AFTER
        if line.at > at - patience:
            break
        sealed.append(line)
        last = line.id
    return sealed


def judge(
    seals: Iterable[Seal], lines: Iterable[Line], is_signed: Callable[[bytes, str], bool]
) -> Verdict:
    """Check every seal against the entries, both in the order of their numbers.

    `is_signed(digest, hash)` says whether this house signed the digest.
    """
    rest, held, entries, previous = _Reader(lines), 0, 0, BEGINNING
    for seal in seals:
        covered = rest.up_to(seal.last_entry_id)
        broken = _fault(seal, covered, previous, is_signed)
        if broken:
            return Verdict(held, entries, previous, broken)
        held, entries, previous = held + 1, entries + len(covered), seal.hash
    return Verdict(held, entries, previous)


def _fault(
    seal: Seal, covered: Sequence[Line], previous: str, is_signed: Callable[[bytes, str], bool]
) -> str:
    where = f"第{seal.id}号封印（第{seal.first_entry_id}至{seal.last_entry_id}条）"
    if seal.previous_hash != previous:
        return f"{where}接不上前一个封印：有封印被删除或改动。"
    if not covered or covered[0].id != seal.first_entry_id or len(covered) != seal.entries:
        return f"{where}应有{seal.entries}条记录，现有{len(covered)}条：有记录被删除或添加。"
    if not is_signed(digest(previous, covered), seal.hash):
        return f"{where}与记录内容不符：有记录被改动。"
    return ""


class _Reader:
    """Entries read once, a stretch at a time."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: Iterator[Line] = iter(lines)
        self._next = next(self._lines, None)

    def up_to(self, last_id: int) -> list[Line]:
        stretch = []
        while self._next is not None and self._next.id <= last_id:
            stretch.append(self._next)
            self._next = next(self._lines, None)
        return stretch

"""The tour in README.md: the demo school is started, photographed, and told in one sentence each."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lms.ground.config import ROOT
from tests.journeys.conftest import CHROMIUM, FLAGS, School, Seat, running_school

PICTURES = ROOT / "static/tour"
README = ROOT / "README.md"
START, END = "<!-- tour:start -->", "<!-- tour:end -->"
DESK, PHONE = (1280, 800), (390, 844)
COLOURS = 128
LARGEST = 150_000
WORKER_SECONDS = 900
TRIAL = "中青班第一期模拟测验"
EXAM = "知行学堂第六期结业考试"
ITEMS = """一、单项选择题
1．新录用的公务员试用期为（　）。
A．三个月　　B．六个月　　C．一年　　D．两年
答案：C
解析：公务员法第三十四条。
2．国家实行公务员（　）与职级并行制度。
A．职务　　B．职称　　C．岗位　　D．职务
答案：A
二、判断题
3．公务员的考核重点考核政治素质和工作实绩。（　）
答案：正确
三、填空题
4．公务员应当带头践行社会主义____。
答案：核心价值观
"""


@dataclass(frozen=True)
class Scene:
    """One picture: who looks, how to come there, what the README says of it; size in pixels."""

    name: str
    title: str
    sentence: str
    login: str
    come: Callable[[Page], None]
    size: tuple[int, int] = DESK


def main() -> None:
    """Take every picture and write the tour."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as var,
        running_school(Path(var)) as school,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for number, scene in enumerate(SCENES, 1):
            photograph(browser, school, scene, _file(number, scene))
        browser.close()
    README.write_text(with_tour(README.read_text(encoding="utf-8")), encoding="utf-8")


def photograph(browser: Browser, school: School, scene: Scene, file: Path) -> None:
    """One scene in a browser of its own, as a PNG with a palette."""
    seat = Seat(browser, school, scene.login)
    seat.page.on("dialog", lambda dialog: dialog.accept())
    width, height = scene.size
    seat.page.set_viewport_size({"width": width, "height": height})
    scene.come(seat.page)
    shot = Image.open(io.BytesIO(seat.page.screenshot(animations="disabled")))
    palette = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(file, optimize=True)
    seat.context.close()
    size = file.stat().st_size
    assert size < LARGEST, f"{file.name}: {size} bytes"
    click.echo(f"{file.name} {size // 1000} kB")


def with_tour(readme: str) -> str:
    """The text with the tour of today between its two marks."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    stops = [
        f"**{number}. {scene.title}** {scene.sentence}\n\n"
        f"![{scene.title}](static/tour/{_file(number, scene).name})\n"
        for number, scene in enumerate(SCENES, 1)
    ]
    return before + START + "\n" + "\n".join(stops) + END + after


def see_desk(page: Page) -> None:
    page.goto("/")


def see_cohort(page: Page) -> None:
    page.goto("/cohorts/")
    page.get_by_role("link", name="中青班第一期").click()


def see_timetable(page: Page) -> None:
    page.goto("/timetable/")


def see_intake(page: Page) -> None:
    """A file in which one item has two equal options."""
    page.goto("/intakes/")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "随堂题.txt", "mimeType": "text/plain", "buffer": ITEMS.encode("gb18030")}
    )
    page.locator("[name=bank_name]").fill("随堂题库")
    page.get_by_role("button", name="上传并读取").click()
    expect(page.locator("#tally")).to_be_visible(timeout=60_000)


def see_paper(page: Page) -> None:
    """A sealed paper shows its items on demand, which is written into the audit log."""
    page.goto("/papers/")
    page.get_by_role("link", name=EXAM).first.click()
    page.get_by_role("button", name="查看试题和答案").click()


def sit_on_the_phone(page: Page) -> None:
    open_trial(page)
    for number in (1, 2):
        page.locator(f"#slot-{number} input").nth(number).check()
    expect(page.get_by_text("已存服务器").nth(1)).to_be_visible()


def see_console(page: Page) -> None:
    page.goto("/sittings/")
    page.locator("tr", has_text=TRIAL).get_by_role("link").last.click()
    page.get_by_role("link", name="监考", exact=True).click()
    expect(page.locator(".seats .working").first).to_be_visible()


def hand_in_the_trial(page: Page) -> None:
    """Something to mark, and the receipt for it."""
    open_trial(page)
    for box in page.locator("textarea").all():
        box.fill("按照党章的规定，先充分讨论，再按少数服从多数的原则作出决定，并向上级报告。")
    expect(page.get_by_text("作答已全部保存到服务器")).to_be_visible()
    page.get_by_role("button", name="交卷").first.click()
    page.locator("#submit-yes").click()
    expect(page.get_by_text("请记下或拍下回执编号")).to_be_visible()


def collect_the_trial(page: Page) -> None:
    """The markers' page as the office sees it after the papers came in."""
    open_marking(page)
    page.get_by_role("button", name="收卷评阅").click()


def mark_blind(page: Page) -> None:
    open_marking(page)
    page.get_by_role("link", name="评阅").last.click()
    expect(page.locator("#marks input[type=number]").first).to_be_visible()


def see_why(page: Page) -> None:
    page.goto("/results/mine")
    page.get_by_role("link", name=EXAM).click()


def see_review(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name="知行学堂第六期").click()
    page.locator("main table").get_by_role("link").first.click()


def see_cohort_file(page: Page) -> None:
    """The worker makes the first cohort's file after the start; wait for it."""
    until = time.monotonic() + WORKER_SECONDS
    page.goto("/cohort_files/?filed=yes")
    while not page.get_by_role("link", name="知行学堂第一期").count():
        assert time.monotonic() < until, "the worker has filed no cohort"
        time.sleep(3)
        page.reload()
    page.get_by_role("link", name="知行学堂第一期").click()


def open_trial(page: Page) -> None:
    """The exam that is open in the demo school; the paper comes by itself or after a click."""
    page.goto("/")
    page.get_by_role("link", name=TRIAL).click()
    start = page.get_by_role("button", name="开始作答")
    expect(start.or_(page.locator("#slot-1")).first).to_be_visible()
    if start.is_visible():
        start.click()
    expect(page.locator("#slot-1")).to_be_visible()


def open_marking(page: Page) -> None:
    page.goto("/marking/")
    page.get_by_role("link", name=TRIAL).click()


def _file(number: int, scene: Scene) -> Path:
    return PICTURES / f"{number:02}-{scene.name}.png"


SCENES = (
    Scene("desk", "工作台", "登录先看到今天要做的事，点进去就能做。", "learner1", see_desk),
    Scene(
        "cohort",
        "班次",
        "一个班从计划、批准、报名到结班，走到哪一步一目了然。",
        "office",
        see_cohort,
    ),
    Scene(
        "timetable", "课程表", "教师、场地、学员撞了时间，排课时当场说清。", "office", see_timetable
    ),
    Scene(
        "intake",
        "题库导入",
        "Word、Excel、文本原样上传，逐题核对，有疑问的排在最前。",
        "teacher",
        see_intake,
    ),
    Scene("paper", "试卷", "按双向细目表组成A、B卷，封存后不能再改，可打印。", "office", see_paper),
    Scene(
        "exam",
        "考试",
        "手机或电脑上闭卷作答，每题都写明是否已存到服务器，断网照答。",
        "learner1",
        sit_on_the_phone,
        PHONE,
    ),
    Scene(
        "console",
        "监考名单",
        "谁到了、答了几题、谁要留意，可延时、代交卷。",
        "invigilator",
        see_console,
    ),
    Scene(
        "receipt",
        "交卷回执",
        "交卷即得回执编号，凭它可核对答案没有变动。",
        "learner1",
        hand_in_the_trial,
        PHONE,
    ),
    Scene(
        "collect",
        "收卷",
        "机器阅客观题，主观题按题分给阅卷人，进度随时可见。",
        "office",
        collect_the_trial,
    ),
    Scene("marking", "阅卷", "同一题的答卷连着评，不显示考生姓名。", "marker", mark_blind),
    Scene("result", "成绩", "公布之后，考生看到每题得分和理由。", "learner1", see_why),
    Scene(
        "review", "鉴定", "考勤、考试、表现、心得逐项算出建议，等次由人评定。", "office", see_review
    ),
    Scene(
        "cohort-file",
        "一班一档",
        "一键生成全班档案，每个文件都有校验值，可打包下载。",
        "office",
        see_cohort_file,
    ),
)


if __name__ == "__main__":
    main()

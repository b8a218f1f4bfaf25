"""The English catalogue: all that the sources say, nothing else, and no page keeps Chinese to itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask, session
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from lms.ground.web.shell import show_day, show_weekday
from tests import cast
from tests.cast import browser

ROOT = Path(__file__).resolve().parents[1]
WINGS = ("lms", "question_bank", "courses")
FOLDER = ROOT / "lms" / "ground" / "translations" / "en" / "LC_MESSAGES"
TODO = "run `make translations`, translate what is empty in messages.po, run it again"
HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that Babel finds marked in the sources, by the mapping of pyproject.toml."""
    template = tmp_path_factory.mktemp("translations") / "messages.pot"
    extract = ["extract", "--mapping-file=pyproject.toml", f"--output-file={template}", *WINGS]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", *extract], cwd=ROOT, check=True
    )
    with template.open("rb") as file:
        return set(_strings(read_po(file)))


@pytest.fixture(scope="module")
def written() -> Catalog:
    """The catalogue that people write."""
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def _strings(catalogue: Catalog) -> dict[str, str]:
    """The translation of every text; one with plural forms is its forms, line by line."""

    def text(forms: str | tuple[str, ...]) -> str:
        return forms if isinstance(forms, str) else "\n".join(forms)

    return {text(message.id): text(message.string) for message in catalogue if message.id}


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else(
    sources: set[str], written: Catalog
) -> None:
    known = set(_strings(written))
    missing, stale = sorted(sources - known), sorted(known - sources)
    assert (missing, stale) == ([], []), f"{TODO}\nmissing: {missing}\nstale: {stale}"


def test_every_text_is_translated(written: Catalog) -> None:
    empty = [text for text, english in _strings(written).items() if not english.strip()]
    fuzzy = [message.id for message in written if message.id and message.fuzzy]
    assert (empty, fuzzy) == ([], []), f"{TODO}\nempty: {empty}\nfuzzy: {fuzzy}"


def test_a_translation_keeps_the_placeholders(written: Catalog) -> None:
    changed = [
        text
        for text, english in _strings(written).items()
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(english))
    ]
    assert changed == []


# What a reader of English pages has to type or to recognise stays as it is.
QUOTED = re.compile(
    r"正确|错误|二十|清除|须先办理|提醒|优秀|良好|不?合格|投影|扩音|录播|出勤|［图\d］"
)


def test_a_translation_is_english(written: Catalog) -> None:
    chinese = [
        english for english in _strings(written).values() if HANZI.search(QUOTED.sub("", english))
    ]
    assert chinese == []


def test_the_compiled_catalogue_says_what_the_written_one_says(written: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert _strings(compiled) == _strings(written), TODO


# Texts are marked by these names; `trans` blocks become calls of the last two.
MARKS = {"_", "_l", "lazy_gettext", "gettext", "ngettext", "word"}


def _marked_in_python(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            text = node.args[0]
            plain = isinstance(text, ast.Constant) and isinstance(text.value, str)
            yield text.value if plain else f"{file.relative_to(ROOT)}: {ast.unparse(node)}"


def _marked_in_template(file: Path) -> Iterator[str]:
    for call in _parse(file.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
            text = call.args[0]
            plain = isinstance(text, nodes.Const)
            yield text.value if plain else f"{file.relative_to(ROOT)}:{call.lineno} marks no text"


def _parse(source: str) -> nodes.Template:
    return Environment(
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, autoescape=True
    ).parse(source)


def _files(ending: str) -> Iterator[Path]:
    for wing in WINGS:
        yield from sorted((ROOT / wing).rglob(f"*.{ending}"))


@pytest.mark.parametrize(
    ("ending", "marked"), [("py", _marked_in_python), ("html", _marked_in_template)]
)
def test_every_mark_holds_a_text_that_babel_finds(
    ending: str, marked: Callable[[Path], Iterator[str]], sources: set[str]
) -> None:
    """A variable, an f-string or a text inside an f-string would never be translated."""
    lost = sorted({text for file in _files(ending) for text in marked(file)} - sources)
    assert lost == [], "\n".join(["mark plain texts only:", *lost])


# Templates that are Chinese for every reader, and why.
CHINESE = {
    "**/print*.html": "printed forms of the school: Chinese by law and practice",
    "lms/archives/certificates/templates/certificates/review.html": "a part of printed forms",
    "lms/archives/cohort_files/templates/cohort_files/slot.html": "a part of printed forms",
    "lms/ground/accounts/templates/accounts/language.html": "a language is named in itself",
}


def _unmarked(source: str) -> Iterator[str]:
    """The lines of Chinese that stand in a template outside of marks and comments."""
    yield from _unmarked_below(_parse(source))


def _unmarked_below(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in MARKS:
        for argument in node.kwargs:
            yield from _unmarked_below(argument)
        return
    text = ""
    if isinstance(node, nodes.TemplateData):
        text = re.sub(r"<!--.*?-->", "", node.data, flags=re.DOTALL)
    elif isinstance(node, nodes.Const):
        text = str(node.value)
    yield from (line.strip() for line in text.splitlines() if HANZI.search(line))
    for child in node.iter_child_nodes():
        yield from _unmarked_below(child)


def test_templates_keep_no_chinese_to_themselves() -> None:
    excepted = {file for pattern in CHINESE for file in ROOT.glob(pattern)}
    kept = [
        f"{file.relative_to(ROOT)}: {line}"
        for file in _files("html")
        if file not in excepted
        for line in _unmarked(file.read_text())
    ]
    assert kept == [], "\n".join(["put these into _(…):", *kept])


def test_every_exception_is_needed() -> None:
    idle = [
        pattern
        for pattern in CHINESE
        if not any(any(_unmarked(file.read_text())) for file in ROOT.glob(pattern))
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ("<p>{{ _('班次') }}</p>", []),
        ("{# 说明 #}<!-- 说明\n说明 --><p title='{{ _('班次') }}'></p>", []),
        ("{% trans name='x' %}%(name)s的班次{% endtrans %}", []),
        ("<p>\n班次</p>", ["班次</p>"]),
        ("<p title='班次'></p>", ["<p title='班次'></p>"]),
        ("{{ ui.badge('班次') }}", ["班次"]),
        ("{{ '班次' if full else _('学员') }}", ["班次"]),
        ("{{ _('%(x)s的班次', x='本校') }}", ["本校"]),
    ],
)
def test_chinese_outside_of_a_mark_is_found(template: str, kept: list[str]) -> None:
    assert list(_unmarked(template)) == kept


def _menu(client: FlaskClient) -> list[str]:
    page = client.get("/accounts/me").text
    return re.findall(
        r'<summary class="nav-heading">(.*?)</summary>|<span class="nav-link-title">(.*?)<', page
    )


def _labels(client: FlaskClient) -> list[str]:
    return [heading or entry for heading, entry in _menu(client)]


def test_switching_the_language_shows_an_english_menu_and_back(
    app: Flask, written: Catalog
) -> None:
    client = browser(app, cast.office)
    english = _strings(written)
    chinese_menu = _labels(client)
    assert chinese_menu[:2] == ["工作台", "今天要做的事"]
    assert client.post("/accounts/language", data={"language": "en"}).status_code == 303
    assert _labels(client) == [english[label] for label in chinese_menu]
    assert '<html lang="en">' in client.get("/accounts/me").text
    client.post("/accounts/language", data={"language": "zh_Hans_CN"})
    assert _labels(client) == chinese_menu


def test_a_refusal_is_told_in_the_language_of_the_reader(app: Flask) -> None:
    client = browser(app, cast.office)
    client.post("/accounts/language", data={"language": "en"})
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (
        404,
        {
            "errors": ["Page not found. It may have been deleted, or you may not see it."],
            "error_id": None,
        },
    )


def test_a_date_is_written_in_the_language_of_the_reader_and_printed_in_chinese(app: Flask) -> None:
    day = date(2026, 1, 5)
    with app.test_request_context():
        session["language"] = "en"
        assert (show_day(day), show_weekday(day)) == ("Jan 5, 2026", "Monday")
    with app.test_request_context():
        assert (show_day(day), show_weekday(day)) == ("2026年1月5日", "星期一")
    with app.app_context():
        assert (show_day(day), show_weekday(day)) == ("2026年1月5日", "星期一")

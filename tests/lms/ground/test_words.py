"""Names of states and kinds: Chinese in the house, the reader's language on pages."""

from __future__ import annotations

import pytest
from flask import Flask, json, render_template_string, session
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from lms.ground.words import word

MARKED = word("上午")


class HalfDay(Form):
    half_day = SelectField(choices=[SelectChoice("am", MARKED)])


@pytest.mark.parametrize(("language", "shown"), [("en", "Morning"), ("zh_Hans_CN", "上午")])
@pytest.mark.parametrize(
    "template",
    ["{{ it }}", "{{ [it] | join('、') }}", "{% set label = it %}{{ label }}"],
)
def test_a_page_writes_a_word_in_the_language_of_the_reader(
    app: Flask, language: str, shown: str, template: str
) -> None:
    with app.test_request_context():
        session["language"] = language
        assert render_template_string(template, it=MARKED) == shown
        inside = render_template_string("{{ _('第 %(n)s 页', n=it) }}", it=MARKED)
        assert shown in inside
        assert f">{shown}</option>" in HalfDay().half_day()


def test_a_word_is_chinese_wherever_it_is_not_a_page(app: Flask) -> None:
    with app.test_request_context():
        session["language"] = "en"
        assert (MARKED, f"{MARKED}、", json.loads(json.dumps(MARKED))) == ("上午", "上午、", "上午")
    assert render_outside(app) == "上午"


def render_outside(app: Flask) -> str:
    """What a job writes, which has no reader."""
    with app.app_context():
        return render_template_string("{{ it }}", it=MARKED)


def test_a_word_is_escaped_like_any_text(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ it }}", it=word("<b>")) == "&lt;b&gt;"

"""The empty templates: every example in them reads as it is meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from question_bank.exports.documents.template import EXAMPLES, WRITERS, template
from question_bank.exports.rules import essence
from question_bank.intakes.intake import read
from question_bank.items.formats.protocol import tidy
from tests import cast


@pytest.mark.parametrize("form", WRITERS)
def test_a_template_reads_as_its_examples(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"模板.{form}"
    path.write_bytes(template(form))
    reading = read(path)
    assert reading.ready
    assert reading.layout == f"{form}:template"
    assert [essence(replace(one, number=1)) for one in reading.items] == [
        essence(tidy(one)) for one in EXAMPLES
    ]


@pytest.mark.parametrize("form", WRITERS)
def test_whoever_writes_items_downloads_a_template(app: Flask, form: str) -> None:
    answer = cast.browser(app, cast.instructor).get(f"/exports/templates/{form}")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")


def test_there_is_no_other_template(app: Flask) -> None:
    assert cast.browser(app, cast.instructor).get("/exports/templates/pdf").status_code == 404

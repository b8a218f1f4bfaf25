"""What goes out comes back: every format, every kind, texts that break careless formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from question_bank.items.formats import gift, moodle_xml, qti21, template_docx, template_xlsx
from question_bank.items.formats.protocol import Format, tidy
from question_bank.items.rules.draft import Draft
from tests.question_bank.items.formats.drafts import FILES, bare, batches, cases, pictured, simple

FORMATS = {
    "gift": gift,
    "moodle-xml": moodle_xml,
    "qti21": qti21,
    "xlsx": template_xlsx,
    "docx": template_docx,
}
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip


def back(form: Format, path: Path, drafts: list[Draft]) -> list[Draft]:
    """The drafts after a way out and in; files by their content, named as they were."""
    path.write_bytes(form.write(drafts, FILES))
    found = []
    for draft in form.read(path).items:
        content = form.files(path, draft.media)
        names = {data: name for name, data in FILES.items()}
        found.append(bare(replace(draft, media=tuple(names[content[one]] for one in draft.media))))
    return found


@pytest.mark.parametrize("name", FORMATS)
@often
@given(batch=batches(st.one_of(simple, cases(), pictured())))
def test_what_a_format_holds_comes_back_as_it_went(
    name: str, batch: list[Draft], tmp_path: Path
) -> None:
    form = FORMATS[name]
    kept = [draft for draft in batch if not form.losses(draft)]
    assume(kept)
    kept = [replace(draft, number=at) for at, draft in enumerate(kept, start=1)]
    assert back(form, tmp_path / f"题{form.SUFFIX}", kept) == list(map(bare, kept))


@often
@given(batch=batches(st.one_of(simple, cases(), pictured())))
def test_a_tidy_draft_stays_as_it_is(batch: list[Draft]) -> None:
    assert list(map(tidy, batch)) == batch

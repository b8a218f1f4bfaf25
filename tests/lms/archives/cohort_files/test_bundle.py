"""A cohort that was filed: PDFs for the archive, and a bundle that notices every change."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.archives.cohort_files.intake import verify
from lms.archives.cohort_files.models import CohortFile
from lms.archives.cohort_files.queries import filings
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import JobState
from lms.ground.uploads.delivery import path
from lms.ground.vault import sign
from tests import make

FILED = [
    "00-卷内目录.pdf",
    "04-教学计划.pdf",
    "05-课程表（第1版）.pdf",
    "06-学员名册.pdf",
    "08-学员登记表.pdf",
    "09-考勤表.pdf",
    "13-心得体会汇编.pdf",
    "14-成绩册.pdf",
    "14-考试/结业考试试卷及答案.pdf",
    "14-考试/结业考试测试卷/zhixing07001-仉𬱖.pdf",
    "14-考试/结业考试测试卷/zhixing07002-Nguyễn Thị Hồng.pdf",
    "16-学员鉴定表.pdf",
    "20-反馈表/老街镇.pdf",
    "20-反馈表/新桥乡.pdf",
]


@pytest.fixture
def bundle(filed: Flask, tmp_path: Path) -> Path:
    """A copy of the bundle that a test may spoil."""
    with filed.app_context():
        wanted = select(CohortFile).options(joinedload(CohortFile.bundle))
        upload = session.scalars(wanted).one().bundle
        assert upload is not None
        return Path(shutil.copy(path(upload), tmp_path / "bundle.zip"))


def pdfs(bundle: Path) -> dict[str, PdfReader]:
    with zipfile.ZipFile(bundle) as archive:
        return {
            name: PdfReader(io.BytesIO(archive.read(name)))
            for name in archive.namelist()
            if name.endswith(".pdf")
        }


def text_of(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages)


def test_the_filing_is_finished_with_everything_in_its_place(filed: Flask) -> None:
    with filed.app_context():
        job = session.scalars(select(Job)).one()
        assert (job.state, job.progress, job.total) == (JobState.DONE, 13, 14)
        filing = session.scalars(select(CohortFile)).one()
        documents = filings.documents(filing.id)
        assert [one.path for one in documents] == FILED
        assert [one.position for one in documents] == list(range(14))
        pages = {one.path: one.pages for one in documents}
        assert (pages["08-学员登记表.pdf"], pages["16-学员鉴定表.pdf"]) == (3, 2)
        assert [one["number"] for one in filing.missing] == [
            1,
            2,
            3,
            7,
            10,
            11,
            12,
            15,
            16,
            17,
            18,
            19,
        ]


def test_every_document_is_for_the_archive(bundle: Path) -> None:
    found = pdfs(bundle)
    assert sorted(found) == sorted(FILED)
    for name, reader in found.items():
        metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        assert 'pdfaid:part="2"' in metadata or "<pdfaid:part>2<" in metadata, name
        for page in reader.pages:
            for font in page["/Resources"]["/Font"].values():
                described = font.get_object()["/DescendantFonts"][0].get_object()
                inside = set(described["/FontDescriptor"].get_object())
                assert inside & {"/FontFile2", "/FontFile3"}, name


def test_rare_names_and_vietnamese_can_be_read_out_of_the_pdf(bundle: Path) -> None:
    found = pdfs(bundle)
    sheets = "14-考试/结业考试测试卷/"
    told = {
        "06-学员名册.pdf": ["仉𬱖", "欧阳修"],
        "09-考勤表.pdf": ["仉𬱖", "√", "△", "☆", "91.7%", "第 1 页", "共 1 页"],
        f"{sheets}zhixing07001-仉𬱖.pdf": ["仉𬱖", "结业考试测试卷", "89.5"],
        f"{sheets}zhixing07002-Nguyễn Thị Hồng.pdf": [
            "Nguyễn Thị Hồng",
            "Hội nghị thôn dân do Ủy ban thôn dân triệu tập",
            "〔U+1FAE0〕",
            "人工评阅（钱阅）",
        ],
        "00-卷内目录.pdf": [
            "卷内目录",
            "09-考勤表.pdf",
            "系统外形成，请上传扫描件",
            "归档人：李教务",
        ],
    }
    for name, wanted in told.items():
        text = text_of(found[name])
        assert [one for one in wanted if one not in text] == [], name


def test_no_whole_id_or_phone_number_is_in_the_bundle(bundle: Path) -> None:
    texts = "".join(text_of(reader) for reader in pdfs(bundle).values())
    numbers = [make.id_number(serial) for serial in (1, 2, 3)]
    numbers += [make.phone(serial) for serial in (1, 2, 3)]
    assert [number for number in numbers if number in texts] == []
    assert "990***********001X" in texts.replace("\n", "")


def test_the_manifests_have_the_hash_of_every_file(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        real = {name: sha256(archive.read(name)).hexdigest() for name in FILED}
        listed = json.loads(archive.read("manifest.json"))
        table = list(csv.reader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
        assert archive.namelist() == [*FILED, "manifest.json", "manifest.csv"]
    assert {line["path"]: line["sha256"] for line in listed["lines"]} == real
    assert {row[2]: row[5] for row in table[1:]} == real
    assert (listed["cohort"], listed["number"], listed["filed_by"]) == (
        "知行学堂第7期",
        1,
        "李教务",
    )


def test_a_bundle_that_nobody_touched_is_verified(filed: Flask, bundle: Path) -> None:
    with filed.app_context():
        verdict = verify(bundle)
    assert verdict.fault == ""
    assert verdict.manifest is not None and len(verdict.manifest.lines) == 14


def spoil(bundle: Path, **changes: bytes | None) -> None:
    """Write the zip anew with some files other than they were, left out (None), or added."""
    with zipfile.ZipFile(bundle) as archive:
        contents: dict[str, bytes | None] = {
            name: archive.read(name) for name in archive.namelist()
        }
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in {**contents, **changes}.items():
            if content is not None:
                archive.writestr(name, content)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"06-学员名册.pdf": b"forged"}, "06-学员名册.pdf：内容与归档时不同（SHA-256 不符）。"),
        ({"09-考勤表.pdf": None}, "09-考勤表.pdf：清单里有，档案包里没有。"),
        ({"99-多.pdf": b"new"}, "99-多.pdf：清单里没有这个文件。"),
        ({"manifest.csv": b"1,2,3"}, "manifest.csv：与 manifest.json 不一致，清单被改过。"),
        ({"manifest.csv": None}, "manifest.csv：档案包里没有这个校验清单。"),
        ({"manifest.json": b"{}"}, "manifest.json：读不出来，清单已损坏或被改过。"),
    ],
)
def test_a_changed_bundle_is_caught(
    filed: Flask, bundle: Path, changes: dict[str, bytes | None], fault: str
) -> None:
    spoil(bundle, **changes)
    with filed.app_context():
        assert verify(bundle).fault == fault


def test_a_manifest_that_was_made_to_fit_is_caught_by_its_signature(
    filed: Flask, bundle: Path
) -> None:
    forged = b"forged"
    with zipfile.ZipFile(bundle) as archive:
        listed = json.loads(archive.read("manifest.json"))
        table = archive.read("manifest.csv").decode()
    line = next(one for one in listed["lines"] if one["path"] == "14-成绩册.pdf")
    table = table.replace(line["sha256"], sha256(forged).hexdigest())
    table = table.replace(f",{line['size']},", f",{len(forged)},")
    line["sha256"], line["size"] = sha256(forged).hexdigest(), len(forged)
    told = {"manifest.json": json.dumps(listed).encode(), "manifest.csv": table.encode()}
    with filed.app_context():
        spoil(bundle, **{"14-成绩册.pdf": forged, **told})
        assert "签名不符" in verify(bundle).fault
        assert sign(b"another") != listed["signature"]


def test_a_single_flipped_byte_is_caught_on_the_command_line(filed: Flask, bundle: Path) -> None:
    runner = filed.test_cli_runner()
    fine = runner.invoke(args=["archives", "verify", str(bundle)])
    assert (fine.exit_code, fine.output.strip()) == (
        0, "知行学堂第7期第1次归档：14个文件全部与归档时一致。",
    )  # fmt: skip
    with zipfile.ZipFile(bundle) as archive:
        entry = archive.getinfo("14-成绩册.pdf")
    content = bytearray(bundle.read_bytes())
    content[entry.header_offset + 5000] ^= 1
    bundle.write_bytes(content)
    spoilt = runner.invoke(args=["archives", "verify", str(bundle)])
    assert (spoilt.exit_code, spoilt.output.strip()) == (
        1, "14-成绩册.pdf：内容与归档时不同（SHA-256 不符）。",
    )  # fmt: skip


def test_what_is_no_bundle_is_told_in_a_sentence(filed: Flask, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK\x03\x04 no zip at all")
    result = filed.test_cli_runner().invoke(args=["archives", "verify", str(other)])
    assert result.exit_code == 1
    assert result.output.startswith("other.zip：不是档案包，或已经损坏")

"""Files that LibreOffice turns into .docx first: legacy Word (.doc), RTF, ODT.

Only workers and commands come here: a conversion takes seconds.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from question_bank.items.formats.unreadable import Unreadable

SECONDS = 90
_FILTERS = {".doc": "MS Word 97", ".rtf": "Rich Text Format", ".odt": "writer8"}
_NAMES = {".doc": "旧版 Word 文件（.doc）", ".rtf": " RTF 文件", ".odt": " ODT 文件"}
# A profile of its own for each run, in which nothing of the file is run and nothing is fetched.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


@contextmanager
def converted(path: Path, ending: str) -> Iterator[Path]:
    """The .docx that a file becomes, for as long as the block runs.

    `ending` is what its content is: .doc, .rtf or .odt. Raises Unreadable with a sentence that
    says how to convert it by hand where LibreOffice is absent, too slow, or cannot.
    """
    name = _NAMES[ending]
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable(f"这是{name}，请在 Word 或 WPS 里另存为 .docx 再上传。")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"items{ending}"
        shutil.copyfile(path, source)
        _run(program, source, Path(folder))
        made = source.with_suffix(".docx")
        if not made.is_file():
            raise Unreadable(f"{name.strip()}没能转换，请在 Word 或 WPS 里另存为 .docx 再上传。")
        yield made


def _run(program: str, source: Path, folder: Path) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        f"-env:UserInstallation={profile.as_uri()}", f"--infilter={_FILTERS[source.suffix]}",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    nowhere = "http://127.0.0.1:9"
    around = os.environ | {"HOME": str(folder), "http_proxy": nowhere, "https_proxy": nowhere}
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=around, start_new_session=True,
    )  # fmt: skip
    try:
        running.wait(SECONDS)
    except subprocess.TimeoutExpired:
        # soffice is a script around the program: both go.
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()

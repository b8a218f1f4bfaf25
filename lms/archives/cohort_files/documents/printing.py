"""HTML to PDF on all cores: rendering is what takes the time in a cohort file."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context, parent_process
from threading import Thread

from lms.archives.cohort_files.rules.drafts import Draft
from lms.ground import pdf

AHEAD = 1
"""Documents that wait beside those being printed: enough to keep every core busy, and stop soon."""


def printed(drafts: Sequence[Draft]) -> Generator[tuple[Draft, bytes]]:
    """Each draft with its PDF, as they get ready; closing the iterator stops the rest.

    The processes are started afresh (spawn): this one has threads, and a copy of it might
    inherit a lock that nobody in the copy would ever open.
    """
    workers = min(os.cpu_count() or 1, len(drafts))
    if not workers:
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_stay_with_parent)
    try:
        yield from _in_turn(pool, list(reversed(drafts)), workers + AHEAD)
    finally:
        # Not waiting for what is being printed: a worker that is told to stop gives its job back
        # at once, before whoever told it loses patience.
        pool.shutdown(wait=False, cancel_futures=True)


def readable(html: str) -> str:
    """The HTML with what no font can show written as its code: 〔U+1F600〕, and a note that says so.

    People answer with emoji; one of them must not keep a whole cohort out of the archive, and
    nothing may vanish from a document without a word.
    """
    missing = pdf.uncovered(html)
    if not missing:
        return html
    for mark in missing:
        html = html.replace(mark, f"〔U+{ord(mark):04X}〕")
    note = "<p class='small'>注：〔U+…〕为本机字体不能显示的字符，以其统一码代替。</p>"
    return html.replace("</body>", f"{note}</body>")


def pages(content: bytes) -> int:
    """How many pages a PDF has."""
    return pdf.page_count(content)


def _in_turn(
    pool: ProcessPoolExecutor, waiting: list[Draft], ahead: int
) -> Iterator[tuple[Draft, bytes]]:
    running: dict[Future[bytes], Draft] = {}
    while waiting or running:
        while waiting and len(running) < ahead:
            draft = waiting.pop()
            future = pool.submit(pdf.render, readable(draft.html), title=draft.title)
            running[future] = draft
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()


def _stay_with_parent() -> None:
    """Signals are meant for the worker, which then stops us; should it die, we end too."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)

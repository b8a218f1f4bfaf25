"""The app on a real port, for tests that need a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from lms.ground.accounts.models import Account
from tests import cast


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which the app answers; the end waits for the last request."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(app: Flask) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The app, answering all at once: Werkzeug's server does not close an answer, and so leaves
    its file open, when the browser breaks the connection off."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(app, environ, buffered=True)
        start_response(status, list(headers))
        return list(body)

    return answer


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Debian's Chromium, whose windows are closed before the server is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", *options]
        )
        yield browser
        browser.close()


def window(
    app: Flask, address: str, browser: Browser, member: Callable[[], Account], *, width: int = 1280
) -> BrowserContext:
    """A browser window in which this member of the cast is logged in."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(20_000)
    cookie = cast.browser(app, member).get_cookie("fengxue")
    assert cookie is not None
    context.add_cookies([{"name": "fengxue", "value": cookie.value, "url": address}])
    return context

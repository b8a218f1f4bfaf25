"""What every page has: CSRF, language, menu, headers, and how dates and numbers are written."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask_babel
from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    has_app_context,
    has_request_context,
    request,
    url_for,
)
from flask import session as browser
from flask_babel import Babel, format_date
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from lms.ground.clock import local, now
from lms.ground.web import errors
from lms.ground.web.menu import visible
from lms.ground.words import speak_by, spoken

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
HIGHEST_NUMBER = 2**31 - 1
csrf = CSRFProtect()
blueprint = Blueprint("web", __name__, template_folder="templates")


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: no row has a number beyond what a database keeps it in."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": HIGHEST_NUMBER, **options})


def init(app: Flask) -> None:
    """Dress the app: every room's pages extend `web/shell.html`."""
    app.url_map.converters["int"] = RowNumber
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a form may stay open for a whole exam
    csrf.init_app(app)
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(Path(__file__).parents[1] / "translations"),
        locale_selector=_language,
    )
    speak_by(_translate)
    app.register_blueprint(blueprint)
    errors.init(app)
    app.jinja_env.filters.update(
        day=show_day, instant=show_instant, time=show_time, number=show_number, weekday=show_weekday
    )
    app.jinja_env.globals.update(
        menu=visible, now=now, page_url=page_url, vendored=vendored, nonce=nonce, _=say
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_set_headers)


def say(text: str, /, **values: object) -> str:
    """`text` in the reader's language, and the words among its values as well."""
    found = _translate(text)
    return found % {name: spoken(it) for name, it in values.items()} if values else found


def _translate(text: str) -> str:
    # A page says hundreds of things in one language: its catalogue is looked up once.
    if not has_app_context():
        return text
    if "catalogue" not in g:
        g.catalogue = flask_babel.get_translations()
    return str(g.catalogue.ugettext(text))


def nonce() -> str:
    """The nonce by which this response's own inline scripts are known to its policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def show_images_of(*origins: str) -> None:
    """Let the page of this request fetch images from these hosts, besides the house's own."""
    g.image_origins = origins


def page_url(number: int) -> str:
    """The present address with another page number."""
    wanted = request.args.to_dict(flat=False) | {"page": [str(number)]}
    return f"{request.path}?{urlencode(wanted, doseq=True)}"


@cache
def _vendored_folder(name: str) -> str:
    root = Path(__file__).parents[3] / "static" / "vendor"
    return max(root.glob(f"{name}-[0-9]*")).name


def vendored(name: str, file: str) -> str:
    """The address of a vendored front-end file, whatever version is in the house."""
    return url_for("static", filename=f"vendor/{_vendored_folder(name)}/{file}")


def show_day(value: date | datetime | None) -> str:
    """2026年11月22日, in English Nov 22, 2026; a dash for nothing."""
    if value is None:
        return "—"
    day = local(value).date() if isinstance(value, datetime) else value
    return str(format_date(day, "medium"))


def show_weekday(value: date | datetime) -> str:
    """星期日, in English Sunday."""
    day = local(value).date() if isinstance(value, datetime) else value
    return str(format_date(day, "EEEE"))


def show_instant(value: datetime | None) -> str:
    """2026-11-22 09:30, at the school."""
    return "—" if value is None else local(value).strftime("%Y-%m-%d %H:%M")


def show_time(value: datetime | None) -> str:
    """09:30, at the school."""
    return "—" if value is None else local(value).strftime("%H:%M")


def show_number(value: Decimal | int | None) -> str:
    """A number without needless zeros."""
    if value is None:
        return "—"
    return format(Decimal(value).normalize() + 0, "f")


def _language() -> str:
    """What the reader chose; whatever no browser asked for, such as a printed form, is Chinese."""
    return str(browser.get("language", "zh_Hans_CN")) if has_request_context() else "zh_Hans_CN"


def _set_headers(response: Response) -> Response:
    scripts = f"'self' 'nonce-{g.nonce}'" if "nonce" in g else "'self'"
    images = " ".join(("'self'", "data:", *g.get("image_origins", ())))
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; img-src {images}; media-src 'self' blob:; "
        f"style-src 'self' 'unsafe-inline'; "
        f"script-src {scripts}; frame-ancestors 'none'; form-action 'self'; base-uri 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint == "static":
        response.cache_control.max_age = int(timedelta(hours=1).total_seconds())
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response

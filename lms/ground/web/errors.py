"""Every refusal as one clear sentence with the right status; every bug with an id for the log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.ground.errors import Conflict, Missing, Refused

log = logging.getLogger(__name__)

SENTENCES = {
    400: _l("请求的内容不完整或格式不对，请返回上一页重试。"),
    401: _l("请先登录。"),
    403: _l("您没有做这件事的权限；如确有需要，请联系管理员。"),
    404: _l("没有找到您要的页面，它可能已被删除，或者您没有查看它的权限。"),
    405: _l("不能用这种方式打开这个地址，请从页面上的按钮进入。"),
    409: _l("这份内容刚被别人改过，您的修改没有保存，请刷新后再改。"),
    410: _l("这个链接已经失效，请向发给您的人要一个新的。"),
    413: _l("文件太大，请压缩或拆分后再上传（上限 50 MB）。"),
    415: _l("不支持这种内容格式。"),
    429: _l("操作太频繁，请稍等一会儿再试。"),
    500: _l("系统出错了，您刚才的操作没有生效。请把编号告诉管理员。"),
    503: _l("系统正忙，您的操作没有生效，请过几秒再试一次。"),
    507: _l("服务器磁盘已满，您的操作没有生效，请立即联系管理员。"),
}


def init(app: Flask) -> None:
    """Answer every exception of `app` here."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Missing, lambda error: answer(404, str(error)))
    app.register_error_handler(Conflict, lambda error: answer(409, str(error), typed=_typed()))
    app.register_error_handler(StaleDataError, lambda _error: answer(409, typed=_typed()))
    app.register_error_handler(IntegrityError, _twice)
    app.register_error_handler(OperationalError, _storage)
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def answer(
    status: int, *sentences: str, error_id: str = "", typed: Sequence[str] = ()
) -> ResponseReturnValue:
    """The sentence as JSON, as a fragment for htmx, or as a page, whichever was asked for.

    `typed` is shown on the page, so that nobody loses what stood in a form of the past.
    """
    told = sentences or (str(SENTENCES.get(status, SENTENCES[400])),)
    if _wants_json():
        return jsonify(errors=list(told), error_id=error_id or None), status
    template = "web/refusal.html" if "HX-Request" in request.headers else "web/error.html"
    page = render_template(
        template, status=status, sentences=told, error_id=error_id, typed=typed, back=_back()
    )
    return make_response(page, status)


def _back() -> str:
    """The page of this house from which a refused form came; "" where there is none."""
    came = request.referrer or ""
    ours = came.startswith(request.host_url) and urlsplit(came).path != request.path
    return came if request.method == "POST" and ours else ""


def _typed() -> list[str]:
    """The texts of the refused form; no numbers of rows, no secrets of the log-in."""
    if request.blueprint == "accounts":
        return []
    texts = [text for name, text in request.form.items(multi=True) if name != "csrf_token"]
    return [text for text in texts if text.strip() and not text.strip().isdigit()]


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def _refused(error: Refused) -> ResponseReturnValue:
    return answer(422, *error.reasons)


def _twice(error: IntegrityError) -> ResponseReturnValue:
    log.info("refused by a constraint: %s", error.orig)
    told = _("这份内容已经存在或正被使用，没有重复保存；请刷新后查看。")
    return answer(409, told, typed=_typed())


def _storage(error: OperationalError) -> ResponseReturnValue:
    full = "full" in str(error.orig) or "No space left" in str(error.orig)
    log.error("storage refused: %s", error.orig)
    response = make_response(answer(507 if full else 503, typed=_typed()))
    response.headers["Retry-After"] = "3"
    return response


def _stale_page(_error: CSRFError) -> ResponseReturnValue:
    told = _("页面打开太久或登录已变更，内容没有提交；请返回刷新页面后再提交一次。")
    return answer(400, told, typed=_typed())


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 401 and request.method == "GET" and not _wants_json():
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    return answer(status)


def _bug(error: Exception) -> ResponseReturnValue:
    error_id = secrets.token_hex(4)
    log.error("error %s at %s %s", error_id, request.method, request.path, exc_info=error)
    return answer(500, error_id=error_id)

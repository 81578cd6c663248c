"""What does a person see when something is refused? One place turns errors into pages or JSON."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.requests import request_id


def message_of(error: XiaojiaError) -> str:
    """Return the error's sentence in the page's language."""
    sentence = _(error.message)
    try:
        return sentence % error.params if error.params else sentence
    except (KeyError, TypeError, ValueError):
        return sentence


class ErrorMiddleware:
    """Turn a XiaojiaError that no view caught into a page of status 400 (or the error's own `status`); so a NUL sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return bad_request(request)  # a character that no person types and no text of the database holds
        if not isinstance(exception, XiaojiaError):
            return None
        return error_page(request, getattr(exception, "status", 400), message_of(exception), code=exception.code)


def error_page(request: HttpRequest, status: int, text: str, code: str = "") -> HttpResponse:
    """Return the error as a page, or as JSON `{code, message, fields}` to a script that asks for it."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code or str(status), "message": text, "fields": {}}, status=status)
    actions = [{"label": _("回到办公首页"), "url": "/office/"}] if request.path.startswith("/office/") else []
    values = {"status": status, "text": text, "actions": actions, "error_id": request_id(request)}
    return render(request, "web/error.html", values, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400, _("这个请求看不懂。请返回上一页再试一次。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return not_found(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404, _("没有找到这个页面。可能地址抄错了，或者它已经不在了。"))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 429, _("这个网络一下子来得太多了。请等一分钟再试；你填的内容请先别关掉。"))


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500, _("我们这边出了问题，已经记下。请过一会儿再试；你填的内容请先别关掉。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, _("页面打开太久了，请返回上一页刷新后再提交。"))

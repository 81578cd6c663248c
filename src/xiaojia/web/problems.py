"""How does every refusal look to a program? `{code, message, fields}`, in the language that it asks for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from xiaojia.lib.errors import XiaojiaError, gettext_noop
from xiaojia.web.errors import message_of

SENTENCES = {
    "bad_request": gettext_noop("这个请求看不懂。"),
    "bad_json": gettext_noop("请求的内容不是正确的 JSON。"),
    "not_found": gettext_noop("没有这个地址，或者没有这个东西。"),
    "method_not_allowed": gettext_noop("这个地址不接受这种请求方法。可用的方法见 Allow。"),
    "too_large": gettext_noop("请求的内容太大了。"),
    "invalid": gettext_noop("有几项填得不对，见 fields。"),
    "unavailable": gettext_noop("现在连不上数据库，没有办成。请等 %(wait_s)s 秒再试。"),
    "server_error": gettext_noop("我们这边出了问题，已经记下。请过一会儿再试。"),
}
STATUSES = {
    "bad_request": 400, "bad_json": 400, "not_found": 404, "method_not_allowed": 405, "too_large": 413, "invalid": 422,
    "server_error": 500, "unavailable": 503,
}  # fmt: skip
FIELD_WORDS = {
    "missing": gettext_noop("缺少这一项。"),
    "int_parsing": gettext_noop("要是整数。"),
    "int_type": gettext_noop("要是整数。"),
    "int_from_float": gettext_noop("要是整数。"),
    "float_parsing": gettext_noop("要是数字。"),
    "float_type": gettext_noop("要是数字。"),
    "finite_number": gettext_noop("要是数字。"),
    "bool_parsing": gettext_noop("要是 true 或 false。"),
    "bool_type": gettext_noop("要是 true 或 false。"),
    "string_type": gettext_noop("要是文字。"),
    "string_too_long": gettext_noop("太长了。"),
    "string_too_short": gettext_noop("太短了。"),
    "too_long": gettext_noop("太多了。"),
    "greater_than_equal": gettext_noop("太小了。"),
    "less_than_equal": gettext_noop("太大了。"),
    "literal_error": gettext_noop("不是可选的值。"),
    "enum": gettext_noop("不是可选的值。"),
    "extra_forbidden": gettext_noop("没有这一项。"),
    "string_pattern_mismatch": gettext_noop("写法不对，请看接口说明里的例子。"),
    "uuid_parsing": gettext_noop("写法不对，请看接口说明里的例子。"),
    "datetime_from_date_parsing": gettext_noop("写法不对，请看接口说明里的例子。"),
}
"""The sentence for each kind of fault that pydantic names; others read "not understood"."""


def problem(code: str, *, status: int = 0, message: str = "", fields: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a refusal; without a message the sentence of the code is used, in the request's language."""
    body: dict[str, Any] = {"code": code, "message": message or _(SENTENCES[code]), "fields": dict(fields or {})}
    answer = JsonResponse(body, status=status or STATUSES.get(code, 400), json_dumps_params={"ensure_ascii": False})
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept-Language"
    return answer


def problem_of(error: XiaojiaError) -> HttpResponse:
    """Return a room's refusal with its own status; `wait_s` becomes Retry-After, 401 says which scheme is wanted."""
    status = int(getattr(error, "status", 400))
    fields = {
        name: _(sentence) % error.params if error.params else _(sentence) for name, sentence in error.fields.items()
    }
    answer = problem(error.code, status=status, message=message_of(error), fields=fields)
    if wait_s := getattr(error, "wait_s", 0):
        answer.headers["Retry-After"] = str(wait_s)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="xiaojia"'
    return answer


def invalid(faults: list[Any]) -> HttpResponse:
    """Return 422 for pydantic's faults, each beside the field that it is about."""
    fields = {}
    for fault in faults:
        names = [part for part in fault["loc"][1:] if isinstance(part, str) and not part.startswith("function-")]
        name = names[-1] if names else str(fault["loc"][0])
        fields.setdefault(
            name, _(FIELD_WORDS.get(str(fault["type"]), gettext_noop("看不懂这一项，请看接口说明里的例子。")))
        )
    return problem("invalid", fields=fields)


def unavailable(wait_s: int = 5) -> HttpResponse:
    """Return 503: the database does not answer just now, nothing was done."""
    answer = problem("unavailable", message=_(SENTENCES["unavailable"]) % {"wait_s": wait_s})
    answer.headers["Retry-After"] = str(wait_s)
    return answer

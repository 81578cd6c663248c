"""What may a key do, how does it look, how often may one ask, and what is a repeated request? No clock, no Django."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

SCOPES: dict[str, str] = {
    "stations:read": _("读取公开的站点数据（比不带密钥时频率更高）"),
    "visits:write": _("提交到访登记"),
    "reports:write": _("提交问题反馈"),
    "reports:read": _("查看自己提交的问题办得怎样"),
}
LONGEST = timedelta(days=2 * 366)
TOKEN = re.compile(r"xj_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
TAKEOVER_S = 60
"""A request that has been running for so long has died with its process: the next one takes it over."""
KEPT = timedelta(hours=48)
"""How long an answer can be asked for again; at least 24 hours are promised."""
WINDOW_S = 60
DEAR = 20
"""Of requests that cost much, one for each twenty of the limit passes."""
LEASE_SHARE = 20
"""A process takes a twentieth of a limit from the database at once, and asks again when that is spent."""
VERBS = {"keys.made": _("生成接口密钥"), "keys.revoked": _("停用接口密钥")}


class KeyRefused(XiaojiaError):
    """A key, or a request by a program, was refused. `wait_s` says when to come back."""

    sentences: ClassVar[Mapping[str, str]] = {
        "no_label": _("请写明密钥给谁用。"),
        "label_taken": _("“%(label)s”已有一个在用的密钥。请先停用它，或换一个名称。"),
        "no_scope": _("请至少选一项权限。"),
        "bad_expiry": _("到期日要在今天以后、两年以内。"),
        "bad_limit": _("每分钟次数要在 1 到 %(most)s 之间。"),
        "not_found": _("没有找到这个密钥，或者你无权办理。"),
        "key_missing": _("这个接口要用密钥：请在 Authorization 里带上 Bearer 和密钥。"),
        "key_unknown": _("这个密钥不对。请核对有没有抄漏，或向发放密钥的工会索取新的。"),
        "key_revoked": _("这个密钥已停用。请向发放密钥的工会索取新的。"),
        "key_expired": _("这个密钥已到期。请向发放密钥的工会索取新的。"),
        "scope_missing": _("这个密钥没有“%(scope)s”权限。"),
        "too_fast": _("请求太快了，请等 %(wait_s)s 秒再试。"),
        "idempotency_key_missing": _("请在 Idempotency-Key 里带一个这次请求独有的编号，重试时用同一个。"),
        "idempotency_key_bad": _("Idempotency-Key 要是 1 到 200 个可见的英文字符，比如一个 UUID。"),
        "idempotency_key_reused": _("这个 Idempotency-Key 已经用在另一次请求上了。新的请求请换一个新编号。"),
        "idempotency_key_running": _("同一个请求还在办理，请等 %(wait_s)s 秒再用同一个编号问一次。"),
    }
    statuses: ClassVar[Mapping[str, int]] = {
        "key_missing": 401, "key_unknown": 401, "key_revoked": 401, "key_expired": 401, "scope_missing": 403,
        "too_fast": 429, "idempotency_key_reused": 422, "idempotency_key_running": 409,
    }  # fmt: skip

    def __init__(self, code: str, *, wait_s: int = 0, **params: object) -> None:
        given = params | ({"wait_s": wait_s} if wait_s else {})
        super().__init__(code, params=given, fields={FIELDS[code]: self.sentences[code]} if code in FIELDS else None)
        self.status = self.statuses.get(code, 400)
        self.wait_s = wait_s


FIELDS = {"no_label": "label", "label_taken": "label", "no_scope": "scopes", "bad_expiry": "expires_on",
          "bad_limit": "per_minute"}  # fmt: skip
MOST_PER_MINUTE = 1_000_000


def check_key(label: str, scopes: list[str], expires_on: date, per_minute: int | None, today: date) -> None:
    """Raise KeyRefused with the code of what a new key lacks."""
    if not label:
        raise KeyRefused("no_label")
    if not scopes or set(scopes) - set(SCOPES):
        raise KeyRefused("no_scope")
    if not today < expires_on <= today + LONGEST:
        raise KeyRefused("bad_expiry")
    if per_minute is not None and not 1 <= per_minute <= MOST_PER_MINUTE:
        raise KeyRefused("bad_limit", most=MOST_PER_MINUTE)


def split_token(token: str) -> tuple[str, str] | None:
    """Return the shown prefix and the secret of a token `xj_prefix_secret`, or None for anything else."""
    found = TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None


def payload_hash(operation: str, payload: bytes) -> str:
    """Return 64 hex characters that are the same for the same operation with the same JSON, however it is spaced."""
    try:
        plain = json.dumps(json.loads(payload), sort_keys=True, separators=(",", ":")).encode()
    except ValueError:
        plain = payload
    return hashlib.sha256(operation.encode() + b"\x00" + plain).hexdigest()


def address_group(address: str) -> str:
    """Return what one subscriber's addresses have in common: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped) if found.ipv4_mapped else found.exploded[:19]
    return str(found)


Grant = Callable[[str, int, int, int], int]
"""(subject, window, wanted, limit) → how many of the window's requests this process may answer now."""


@dataclass
class Leases:
    """What this process may still answer, by subject and minute; the database hands out shares of each limit.

    The sum over all processes never passes the limit; what a process leased and did not use is lost for that minute,
    at most a twentieth of the limit each. Safe under threads; the clock (seconds since 1970) is passed in.
    """

    kept: int = 50_000
    _left: dict[str, tuple[int, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, subject: str, limit: int, now_s: float, grant: Grant) -> int:
        """Take one request; return 0, or the whole seconds until the next window when there is none left."""
        window = int(now_s // WINDOW_S)
        if (left := self._spend(subject, window)) is None:
            given = grant(subject, window, max(1, limit // LEASE_SHARE), limit)
            left = self._add(subject, window, given)
        return 0 if left >= 0 else max(1, int((window + 1) * WINDOW_S - now_s) + 1)

    def _spend(self, subject: str, window: int) -> int | None:
        """Take from what is held: what is left; -1 when the window is known to be spent; None = ask for more."""
        with self._lock:
            at, left = self._left.get(subject, (window, 0))
            if at != window or left == 0:
                return None
            if left > 0:
                self._left[subject] = (window, left - 1)
                return left - 1
            return -1

    def _add(self, subject: str, window: int, given: int) -> int:
        """Keep what was granted, less one; a grant of nothing closes the subject for this window."""
        with self._lock:
            at, left = self._left.get(subject, (window, 0))
            held = (max(left, 0) if at == window else 0) + given - 1
            if len(self._left) >= self.kept:
                self._left = {key: value for key, value in self._left.items() if value[0] == window}
            self._left[subject] = (window, held)
            return held

    def clear(self) -> None:
        """Forget every lease: for tests."""
        with self._lock:
            self._left.clear()

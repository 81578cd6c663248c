"""When must a sign-in wait, when is a session over, and what may be said of a browser? No clock and no request in here.

Sources: OWASP ASVS 5.0 chapters 6 and 7; NIST SP 800-63B-4 §2.2.3 (one hour idle, 24 hours in all); RFC 6238 §5.2.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1
from ipaddress import ip_address, ip_network

from xiaojia.lib.errors import gettext_noop


@dataclass(frozen=True)
class Limit:
    """At most `fails` failed attempts within `window`; the next one waits until the oldest of them is past it."""

    fails: int
    window: timedelta

    def until(self, fails: Sequence[datetime], now: datetime) -> datetime | None:
        """Return when the next attempt may be made, or None if now. `fails` are the times of earlier failures."""
        fresh = sorted(at for at in fails if at > now - self.window)
        return fresh[-self.fails] + self.window if len(fresh) >= self.fails else None


PAIR = Limit(5, timedelta(minutes=15))
"""Per name and network: whoever guesses at one account waits, and nobody elsewhere does."""
NETWORK = Limit(40, timedelta(minutes=15))
"""Per network over all names: spraying one password over many accounts."""
NAME = Limit(100, timedelta(hours=1))
"""Per name over all networks: guessing from many machines. A browser that has signed in to the account before is
spared this one, so that nobody can be locked out of her own desk from outside."""
CODE = Limit(5, timedelta(minutes=15))
"""Second-factor codes per account: five guesses in a million every quarter of an hour."""
LONGEST = max(limit.window for limit in (PAIR, NETWORK, NAME, CODE))

SIGN_IN_KEY = "xj_sign_in"
"""Where the session's data name its row."""
PROVIDER = "provider"
"""How allauth's record of a sign-in names the identity provider."""


def typed_name(username: str) -> str:
    """Return a typed user name as its failures are counted."""
    return username.strip().casefold()[:150]


def code_name(account_id: int) -> str:
    """Return the name under which an account's second-factor codes are counted; no user name has a space."""
    return f"code of {account_id}"


def attempt_names(username: str, account_id: int) -> tuple[str, str]:
    """Return both names under which an account's failures are counted: of passwords and of codes."""
    return typed_name(username), code_name(account_id)


WORDS_OF_THE_HOUSE = (
    "xiaojia", "小家", "zonggonghui", "总工会", "gonghui", "工会", "union", "zhandian", "站点", "station", "yizhan",
    "驿站", "laodong", "劳动者", "huwai", "户外", "zhigong", "职工", "admin", "guanli", "管理员", "office", "bangong",
    "mima", "密码", "password", "woaini", "welcome",
)  # fmt: skip
"""Words that everybody who knows the product tries first; the union's own name and the user name come on top."""
LEAST_LEFT = 5


def what_is_left(password: str, more: Iterable[str] = ()) -> int:
    """Return how many letters of a password are left without the house's words, digits and marks."""
    text = password.casefold()
    for word in sorted({*WORDS_OF_THE_HOUSE, *(m.casefold() for m in more)}, key=len, reverse=True):
        text = text.replace(word, "") if len(word) > 1 else text
    return sum(character.isalpha() for character in text)


def is_of_the_house(password: str, more: Iterable[str] = ()) -> bool:
    """Return whether a password is little more than words of the house: one that has none of them is not judged."""
    with_words = what_is_left(password, more)
    return with_words < LEAST_LEFT and with_words < sum(character.isalpha() for character in password)


STEP_S, DRIFT_STEPS, DIGITS = 30, 1, 6


def hotp(secret: bytes, counter: int) -> str:
    """Return the six digits of a counter (RFC 4226 §5.3)."""
    mac = hmac.new(secret, counter.to_bytes(8, "big"), sha1).digest()
    at = mac[-1] & 0x0F
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, now: datetime, used: int = -1) -> int | None:
    """Return the time step that a code belongs to, or None. One step of drift either way; never one already used."""
    here = int(now.timestamp()) // STEP_S
    steps = range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1)
    fitting = [step for step in steps if hmac.compare_digest(hotp(secret, step).encode(), code.encode())]
    return next((step for step in fitting if step > used), None)


@dataclass(frozen=True)
class SessionRule:
    """How many sessions an account may have, how long one may rest, how long it may last."""

    most: int = 3
    idle: timedelta = timedelta(minutes=60)
    whole: timedelta = timedelta(hours=12)

    def over(self, *, began_at: datetime, seen_at: datetime, now: datetime) -> str:
        """Return why a session is over ("idle", "whole") or ""."""
        if now - began_at > self.whole:
            return "whole"
        return "idle" if now - seen_at > self.idle else ""


SEEN_EVERY = timedelta(seconds=60)
"""How exactly a session's last use is kept."""

ENDED = {
    "idle": gettext_noop("有一段时间没有操作，为了安全已经退出，请重新登录。"),
    "whole": gettext_noop("这次登录时间已经很长，为了安全请重新登录。"),
    "ended": gettext_noop("这里的登录已经结束：可能在别处登录了，或者改过密码、两步验证。请重新登录。"),
}
"""Why one has to sign in again, by code."""


def network_of(address: str) -> str:
    """Return the network of an address, as coarse as serves the limit: IPv4 as it is, IPv6 by its /64; "" if none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped:
        return str(mapped)
    return str(ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else str(ip)


def hint_of(address: str) -> str:
    """Return what the owner of a session needs to recognise its place: 203.0.113.x, or the first 48 bits of IPv6."""
    network = network_of(address)
    if not network:
        return ""
    if ":" in network:
        return str(ip_network(network).supernet(new_prefix=48).network_address) + "/48"
    return network.rsplit(".", 1)[0] + ".x"


KINDS = (
    ("micromessenger", gettext_noop("微信")),
    ("ipad", gettext_noop("平板")),
    ("iphone", gettext_noop("苹果手机")),
    ("android", gettext_noop("安卓手机")),
    ("harmony", gettext_noop("鸿蒙手机")),
    ("windows", gettext_noop("Windows 电脑")),
    ("macintosh", gettext_noop("苹果电脑")),
    ("linux", gettext_noop("Linux 电脑")),
)
OTHER_KIND = gettext_noop("其他设备")
BROWSERS = (("edg/", "Edge"), ("firefox/", "Firefox"), ("chrome/", "Chrome"), ("safari/", "Safari"))


def device_kind(user_agent: str) -> str:
    """Return the kind of device (a message id) and, after " · ", the browser; never the version."""
    text = user_agent.lower()
    kind = next((word for mark, word in KINDS if mark in text), OTHER_KIND)
    browser = next((name for mark, name in BROWSERS if mark in text), "")
    return f"{kind} · {browser}" if browser else kind


VERBS = {
    "people.signed_in": gettext_noop("登录"),
    "people.signed_out": gettext_noop("退出"),
    "people.sign_in_failed": gettext_noop("登录失败"),
    "people.sign_in_locked": gettext_noop("登录失败过多，暂时锁定"),
    "people.lock_released": gettext_noop("解除登录锁定"),
    "people.provider_bound": gettext_noop("绑定统一身份认证"),
    "people.sessions_ended": gettext_noop("结束他处登录"),
    "people.password_changed": gettext_noop("修改密码"),
    "people.factor_set_up": gettext_noop("打开两步验证"),
    "people.factor_replaced": gettext_noop("更换验证器"),
    "people.factor_turned_off": gettext_noop("关闭两步验证"),
    "people.factor_reset": gettext_noop("重置两步验证"),
    "people.codes_renewed": gettext_noop("更换恢复码"),
}
"""Words of this room's verbs about signing in."""

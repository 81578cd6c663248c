"""What is written down about the running product, for how long, and who may read its figures? The operator's settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xiaojia.lib.terms import ASSESSMENT_LEAST_DAYS, LOG_LEAST_DAYS

SETTINGS = (
    "XIAOJIA_LOG",
    "XIAOJIA_LOG_FOLDER",
    "XIAOJIA_LOG_DAYS",
    "XIAOJIA_AUDIT_DAYS",
    "XIAOJIA_METRICS_TOKEN",
)
FORMS = ("text", "json")
MOST_DAYS = 36_600


class WatchError(ValueError):
    """A setting about logs or figures cannot be used."""


@dataclass(frozen=True)
class Watch:
    """`form` is how standard error reads; with a `folder` JSON lines are kept there for `log_days`."""

    form: str = "text"
    folder: Path | None = None
    log_days: int = LOG_LEAST_DAYS
    audit_days: int = ASSESSMENT_LEAST_DAYS
    metrics_token: str = ""


def read_watch(values: Mapping[str, str]) -> Watch:
    """Return the settings of logs and figures. Raises: WatchError that names the setting and the law behind a limit."""
    form = values.get("XIAOJIA_LOG", "text")
    if form not in FORMS:
        raise WatchError(f"XIAOJIA_LOG must be text or json, not {form!r}")
    folder = values.get("XIAOJIA_LOG_FOLDER", "")
    return Watch(
        form=form,
        folder=Path(folder).expanduser().absolute() if folder else None,
        log_days=_days(
            values,
            "XIAOJIA_LOG_DAYS",
            LOG_LEAST_DAYS,
            "network logs are kept for six months (网络安全法第二十三条第三项)",
        ),
        audit_days=_days(
            values,
            "XIAOJIA_AUDIT_DAYS",
            ASSESSMENT_LEAST_DAYS,
            "who read personal data is kept for three years (个人信息保护法第五十六条)",
        ),
        metrics_token=_token(values.get("XIAOJIA_METRICS_TOKEN", "")),
    )


def _days(values: Mapping[str, str], name: str, least: int, why: str) -> int:
    text = values.get(name, str(least))
    if not text.isdecimal():
        raise WatchError(f"{name} must be a number of days, not {text!r}")
    if int(text) < least:
        raise WatchError(f"{name} must be at least {least} days, not {text}: {why}")
    if int(text) > MOST_DAYS:
        raise WatchError(f"{name} must be at most {MOST_DAYS} days, not {text}")
    return int(text)


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{16,200}", text):
        raise WatchError("XIAOJIA_METRICS_TOKEN must be 16 to 200 letters and digits, as openssl rand -hex 24 prints")
    return text

"""What is written down while the product runs? Text for a terminal, JSON lines for programs; never an address's values."""

import contextlib
import logging
import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pythonjsonlogger.json import JsonFormatter

from xiaojia.config.watch import Watch
from xiaojia.web import requests

ZONE = ZoneInfo("Asia/Shanghai")
NAME = re.compile(r"xiaojia-(\d{4}-\d\d-\d\d)\.jsonl(\.\w+)?")
DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
"""Lines of the database's errors that hold values of rows."""
FACTS = ("request_id", "route", "method", "status", "duration_ms", "actor")


class RequestFilter(logging.Filter):
    """Give a record the number of its request; Django's own lines name the route instead of the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always pass."""
        request = getattr(record, "request", None)
        record.request_id = requests.request_id() or requests.request_id(request)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            route = requests.route_of(request)  # type: ignore[arg-type]
            record.args = tuple(route if value == path else value for value in record.args)
        return True


class Plain(logging.Formatter):
    """Text lines; a line written within a request ends with its number."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Add the number."""
        number = getattr(record, "request_id", "")
        return super().formatMessage(record) + (f" [{number}]" if number else "")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Leave out the values that the database names."""
        return DETAIL.sub(r"\1: (left out)", super().formatException(ei))


class Json(JsonFormatter):
    """One JSON object per line with a fixed set of fields; what a caller attaches besides them is not written."""

    def __init__(self) -> None:
        super().__init__("%(message)s", json_ensure_ascii=False)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Choose the fields; times in Shanghai with their offset."""
        log_data["time"] = datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname.lower(), record.name
        log_data["message"] = message_dict.get("message") or record.message
        log_data |= {name: value for name in FACTS if (value := getattr(record, name, None)) not in (None, "")}
        for name in ("exc_info", "stack_info"):
            if text := message_dict.get(name):
                log_data[name] = DETAIL.sub(r"\1: (left out)", str(text))


class OnlyNews(logging.Filter):
    """Keep the line of each good request off a terminal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass everything but good requests."""
        return record.name != requests.log.name or record.levelno >= logging.WARNING


class DayFile(logging.Handler):
    """Append to `xiaojia-YYYY-MM-DD.jsonl` of the day in Shanghai; files older than `days` are deleted at each new day.

    Several processes write to the same file: each line is one append, and no file is ever renamed.
    """

    def __init__(self, folder: str, days: int) -> None:
        super().__init__()
        self.folder, self.days = Path(folder), days
        self._day: date | None = None
        self._file: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a full disk or a missing folder never stops a request."""
        try:
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
            os.write(self._open(datetime.fromtimestamp(record.created, ZONE).date()), line)
        except Exception:  # noqa: BLE001 - logging must not raise
            self.handleError(record)

    def close(self) -> None:
        """Close the file of the day."""
        if self._file is not None:
            os.close(self._file)
            self._file = self._day = None
        super().close()

    def _open(self, day: date) -> int:
        if self._file is None or (self._day is not None and day > self._day):
            path = self.folder / f"xiaojia-{day}.jsonl"
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
            if self._file is not None:
                os.close(self._file)
            self._file, self._day = file, day
            prune(self.folder, self.days, day)
        return self._file


def prune(folder: Path, days: int, today: date) -> list[str]:
    """Delete the day files older than `days`, packed ones too; return their names. Other files are left alone."""
    first, gone = today - timedelta(days=days), []
    for path in sorted(folder.glob("xiaojia-*.jsonl*")):
        found = NAME.fullmatch(path.name)
        if found and date.fromisoformat(found[1]) < first:
            with contextlib.suppress(FileNotFoundError):  # another process was quicker
                path.unlink()
                gone.append(path.name)
    return gone


def logging_settings(watch: Watch) -> dict[str, Any]:
    """Return Django's LOGGING. Good requests are written as JSON only; where nobody reads them they cost nothing."""
    keeps_requests = watch.form == "json" or watch.folder is not None
    json_line, number = {"()": "xiaojia.config.logs.Json"}, ["request"]
    handlers: dict[str, Any] = {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": watch.form,
            "filters": number if watch.form == "json" else [*number, "news"],
        }
    }
    if watch.folder is not None and _writable(watch.folder):
        handlers["file"] = {
            "()": "xiaojia.config.logs.DayFile",
            "folder": str(watch.folder),
            "days": watch.log_days,
            "formatter": "json",
            "filters": number,
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "xiaojia.config.logs.RequestFilter"},
            "news": {"()": "xiaojia.config.logs.OnlyNews"},
        },
        "formatters": {"text": {"()": "xiaojia.config.logs.Plain"}, "json": json_line},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "WARNING"},
        "loggers": {
            "xiaojia": {"level": "INFO"},
            requests.log.name: {"level": "INFO" if keeps_requests else "ERROR"},
            "django.request": {"level": "ERROR"},  # what was refused stands in the line of its request
        },
    }


def _writable(folder: Path) -> bool:
    """Make the folder, if it can be made; the doctor says so when it cannot, and serving goes on."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return os.access(folder, os.W_OK)

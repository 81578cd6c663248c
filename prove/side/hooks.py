"""What does schemathesis send besides what it draws? A partner's key, unique Idempotency-Keys, ids that are there.

schemathesis loads this module by SCHEMATHESIS_HOOKS, in its own environment; nothing of ours is imported.
"""

import json
import os
import uuid
from typing import Any

import schemathesis

KEY = os.environ.get("PARTNER_KEY", "")
REAL: dict[str, list[str]] = json.loads(os.environ.get("REAL_IDS", "{}"))
"""Ids of each path with `{id}`: a drawn UUID is never one of them."""
LONGEST = 200 - 36
"""Longer ones are sent as drawn: they would not fit with a UUID."""

if KEY:

    @schemathesis.auth()
    class Partner:
        """The key of a partner."""

        def get(self, case: Any, ctx: Any) -> str:
            return KEY

        def set(self, case: Any, data: str, ctx: Any) -> None:
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Every case is a request of its own: a valid Idempotency-Key is made unique, as the description asks for."""
    headers = case.headers or {}
    key = str(headers.get("Idempotency-Key", ""))
    if key and all("!" <= sign <= "~" for sign in key) and len(key) <= LONGEST:
        headers["Idempotency-Key"] = f"{key}{uuid.uuid4()}"


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other drawn id becomes one that is there."""
    known = REAL.get(context.operation.path, [])
    number = sum(str((path_parameters or {}).get("id", "")).encode())
    if not path_parameters or not known or number % 2:
        return path_parameters
    return path_parameters | {"id": known[number // 2 % len(known)]}

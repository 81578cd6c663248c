"""What does the demo city tell those who want to look in? Its sign-ins."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from xiaojia.domains.demo.rules import SIGN_INS


def sign_ins(_request: HttpRequest, **_subject: Any) -> list[dict[str, str]] | None:
    """Return the demo accounts for the sign-in page of a demo instance; None anywhere else."""
    if not settings.IS_DEMO:
        return None
    english = get_language() == "en"
    return [
        {
            "username": one.username,
            "password": one.password,
            "label": one.label_en if english else one.label,
            "note": "",
        }
        for one in SIGN_INS
    ]

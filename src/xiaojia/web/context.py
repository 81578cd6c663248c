"""What does every page know about this installation?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates `site`: footer fields, the demo mark, whether the page came by HTTPS, the language."""
    return {
        "site": {
            **settings.SITE,
            "is_demo": settings.IS_DEMO,
            "secure": request.is_secure() or _host(request).split(":")[0] in ("localhost", "127.0.0.1", "[::1]"),
            "url": settings.XIAOJIA_URL,
            "large": request.COOKIES.get("xj_large") == "1",
        }
    }


def _host(request: HttpRequest) -> str:
    """Return the host that was asked for, "" for a forged one: the page that refuses it is drawn all the same."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""

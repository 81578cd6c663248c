"""What does every page know about this installation?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates `site`: footer fields, the demo mark, whether the page came by HTTPS, the language."""
    return {
        "site": {
            **settings.SITE,
            "is_demo": settings.IS_DEMO,
            "secure": request.is_secure() or request.get_host().split(":")[0] in ("localhost", "127.0.0.1", "[::1]"),
            "url": settings.XIAOJIA_URL,
            "large": request.COOKIES.get("xj_large") == "1",
        }
    }

"""What does every desk page need? The actor's organisation, rights, navigation and the top line."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.orgs.rules import Cap

NAVIGATION: list[Callable[[Any, HttpRequest], list[dict[str, Any]]]] = []
"""Functions that give items {key, label, icon, url, badge} for the side; filled by the fuse box."""

TOP: list[Callable[[Any, HttpRequest], dict[str, Any]]] = []
"""Functions that give values for the top line (search_url, inbox_url, inbox_count, todo_url, todo_count)."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give templates `actor`, `can_write`, `can_admin`, `nav` and the top line for pages under /office/; no query elsewhere."""
    if (
        not request.path.startswith("/office/")
        or not getattr(request, "user", None)
        or not request.user.is_authenticated
    ):
        return {}
    actor = request.actor  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        "actor": actor,
        "can_write": actor.has(Cap.WRITE),
        "can_admin": actor.has(Cap.ADMIN),
        "nav": _navigation(actor, request),
        "desk_home": "/office/",
        "org_name": actor.home.org_name if actor.home else "",
        "user_name": actor.label,
        "user_role": _role(actor),
        "user_menu": _menu(),
        "user_posts": [(grant.org_name, _(Post.Role(grant.role).label)) for grant in actor.grants],
    }
    for source in TOP:
        values |= source(actor, request)
    return values


def _navigation(actor: Any, request: HttpRequest) -> list[dict[str, Any]]:
    nav = [item for source in NAVIGATION for item in source(actor, request)]
    fitting = [item["url"] for item in nav if request.path.startswith(item["url"]) and item["url"] != "/office/"]
    best = max(fitting, key=len, default="/office/" if request.path == "/office/" else "")
    for item in nav:
        item["active"] = item["url"] == best
    return nav


def _role(actor: Any) -> str:
    return f"{actor.home.org_name} · {_(Post.Role(actor.home.role).label)}" if actor.home else ""


def _menu() -> list[dict[str, Any]]:
    return [
        {"label": _("我的账号"), "url": reverse("people:profile"), "icon": "person"},
        {"label": _("修改密码"), "url": reverse("account_change_password"), "icon": "key"},
        {"label": _("退出"), "url": reverse("account_logout"), "icon": "logout", "post": True, "fields": {}},
    ]

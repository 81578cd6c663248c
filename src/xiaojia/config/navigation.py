"""Where can one go on the desk? The side's items by right, and the values of the top line."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from xiaojia.kernel.notices.queries import unread_count
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import gettext_noop

ITEMS: tuple[tuple[str, str, str, Cap], ...] = (
    ("stations:office_today", gettext_noop("今天"), "home", Cap.READ),
    ("stations:office_list", gettext_noop("站点"), "list", Cap.READ),
    ("stations:office_map", gettext_noop("地图"), "map", Cap.READ),
    ("feedback:office_list", gettext_noop("问题单"), "warning", Cap.READ),
    ("visits:office_counts", gettext_noop("人次"), "chart", Cap.READ),
    ("stations:closures", gettext_noop("临时关闭"), "storm", Cap.READ),
    ("imports:list", gettext_noop("导入"), "import", Cap.WRITE),
    ("visits:plates", gettext_noop("二维码牌"), "qr", Cap.WRITE),
    ("stations:standards", gettext_noop("建设标准"), "tasks", Cap.READ),
    ("orgs:organisations", gettext_noop("组织"), "building", Cap.READ),
    ("orgs:people", gettext_noop("人员"), "people", Cap.ADMIN),
    ("calendar:this_year", gettext_noop("工作日历"), "calendar", Cap.READ),
    ("audit:log", gettext_noop("操作记录"), "history", Cap.AUDIT),
    ("keys:list", gettext_noop("接口密钥"), "key", Cap.ADMIN),
    ("retention:terms", gettext_noop("个人信息"), "clock", Cap.ADMIN),
    ("feeds:release", gettext_noop("数据开放"), "share", Cap.ADMIN),
    ("orgs:settings", gettext_noop("设置"), "settings", Cap.ADMIN),
)


def side(actor: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the items that the actor may open; a room that is not there has none."""
    found = []
    for name, label, icon, cap in ITEMS:
        if not actor.has(cap):
            continue
        try:
            found.append({"key": name, "label": _(label), "icon": icon, "url": reverse(name), "badge": 0})
        except NoReverseMatch:
            continue
    return found


def top(actor: Any, request: HttpRequest) -> dict[str, Any]:
    """Return the search, the inbox and how much is new in it; one query."""
    return {
        "search_url": reverse("stations:office_list"),
        "q": request.GET.get("q", ""),
        "inbox_url": reverse("notices:inbox"),
        "inbox_count": unread_count(actor.account_id),
    }

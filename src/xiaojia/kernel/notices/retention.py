"""How long does an inbox keep its news?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaojia.kernel.notices.models import Notice
from xiaojia.kernel.people.models import Person
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term


def old_notices(cutoff: datetime) -> int:
    """Count the notices from before."""
    return Notice.objects.filter(created_at__lt=cutoff).count()


def drop_notices(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    keys = list(Notice.objects.filter(created_at__lt=cutoff).values_list("pk", flat=True)[:most])
    return Notice.objects.filter(pk__in=keys).delete()[0]


TERMS = (
    Term("notices.all", _("站内消息"), _("提醒经办人有事要办"), _("消息发出"),
         _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"), 180, 7, 366, old_notices, drop_notices),
)  # fmt: skip


def inbox(person: Person) -> tuple[str, tuple[str, ...], Sequence[tuple[Any, ...]]]:
    """Return (heading, columns, rows) of a person's inbox."""
    rows = Notice.objects.filter(account__person=person).order_by("created_at")
    return _("站内消息"), (_("时间"), _("内容"), _("已读")), [(n.created_at, n.text, n.read_at) for n in rows]

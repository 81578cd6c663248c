"""How long are a person's numbers kept after her last post, and what do posts say of her?"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.people.models import Account, Person
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

ALSO_NEEDED: list[Callable[[date], QuerySet[Any]]] = []
"""Rooms above: the ids of persons whom they still need, by the day since which they would have had to be needless."""


def _needless(cutoff: datetime) -> QuerySet[Person]:
    """Persons whose last post ended before the cutoff and who still have numbers or a working account."""
    day = timezone.localdate(cutoff)
    later = Post.objects.filter(Q(until=None) | Q(until__gte=day), person=OuterRef("pk"))
    left = Q(account__is_active=True) | ~Q(phone_hash="") | ~Q(identity_hash="")
    rows = Person.objects.filter(left, ~Exists(later), created_at__lt=cutoff)
    for needed in ALSO_NEEDED:
        rows = rows.exclude(pk__in=needed(day))
    return rows


def numbers_due(cutoff: datetime) -> int:
    """Count the persons without a post since the cutoff who still have a number or a working account."""
    return _needless(cutoff).count()


@transaction.atomic
def drop_numbers(cutoff: datetime, most: int) -> int:
    """Empty the numbers of some of them and close their accounts."""
    keys = list(_needless(cutoff).values_list("pk", flat=True)[:most])
    Account.objects.filter(person__in=keys).update(is_active=False)
    return Person.objects.filter(pk__in=keys).update(
        phone_encrypted=None, phone_hash="", identity_encrypted=None, identity_hash="", identity_kind=""
    )


TERMS = (
    Term("people.numbers", _("离任人员的手机号、证件号和账号"), _("任职期间联系本人、核对身份"), _("最后一个岗位结束"),
         _("个人信息保护法第四十七条第一项：处理目的已实现应当主动删除"), 180, 0, 1096, numbers_due, drop_numbers),
)  # fmt: skip


def posts(person: Person) -> tuple[str, tuple[str, ...], Sequence[tuple[Any, ...]]]:
    """Return (heading, columns, rows) of a person's posts."""
    rows = person.posts.select_related("org", "unit").order_by("since")
    head = (_("组织"), _("岗位"), _("职务"), _("任职开始"), _("任职截止"))
    return _("任职"), head, [(p.org.name, p.get_role_display(), p.title, p.since, p.until) for p in rows]


def needs(person: Person, on: date) -> str:
    """Return why a person cannot be forgotten: a post in force."""
    in_force = person.posts.filter(Q(until=None) | Q(until__gte=on)).exists()
    return _("还有没有结束的岗位，请先结束任职。") if in_force else ""

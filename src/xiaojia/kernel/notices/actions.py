"""How does a message get into an inbox, and out of it?"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from xiaojia.kernel.notices.models import Notice
from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.people.models import Account


def tell(accounts: Iterable[int], *, kind: str, text: str, url: str = "") -> int:
    """Put one message into each account's inbox; return how many."""
    rows = [Notice(account_id=a, kind=kind, text=text[:300], url=url, created_at=timezone.now()) for a in set(accounts)]
    return len(Notice.objects.bulk_create(rows))


def officers_for(org_path: str) -> list[int]:
    """Return the account ids of the officers in force at the organisation of `org_path` itself, or failing that above it."""
    today = timezone.localdate()
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gte=today),
        role__in=["officer", "admin"],
        since__lte=today,
        person__account__isnull=False,
    ).select_related("org", "person")
    above = [p for p in posts if org_path.startswith(p.org.path)]
    nearest = max((len(p.org.path) for p in above), default=0)
    return [p.person.account_id for p in above if len(p.org.path) == nearest and p.person.account_id]


def read_all(*, account: Account) -> int:
    """Mark everything in an inbox as read; return how many were new."""
    return Notice.objects.filter(account=account, read_at=None).update(read_at=timezone.now())

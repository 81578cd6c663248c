"""What lies in an inbox?"""

from django.db.models import QuerySet

from xiaojia.kernel.notices.models import Notice


def inbox(account_id: int | None) -> QuerySet[Notice]:
    """Return the messages of an account, newest first."""
    return Notice.objects.filter(account_id=account_id)


def unread_count(account_id: int | None) -> int:
    """Return how many messages of an account are new."""
    return inbox(account_id).filter(read_at=None).count()

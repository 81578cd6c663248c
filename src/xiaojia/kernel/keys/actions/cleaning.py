"""What need not be kept any longer? Answers after two days, counts of requests after an hour."""

from datetime import datetime, timedelta

from django.db import connection

from xiaojia.kernel.keys.models import Once
from xiaojia.kernel.keys.rules import KEPT


def clean(now: datetime) -> tuple[int, int]:
    """Delete answers that nobody may ask for again and old counts; return how many of each."""
    answers, _kinds = Once.objects.filter(created_at__lt=now - KEPT).delete()
    hour_ago = int((now - timedelta(hours=1)).timestamp() // 60)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM keys_usage WHERE minute < %s", [hour_ago])
        counts = cursor.rowcount
    return answers, int(counts)

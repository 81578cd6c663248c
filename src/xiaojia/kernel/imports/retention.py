"""How long do people's own sheets stay here, once they are in or given up?"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from xiaojia.kernel.files.actions import forget
from xiaojia.kernel.imports.models import Batch
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

FIFTH = 20
"""A batch may have 100,000 rows: few at a time."""
ENDED = (Batch.State.COMMITTED, Batch.State.UNDONE)


def _ended(cutoff: datetime) -> QuerySet[Batch]:
    over = Q(undone_at__lt=cutoff) | Q(undone_at=None, committed_at__lt=cutoff)
    return Batch.objects.filter(over, state__in=ENDED)


def _given_up(cutoff: datetime) -> QuerySet[Batch]:
    return Batch.objects.filter(created_at__lt=cutoff).exclude(state__in=ENDED)


def ended(cutoff: datetime) -> int:
    """Count the batches that were committed or undone before."""
    return _ended(cutoff).count()


def given_up(cutoff: datetime) -> int:
    """Count the batches that were begun before and never committed."""
    return _given_up(cutoff).count()


def _drop(rows: QuerySet[Batch], most: int) -> int:
    done = 0
    for batch in rows.select_related("file")[: min(most, FIFTH)]:
        with transaction.atomic():
            file = batch.file
            batch.delete()
            forget(file)
        done += 1
    return done


def drop_ended(cutoff: datetime, most: int) -> int:
    """Delete some of them with their rows and their file; what they brought in stays, its history too."""
    return _drop(_ended(cutoff), most)


def drop_given_up(cutoff: datetime, most: int) -> int:
    """Delete some of them with their rows and their file."""
    return _drop(_given_up(cutoff), most)


BASIS = _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间")
TERMS = (
    Term("imports.ended", _("已导入的表格"), _("核对、撤销、退回批注"), _("提交或撤销"), BASIS, 180, 7, 1096, ended, drop_ended),
    Term("imports.given_up", _("没有提交的表格"), _("让经办人接着做"), _("上传"), BASIS, 30, 1, 183, given_up, drop_given_up),
)  # fmt: skip

"""How long are a worker's words and photo kept, and the mark that tells two phones apart?"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from xiaojia.domains.feedback.models import Report
from xiaojia.kernel.files.actions import forget
from xiaojia.kernel.files.models import File
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term


def _marked(cutoff: datetime) -> QuerySet[Report]:
    return Report.objects.filter(at__lt=cutoff).exclude(device=b"")


def marked(cutoff: datetime) -> int:
    """Count the reports from before that still carry a phone's mark."""
    return _marked(cutoff).count()


def drop_marks(cutoff: datetime, most: int) -> int:
    """Take the mark off some of them."""
    return Report.objects.filter(pk__in=list(_marked(cutoff).values_list("pk", flat=True)[:most])).update(device=b"")


def _closed(cutoff: datetime) -> QuerySet[Report]:
    said = ~Q(text="") | Q(photo__isnull=False)
    return Report.objects.filter(said, state=Report.State.DONE, handled_at__lt=cutoff)


def closed(cutoff: datetime) -> int:
    """Count the reports that were closed before and still have words or a photo."""
    return _closed(cutoff).count()


@transaction.atomic
def drop_words(cutoff: datetime, most: int) -> int:
    """Take words and photo off some of them; what was wrong, where, when and how it was settled stays for the figures."""
    rows = list(_closed(cutoff)[:most])
    photos = {row.photo_id for row in rows if row.photo_id}
    done = Report.objects.filter(pk__in=[row.pk for row in rows]).update(text="", photo=None)
    for file in File.objects.filter(pk__in=photos):
        forget(file)
    return done


TERMS = (
    Term("feedback.marks", _("问题单上的当月设备标识"), _("防止同一部手机刷屏"), _("反映问题"),
         _("个人信息保护法第六条：收集限于最小范围"), 7, 1, 31, marked, drop_marks),
    Term("feedback.words", _("已办结问题单的文字和照片"), _("核实和回头看"), _("办结"),
         _("个人信息保护法第四十七条第一项：处理目的已实现应当主动删除"), 180, 7, 1096, closed, drop_words),
)  # fmt: skip

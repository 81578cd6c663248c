"""What can be done about the release? Record an approval, take it back; each with one line in the log."""

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from xiaojia.domains.feeds import access
from xiaojia.domains.feeds.models import Approval, Withdrawal
from xiaojia.domains.feeds.queries import release
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.lib.errors import gettext_noop as _

LOCK = 7_312_003
NEEDED = {
    "authority": ("no_authority", _("请填写审核机关。")),
    "document_no": ("no_document", _("请填写文号。")),
    "scope": ("no_scope", _("请写明公开的内容。")),
}


def approve_release(
    *, actor: Doer | Who, authority: str, document_no: str, approved_on: date, scope: str, note: str = ""
) -> Approval:
    """Record that an authority allowed the release; from now on the feeds show coordinates.

    The number is the document's own, as written by hand. Raises: FeedError `not_found`, `already_released`,
    `no_authority`, `no_document`, `no_scope`, `in_the_future`.
    """
    written = {"authority": authority, "document_no": document_no, "scope": scope, "note": note}
    values = {key: " ".join(text.split()) for key, text in written.items()}
    with transaction.atomic():
        root = access.root_for(actor)
        _check(values, approved_on)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if release.current() is not None:
            raise FeedError("already_released")
        made = Approval.objects.create(
            org=root, approved_on=approved_on, recorded_by=_label(actor), recorded_at=timezone.now(), **values
        )
        record(
            actor, "feeds.release_approved", kind="approval", id=made.pk, label=str(made), approved_on=approved_on,
            authority=made.authority, document_no=made.document_no, scope=made.scope,
        )  # fmt: skip
    release.forget()
    return made


def withdraw_release(*, actor: Doer | Who, approval_id: UUID | str, reason: str) -> Approval:
    """Take an approval back; the feeds close at once. Taking it back again changes nothing.

    Raises: FeedError `not_found`, `no_reason`.
    """
    reason = " ".join(reason.split())
    with transaction.atomic():
        approval = access.get(actor, approval_id)
        if not reason:
            raise FeedError("no_reason", fields={"reason": _("请写明原因。")})
        held, made = Withdrawal.objects.get_or_create(
            approval=approval,
            defaults={"reason": reason[:200], "withdrawn_by": _label(actor), "withdrawn_at": timezone.now()},
        )
        if made:
            record(
                actor,
                "feeds.release_withdrawn",
                kind="approval",
                id=approval.pk,
                label=str(approval),
                reason=held.reason,
            )
    release.forget()
    return approval


def _check(values: dict[str, str], approved_on: date) -> None:
    for field, (code, sentence) in NEEDED.items():
        if not values[field]:
            raise FeedError(code, fields={field: sentence})
    if approved_on > timezone.localdate():
        raise FeedError("in_the_future", fields={"approved_on": _("不能晚于今天")})


def _label(actor: Doer | Who) -> str:
    return (actor if isinstance(actor, Who) else actor.who).label[:120]

"""What does the background worker do for large sheets? The same actions, one step each."""

from procrastinate.contrib.django import app

from xiaojia.kernel.imports import access, actions
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.orgs.access import Actor, actor_of
from xiaojia.kernel.people.models import Account
from xiaojia.lib.errors import XiaojiaError


@app.task(name="imports.stage", queue="imports")
def stage(batch_id: str, account_id: int) -> None:
    """Read and judge the rows of a received batch."""
    batch, actor = _both(batch_id, account_id)
    try:
        actions.judge(actions.read_rows(batch), actor=actor)
    except XiaojiaError:
        return
    _done(batch_id)


@app.task(name="imports.judge", queue="imports")
def judge(batch_id: str, account_id: int) -> None:
    """Judge the rows anew."""
    batch, actor = _both(batch_id, account_id)
    actions.judge(batch, actor=actor)
    _done(batch_id)


@app.task(name="imports.commit", queue="imports")
def commit(batch_id: str, account_id: int, only_good: bool) -> None:
    """Commit a batch; a refusal is kept as the batch's message."""
    batch, actor = _both(batch_id, account_id)
    try:
        actions.commit(actor=actor, batch=batch, only_good=only_good)
    except XiaojiaError as error:
        Batch.objects.filter(pk=batch_id).update(message=str(error)[:300])
        return
    _done(batch_id)


def _both(batch_id: str, account_id: int) -> tuple[Batch, Actor]:
    """Return the batch as the account may see it now, not as it could when it asked."""
    actor = actor_of(Account.objects.get(pk=account_id))
    return access.get(actor, batch_id), actor


def _done(batch_id: str) -> None:
    Batch.objects.filter(pk=batch_id).update(message="")

"""What does the background worker do for large sheets? The same actions, one step each; a stopped one begins anew."""

from collections.abc import Callable

from django.utils import timezone
from procrastinate.contrib.django import app

from xiaojia.kernel.imports import access, actions
from xiaojia.kernel.imports.actions.worker import at_work, revive
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.rules import Progress
from xiaojia.kernel.orgs.access import Actor, actor_of
from xiaojia.kernel.people.models import Account
from xiaojia.lib.errors import XiaojiaError


@app.task(name="imports.stage", queue="imports")
def stage(batch_id: str, account_id: int) -> None:
    """Read and judge the rows of a received batch."""
    _do(batch_id, account_id, _stage)


@app.task(name="imports.judge", queue="imports")
def judge(batch_id: str, account_id: int) -> None:
    """Judge the rows anew."""
    _do(batch_id, account_id, lambda actor, batch, tell: actions.judge(batch, actor=actor, progress=tell))


@app.task(name="imports.commit", queue="imports")
def commit(batch_id: str, account_id: int, only_good: bool) -> None:
    """Commit a batch."""
    _do(
        batch_id,
        account_id,
        lambda actor, batch, tell: actions.commit(actor=actor, batch=batch, only_good=only_good, progress=tell),
    )


@app.task(name="imports.undo", queue="imports")
def undo(batch_id: str, account_id: int) -> None:
    """Take a batch back."""
    _do(batch_id, account_id, lambda actor, batch, tell: actions.undo(actor=actor, batch=batch, progress=tell))


@app.periodic(cron="* * * * *")
@app.task(name="imports.revive", queueing_lock="imports.revive")
def begin_anew(timestamp: int) -> None:
    """Begin work anew that was stopped in the middle."""
    revive(timezone.now())


def _stage(actor: Actor, batch: Batch, tell: Progress) -> object:
    return actions.judge(actions.read_rows(batch, progress=tell), actor=actor, progress=tell)


def _do(batch_id: str, account_id: int, step: Callable[[Actor, Batch, Progress], object]) -> None:
    """Do a step for an account, as it may act now and not as it could when it asked; a refusal is the batch's message."""
    with at_work(batch_id) as tell:
        try:
            actor = actor_of(Account.objects.get(pk=account_id))
            step(actor, access.get(actor, batch_id), tell)
        except XiaojiaError as error:
            Batch.objects.filter(pk=batch_id).update(message=str(error)[:300])

"""The facts that are recorded of re-matches, each in the transaction of its change."""

from civstart.accounts.models import User
from civstart.events import outbox
from matching.models import MatchPolicy, Rematch

STARTED = "rematch.started"
PAUSED = "rematch.paused"
RESUMED = "rematch.resumed"
CANCELLED = "rematch.cancelled"
FINISHED = "rematch.finished"
ENDS = {Rematch.Status.DONE: FINISHED, Rematch.Status.STOPPED: CANCELLED}
TYPES = (STARTED, PAUSED, RESUMED, CANCELLED, FINISHED)


def record(type_: str, rematch: Rematch, *, by: User | None = None) -> None:
    """Record the fact with how far the re-match is; staff pages hear of it once that is saved."""
    outbox.record(
        type_,
        subject=rematch,
        by=by,
        data={
            "policy": rematch.policy.version,
            "signals": rematch.total_count,
            "done": rematch.done_count,
            "changed": rematch.changed_count,
            "told": rematch.told_count,
            "failed": rematch.failed_count,
        },
    )


def pause_others(policy: MatchPolicy, *, by: User) -> None:
    """Pause the re-match that goes by another policy, if one does. Belongs into a transaction."""
    for rematch in Rematch.objects.going().exclude(policy=policy).select_related("policy"):
        if Rematch.objects.filter(pk=rematch.pk).pause(by=by):
            record(PAUSED, rematch, by=by)

"""What a policy would change: it and the one in use are tried on the signals approved last."""

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from civstart.accounts.models import User
from matching import (
    deciding,
    embedding,
    fairness,
    fitting,
    ranking,
    remembering,
    reranking,
    reweighing,
    trouble,
)
from matching.contract import Embedder, EmbedderUnavailable, Reranker
from matching.deciding import Decision
from matching.fitting import Fit
from matching.models import MatchPolicy, PolicyPreview, PreviewedPair, PreviewedSignal
from matching.ranking import Ranked
from signals.models import Signal
from startups.models import Startup

Status = PolicyPreview.Status
SIGNALS = 200
LONGEST_WHY = 300
LONGEST_TROUBLE = 500


@transaction.atomic
def ask(policy: MatchPolicy, *, by: User | None = None, most: int = SIGNALS) -> PolicyPreview:
    """Have a worker preview the policy; return the preview under way if there is one.

    One that stopped goes on where it was, unless another policy was put in use since.
    """
    MatchPolicy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    current = MatchPolicy.objects.current()
    preview = policy.previews.exclude(status=Status.DONE).filter(against=current).first()
    if preview is None:
        policy.previews.all().delete()  # of another policy in use, or of a while ago
        preview = PolicyPreview.objects.create(
            policy=policy,
            against=current,
            embedder=embedding.serving().model,
            signal_ids=_lately(most),
            asked_by=by,
        )
    preview.status, preview.trouble = Status.RUNNING, ""
    preview.save(update_fields=["status", "trouble"])
    async_task("matching.tasks.preview_policy", preview.pk, group="policy preview")
    return preview


def _lately(most: int) -> list[int]:
    """The signals approved last, the earliest of them first."""
    rows = Signal.objects.approved().order_by("-decided_at", "-pk").values_list("pk", flat=True)
    return list(rows[:most])[::-1]


def run(preview: PolicyPreview, *, until: float = float("inf")) -> bool:
    """Try the signals that are left, until that time.monotonic(); return whether it is at its end.

    What was tried is kept, so it can be cut short and run again.
    """
    embedder = embedding.serving()
    try:
        with trouble.watched(embedder.model):
            ranking.prepare(embedder)
            for pk in _left(preview):
                if time.monotonic() > until:
                    return False
                _try(preview, pk, embedder)
    except EmbedderUnavailable as error:
        _running(preview).update(status=Status.FAILED, trouble=str(error)[:LONGEST_TROUBLE])
        return True
    _running(preview).update(status=Status.DONE, finished_at=timezone.now())
    return True


def _running(preview: PolicyPreview) -> QuerySet[PolicyPreview]:
    return PolicyPreview.objects.filter(pk=preview.pk, status=Status.RUNNING)


def _left(preview: PolicyPreview) -> Iterator[int]:
    done = set(preview.signals.values_list("signal", flat=True))
    return (pk for pk in preview.signal_ids if pk not in done)


def _try(preview: PolicyPreview, pk: int, embedder: Embedder) -> None:
    """Decide the signal under both policies and keep what differs; nothing if it was withdrawn."""
    signal = Signal.objects.approved().for_lists().filter(pk=pk).first()
    if signal is None:
        return
    before, after, is_graded = _both(preview, signal, embedder)
    with suppress(IntegrityError), transaction.atomic():  # another worker tried it meanwhile
        PreviewedSignal.objects.create(
            preview=preview,
            signal=signal,
            before_count=len(before.fitting),
            after_count=len(after.fitting),
            before_why=before.why[:LONGEST_WHY],
            after_why=after.why[:LONGEST_WHY],
            passed_over=[one.why for one in after.passed_over],
            is_graded=is_graded,
        )
        PreviewedPair.objects.bulk_create(
            PreviewedPair(preview=preview, signal=signal, startup=startup, before=old, after=new)
            for startup, old, new in paired(before, after)
        )
        _running(preview).update(done_count=F("done_count") + 1)


def _both(
    preview: PolicyPreview, signal: Signal, embedder: Embedder
) -> tuple[Decision, Decision, bool]:
    """Decide under both policies; the last says whether by the grades of a re-ranker.

    It is not asked anew. Its grades of the last matching count, if it graded everybody whom either
    policy would suggest without them.
    """
    why = deciding.cannot_be_matched(signal, embedder)
    if why:
        return Decision(Ranked(), why=why), Decision(Ranked(), why=why), False
    found, model = reweighing.measured(signal, embedder), fitting.stored()
    policies = (preview.against, preview.policy)
    before, after = (_under(policy, signal, found, model) for policy in policies)
    grades = remembering.of(signal)
    suggested = (one.startup.slug for one in chain(before.fitting, after.fitting))
    if grades is None or not grades.know(suggested):
        return before, after, False
    before, after = (_under(policy, signal, found, model, grades) for policy in policies)
    return before, after, True


def _under(
    policy: MatchPolicy,
    signal: Signal,
    found: Ranked,
    model: Fit,
    reranker: Reranker | None = None,
) -> Decision:
    """Decide as if it were the day of its approval, with who had been told of how much by then."""
    ranked, reread = reranking.read_again(signal, reweighing.under(found, policy), reranker)
    known = fairness.exposure(signal, ranked.scored, policy, at=signal.decided_at)
    return deciding.of(ranked, policy, model, reread, known)


def paired(before: Decision, after: Decision) -> list[tuple[Startup, float | None, float | None]]:
    """Return each startup that either suggests, with its score in both; None: not suggested."""
    old = {one.startup: one.score for one in before.fitting}
    new = {one.startup: one.score for one in after.fitting}
    return [(one, old.get(one), new.get(one)) for one in {**old, **new}]

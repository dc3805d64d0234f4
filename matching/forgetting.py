"""Removing what re-matches of long ago changed, signal by signal; their figures stay."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from matching.models import Rematch, RematchedPair, RematchedSignal, RematchFailure

BATCH = 2_000  # signals in a transaction, so that no lock is held for long


def old_differences() -> int:
    """Remove those of re-matches that ended before settings.REMATCH_DIFFERENCES_DAYS; return of how
    many. What is cut short goes on with the next call.
    """
    if not settings.REMATCH_DIFFERENCES_DAYS:
        return 0
    until = timezone.now() - timedelta(days=settings.REMATCH_DIFFERENCES_DAYS)
    left = Exists(RematchedSignal.objects.filter(rematch=OuterRef("pk")))
    old = Rematch.objects.filter(Q(differences_kept=True) | left, finished_at__lt=until)
    rematches = list(old.order_by("pk"))
    for rematch in rematches:
        _forget(rematch)
    return len(rematches)


def _forget(rematch: Rematch) -> None:
    # First, so that the page never shows half of them as all.
    Rematch.objects.filter(pk=rematch.pk).update(differences_kept=False)
    while _forget_some(rematch):
        pass
    RematchFailure.objects.filter(rematch=rematch).delete()


@transaction.atomic
def _forget_some(rematch: Rematch) -> bool:
    ids = list(rematch.differences.order_by("pk").values_list("pk", flat=True)[:BATCH])
    RematchedPair.objects.filter(rematched__in=ids).delete()
    RematchedSignal.objects.filter(pk__in=ids).delete()
    return bool(ids)

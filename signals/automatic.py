"""Automatic approval: unlocked by a person for one source, only where measured precision allows it,
checked by people on a sample, and locked again by itself when the checks say so.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.notices import telling
from signals import finding, review, standin
from signals.measure import judged, wilson
from signals.models import AutoRule, Evidence, Review, SecondLook, Signal, Source, Upload
from signals.words import SpeakerRole

LEAST_CONFIDENCE = 0.5
MOST_UNCHECKED = 20  # checks that wait; more, and nothing is approved until people have looked
PERMISSION = "signals.unlock_autoapproval"


class NotUnlocked(CivStartError):
    """Automatic approval may not be unlocked, or is not unlocked."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured above a confidence, and whether it reaches the bar."""

    confidence: float
    share: wilson.Share
    bar: float
    least_decisions: int
    days: int

    @property
    def passes(self) -> bool:
        return self.share.of >= self.least_decisions and self.share.low >= self.bar

    @property
    def words(self) -> str:
        """Return the figure as a sentence for whoever is refused or asks why."""
        return (
            f"{self.share.right} of {self.share.of} decisions in {self.days} days were approvals, "
            f"at least {self.share.low:.3f} for sure; the bar is {self.bar:g} on "
            f"{self.least_decisions} decisions"
        )

    def as_json(self) -> dict[str, object]:
        return {
            "right": self.share.right,
            "decided": self.share.of,
            "low": round(self.share.low, 4),
            "bar": self.bar,
            "days": self.days,
            "confidence": self.confidence,
        }


def safe(signals: QuerySet[Signal]) -> QuerySet[Signal]:
    """Leave those a machine may ever approve.

    Without a lost or corrected quote, not a resident's plea, and with no doubt about what of a
    resident is to be withheld: nothing is hidden in them and no resident speaks.
    """
    doubtful = Evidence.objects.filter(signal=OuterRef("pk")).exclude(
        anchor=Evidence.Anchor.EXACT, hidden=[]
    )
    return signals.filter(~Exists(doubtful), hidden={}, redaction_lifted_at=None).exclude(
        speaker_role=SpeakerRole.PUBLIC
    )


def brought_by(source: Source, signals: QuerySet[Signal]) -> QuerySet[Signal]:
    """Leave those whose transcript came from the source."""
    uploads = Upload.objects.filter(transcript=OuterRef("run__transcript"), source=source)
    return signals.filter(Exists(uploads))


def decided(source: Source) -> QuerySet[Signal]:
    """Return what people decided lately of what a rule for the source could approve."""
    reader = finding.extractor()
    since = timezone.now() - timedelta(days=settings.AUTO_APPROVAL_DAYS)
    rows = safe(brought_by(source, judged.by_people())).filter(decided_at__gte=since)
    return rows.filter(run__extractor=reader.name, run__extractor_version=reader.version)


def figure(source: Source, confidence: float) -> Figure:
    """Measure what would have been approved from the confidence on. One query."""
    return figures(source, [confidence])[0]


def figures(source: Source, confidences: list[float]) -> list[Figure]:
    """Measure at several confidences. One query."""
    counts = decided(source).aggregate(
        **{
            f"{word}_{place}": Count("pk", filter=Q(confidence__gte=confidence) & extra)
            for place, confidence in enumerate(confidences)
            for word, extra in (("of", Q()), ("right", Q(status=Signal.Status.APPROVED)))
        }
    )
    return [
        Figure(
            confidence,
            wilson.share(counts[f"right_{place}"], counts[f"of_{place}"]),
            settings.AUTO_APPROVAL_PRECISION,
            settings.AUTO_APPROVAL_DECISIONS,
            settings.AUTO_APPROVAL_DAYS,
        )
        for place, confidence in enumerate(confidences)
    ]


# --- Unlocking and locking ---------------------------------------------------------------------


@transaction.atomic
def unlock(source: Source, *, confidence: float, by: User) -> AutoRule:
    """Let the site approve what the source brings from the confidence on.

    Raise NotUnlocked if measured precision is below the bar, with the figure, if it is unlocked
    already, or if the person may not.
    """
    if not by.has_perm(PERMISSION):
        raise NotUnlocked(
            f"{by} may not unlock automatic approval. Ask who gives permissions on this site."
        )
    if not LEAST_CONFIDENCE <= confidence <= 1:
        raise NotUnlocked(
            f"Confidence {confidence:g} is not between {LEAST_CONFIDENCE:g} and 1. "
            "Choose one from the table."
        )
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    measured = figure(source, confidence)
    if not measured.passes:
        raise NotUnlocked(
            f"{source} stays locked from {confidence:.2f} on: {measured.words}. "
            "Decide more of its signals, or choose a higher confidence."
        )
    reader = finding.extractor()
    try:
        with transaction.atomic():
            rule = AutoRule.objects.create(
                source=source,
                confidence=confidence,
                extractor=reader.name,
                extractor_version=reader.version,
                measured=measured.as_json(),
                unlocked_by=by,
            )
    except IntegrityError as error:
        raise NotUnlocked(f"{source} is unlocked already. Lock it first.") from error
    outbox.record("autoapproval.unlocked", subject=rule, by=by, data=measured.as_json())
    return rule


@transaction.atomic
def lock(rule: AutoRule, *, why: str, by: User | None = None) -> bool:
    """Take the leave away, from now on, and tell staff; return whether it was still unlocked."""
    AutoRule.objects.select_for_update().get(pk=rule.pk)
    won = AutoRule.objects.filter(pk=rule.pk, locked_at=None).update(
        locked_at=timezone.now(), locked_by=by, locked_why=why[:300]
    )
    rule.refresh_from_db()
    if not won:
        return False
    event = outbox.record("autoapproval.locked", subject=rule, by=by, data={"why": why})
    telling.tell(
        User.objects.filter(is_staff=True, is_active=True),
        because=event,
        text=f"Automatic approval of {rule.source} is locked: {why}",
        url=reverse("admin:trust-automatic"),
    )
    return True


# --- Approving ---------------------------------------------------------------------------------


def approve_found(upload_id: str) -> int:
    """Approve what the upload brought, where a rule of its source allows it; return how many."""
    upload = Upload.objects.filter(public_id=upload_id, transcript__isnull=False).first()
    if upload is None or upload.source_id is None:
        return 0
    rule = AutoRule.objects.filter(source=upload.source_id, locked_at=None).first()
    if rule is None:
        return 0
    waiting = Signal.objects.pending().filter(
        run__transcript=upload.transcript_id,
        run__extractor=rule.extractor,
        run__extractor_version=rule.extractor_version,
        confidence__gte=rule.confidence,
    )
    fit = safe(waiting).order_by("-confidence", "pk").select_related("thread", "run")
    return sum(_approve(signal, rule) for signal in fit)


@transaction.atomic
def _approve(signal: Signal, rule: AutoRule) -> bool:
    """Approve one signal unless the rule was locked, checks pile up or a person was faster."""
    # Whoever locks the rule waits for this approval, and the next one sees the lock.
    held = AutoRule.objects.select_for_update().get(pk=rule.pk)
    if held.locked_at or unchecked(held) >= MOST_UNCHECKED:
        return False
    seen = Signal.objects.select_for_update(of=("self",)).get(pk=signal.pk)
    if not safe(Signal.objects.filter(pk=seen.pk)).exists():
        return False
    try:
        review.approve_by_rule(seen, held, dict(held.measured), by=standin.user())
    except review.AlreadyDecided:
        return False
    return True


def unchecked(rule: AutoRule) -> int:
    """Return how many of its approvals were drawn for a check that nobody made yet."""
    return SecondLook.objects.waiting().filter(review__rule=rule).count()


# --- Checking ----------------------------------------------------------------------------------


def checked(rule: AutoRule) -> wilson.Share:
    """Return how many of its approvals people have looked at, and how many of these were right.

    A check counts, settled by a third person where two disagreed; until then a disagreement counts
    as wrong. So does any approval that somebody took back and rejected. One query.
    """
    verdicts = (
        Review.objects.filter(rule=rule)
        .order_by()
        .annotate(verdict=_verdict())
        .values("verdict")
        .annotate(count=Count("pk"))
        .values_list("verdict", "count")
    )
    counts = dict(verdicts)
    right = counts.get("right", 0)
    return wilson.share(right, right + counts.get("wrong", 0))


def _verdict() -> Case:
    status, look = Signal.Status, SecondLook.Status
    approve, reject = Review.Decision.APPROVE, Review.Decision.REJECT
    return Case(
        When(second_look__status=look.SETTLED, second_look__settled_decision=approve, then=_RIGHT),
        When(second_look__status=look.SETTLED, then=_WRONG),
        When(second_look__decision=reject, then=_WRONG),
        When(second_look__decision=approve, then=_RIGHT),
        When(signal__status=status.REJECTED, then=_WRONG),
        default=Value("open"),
        output_field=CharField(),
    )


_RIGHT, _WRONG = Value("right"), Value("wrong")


def recheck(signal: Signal) -> None:
    """Lock the rules that approved the signal if their checks now fall below the bar."""
    bar = settings.AUTO_APPROVAL_PRECISION
    for rule in AutoRule.objects.filter(reviews__signal=signal, locked_at=None).distinct():
        AutoRule.objects.select_for_update().get(pk=rule.pk)
        found = checked(rule)
        if found.share is not None and found.share < bar:
            lock(
                rule,
                why=f"of {found.of} approvals that people checked {found.wrong} "
                f"{'was' if found.wrong == 1 else 'were'} wrong; the bar is {bar:g}.",
            )

from datetime import datetime
from typing import ClassVar

from django.core import signing
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals.models.signals import Signal
from signals.models.threads import Thread
from signals.words import Category


class Tell(models.TextChoices):
    """How somebody wants to be told of new signals."""

    PAGE = "page", "On my page, at once"
    DAILY = "daily", "By e-mail, once a day"
    WEEKLY = "weekly", "By e-mail, on Mondays"
    NONE = "none", "Not at all"


class ToldQuerySet(models.QuerySet["SavedSearch"]):
    def in_use(self) -> "ToldQuerySet":
        return self.filter(paused_at=None, user__is_active=True)


class SavedSearch(Public):
    """A question to the list of signals that a person keeps, and how to be told of new answers."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, help_text="The question, as in the list's address.")
    place_names = models.JSONField(
        default=dict, blank=True, help_text="What its places were called, by public id."
    )
    tell = models.CharField("tell me", max_length=10, choices=Tell, default=Tell.PAGE)
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is told since.")
    told_until = models.DateTimeField(
        default=timezone.now, help_text="Digests have told of what was approved until then."
    )
    feed_serial = models.PositiveIntegerField(
        default=0, help_text="Counts the addresses given out; only the last one is good."
    )
    feed_made_at = models.DateTimeField(null=True, blank=True, help_text="Empty: no feed.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["SavedSearch"]] = ToldQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "saved searches"
        constraints = (
            models.UniqueConstraint(fields=("user", "name"), name="saved_search_name_once"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_search_asks_something"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def feed_token(self) -> str:
        """The secret of its feed's address, "" if it has no feed. It is signed, not stored."""
        if self.feed_made_at is None:
            return ""
        return FEED_SIGNER.sign(f"{self.public_id.hex}-{self.feed_serial}")


def newest_of(thread: Thread) -> Signal | None:
    """Return the newest approved signal of the thread."""
    return Signal.objects.approved().filter(thread=thread).order_by("-decided_at").first()


FEED_SIGNER = signing.Signer(salt="signals.feed")


class FollowQuerySet(models.QuerySet["Follow"]):
    def in_use(self) -> "FollowQuerySet":
        return self.filter(user__is_active=True)

    def of(self, signal: Signal) -> "FollowQuerySet":
        """Those that are about the signal."""
        about = Q(jurisdiction=signal.jurisdiction_id) | Q(category=signal.category)
        if signal.thread_id:
            about |= Q(thread=signal.thread_id)
        return self.filter(about)

    def with_what(self) -> "FollowQuerySet":
        """With all it takes to name them. Two queries."""
        approved = Signal.objects.approved().order_by("-decided_at").defer("search")
        return self.select_related("jurisdiction__region", "thread").prefetch_related(
            Prefetch("thread__signals", approved, to_attr="approved")
        )


class Follow(Public):
    """A place, a thread or a category of which a person wants to hear."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.CASCADE, null=True, blank=True, related_name="follows"
    )
    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="follows"
    )
    category = models.CharField(max_length=40, choices=Category, blank=True)
    tell = models.CharField("tell me", max_length=10, choices=Tell, default=Tell.PAGE)
    told_until: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(
        default=timezone.now, help_text="Digests have told of what was approved until then."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Follow"]] = FollowQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(jurisdiction__isnull=False, thread=None, category="")
                | Q(jurisdiction=None, thread__isnull=False, category="")
                | (Q(jurisdiction=None, thread=None) & ~Q(category="")),
                name="follow_of_one_thing",
            ),
            models.UniqueConstraint(
                F("user"),
                F("jurisdiction"),
                condition=Q(jurisdiction__isnull=False),
                name="follow_place_once",
            ),
            models.UniqueConstraint(
                F("user"), F("thread"), condition=Q(thread__isnull=False), name="follow_thread_once"
            ),
            models.UniqueConstraint(
                F("user"), F("category"), condition=~Q(category=""), name="follow_category_once"
            ),
        )

    def __str__(self) -> str:
        if self.thread is not None:
            newest = self.newest
            return newest.shown_title if newest else "A need no longer approved"
        return str(self.jurisdiction or self.get_category_display())

    @property
    def newest(self) -> Signal | None:
        """The newest approved signal of its thread, by which startups know the thread.

        One query unless with_what().
        """
        if self.thread is None:
            return None
        prefetched: list[Signal] | None = getattr(self.thread, "approved", None)
        if prefetched is None:
            return newest_of(self.thread)
        return next(iter(prefetched), None)

    @property
    def condition(self) -> Q:
        """What the signals fulfil that it is about."""
        if self.jurisdiction_id:
            return Q(jurisdiction=self.jurisdiction_id)
        if self.thread_id:
            return Q(thread=self.thread_id)
        return Q(category=self.category)

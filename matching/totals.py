"""How many profiles there are, how long they are, and in how many each word stands.

Counting takes seconds in a large directory, so it is done anew when a hundredth of the profiles
changed; until then the figures are off by that much at most.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Avg, F
from django.utils import timezone

from matching.models import ProfileTotals, ProfileWords, WordCount
from startups.models import Startup

CHANGED_SHARE = 0.01
LONGEST = timedelta(days=1)  # what is deleted or deactivated is counted out by then
FEW = 2000  # startups; up to so many are counted each time

COUNT = """
    INSERT INTO matching_wordcount (word, profile_count)
    SELECT word, ndoc FROM ts_stat('SELECT words FROM matching_profilewords')
"""


def current() -> ProfileTotals:
    """Return the totals as they were last counted."""
    return ProfileTotals.objects.first() or ProfileTotals()


def note(changed: int) -> None:
    """Note that the words of so many profiles were stored, and count anew if that is due."""
    if changed:
        more = {"changed_count": F("changed_count") + changed}
        if not ProfileTotals.objects.filter(pk=1).update(**more):
            ProfileTotals.objects.bulk_create([ProfileTotals(pk=1)], ignore_conflicts=True)
            ProfileTotals.objects.filter(pk=1).update(**more)
    if _is_due(current()):
        count()


def _is_due(known: ProfileTotals) -> bool:
    if known.counted_at is None or timezone.now() - known.counted_at > LONGEST:
        return known.pk is not None
    return known.changed_count > CHANGED_SHARE * known.profile_count


@transaction.atomic
def count() -> None:
    """Count anew. Whoever reads meanwhile reads the figures of before."""
    row = ProfileTotals.objects.select_for_update().get(pk=1)
    WordCount.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
    row.profile_count = ProfileWords.objects.count()
    row.matched_count = Startup.objects.active().filter(profile_words__length__gt=0).count()
    row.mean_length = ProfileWords.objects.aggregate(mean=Avg("length"))["mean"] or 1
    row.changed_count, row.counted_at = 0, timezone.now()
    row.save()


def directory() -> int:
    """Return how many startups can be matched: as last counted if they were many, else exactly."""
    known = current().matched_count
    if known > FEW:
        return known
    return Startup.objects.active().filter(profile_words__length__gt=0).count()

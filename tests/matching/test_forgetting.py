"""What re-matches changed is removed after so many days; their figures stay."""

from datetime import timedelta

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django_q.models import Schedule

from civstart import schedules
from civstart.lib import environment
from matching import forgetting, tasks
from matching.models import RematchedPair, RematchedSignal
from matching.models.differences import RematchFailure
from tests.matching.test_rematch_pages import differ, over, url
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


def ended(days, **fields):
    return over(finished_at=timezone.now() - timedelta(days=days), **fields)


def test_what_is_older_than_the_setting_is_removed_and_the_rest_stays(settings, as_sam):
    settings.REMATCH_DIFFERENCES_DAYS = 30
    old, late = ended(31), ended(29)
    rows = differ(old, 3)
    RematchFailure.objects.create(rematch=old, signal=rows[0].signal, error="No luck")
    kept = differ(late, 2)

    assert tasks.forget_old_differences() == 1

    assert set(RematchedSignal.objects.values_list("pk", flat=True)) == {one.pk for one in kept}
    assert RematchedPair.objects.count() == 2
    assert not RematchFailure.objects.exists()
    old.refresh_from_db()
    assert (old.changed_count, old.differences_kept) == (3, False)
    page = as_sam.get(url("", old)).text
    assert "Not kept any more" in page
    assert "is removed 30 days after its end" in page
    assert "<b>3</b>of 3 signals answered otherwise" in page
    assert "Download as a table" not in page
    assert "Download as a table" in as_sam.get(url("", late)).text


def test_one_under_way_is_left_alone_and_zero_keeps_all(settings):
    settings.REMATCH_DIFFERENCES_DAYS = 1
    differ(over(status="running", finished_at=None), 1)
    assert tasks.forget_old_differences() == 0

    settings.REMATCH_DIFFERENCES_DAYS = 0
    differ(ended(4000), 1)
    assert tasks.forget_old_differences() == 0

    assert RematchedSignal.objects.count() == 2


def test_what_was_cut_short_goes_on_and_a_second_time_does_nothing(settings, monkeypatch):
    settings.REMATCH_DIFFERENCES_DAYS = 1
    monkeypatch.setattr(forgetting, "BATCH", 2)
    half = ended(5, differences_kept=False)
    differ(half, 5)

    assert forgetting.old_differences() == 1
    assert not RematchedSignal.objects.exists()
    assert forgetting.old_differences() == 0
    assert queries(forgetting.old_differences) == 1


def test_it_is_done_daily():
    schedules.write()

    schedule = Schedule.objects.get(func="matching.tasks.forget_old_differences")
    assert schedule.schedule_type == Schedule.DAILY


@pytest.mark.parametrize("said", ["-1", "1.5", "ever", "", "²", "100000"])
def test_a_setting_that_is_no_number_of_days_is_refused(said, monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {"REMATCH_DIFFERENCES_DAYS": said})

    with pytest.raises(ImproperlyConfigured, match="write a whole number of days, 0 to keep"):
        environment.days("REMATCH_DIFFERENCES_DAYS", default=180)

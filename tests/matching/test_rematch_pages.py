"""The staff pages of re-matches, and of what each changed."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from matching import policies, rematching
from matching.models import MatchPolicy, Rematch, RematchedPair, RematchedSignal
from matching.models.differences import RematchFailure
from signals.models import Signal
from tests import make
from tests.conftest import signed_in
from tests.matching.test_policies import version
from tests.support import many
from tests.support.counting import queries

pytestmark = pytest.mark.django_db
LIST = "/staff/matching/rematches/"


def url(name, rematch):
    return reverse(f"admin:matching-rematch{name}", args=[rematch.pk])


def over(**fields):
    """A re-match at its end."""
    policy = MatchPolicy.objects.current()
    return Rematch.objects.create(
        **{
            "policy": policy,
            "before": policy,
            "embedder": "m",
            "status": "done",
            "total_count": 3,
            "done_count": 3,
            "finished_at": timezone.now(),
        }
        | fields
    )


def differ(rematch, count, *, startup=None, place="OH", answer="other"):
    """Store as many signals that it answered otherwise, each with a pair of the startup."""
    startup = startup or many.startups(1)[0]
    kind = {"answered": "added", "unanswered": "dropped"}.get(answer, "moved")
    rows = RematchedSignal.objects.bulk_create(
        RematchedSignal(
            rematch=rematch,
            signal=signal,
            region=make.region(place),
            before_count=answer != "answered",
            after_count=answer != "unanswered",
            answer=answer,
            move=number,
            **{f"{kind}_count": 1},
        )
        for number, signal in enumerate(many.signals(count))
    )
    was, now = answer != "answered", answer != "unanswered"
    RematchedPair.objects.bulk_create(
        RematchedPair(
            rematched=row,
            signal=row.signal,
            startup=startup,
            before=60 if was else None,
            after=64 if now else None,
            before_rank=2 if was else None,
            after_rank=1 if now else None,
            parts=[{"name": "Meaning", "before": 20, "after": 24}],
            why="Meaning +4.0.",
            told="before",
        )
        for row in rows
    )
    Rematch.objects.filter(pk=rematch.pk).update(changed_count=rematch.differences.count())
    return rows


@pytest.fixture
def viewer(db):
    """Works for the accelerator, and may look at re-matches only."""
    return signed_in(make.user("Vera Viewer", is_staff=True))


@pytest.fixture
def needs():
    return many.signals(3)


def start(client, typed="3", version="2"):
    return client.post(f"{LIST}start/", {"typed": typed, "version": version}, follow=True)


# --- Starting, pausing, cancelling ----------------------------------------------------------


def test_a_re_match_is_started_by_typing_how_many_signals_and_left_to_the_workers(
    needs, as_sam, sam
):
    assert "Type 3 to confirm" in as_sam.get(LIST).text

    page = start(as_sam)

    assert "3 signals are being matched anew by version 2." in page.text
    rematch = Rematch.objects.get()
    assert (rematch.by, rematch.total_count, rematch.done_count) == (sam, 3, 0)
    assert [task.func() for task in OrmQ.objects.all()] == ["matching.tasks.rematch"]
    assert "0 of 3" in page.text
    assert 'hx-trigger="every 2s, live:rematch.started' in page.text


@pytest.mark.parametrize("typed", ["", "2", "yes", "3.0", "<b>3</b>", "3" * 400])
def test_another_number_starts_nothing(needs, as_sam, typed):
    page = start(as_sam, typed)

    assert "3 signals are approved; “" in page.text
    assert "<b>3</b>” was" not in page.text
    assert not Rematch.objects.exists()


def test_a_policy_put_in_use_since_the_page_was_opened_starts_nothing(needs, as_sam, sam):
    policies.put_in_use(version(sam, bar=60), instead_of=2, by=sam)

    page = start(as_sam)

    assert "Version 3 of the policy was put in use since you opened the page." in page.text
    assert not Rematch.objects.exists()


def test_a_second_one_is_refused_while_one_runs(needs, as_sam):
    start(as_sam)

    page = start(as_sam)

    assert "A re-match is under way already: 0 of 3 signals." in page.text
    assert Rematch.objects.count() == 1


def test_it_is_paused_resumed_and_cancelled(needs, as_sam, sam):
    rematch = rematching.begin(by=sam)

    paused = as_sam.post(url("-pause", rematch), follow=True).text
    assert "Paused by Sam Staffer on" in paused
    assert 'hx-trigger="every 2s"' not in paused
    assert "The re-match goes on" in as_sam.post(url("-resume", rematch), follow=True).text
    assert OrmQ.objects.count() == 1
    ended = as_sam.post(url("-cancel", rematch), follow=True).text
    assert "What was told stays told." in ended
    assert "by Sam Staffer" in ended

    for verb in ("-pause", "-cancel", "-resume"):
        said = as_sam.post(url(verb, rematch), follow=True).text
        assert 'data-tone="danger"' in said, verb
    assert Rematch.objects.get().status == "stopped"


def test_one_whose_policy_is_out_of_use_can_only_be_cancelled(needs, as_sam, sam):
    rematch = rematching.begin(by=sam)
    policies.put_in_use(version(sam, bar=60), instead_of=2, by=sam)

    page = as_sam.get(LIST).text
    assert "Its policy is not in use any more" in page
    assert ">Resume<" not in page
    said = as_sam.post(url("-resume", rematch), follow=True).text
    assert "Cancel it and start another" in said
    assert Rematch.objects.get().paused_at


def test_without_a_signal_there_is_nothing_to_start(as_sam):
    assert "nothing to match anew" in as_sam.get(LIST).text


def test_staff_without_the_right_look_and_start_nothing(needs, viewer, as_sam):
    assert "takes the right “Can match every signal anew”" in viewer.get(LIST).text
    assert start(viewer).status_code == 403
    rematch = rematching.begin(by=None)
    for verb in ("-pause", "-resume", "-cancel"):
        assert viewer.post(url(verb, rematch)).status_code == 403
    assert ">Pause<" not in viewer.get(url("", rematch)).text
    assert Rematch.objects.get().status == "running"


def test_the_right_is_given_by_name(needs, viewer):
    right = Permission.objects.get(codename="run_rematch")
    person = make.user("Rob Runner", is_staff=True)
    person.user_permissions.add(right)

    assert start(signed_in(person)).status_code == 200
    assert Rematch.objects.get().by == person


@pytest.mark.parametrize("verb", ["", "-table", "-pause", "-resume", "-cancel"])
def test_the_pages_are_closed_to_members_and_strangers(verb, as_rita, as_stranger, client):
    address = url(verb, over())
    for one in (as_rita, as_stranger):
        assert one.get(address).status_code == 403
        assert one.post(address).status_code == 403
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("verb", ["-pause", "-resume", "-cancel"])
def test_a_link_steers_nothing(verb, as_sam):
    assert as_sam.get(url(verb, over())).status_code == 405


@pytest.mark.parametrize("pk", [404, 10**30])
def test_an_unknown_re_match_is_not_found(pk, as_sam):
    for verb in ("", "-table"):
        address = reverse(f"admin:matching-rematch{verb}", args=[pk])
        assert as_sam.get(address).status_code == 404
    assert as_sam.post(reverse("admin:matching-rematch-pause", args=[pk])).status_code == 404


# --- What changed ---------------------------------------------------------------------------


def test_the_page_tells_what_changed_why_and_who_was_told_before(as_sam):
    rematch = over(added_count=0, moved_count=2, told_count=0)
    differ(rematch, 2)

    page = as_sam.get(url("", rematch)).text

    assert "<b>2</b>of 3 signals answered otherwise" in page
    assert "60 → 64" in page
    assert "2 → 1" in page
    assert "Meaning 20 → 24" in page
    assert "Told before" in page
    assert page.index("A need for pumps 1<") < page.index("A need for pumps<")  # by the move


def test_it_is_filtered_by_kind_place_and_startup(as_sam):
    rematch, (leakwise, pipewise) = over(), many.startups(2)
    differ(rematch, 2, startup=leakwise)
    differ(rematch, 3, startup=pipewise, place="TX", answer="answered")
    differ(rematch, 1, startup=pipewise, answer="unanswered")

    def found(**asked):
        answer = as_sam.get(url("", rematch), asked)
        assert answer.status_code == 200
        return answer.context["page"].paginator.count

    assert found() == 6
    assert [found(kind=kind) for kind in ("moved", "added", "answered")] == [2, 3, 3]
    assert [found(kind=kind) for kind in ("dropped", "unanswered", "told")] == [1, 1, 0]
    assert (found(place="TX"), found(place="OH"), found(place="AK")) == (3, 3, 0)
    assert (found(startup=pipewise.name.upper()), found(startup=leakwise.slug)) == (4, 2)
    assert found(startup=pipewise.slug, place="OH", kind="dropped") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "better"}, "no kind of change “better”"),
        ({"place": "ZZ"}, "no state “ZZ”"),
        ({"startup": "Nobody\x00 knows"}, "no startup “Nobody knows”"),
        ({"kind": "x", "startup": "y" * 500}, "no kind of change “x” and no startup “yyy"),
    ],
)
def test_a_filter_that_means_nothing_is_named(as_sam, asked, said):
    rematch = over()
    differ(rematch, 1)

    page = as_sam.get(url("", rematch), asked)
    table = as_sam.get(url("-table", rematch), asked)

    assert (page.status_code, table.status_code) == (400, 400)
    assert said in page.text
    assert said in table.text


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99", 2), ("-1", 2), ("x", 1), ("", 1)])
def test_a_page_past_the_end_is_the_last(as_sam, page, number):
    rematch = over()
    differ(rematch, 26)

    answer = as_sam.get(url("", rematch), {"page": page})

    assert (answer.status_code, answer.context["page"].number) == (200, number)


def test_failures_are_listed_with_why(as_sam):
    rematch = over(failed_count=1)
    RematchFailure.objects.create(
        rematch=rematch, signal=make.signal("Broken <b>"), error="KeyError: <i>"
    )

    page = as_sam.get(url("", rematch)).text

    assert "KeyError: &lt;i&gt;" in page
    assert "Broken &lt;b&gt;" in page
    assert f'{url("", rematch)}#failures">1<' in as_sam.get(LIST).text


def test_a_re_match_that_changed_nothing_says_so(as_sam):
    assert "Each of the 3 signals is answered as its last search did." in (
        as_sam.get(url("", over())).text
    )


def test_the_table_holds_what_the_filters_leave_and_no_formulas(as_sam):
    rematch = over()
    differ(rematch, 2)
    differ(rematch, 1, answer="answered")
    Signal.objects.filter(title="A need for pumps 1").update(title="=cmd()")

    answer = as_sam.get(url("-table", rematch), {"kind": "moved"})

    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Signal"] for row in rows] == ["'=cmd()", "A need for pumps"]
    assert {row["Change"] for row in rows} == {"Moved"}
    assert (rows[0]["Score before"], rows[0]["Score after"]) == ("60.0", "64.0")
    assert rows[0]["Parts that moved"] == "Meaning 20 to 24"
    assert (rows[0]["Told"], rows[0]["Policy after"]) == ("Told before", "2")
    assert f"civstart-rematch-{rematch.pk}-" in answer.headers["Content-Disposition"]


def test_the_pages_ask_as_often_for_many_rows_as_for_few(as_sam):
    rematch = over()
    few_startups = differ(rematch, 2)
    addresses = [url("", rematch), f"{url('', rematch)}?kind=moved&place=OH", LIST]
    table = url("-table", rematch)

    def costs():
        read = [queries(lambda one=one: as_sam.get(one)) for one in addresses]
        return [*read, queries(lambda: b"".join(as_sam.get(table)))]

    as_sam.get(LIST)
    few = costs()
    for _ in range(5):
        differ(rematch, 10)
        over()

    assert costs() == few
    assert max(few) <= 17, few
    assert few_startups

"""What a policy would change, tried in the background before it is put in use."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from matching import embedders, policies, previewing, suggesting, tasks
from matching.contract import EmbedderUnavailable
from matching.embedders import MiniLmEmbedder
from matching.models import (
    Embedding,
    Match,
    MatchPolicy,
    PolicyPreview,
    PreviewedPair,
    PreviewedSignal,
)
from signals.models import Signal
from startups.models import Startup
from tests import make
from tests.conftest import signed_in
from tests.matching.test_policies import version
from tests.support.counting import queries
from tests.support.rerankers import Likes
from tests.support.tables import counts

pytestmark = pytest.mark.django_db
FEW_WEIGHTS = {"Meaning": 1, "Wording": 1, "Place": 98}


def tried(policy, *, by):
    tasks.preview_policy(previewing.ask(policy, by=by).pk)
    return PolicyPreview.objects.get(policy=policy)


@pytest.fixture
def leaks():
    """A need that Leakwise answers."""
    make.startup()
    return make.signal(status="approved")


def test_a_preview_says_who_would_no_longer_be_suggested(sam, leaks):
    preview = tried(version(sam, bar=99), by=sam)

    pair = preview.pairs.get()
    assert (pair.startup.name, pair.signal, pair.after) == ("Leakwise", leaks, None)
    assert pair.before == suggesting.for_signal(leaks).best_score
    row = preview.signals.get()
    assert (row.before_count, row.after_count) == (1, 0)
    assert row.after_why.endswith("and the bar is 99.")
    assert (preview.status, preview.done_count) == ("done", 1)


def test_a_preview_says_who_would_newly_be_suggested(sam, leaks):
    MatchPolicy.objects.filter(is_current=True).update(bar=99)

    preview = tried(version(sam, bar=30), by=sam)

    assert preview.pairs.get().before is None
    assert preview.pairs.get().after > 30
    row = preview.signals.get()
    assert (row.before_count, row.after_count, row.after_why) == (0, 1, "")


def test_a_preview_says_which_scores_move(sam, leaks):
    preview = tried(version(sam, weights=FEW_WEIGHTS, bar=1), by=sam)

    pair = preview.pairs.get()
    assert pair.before > pair.after > 0


def test_nothing_is_told_suggested_or_withdrawn_by_a_preview(sam, leaks):
    suggesting.for_signal(leaks)
    before = counts()

    tried(version(sam, bar=99), by=sam)

    grown = {table for table, count in counts().items() if count != before[table]}
    ours = (MatchPolicy, PolicyPreview, PreviewedSignal, PreviewedPair)
    assert grown - {"django_q.OrmQ"} == {one._meta.label for one in ours}
    assert Match.objects.get().status == "suggested"


def test_only_the_approved_signals_decided_last_are_tried(sam):
    make.signal("Waits for review")
    rows = [make.signal(f"Need number {place}", status="approved") for place in range(3)]
    for days, row in enumerate(rows):
        at = timezone.now() - timezone.timedelta(days=days)
        Signal.objects.filter(pk=row.pk).update(decided_at=at)

    preview = previewing.ask(version(sam, bar=99), by=sam, most=2)

    assert preview.signal_ids == [rows[1].pk, rows[0].pk]


def test_a_signal_withdrawn_meanwhile_is_passed_over(sam, leaks):
    policy = version(sam, bar=99)
    preview = PolicyPreview.objects.create(
        policy=policy,
        against=MatchPolicy.objects.current(),
        embedder="minilm-l6-v2-int8",
        signal_ids=[leaks.pk],
    )
    Signal.objects.update(status="rejected")

    assert previewing.run(preview)

    preview.refresh_from_db()
    assert (preview.status, preview.signals.count()) == ("done", 0)


def test_a_preview_cut_short_goes_on_where_it_was(sam, leaks, settings):
    make.signal("Leaks in the mains of the old town", status="approved")
    policy = version(sam, bar=99)
    preview = PolicyPreview.objects.create(
        policy=policy,
        against=MatchPolicy.objects.current(),
        embedder="minilm-l6-v2-int8",
        signal_ids=list(Signal.objects.order_by("pk").values_list("pk", flat=True)),
    )
    assert not previewing.run(preview, until=time.monotonic() - 1)
    preview.refresh_from_db()
    assert (preview.status, preview.done_count) == ("running", 0)

    tasks.preview_policy(preview.pk)
    tasks.preview_policy(preview.pk)  # a queue may run a task twice

    preview.refresh_from_db()
    assert (preview.status, preview.done_count) == ("done", 2)
    assert preview.signals.count() == 2


def test_a_task_without_time_hands_on_to_the_next(sam, leaks):
    policy = version(sam, bar=99)
    preview = PolicyPreview.objects.create(
        policy=policy,
        against=MatchPolicy.objects.current(),
        embedder="minilm-l6-v2-int8",
        signal_ids=[leaks.pk],
    )

    tasks.preview_policy(preview.pk, seconds=-1)

    (queued,) = OrmQ.objects.all()
    assert (queued.func(), queued.args()) == ("matching.tasks.preview_policy", (preview.pk,))


class Away(MiniLmEmbedder):
    """An embedder that does not answer."""

    def queries(self, texts):
        raise EmbedderUnavailable("The embedder is away. Try again later.")


def test_an_embedder_that_is_away_stops_it_with_what_was_said(sam, leaks, settings):
    settings.EMBEDDERS = settings.EMBEDDERS | {
        MiniLmEmbedder.model: "tests.matching.test_previewing.Away"
    }
    preview = tried(version(sam, bar=99), by=sam)
    assert (preview.status, preview.trouble) == ("failed", "The embedder is away. Try again later.")

    settings.EMBEDDERS = settings.EMBEDDERS | {
        MiniLmEmbedder.model: "matching.embedders.MiniLmEmbedder"
    }
    again = previewing.ask(preview.policy, by=sam)

    assert again.pk == preview.pk
    tasks.preview_policy(again.pk)
    again.refresh_from_db()
    assert (again.status, again.trouble, again.done_count) == ("done", "", 1)


def test_another_policy_in_use_asks_for_a_preview_of_its_own(sam, leaks):
    draft = version(sam, bar=99)
    first = tried(draft, by=sam)
    policies.put_in_use(version(sam, bar=20), instead_of=2, by=sam)

    again = previewing.ask(draft, by=sam)

    assert again.pk != first.pk
    assert again.against.bar == 20
    assert draft.previews.count() == 1


# --- With a re-ranker --------------------------------------------------------------------------


@pytest.fixture
def likes(settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 2}, []
    return Likes


def test_grades_of_the_last_matching_count_and_nobody_is_asked_anew(sam, leaks, likes):
    run = suggesting.for_signal(leaks)
    likes.asked.clear()

    preview = tried(version(sam, bar=99), by=sam)

    assert preview.pairs.get().before == run.best_score
    assert (preview.signals.get().is_graded, preview.signals.get().before_count) == (True, 1)
    assert likes.asked == []


def test_a_startup_graded_below_two_is_suggested_by_no_version(sam, leaks, likes):
    likes.grades = {"leakwise": 1}
    suggesting.for_signal(leaks)

    row = tried(version(sam, bar=30), by=sam).signals.get()

    assert (row.before_count, row.after_count, row.is_graded) == (0, 0, True)
    assert row.after_why.startswith("Likes read the 1 nearest profiles and would suggest none")


def test_a_signal_of_which_somebody_was_not_graded_is_decided_without(sam, leaks, likes):
    suggesting.for_signal(leaks)
    make.startup("Leaksure")

    preview = tried(version(sam, bar=30), by=sam)

    assert not preview.signals.get().is_graded
    assert preview.signals.get().before_count == 2


@pytest.mark.parametrize("matched_before", [True, False])
def test_without_a_re_ranker_or_its_grades_nothing_is_graded(
    sam, leaks, likes, settings, matched_before
):
    if matched_before:
        suggesting.for_signal(leaks)
        settings.RERANKER = ""

    assert not tried(version(sam, bar=30), by=sam).signals.get().is_graded


def test_the_page_says_what_was_decided_by_which_grades(as_sam, sam, leaks, likes):
    draft = version(sam, bar=99)
    preview = tried(draft, by=sam)
    assert "The one signal is decided without grades" in as_sam.get(page_of(draft)).text

    preview.signals.update(is_graded=True)

    shown = as_sam.get(page_of(draft)).text
    assert "1 of 1 signals is decided by the grades it gave at their last matching" in shown
    assert "decided without grades" not in shown


def test_the_page_says_nothing_of_grades_where_there_are_none(as_sam, sam, leaks):
    draft = version(sam, bar=99)
    tried(draft, by=sam)

    assert "re-ranker" not in as_sam.get(page_of(draft)).text


def test_the_page_says_who_would_wait_so_that_others_are_told(as_sam, sam, leaks):
    draft = version(sam, bar=99)
    tried(draft, by=sam).signals.update(passed_over=["Leakwise was left out: it was told of 12."])

    shown = as_sam.get(page_of(draft)).text

    assert "Left out so that others are told" in shown
    assert "Leakwise was left out: it was told of 12." in shown


# --- The pages ---------------------------------------------------------------------------------


def page_of(policy):
    return reverse("admin:matching-policy", args=[policy.version])


def form(**changed):
    said = {
        "weight_meaning": 50,
        "weight_wording": 18,
        "weight_shared_words": 20,
        "weight_government_buyers": 4,
        "weight_place": 4,
        "weight_proof": 4,
        "bar": 45,
        "fit_bar": 0.5,
        "most_behind": 10,
        "most_suggestions": 5,
        "most_told": 12,
        "told_days": 30,
        "tie_points": 1,
        "note": "Fewer and surer",
    }
    return said | changed


ADD = "/staff/matching/matchpolicy/add/"


def test_a_version_is_drafted_in_the_admin_and_previewed_at_once(as_sam, sam, leaks):
    opened = as_sam.get(ADD).content.decode()
    assert 'name="weight_shared_words" value="20"' in opened

    answer = as_sam.post(ADD, form(bar=99), follow=True)

    made = MatchPolicy.objects.get(version=3)
    assert answer.redirect_chain[-1][0] == page_of(made)
    assert "Version 3 is a draft. Nothing is matched by it until it is put in use" in answer.text
    tasks.preview_policy(made.previews.get().pk)
    assert (made.bar, made.note, made.made_by, made.is_current) == (
        99,
        "Fewer and surer",
        sam,
        False,
    )
    shown = as_sam.get(page_of(made)).text
    assert "No startup would fit any more" in shown
    assert "No longer suggested" in shown
    assert reverse("admin:review-signal", args=[leaks.public_id]) in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weight_place": 5}, "The weights add up to 101; they must add up to 100. Take 1 away."),
        ({"weight_place": -1}, "Ensure this value is greater than or equal to 0."),
        ({"weight_meaning": 0}, "Ensure this value is greater than or equal to 1."),
        ({"weight_meaning": "many"}, "Enter a number."),
        ({"weight_meaning": "nan"}, "Enter a number."),
        ({"bar": 101}, "Ensure this value is less than or equal to 100."),
        ({"fit_bar": 2}, "Ensure this value is less than or equal to 1."),
        ({"most_suggestions": 21}, "Ensure this value is less than or equal to 20."),
        ({"note": " "}, "This field is required."),
        ({}, "This is version 2 again. Change a weight or a threshold"),
    ],
)
def test_a_version_that_cannot_be_is_refused_with_what_to_do(as_sam, changed, said):
    answer = as_sam.post(ADD, form(**changed))

    assert answer.status_code == 200
    assert said in answer.text
    assert MatchPolicy.objects.count() == 2


def test_a_version_can_be_made_from_an_earlier_one(as_sam):
    opened = as_sam.get(f"{ADD}?from=1").content.decode()
    assert 'name="weight_meaning" value="55"' in opened

    as_sam.post(f"{ADD}?from=1", form())

    assert MatchPolicy.objects.get(version=3).based_on.version == 1


@pytest.mark.parametrize("asked", ["9999", "99999999999999999999", "one", ""])
def test_a_version_made_from_an_unknown_one_is_made_from_the_one_in_use(as_sam, asked):
    opened = as_sam.get(ADD, {"from": asked}).content.decode()

    assert 'name="weight_meaning" value="50"' in opened


def test_a_policy_is_not_edited(as_sam):
    url = reverse("admin:matching_matchpolicy_change", args=[MatchPolicy.objects.current().pk])

    assert as_sam.post(url, form(bar=1)).status_code == 403
    assert MatchPolicy.objects.current().bar == 45


def test_putting_in_use_from_the_page(as_sam, sam, leaks):
    draft = version(sam, bar=99)

    answer = as_sam.post(
        reverse("admin:matching-policy-use", args=[3]), {"instead_of": 2}, follow=True
    )

    assert MatchPolicy.objects.current() == draft
    assert "Version 3 is in use. Signals approved from now on are matched by it." in answer.text
    assert "in place of version 2" in answer.text


@pytest.mark.parametrize("seen", ["1", "", "x", "9" * 30])
def test_putting_in_use_what_was_not_looked_at_says_so(as_sam, sam, seen):
    version(sam, bar=99)

    answer = as_sam.post(
        reverse("admin:matching-policy-use", args=[3]), {"instead_of": seen}, follow=True
    )

    assert MatchPolicy.objects.current().version == 2
    assert "Look at what would change now, then decide again." in answer.text


def test_staff_without_the_right_look_on(sam):
    draft = version(sam, bar=99)
    client = signed_in(make.user("Pat Reader", is_staff=True))

    shown = client.get(page_of(draft)).text
    assert "Can put a match policy in use" in shown
    assert "Put version 3 in use" not in shown
    assert client.get(ADD).status_code == 403
    refused = client.post(
        reverse("admin:matching-policy-use", args=[3]), {"instead_of": 2}, follow=True
    )
    assert "Pat Reader may not put a match policy in use." in refused.text
    assert MatchPolicy.objects.current().version == 2


def test_pages_of_policies_are_closed_to_members_and_strangers(as_rita, client, sam):
    draft = version(sam, bar=99)
    for name in ("matching-policy", "matching-policy-preview", "matching-policy-use"):
        url = reverse(f"admin:{name}", args=[draft.version])
        assert as_rita.post(url).status_code == 403
        assert client.post(url).status_code == 302
    assert not PolicyPreview.objects.exists()


@pytest.mark.parametrize("number", [9, 99999999999999999999])
def test_an_unknown_version_is_not_found(as_sam, number):
    assert as_sam.get(reverse("admin:matching-policy", args=[number])).status_code == 404


def test_pages_that_change_something_answer_to_posts_alone(as_sam, sam):
    version(sam, bar=99)
    for name in ("matching-policy-preview", "matching-policy-use"):
        assert as_sam.get(reverse(f"admin:{name}", args=[3])).status_code == 405


def test_the_page_of_a_policy_asks_as_much_for_many_changes_as_for_one(as_sam, sam, leaks):
    draft = version(sam, bar=99)
    preview = tried(draft, by=sam)
    one = queries(lambda: as_sam.get(page_of(draft)))
    for place in range(8):
        signal = make.signal(f"Need {place}", status="approved")
        startup = Startup.objects.create(name=f"S{place}", slug=f"s{place}")
        preview.signals.create(signal=signal, before_count=1, after_count=0)
        preview.pairs.create(signal=signal, startup=startup, before=60.0)
        preview.pairs.create(signal=leaks, startup=startup, before=60.0, after=50.0 + place)

    assert queries(lambda: as_sam.get(page_of(draft))) <= one + 1  # scores that move are new

    shown = as_sam.get(page_of(draft))
    assert shown.context["changes"]["moved"] == 8
    assert [row.after for row in shown.context["changes"]["sections"][4].rows][:2] == [50.0, 51.0]


def test_the_overview_asks_as_much_for_many_versions_as_for_one(as_sam, sam):
    one = queries(lambda: as_sam.get(reverse("admin:matching")))
    for bar in range(60, 68):
        policies.put_in_use(version(sam, bar=bar), instead_of=bar - 58, by=sam)
    version(sam, bar=90)

    assert queries(lambda: as_sam.get(reverse("admin:matching"))) <= one + 1


def test_the_head_counts_drafts(as_sam, sam):
    url = reverse("admin:count-part", args=["matching"])
    assert as_sam.get(url).content == b""

    version(sam, bar=99)

    assert as_sam.get(url).content == b"1"


def test_a_preview_under_way_shows_how_far_it_is_and_keeps_up(as_sam, sam, leaks):
    draft = version(sam, bar=99)
    PolicyPreview.objects.create(
        policy=draft,
        against=MatchPolicy.objects.current(),
        embedder=embedders.wanted().model,
        signal_ids=[leaks.pk, 0],
        done_count=1,
    )

    shown = as_sam.get(page_of(draft)).text

    assert "1 of 2" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "Not previewed to the end" in shown


def test_sections_are_shown_whole_when_asked(as_sam, sam, leaks):
    draft = version(sam, bar=99)
    preview = tried(draft, by=sam)
    for place in range(25):
        startup = Startup.objects.create(name=f"S{place}", slug=f"s{place}")
        preview.pairs.create(signal=leaks, startup=startup, before=60.0)

    assert "6 more" in as_sam.get(page_of(draft)).text
    whole = as_sam.get(f"{page_of(draft)}?all=dropped").text
    assert "6 more" not in whole
    assert "S24" in whole
    assert as_sam.get(f"{page_of(draft)}?all=nothing").status_code == 200


def test_what_a_preview_rests_on_is_not_embedded_twice(sam, leaks):
    suggesting.for_signal(leaks)
    before = Embedding.objects.count()

    tried(version(sam, bar=99), by=sam)

    assert Embedding.objects.count() == before

"""What holds for every page: closed, escaped, under a strict policy, with dressed errors."""

import re
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import resolve, reverse

import matching.urls
import signals.urls
import startups.urls
from civstart.notices import urls as notices
from matching.models import Match, MatchPolicy
from signals import review
from signals.models import Answer, SavedSearch, Segment, Speaker
from startups.models import CaseStudy, Product, Startup, Tag
from tests import make

SIGN_IN = ("/accounts/login/?next=", "/staff/login/?next=")
OPEN = ("/health/", "/api/schema/", "/api/docs/", "/accounts/login/")
OPENED_BY_A_SECRET = {"feed", "calendar"}
OF_BROWSING = ("/saved/", "/places/", "/meetings/")


@pytest.fixture
def closed(rita):
    """Addresses of all pages that show something to who is signed in."""
    signal = make.signal(status="approved")
    match = make.match(signal, rita.startups.get())
    saved = SavedSearch.objects.create(user=rita, name="Budgets", query="kind=budget")
    return [
        "/",
        "/matches/new/",
        "/signals/",
        f"/signals/{signal.public_id}/",
        f"/signals/{signal.public_id}/questions/",
        f"/signals/{signal.public_id}/ask/",
        f"/questions/{make.question(signal, by=rita).public_id}/vote/",
        f"/matches/{match.public_id}/dismiss/",
        f"/matches/{match.public_id}/restore/",
        "/exclusions/",
        "/startups/leakwise/",
        "/profile/",
        "/notices/",
        "/notices/bell/",
        "/notices/read/",
        "/notices/preference/",
        "/staff/",
        "/staff/everything/",
        "/staff/today/part/",
        "/staff/count/review/",
        "/accounts/password/change/",
        "/signals/table.csv",
        "/saved/",
        "/saved/new/?kind=budget",
        f"/saved/{saved.public_id}/",
        f"/saved/{saved.public_id}/feed/",
        "/follow/category/",
        "/follow/category/water-utilities/",
        "/places/",
        f"/places/{signal.jurisdiction.public_id}/",
        f"/meetings/{signal.meeting.public_id}/",
    ]


def test_every_page_is_closed_to_who_is_not_signed_in(client, closed):
    for address in closed:
        answer = client.get(address)

        assert answer.status_code == 302, address
        assert answer.url.startswith(SIGN_IN), address


def test_every_page_is_closed_to_posts_of_who_is_not_signed_in(client, closed):
    for address in closed:
        answer = client.post(address)

        assert answer.url.startswith(SIGN_IN), address
    assert Match.objects.get().status == Match.Status.SUGGESTED


def test_no_page_was_forgotten_in_the_list_of_closed_ones(closed):
    names = {
        route.name
        for urls in (matching.urls, signals.urls, startups.urls, notices)
        for route in urls.urlpatterns
    }

    listed = {resolve(urlsplit(address).path).url_name for address in closed}

    assert names - listed == OPENED_BY_A_SECRET


def test_the_sign_in_page_leads_back_to_where_one_wanted_to_go(client, rita):
    answer = client.get("/signals/?q=leak", follow=True)

    assert answer.redirect_chain[0][0] == "/accounts/login/?next=/signals/%3Fq%3Dleak"
    assert answer.status_code == 200


@pytest.mark.parametrize("address", OPEN)
def test_what_is_open_is_open(client, db, address):
    assert client.get(address).status_code == 200


def test_the_site_says_that_it_works(client, db):
    answer = client.get("/health/")

    assert answer.json() == {"database": "ok", "redis": "ok"}


def test_every_answer_carries_the_content_security_policy(client, as_rita, closed):
    for address in [*closed, *OPEN, "/nothing/", "/api/v1/nothing/", "/api/v1/signals/"]:
        for visitor in (client, as_rita):
            policy = visitor.get(address).headers["Content-Security-Policy"]

            assert "default-src 'self'" in policy, address
            assert "script-src" not in policy or "unsafe" not in policy, address


def test_the_policy_lets_no_inline_script_run():
    assert "unsafe" not in settings.CONTENT_SECURITY_POLICY
    others = [word for word in settings.CONTENT_SECURITY_POLICY.split() if "http" in word]
    assert others == ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]
    assert settings.CONTENT_SECURITY_POLICY.endswith(" ".join(["frame-src", *others]))


def test_pages_load_nothing_from_another_host(as_rita, closed):
    for address in (*closed[:7], *(one for one in closed if one.startswith(OF_BROWSING))):
        shown = as_rita.get(address).content.decode()

        assert (
            re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', shown) == []
        )
        assert re.findall(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", shown) == [], address


EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'"


@pytest.fixture
def evil(rita):
    """A signal and a startup it will be matched with, in which every text is an attack."""
    MatchPolicy.objects.update(bar=0, fit_bar=0)
    does = f"{EVIL} We find the leaks in the water mains of your city before they break."
    Startup.objects.update(name=EVIL, one_liner=EVIL, description=does, city=EVIL)
    startup = Startup.objects.get()
    Product.objects.update(name=EVIL, description=f"{EVIL} finds leaks in water mains")
    CaseStudy.objects.update(customer=EVIL, summary=f"{EVIL} leaks", result=EVIL)
    startup.tags.add(Tag.objects.create(name=EVIL))
    place = make.jurisdiction("Marlow <script>alert('x')</script>")
    meeting = make.meeting(place, title=EVIL, video_url=f'https://a.example/"><script>{EVIL}')
    signal = make.signal(
        EVIL,
        quote=EVIL,
        at_meeting=meeting,
        summary=f"{EVIL} We want to find the leaks in the water mains.",
        timeframe=EVIL,
        speaker_name=EVIL,
    )
    meeting.body.name = EVIL
    meeting.body.save()
    Speaker.objects.update(name=EVIL)
    Segment.objects.exclude(index=1).update(text=EVIL)
    return signal


def attacks(shown):
    """Return what of the attack stands in the page unescaped."""
    return re.findall(r"<script>|<img src=x|onerror=alert\(1\)>", shown)


def test_what_others_wrote_is_escaped_on_every_page(evil, rita, sam, as_rita, as_sam, react):
    review.approve(evil, by=sam)
    react()
    asked = make.question(evil, EVIL, by=rita)
    Answer.objects.create(question=asked, text=EVIL, by=sam)
    make.question(evil, EVIL, by=rita)
    Match.objects.get().reasons.create(
        position=9,
        evidence=evil.evidence.get(),
        they_said=EVIL,
        profile_says=EVIL,
        profile_part=EVIL[:60],
    )

    pages = {
        address: visitor.get(address).content.decode()
        for visitor in (as_rita, as_sam)
        for address in (
            "/",
            "/matches/new/",
            f"/matches/{Match.objects.get().public_id}/dismiss/",
            "/exclusions/",
            "/signals/",
            f"/signals/?q={EVIL}&state={EVIL}&amount_from={EVIL}&page={EVIL}",
            f"/signals/?q={EVIL}",
            f"/signals/{evil.public_id}/",
            "/startups/leakwise/",
            "/notices/",
            f"/signals/{evil.public_id}/questions/",
            "/places/",
            f"/places/{evil.jurisdiction.public_id}/",
            f"/meetings/{evil.meeting.public_id}/",
            f"/saved/new/?q={quote(EVIL)}",
        )
    }
    for name in ("questions", "trust", "trust-looks", "trust-automatic"):
        pages[name] = as_sam.get(reverse(f"admin:{name}")).content.decode()
    history = reverse("admin:signal-history", args=[evil.public_id])
    pages["history"] = as_sam.get(history).content.decode()

    assert "&lt;script&gt;" in pages["/signals/"]
    assert {address: attacks(shown) for address, shown in pages.items() if attacks(shown)} == {}


def test_what_others_wrote_is_escaped_in_mails(evil, rita, sam, react):
    review.approve(evil, by=sam)

    react()

    html = [
        part
        for message in mail.outbox
        for part, kind in message.alternatives
        if kind == "text/html"
    ]
    assert html
    assert [attacks(one) for one in html if attacks(one)] == []


@pytest.mark.parametrize("address", ["/nothing/", "/signals/00000000-0000-0000-0000-000000000000/"])
def test_what_is_not_there_is_said_on_a_dressed_page(as_rita, address):
    answer = as_rita.get(address)

    shown = answer.content.decode()
    assert answer.status_code == 404
    assert "<h1>This page is not here</h1>" in shown
    assert "css/base.css" in shown


def test_what_is_not_there_is_not_there_for_visitors_either(client, db):
    assert client.get("/nothing/").status_code == 404


def test_what_is_not_open_is_said_on_a_dressed_page(as_rita):
    answer = as_rita.get("/staff/")

    assert answer.status_code == 403
    assert "css/base.css" in answer.content.decode()


def test_the_address_of_a_button_says_on_a_dressed_page_that_it_is_no_page(as_rita):
    answer = as_rita.get("/notices/read/")

    shown = answer.content.decode()
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "<h1>Press the button once more</h1>" in shown
    assert "css/base.css" in shown


def test_an_address_of_the_api_that_is_not_there_is_answered_in_its_shape(client, db):
    answer = client.get("/api/v1/nothing/")

    assert answer.status_code == 404
    assert answer.json() == {
        "type": "client_error",
        "errors": [
            {"code": "not_found", "detail": "There is nothing at /api/v1/nothing/.", "attr": None}
        ],
    }


def test_a_request_for_another_host_is_refused_on_a_dressed_page(client, db):
    answer = client.get("/health/", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "css/base.css" in answer.content.decode()


@pytest.fixture
def faulty_client(settings, db):
    settings.ROOT_URLCONF = "tests.support.faulty_urls"
    return Client(raise_request_exception=False)


def test_a_fault_is_said_on_a_dressed_page_without_its_details(faulty_client):
    answer = faulty_client.get("/fault/")

    shown = answer.content.decode()
    assert answer.status_code == 500
    assert "css/base.css" in shown
    assert "Alder Street" not in shown
    assert "Content-Security-Policy" in answer.headers


def test_a_fault_of_the_api_is_answered_in_its_shape(faulty_client):
    answer = faulty_client.get("/api/v1/fault/")

    assert answer.status_code == 500
    assert answer.json()["type"] == "server_error"
    assert "Alder Street" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_on_a_dressed_page(rita):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)

    answer = client.post("/notices/read/")

    assert answer.status_code == 403
    assert "css/base.css" in answer.content.decode()


@pytest.mark.parametrize(
    "header",
    ["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"],
)
def test_pages_carry_the_headers_that_keep_browsers_careful(as_rita, header):
    assert header in as_rita.get("/").headers

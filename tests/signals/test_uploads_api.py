"""Bringing files over the API: staff only, answered at once, with an address that tells more."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from civstart.accounts.models import ApiKey
from signals.models import Upload
from tests import make
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed

pytestmark = pytest.mark.usefixtures("needs_heard")

URL = "/api/v1/transcripts/"
VTT = samples.vtt(*timed(MORNING)).encode()


@pytest.fixture(autouse=True)
def marlow_falls(db):
    return make.jurisdiction()


def bring(client, *, content=VTT, name="council.vtt", headers=None, **fields):
    file = SimpleUploadedFile(name, content)
    said = {"file": file, "jurisdiction": "Marlow Falls, OH"} | fields
    return client.post(URL, said, headers=headers or {})


def errors(response):
    return {(one["attr"], one["code"]) for one in response.json()["errors"]}


def test_a_file_is_taken_in_with_a_key_and_its_address_tells_what_became_of_it(sam, react):
    _, secret = ApiKey.issue(sam, name="Pipeline")
    key = {"Authorization": f"Bearer {secret}"}

    taken = bring(Client(), headers=key, held_on="2026-11-12")
    react()
    told = Client().get(taken.json()["url"], headers=key).json()

    assert taken.status_code == 202
    assert taken.headers["Location"] == taken.json()["url"]
    assert (taken.json()["status"], taken.json()["progress"]) == ("waiting", 0)
    assert (told["status"], told["signal_count"], told["error"]) == ("read", 2, "")
    assert told["report"]["format"] == "webvtt"
    assert told["meeting"] == str(Upload.objects.get().meeting.public_id)


def test_a_file_that_cannot_be_read_says_so_at_its_address(as_sam, react):
    url = bring(as_sam, content=b"\x00\x01", name="junk.bin").json()["url"]
    react()

    told = as_sam.get(url).json()

    assert told["status"] == "failed"
    assert "junk.bin has a NUL byte" in told["error"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"jurisdiction": ""}, ("jurisdiction", "blank")),
        ({"jurisdiction": "Nowhere, ZZ"}, ("jurisdiction", "unknown_jurisdiction")),
        ({"held_on": "soon"}, ("held_on", "invalid")),
        ({"kind": "song"}, ("kind", "invalid_choice")),
        ({"video_url": "javascript:x"}, ("video_url", "invalid")),
        ({"body": "x" * 121}, ("body", "max_length")),
        ({"file": ""}, ("file", "invalid")),
        ({"content": b""}, ("file", "not_taken_in")),
    ],
)
def test_what_is_wrong_is_told_in_the_standard_shape(as_sam, fields, error):
    response = bring(as_sam, **fields)

    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    assert error in errors(response)


def test_a_file_that_is_being_read_is_not_taken_in_again(as_sam):
    bring(as_sam)

    again = bring(as_sam, name="copy.vtt")

    assert errors(again) == {("file", "not_taken_in")}
    assert "copy.vtt is the same file as council.vtt" in again.json()["errors"][0]["detail"]


def test_json_is_not_taken(as_sam):
    response = as_sam.post(URL, "{}", content_type="application/json")

    assert (response.status_code, errors(response)) == (415, {(None, "unsupported_media_type")})


def test_only_staff_bring_files_and_ask_after_them(as_sam, as_rita, client):
    url = bring(as_sam).json()["url"]

    assert bring(as_rita).status_code == 403
    assert as_rita.get(url).status_code == 403
    assert bring(client).status_code == 401
    assert client.get(url).status_code == 401
    assert as_sam.get(URL + "0192f0c1-0000-7000-8000-000000000000/").status_code == 404


def test_the_schema_tells_of_both(client):
    schema = client.get("/api/schema/?format=json").json()["paths"]

    brought = schema[URL]["post"]
    assert "multipart/form-data" in brought["requestBody"]["content"]
    assert {"202", "400", "401", "403", "415"} <= brought["responses"].keys()
    assert "get" in schema[URL + "{id}/"]

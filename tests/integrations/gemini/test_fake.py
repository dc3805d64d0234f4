"""The fake is as strict as the service: what Google would refuse is refused."""

import json
import urllib.error
import urllib.request

import pytest

from tests.fakes.gemini import KEY, says

ASKED = {
    "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
    "generationConfig": {
        "responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
    },
}
GOOD = "/v1beta/models/gemini-2.5-flash:generateContent"


def post(fake, body, path=GOOD, key=KEY):
    headers = {"content-type": "application/json"} | ({"x-goog-api-key": key} if key else {})
    request = urllib.request.Request(fake.url + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)["error"]


def with_schema(schema):
    return ASKED | {"generationConfig": ASKED["generationConfig"] | {"responseSchema": schema}}


def test_a_sound_question_is_answered(gemini):
    gemini.model = lambda asked: says({"a": f"{asked.material} to you"})

    status, body = post(gemini, ASKED)
    assert status == 200
    assert body["candidates"][0]["content"]["parts"] == [{"text": '{"a": "Hello to you"}'}]
    assert post(gemini, ASKED, GOOD.replace("v1beta", "v1"))[0] == 200


@pytest.mark.parametrize(
    ("body", "path", "key", "status", "name", "words"),
    [
        (ASKED, GOOD, None, 403, "PERMISSION_DENIED", "unregistered callers"),
        (ASKED, GOOD, "other", 400, "INVALID_ARGUMENT", "API key not valid"),
        (ASKED, GOOD.replace("2.5", "1.0"), KEY, 404, "NOT_FOUND", "is not found for API version"),
        (ASKED, "/v1beta/models", KEY, 404, "NOT_FOUND", "not found"),
        ({"contents": []}, GOOD, KEY, 400, "INVALID_ARGUMENT", "contents is not specified"),
        (ASKED | {"prompt": "x"}, GOOD, KEY, 400, "INVALID_ARGUMENT", 'Unknown name "prompt"'),
        (
            with_schema({"type": "OBJECT", "properties": {}, "additionalProperties": False}),
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            'Unknown name "additionalProperties"',
        ),
        (
            with_schema({"type": "INTEGER", "enum": [1, 2]}),
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            "only allowed for STRING type",
        ),
        (
            with_schema({"$ref": "#/x", "type": "OBJECT"}),
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            'Unknown name "$ref"',
        ),
        (
            with_schema({"type": "OBJECT", "properties": {}}),
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            "should be non-empty",
        ),
        (with_schema({"type": "ARRAY"}), GOOD, KEY, 400, "INVALID_ARGUMENT", "missing field"),
        (
            ASKED | {"generationConfig": {"maxOutputTokens": 100_000}},
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            "supported range",
        ),
        (
            {"contents": [{"role": "user", "parts": [{"text": "word " * 1_000_000}]}]},
            GOOD,
            KEY,
            400,
            "INVALID_ARGUMENT",
            "exceeds the maximum number of tokens allowed (1048576)",
        ),
    ],
)
def test_an_unsound_question_is_refused(gemini, body, path, key, status, name, words):
    code, error = post(gemini, body, path, key)

    assert (code, error["status"]) == (status, name)
    assert words in error["message"]
    assert gemini.asked == []

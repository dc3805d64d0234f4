"""A Gemini on this machine: the REST service as facts/gemini.md says it behaves, and as strict.

What the real service would refuse is refused here, with its status and its error body. What it
answers is scripted: `fake.next(...)` for single answers, `fake.model` for all others.
"""

import json
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import gemini_embedding as embedding
from tests.fakes.gemini_errors import TYPE, Answer, Refusal, error, invalid

KEY = "AIza-a-key-of-the-tests"
PATH = re.compile(r"/(v1|v1beta)/models/([^/:]+):(\w+)$")
CHARACTERS_PER_TOKEN = 4

TOP_FIELDS = {
    "contents",
    "systemInstruction",
    "generationConfig",
    "safetySettings",
    "tools",
    "toolConfig",
    "cachedContent",
}
CONFIG_FIELDS = {
    "temperature",
    "topP",
    "topK",
    "seed",
    "candidateCount",
    "maxOutputTokens",
    "stopSequences",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "thinkingConfig",
    "presencePenalty",
    "frequencyPenalty",
}
SCHEMA_FIELDS = {
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "items",
    "minItems",
    "maxItems",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
    "default",
}
SCHEMA_TYPES = {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"}


@dataclass(frozen=True)
class Asked:
    """One request, as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @cached_property
    def rules(self) -> str:
        return _text([self.body.get("systemInstruction", {})])

    @cached_property
    def material(self) -> str:
        return _text(self.body.get("contents", []))

    @property
    def config(self) -> dict[str, Any]:
        return dict(self.body.get("generationConfig", {}))

    @property
    def wants(self) -> str:
        """The property of the answer that is asked for: signals, verdicts."""
        return next(iter(self.config["responseSchema"]["properties"]))

    def fenced(self, name: str) -> str:
        """Return what stands between the marks of that name, as a model would read it."""
        found = re.search(
            rf"^<<<{name} (\w+)>>>\n(.*)\n<<<END OF {name} \1>>>$", self.material, re.M | re.S
        )
        assert found, f"nothing is fenced as {name}"
        return found[2]

    @property
    def lines(self) -> dict[int, str]:
        """The words of each numbered segment, without their speaker."""
        found = re.findall(r"^\[(\d+)\] (?:[^:\n]{1,40}: )?(.*)$", self.fenced("TRANSCRIPT"), re.M)
        return {int(number): words for number, words in found}

    @property
    def candidates(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.fenced("CANDIDATES").splitlines()]


# --- Answers --------------------------------------------------------------------------------


def says(
    content: object,
    *,
    finish: str = "STOP",
    thoughts: int = 30,
    cached: int = 0,
    delay: float = 0.0,
) -> Answer:
    """An answer of the model: an object as JSON, or a text as it is."""
    text = content if isinstance(content, str) else json.dumps(content)
    body = {
        "candidates": [
            {
                "content": {"parts": [{"text": text}], "role": "model"},
                "finishReason": finish,
                "index": 0,
            }
        ],
        "usageMetadata": {
            "candidatesTokenCount": _tokens(text),
            "thoughtsTokenCount": thoughts,
            "cachedContentTokenCount": cached,
        },
        "modelVersion": "as-asked",
    }
    return Answer(body=body, delay=delay)


def cut_off(text: str = '{"signals": [{"quo') -> Answer:
    return says(text, finish="MAX_TOKENS")


def blocked_prompt(reason: str = "PROHIBITED_CONTENT") -> Answer:
    return Answer(body={"promptFeedback": {"blockReason": reason}, "usageMetadata": {}})


def blocked_answer(reason: str = "SAFETY") -> Answer:
    return Answer(body={"candidates": [{"finishReason": reason, "index": 0}], "usageMetadata": {}})


def nothing() -> Answer:
    return Answer(body={"candidates": [], "usageMetadata": {}})


def rate_limited(
    delay: str | None = "7s", *, quota: str = "GenerateRequestsPerMinutePerProjectPerModel"
) -> Answer:
    details: list[dict[str, Any]] = [
        {
            "@type": f"{TYPE}QuotaFailure",
            "violations": [{"quotaMetric": "requests", "quotaId": quota, "quotaValue": "10"}],
        },
        {"@type": f"{TYPE}Help", "links": [{"url": "https://ai.google.dev/rate-limits"}]},
    ]
    if delay is not None:
        details.append({"@type": f"{TYPE}RetryInfo", "retryDelay": delay})
    message = "You exceeded your current quota, please check your plan and billing details."
    return error(429, "RESOURCE_EXHAUSTED", message, details)


def overloaded() -> Answer:
    return error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")


def broken() -> Answer:
    return error(500, "INTERNAL", "An internal error has occurred.")


def suspended_key() -> Answer:
    """As Google says it: with the key in the text."""
    message = f"Permission denied: Consumer 'api_key:{KEY}' has been suspended."
    details = [{"@type": f"{TYPE}ErrorInfo", "reason": "CONSUMER_SUSPENDED"}]
    return error(403, "PERMISSION_DENIED", message, details)


# --- The service ----------------------------------------------------------------------------


class FakeGemini:
    """The service, on a port of its own. Start it with a with statement."""

    def __init__(self) -> None:
        self.key = KEY
        self.models = {"gemini-2.5-flash": 1_048_576, "gemini-3.5-flash": 1_048_576}
        self.asked: list[Asked] = []  # what was let in
        self.refused: list[Answer] = []  # what was not
        self.model: Callable[[Asked], Answer] = _silent
        self.vectors: Callable[[Asked], Answer] = lambda asked: Answer(
            body=embedding.answer(asked.body)
        )
        self._script: deque[Answer] = deque()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def next(self, *answers: Answer) -> None:
        """Give these answers next, one a request, before the model is asked again."""
        self._script.extend(answers)

    def __enter__(self) -> "FakeGemini":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = fake.respond(self.path, headers, raw)
                fake._closing.wait(answer.delay)
                body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("content-type", "application/json; charset=UTF-8")
                    self.send_header("content-length", str(len(body.encode())))
                    self.end_headers()
                    self.wfile.write(body.encode())
                except ConnectionError:
                    self.close_connection = True  # the client would not wait

            def log_message(self, *args: object) -> None:
                pass

        return Handler

    def respond(self, path: str, headers: dict[str, str], raw: bytes) -> Answer:
        try:
            asked = self._let_in(path, headers, raw)
        except Refusal as refusal:
            self.refused.append(refusal.answer)
            return refusal.answer
        self.asked.append(asked)
        model = self.vectors if asked.path.endswith(":batchEmbedContents") else self.model
        answer = self._script.popleft() if self._script else model(asked)
        if isinstance(answer.body, dict) and "usageMetadata" in answer.body:
            prompt = _tokens(asked.rules + asked.material)
            usage = {"promptTokenCount": prompt} | answer.body["usageMetadata"]
            return Answer(
                answer.status, answer.body | {"usageMetadata": usage}, answer.delay, answer.headers
            )
        return answer

    # --- What is refused --------------------------------------------------------------------

    def _let_in(self, path: str, headers: dict[str, str], raw: bytes) -> Asked:
        found = PATH.fullmatch(path)
        if not found or found[3] not in {"generateContent", "batchEmbedContents"}:
            raise Refusal(error(404, "NOT_FOUND", "Requested entity was not found."))
        self._check_key(headers.get("x-goog-api-key"))
        if not headers.get("content-type", "").startswith("application/json"):
            raise invalid("Invalid content type.")
        try:
            body = json.loads(raw)
        except ValueError:
            raise invalid("Invalid JSON payload received. Unexpected token.") from None
        asked = Asked(path, headers, body)
        if found[3] == "batchEmbedContents":
            embedding.check(body, found[2])
            return asked
        if found[2] not in self.models:
            message = (
                f"models/{found[2]} is not found for API version {found[1]}, or is not supported "
                "for generateContent. Call ListModels to see the list of available models."
            )
            raise Refusal(error(404, "NOT_FOUND", message))
        _check_fields(body, TOP_FIELDS, "")
        _check_contents(body.get("contents"))
        _check_config(asked.config)
        count, most = _tokens(asked.rules + asked.material), self.models[found[2]]
        if count > most:
            raise invalid(
                f"The input token count ({count}) exceeds the maximum number of tokens allowed "
                f"({most})."
            )
        return asked

    def _check_key(self, key: str | None) -> None:
        if not key:
            message = (
                "Method doesn't allow unregistered callers (callers without established "
                "identity). Please use API Key or other form of API consumer identity to call "
                "this API."
            )
            raise Refusal(error(403, "PERMISSION_DENIED", message))
        if key != self.key:
            details = [
                {
                    "@type": f"{TYPE}ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                    "metadata": {"service": "generativelanguage.googleapis.com"},
                }
            ]
            message = "API key not valid. Please pass a valid API key."
            raise Refusal(error(400, "INVALID_ARGUMENT", message, details))


def _silent(asked: Asked) -> Answer:
    return says({asked.wants: []})


def _text(contents: list[dict[str, Any]]) -> str:
    return "\n".join(part.get("text", "") for one in contents for part in one.get("parts", []))


def _tokens(text: str) -> int:
    return len(text) // CHARACTERS_PER_TOKEN


def _check_fields(body: dict[str, Any], known: set[str], where: str) -> None:
    for name in body:
        camel = re.sub(r"_(\w)", lambda match: match[1].upper(), name)
        if camel not in known:
            at = f" at '{where}'" if where else ""
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
            )


def _check_contents(contents: object) -> None:
    if not isinstance(contents, list) or not contents:
        raise invalid("* GenerateContentRequest.contents: contents is not specified")
    for one in contents:
        if one.get("role") not in {"user", "model"}:
            raise invalid("Please use a valid role: user, model.")
        if not one.get("parts"):
            raise invalid("* GenerateContentRequest.contents[0].parts: contents is not specified")


def _check_config(config: dict[str, Any]) -> None:
    _check_fields(config, CONFIG_FIELDS, "generation_config")
    most = config.get("maxOutputTokens", 1)
    if not 1 <= most <= 65_536:
        raise invalid(
            f"Unable to submit request because it has a maxOutputTokens value of {most} but the "
            "supported range is from 1 (inclusive) to 65537 (exclusive)."
        )
    if not 0 <= config.get("temperature", 0) <= 2:
        raise invalid("* GenerateContentRequest.generation_config.temperature: out of range")
    budget = config.get("thinkingConfig", {}).get("thinking_budget", 0)
    if not -1 <= budget <= 24_576:
        raise invalid(f"The thinking budget {budget} is invalid. Please choose a value in range.")
    schema = config.get("responseSchema")
    if schema is None:
        return
    if config.get("responseMimeType") != "application/json":
        raise invalid("response_schema needs response_mime_type application/json.")
    _check_schema(schema, "generation_config.response_schema")


def _check_schema(schema: dict[str, Any], where: str) -> None:
    """Refuse what Gemini's subset of OpenAPI does not have."""
    _check_fields(schema, SCHEMA_FIELDS, where)
    kind = schema.get("type")
    named = f"* GenerateContentRequest.{where}"
    if kind not in SCHEMA_TYPES:
        raise invalid(f"Invalid value at '{where}.type', \"{kind}\"")
    if "enum" in schema and kind != "STRING":
        raise invalid(f"{named}.enum: only allowed for STRING type")
    if any(not isinstance(value, str) or not value for value in schema.get("enum", [])):
        raise invalid(f"{named}.enum: cannot be empty")
    if kind == "ARRAY":
        if "items" not in schema:
            raise invalid(f"{named}.items: missing field.")
        _check_schema(schema["items"], f"{where}.items")
    if kind == "OBJECT":
        properties = schema.get("properties")
        if not properties:
            raise invalid(f"{named}.properties: should be non-empty for OBJECT type")
        for name in schema.get("required", []):
            if name not in properties:
                raise invalid(f"{named}.required[0]: property is not defined")
        for name, inner in properties.items():
            _check_schema(inner, f"{where}.properties[{name}]")

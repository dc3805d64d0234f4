"""One index of the fake Pinecone: its vectors by namespace, and what its data plane answers."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import pinecone_rules as rules
from tests.fakes.pinecone_rules import NOT_FOUND, OUT_OF_RANGE, Refusal

MOST_ANSWERED = 4 * 1024 * 1024

type_of_query = dict[str, list[str]]
type_of_vector = dict[str, Any]


@dataclass
class FakeIndex:
    """While it is behind, what is written is seen by nobody until catch_up()."""

    name: str
    dimension: int
    metric: str = "cosine"
    is_ready: bool = True
    is_behind: bool = False
    host: str = ""
    spaces: dict[str, dict[str, type_of_vector]] = field(default_factory=dict)
    written: int = 0  # log sequence numbers, which count from 1
    seen: int = 0
    _late: list[Callable[[], None]] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        field = {"type": "dense_vector", "dimension": self.dimension, "metric": self.metric}
        state = "Ready" if self.is_ready else "Initializing"
        return {
            "name": self.name,
            "host": self.host,
            "status": {"ready": self.is_ready, "state": state},
            "schema": {"fields": {"_values": field}},
            "deployment": {
                "deployment_type": "managed",
                "cloud": "aws",
                "region": "us-east-1",
                "environment": "aws-us-east-1",
            },
            "deletion_protection": "disabled",
            "tags": None,
            "read_capacity": None,
        }

    def vectors(self, namespace: str) -> dict[str, type_of_vector]:
        """What a reader sees now."""
        return self.spaces.get(namespace, {})

    def catch_up(self) -> None:
        self.is_behind = False
        late, self._late = self._late, []
        for write in late:
            write()
        self.seen = self.written

    def _write(self, change: Callable[[], None]) -> None:
        self.written += 1
        self._late.append(change)
        if not self.is_behind:
            self.catch_up()

    # --- Doors ------------------------------------------------------------------------------

    def post(self, path: str, body: dict[str, Any], size: int) -> dict[str, Any]:
        if size > rules.MOST_BYTES:
            raise Refusal(
                f"message length too large: found {size} bytes, the limit is: "
                f"{rules.MOST_BYTES} bytes",
                code=OUT_OF_RANGE,
            )
        doors = {
            "/vectors/upsert": self._upsert,
            "/query": self._query,
            "/vectors/delete": self._delete,
            "/vectors/update": self._update,
            "/vectors/fetch_by_metadata": self._fetch_by_metadata,
            "/describe_index_stats": self._stats,
        }
        if path not in doors:
            raise Refusal("Not Found", status=404, code=NOT_FOUND)
        return _weighed(doors[path](body))

    def get(self, path: str, query: type_of_query) -> dict[str, Any]:
        doors = {
            "/vectors/fetch": self._fetch,
            "/vectors/list": self._list,
            "/namespaces": self._namespaces,
        }
        if path not in doors:
            raise Refusal("Not Found", status=404, code=NOT_FOUND)
        return _weighed(doors[path](query))

    # --- Writing ----------------------------------------------------------------------------

    def _upsert(self, body: dict[str, Any]) -> dict[str, Any]:
        rules.fields(body, "vectors namespace", "vectors")
        if not 1 <= len(body["vectors"]) <= rules.MOST_VECTORS:
            raise Refusal(f"Upsert takes 1 to {rules.MOST_VECTORS} vectors at once")
        for one in body["vectors"]:
            rules.fields(one, "id values metadata sparseValues", "id values")
            rules.vector_id(one["id"])
            rules.values(one["values"], self.dimension)
            rules.metadata(one.get("metadata", {}))
        rows = {one["id"]: {"metadata": {}} | one for one in body["vectors"]}
        self._write(lambda: self.spaces.setdefault(_space(body), {}).update(rows))
        return {"upsertedCount": len(body["vectors"])}

    def _delete(self, body: dict[str, Any]) -> dict[str, Any]:
        rules.fields(body, "ids deleteAll filter namespace")
        if len({"ids", "deleteAll", "filter"} & set(body)) != 1:
            raise Refusal("Exactly one of ids, deleteAll and filter is needed")
        if _space(body) not in self.spaces:
            raise Refusal("Namespace not found", status=404, code=NOT_FOUND)
        if len(body.get("ids", [])) > rules.MOST_IDS:
            raise Refusal(f"Cannot delete more than {rules.MOST_IDS} vectors at once")
        for one in body.get("ids", []):
            rules.vector_id(one)
        if "filter" in body:
            rules.not_empty(body["filter"])
            rules.matches(body["filter"], {})

        def change() -> None:
            held = self.spaces.get(_space(body), {})
            for pk in [pk for pk, one in held.items() if _is_named(body, pk, one)]:
                del held[pk]

        self._write(change)
        return {}

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        rules.fields(body, "id values setMetadata namespace", "id")
        if "values" in body:
            rules.values(body["values"], self.dimension)
        rules.metadata(body.get("setMetadata", {}))

        def change() -> None:
            held = self.spaces.get(_space(body), {}).get(body["id"])
            if held:
                held["values"] = body.get("values", held["values"])
                held["metadata"] = held["metadata"] | body.get("setMetadata", {})

        self._write(change)
        return {}

    # --- Reading ----------------------------------------------------------------------------

    def _query(self, body: dict[str, Any]) -> dict[str, Any]:
        rules.fields(
            body,
            "topK vector id namespace filter includeValues includeMetadata",
            "topK",
        )
        rules.top_k(body["topK"])
        if ("vector" in body) == ("id" in body):
            raise Refusal("Exactly one of vector and id is needed")
        held = self.vectors(_space(body))
        if "id" in body and body["id"] not in held:
            return {"matches": [], "namespace": _space(body), "usage": {"readUnits": 1}}
        asked = held[body["id"]]["values"] if "id" in body else body["vector"]
        rules.values(asked, self.dimension)
        wanted = body.get("filter", {})
        rules.matches(wanted, {})
        found = [
            (_cosine(asked, one["values"]), pk)
            for pk, one in held.items()
            if rules.matches(wanted, one["metadata"])
        ]
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        matches = [_shown(held[pk], body) | {"score": score} for score, pk in found[: body["topK"]]]
        return {"matches": matches, "namespace": _space(body), "usage": {"readUnits": 6}}

    def _fetch(self, query: type_of_query) -> dict[str, Any]:
        ids = query.get("ids", [])
        if not 1 <= len(ids) <= rules.MOST_IDS:
            raise Refusal(f"Fetch takes 1 to {rules.MOST_IDS} ids, got {len(ids)}")
        space = query.get("namespace", [""])[0]
        held = self.vectors(space)
        found = {pk: held[pk] for pk in ids if pk in held}
        return {"vectors": found, "namespace": space, "usage": {"readUnits": 1}}

    def _fetch_by_metadata(self, body: dict[str, Any]) -> dict[str, Any]:
        rules.fields(body, "filter namespace limit paginationToken", "filter")
        rules.not_empty(body["filter"])
        held = self.vectors(_space(body))
        ids = sorted(
            pk for pk, one in held.items() if rules.matches(body["filter"], one["metadata"])
        )
        page, following = _page(ids, body.get("limit", 100), body.get("paginationToken", ""))
        return {"vectors": {pk: held[pk] for pk in page}, "namespace": _space(body)} | following

    def _list(self, query: type_of_query) -> dict[str, Any]:
        limit = int(query.get("limit", ["100"])[0])
        if not 1 <= limit <= rules.MOST_LISTED:
            raise Refusal(f"limit must be between 1 and {rules.MOST_LISTED}, got {limit}")
        space, prefix = query.get("namespace", [""])[0], query.get("prefix", [""])[0]
        ids = sorted(pk for pk in self.vectors(space) if pk.startswith(prefix))
        page, following = _page(ids, limit, query.get("paginationToken", [""])[0])
        vectors = [{"id": pk} for pk in page]
        return {"vectors": vectors, "namespace": space, "usage": {"readUnits": 1}} | following

    def _stats(self, body: dict[str, Any]) -> dict[str, Any]:
        if body:
            raise Refusal("Serverless indexes do not support describing stats with a filter")
        counts = {name or "__default__": len(held) for name, held in self.spaces.items()}
        return {
            "namespaces": {name: {"vectorCount": count} for name, count in counts.items()},
            "dimension": self.dimension,
            "indexFullness": 0,
            "totalVectorCount": sum(counts.values()),
            "metric": self.metric,
            "vectorType": "dense",
        }

    def _namespaces(self, query: type_of_query) -> dict[str, Any]:
        rows = [{"name": n, "record_count": str(len(held))} for n, held in self.spaces.items()]
        return {"namespaces": rows, "total_count": len(rows)}


def _space(body: dict[str, Any]) -> str:
    name = body.get("namespace", "")
    return "" if name == "__default__" else name


def _is_named(body: dict[str, Any], pk: str, one: type_of_vector) -> bool:
    if "filter" in body:
        return rules.matches(body["filter"], one["metadata"])
    return bool(body.get("deleteAll")) or pk in body["ids"]


def _shown(one: type_of_vector, body: dict[str, Any]) -> dict[str, Any]:
    values = one["values"] if body.get("includeValues") else []
    shown = {"id": one["id"], "values": values}
    return shown | ({"metadata": one["metadata"]} if body.get("includeMetadata") else {})


def _page(ids: list[str], limit: int, token: str) -> tuple[list[str], dict[str, Any]]:
    """A page, and the token of the next one; on the last page "pagination" is absent."""
    first = int(token or 0)
    following = {"pagination": {"next": str(first + limit)}} if len(ids) > first + limit else {}
    return ids[first : first + limit], following


def _cosine(one: list[float], other: list[float]) -> float:
    length = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / length


def _weighed(answer: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(answer)) > MOST_ANSWERED:
        raise Refusal("Response size exceeds the limit of 4 MB", code=OUT_OF_RANGE)
    return answer

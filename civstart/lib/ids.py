"""Public ids: UUIDv7 (RFC 9562), in order of creation, so that indexes stay compact."""

from uuid import UUID

import uuid6


def new() -> UUID:
    return UUID(int=uuid6.uuid7().int)

"""A copy of the tables without their rows, for work of which nothing may stay.

The copy is a schema of its own inside one transaction that is always rolled back: PostgreSQL's
tables can be made and undone like rows. The site's own tables are neither read nor locked, save
those whose rows are asked for, and those of rows that are to outlive it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

SCHEMA = "throwaway"
TABLES = """
    SELECT c.relname FROM pg_class AS c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname
"""


# The rows that outlive the block each thread is in; None outside of one.
_outliving: ContextVar[list[models.Model] | None] = ContextVar("outliving", default=None)


class _Undone(Exception):
    """Raised to roll everything back."""


def keep(row: models.Model) -> None:
    """Store a new row that must outlive a throwaway block, as what was paid for: there, once it
    ends. It may point to no row of the block.
    """
    row.save(force_insert=True)
    if (outliving := _outliving.get()) is not None:
        outliving.append(row)


@contextmanager
def tables(*, with_rows_of: Sequence[type[models.Model]] = ()) -> Iterator[None]:
    """Have all queries of this connection see empty tables until the block ends.

    Those of the models named hold their rows. What was registered to happen on commit does not.
    What was given to keep() is stored in the site's own tables at the end, however that comes.
    """
    outliving: list[models.Model] = []
    token = _outliving.set(outliving)
    try:
        with _empty_tables({model._meta.db_table for model in with_rows_of}):
            yield
    finally:
        _outliving.reset(token)
        for row in outliving:
            row.pk = None
            row.save(force_insert=True)


@contextmanager
def _empty_tables(kept: set[str]) -> Iterator[None]:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(TABLES)
                names = [name for (name,) in cursor.fetchall()]
                cursor.execute(f"CREATE SCHEMA {SCHEMA}")
                for name in map(connection.ops.quote_name, names):
                    cursor.execute(f"CREATE TABLE {SCHEMA}.{name} (LIKE {name} INCLUDING ALL)")
                for name in kept:
                    _copy(cursor, connection.ops.quote_name(name))
                cursor.execute("SELECT set_config('search_path', %s, true)", [_path(cursor)])
            yield
            raise _Undone
    except _Undone:
        pass


def _path(cursor: CursorWrapper) -> str:
    cursor.execute("SHOW search_path")
    (path,) = cursor.fetchone()
    return f"{SCHEMA}, {path}"


def _copy(cursor: CursorWrapper, table: str) -> None:
    """Copy the rows as they are, ids included. Tables with generated columns have none to copy."""
    cursor.execute(f"INSERT INTO {SCHEMA}.{table} OVERRIDING SYSTEM VALUE SELECT * FROM {table}")

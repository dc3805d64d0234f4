"""Many signals, quickly, each with one or two pieces of evidence."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib import ids
from civstart.places.models import Jurisdiction, Region
from matching.demo import loading
from signals import reading
from signals.models import Body, Evidence, Meeting, Segment, Signal, Transcript
from signals.words import Category, Kind, SpeakerRole

SIGNALS_A_MEETING = 20
SUBJECTS = (
    "leak detection for water mains",
    "permit intake software",
    "asphalt repair before winter",
    "body camera storage",
    "overdose response supplies",
    "curbside cart replacement",
    "lead pipe inventory",
    "bus shelter heating",
    "server backup for the clerk",
    "tree canopy survey",
)
WHERE = ("in the old town", "for the county", "at the north plant", "in the flood zone", "downtown")


@transaction.atomic
def signals(count: int, *, by: User, titles: Sequence[str] = ()) -> None:
    """Store that many approved signals and as many pending ones, with meetings in every state.

    titles: of the approved ones.
    """
    chance = Random(20)
    meetings = _meetings(2 * count // SIGNALS_A_MEETING + 1)
    transcripts = _transcripts(meetings)
    _store(2 * count, count, transcripts, _quotes(), by, chance, titles)


def tidy() -> None:
    """Do what autovacuum does within minutes: plans are to be those of a settled site."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _meetings(count: int) -> list[Meeting]:
    bodies = []
    for region in Region.objects.all():
        place = Jurisdiction.objects.create(
            ocd_id=f"ocd-division/country:us/state:{region.code.lower()}/place:many",
            name=f"Many {region.name}", kind="city", region=region,
        )  # fmt: skip
        bodies.append(Body.objects.create(jurisdiction=place, name="City Council"))
    today = timezone.now().date()
    return Meeting.objects.bulk_create(
        Meeting(
            body=body,
            title=f"Meeting {number}",
            held_on=today - timedelta(days=number % 700),
            video_url="https://video.example/watch",
        )
        for number, body in enumerate(islice(cycle(bodies), count))
    )


def _transcripts(meetings: list[Meeting]) -> list[Transcript]:
    return Transcript.objects.bulk_create(
        Transcript(
            meeting=meeting,
            format="webvtt",
            file_name="many.vtt",
            digest=f"{number:064}",
            time_unit="clock",
        )
        for number, meeting in enumerate(meetings)
    )


def _quotes() -> list[str]:
    """Return sentences of the demo's meetings, as long as real ones."""
    texts: list[str] = []
    for row in loading.contents("meetings.json"):
        path = loading.FOLDER / row["file"]
        texts += [said.text for said in reading.read(path.read_bytes(), str(path)).utterances]
    return [text for text in texts if len(text) > 60]


def _store(
    count: int,
    approved: int,
    transcripts: list[Transcript],
    quotes: list[str],
    by: User,
    chance: Random,
    titles: Sequence[str],
) -> None:
    now = timezone.now()
    first = {model: next_ids(model, 2 * count) for model in (Signal, Segment, Evidence)}
    chosen = [chance.sample(quotes, 1 + number % 2) for number in range(count)]

    def signal_rows() -> Iterator[tuple[object, ...]]:
        for number, said in enumerate(chosen):
            meeting = transcripts[number // SIGNALS_A_MEETING].meeting
            is_approved = number % 2 == 0 if approved * 2 == count else number < approved
            at = now - timedelta(minutes=number)
            title = f"{chance.choice(SUBJECTS).capitalize()} {chance.choice(WHERE)}, lot {number}"
            title = titles[number // 2] if titles and is_approved else title
            start = float(number % SIGNALS_A_MEETING * 120)
            yield (
                first[Signal] + number, ids.new(), meeting.pk, meeting.body.jurisdiction_id,
                title, f"{said[0]} The council spoke of {title.lower()}.",
                chance.choice(Kind.values), chance.choice(Category.values),
                chance.choice((1, 2, 3)), round(chance.random(), 3),
                chance.choice((None, 12000, 412000, 1900000)), "USD", _timeframe(number, at),
                "Renee Castellano", SpeakerRole.STAFF, start, start + 30, " ".join(said),
                "approved" if is_approved else "pending", at if is_approved else None,
                by.pk if is_approved else None, at, *_due(number, at),
            )  # fmt: skip

    def pieces() -> Iterator[tuple[int, int, int, str]]:
        place = 0
        for number, said in enumerate(chosen):
            for position, text in enumerate(said):
                yield number, position, place, text
                place += 1

    copy(
        Segment,
        "id transcript_id index start_seconds end_seconds text",
        (
            (
                first[Segment] + place, transcripts[number // SIGNALS_A_MEETING].pk,
                number % SIGNALS_A_MEETING * 2 + position,
                number % SIGNALS_A_MEETING * 120.0, number % SIGNALS_A_MEETING * 120.0 + 9, text,
            )
            for number, position, place, text in pieces()
        ),
    )  # fmt: skip
    copy(
        Signal,
        "id public_id meeting_id jurisdiction_id title summary kind category strength confidence"
        " amount currency timeframe speaker_name speaker_role start_seconds end_seconds heard"
        " status decided_at decided_by_id created_at due_by due_is_deadline",
        signal_rows(),
    )
    copy(
        Evidence,
        "id signal_id segment_id position first last quote start_seconds end_seconds",
        (
            (
                first[Evidence] + place, first[Signal] + number, first[Segment] + place, position,
                0, len(text), text, number % SIGNALS_A_MEETING * 120.0,
                number % SIGNALS_A_MEETING * 120.0 + 9,
            )
            for number, position, place, text in pieces()
        ),
    )  # fmt: skip


def _timeframe(number: int, at: datetime) -> str:
    """Return what was said of the time."""
    due_by, _ = _due(number, at)
    return f"by {due_by:%B %-d, %Y}" if due_by else "before winter"


def _due(number: int, at: datetime) -> tuple[date | None, bool]:
    """Return the deadline: every fifth has one, from a month ago to within a year."""
    if number // 2 % 5:
        return None, False
    return at.date() + timedelta(days=number % 400 - 30), True


def next_ids(model: type[Model], count: int) -> int:
    """Take that many ids from the table's sequence and return the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + count])
    return int(first)


def copy(model: type[Model], columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Store the rows. Columns that are not named and may not be empty get the model's defaults."""
    named = columns.split()
    others = [
        field
        for field in model._meta.concrete_fields
        if field.column not in named and not (field.generated or field.null or field.primary_key)
    ]
    names = " ".join([*named, *(field.column for field in others)])

    def whole() -> Iterator[tuple[object, ...]]:
        for row in rows:
            defaults = (field.get_db_prep_save(field.get_default(), connection) for field in others)
            yield (*row, *defaults)

    copy_into(model._meta.db_table, names, whole())


def copy_into(table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Store the rows in the columns named."""
    names = ", ".join(f'"{name}"' for name in columns.split())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as out,
    ):
        for row in rows:
            out.write_row(row)

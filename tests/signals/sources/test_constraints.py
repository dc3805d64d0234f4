"""What the database refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def refused(name, make_it):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_it()


def test_a_source_is_watched_once():
    make.source()

    refused("source_once", make.source)


def test_sources_are_not_asked_too_often():
    refused("source_poll_minutes_in_bounds", lambda: make.source(poll_minutes=4))


def test_runs_end_after_they_start():
    early = timezone.now() - timedelta(hours=1)

    refused("source_run_ends_after_start", lambda: make.source_run(finished_at=early))


def test_uploads_keep_their_file_until_they_are_read_and_no_longer():
    refused("upload_content_until_read", lambda: make.upload(content=None))
    refused(
        "upload_content_until_read",
        lambda: make.upload(status="read", finished_at=timezone.now()),
    )


def test_uploads_that_are_done_have_a_time():
    refused("upload_finished_has_time", lambda: make.upload(status="read", content=None))


def test_uploads_that_failed_say_why():
    at = timezone.now()

    refused(
        "upload_failed_says_why",
        lambda: make.upload(status="failed", content=None, finished_at=at, error=""),
    )


def test_progress_is_a_percentage():
    refused("upload_progress_is_percent", lambda: make.upload(progress=101))


def test_a_source_brings_a_file_once():
    source = make.source()
    make.upload(source=source, source_key="a")

    refused("upload_once_per_source", lambda: make.upload(source=source, source_key="a"))


def test_a_meeting_has_a_document_once_and_with_pages():
    document = make.document()

    again = {"of": document.meeting, "digest": document.digest}
    refused("document_file_once_per_meeting", lambda: make.document(**again))
    refused("document_has_pages", lambda: make.document(pages=[]))

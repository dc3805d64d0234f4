"""Folders: files that lie still are read once each, wherever they are moved."""

import os
import time

import pytest

from signals.models import MeetingDocument, Transcript, Upload
from signals.sources import polling
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed
from tests.support import papers

pytestmark = pytest.mark.usefixtures("needs_heard")


def laid(folder, name, content, *, still=60.0):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    then = time.time() - still
    os.utime(path, (then, then))
    return path


def test_files_are_read_with_the_day_in_their_names_and_left_where_they_are(
    from_folder, tmp_path, react
):
    path = laid(tmp_path, "council_2026-11-12.vtt", samples.vtt(*timed(MORNING)))
    laid(tmp_path, "minutes_2026-11-12.docx", papers.word("Minutes", "The mains were discussed."))

    run = polling.poll(from_folder.pk)
    react()

    assert (run.new_count, run.failed_count) == (2, 0)
    assert Transcript.objects.get().meeting == MeetingDocument.objects.get().meeting
    assert path.exists()


def test_a_file_that_is_still_written_waits(from_folder, tmp_path):
    laid(tmp_path, "council.vtt", samples.vtt(*timed(MORNING)), still=2)

    assert polling.poll(from_folder.pk).looked_at_count == 0


def test_a_renamed_or_copied_file_is_known(from_folder, tmp_path):
    path = laid(tmp_path, "council.vtt", samples.vtt(*timed(MORNING)))
    polling.poll(from_folder.pk)
    path.rename(tmp_path / "renamed.vtt")

    assert polling.poll(from_folder.pk, asked=True).new_count == 0


def test_a_changed_file_is_new(from_folder, tmp_path):
    laid(tmp_path, "council.vtt", samples.vtt(*timed(MORNING)))
    polling.poll(from_folder.pk)
    laid(tmp_path, "council.vtt", samples.vtt(*timed(EVENING)), still=30)

    assert polling.poll(from_folder.pk, asked=True).new_count == 1


def test_other_files_folders_and_links_out_are_passed_over(from_folder, tmp_path):
    laid(tmp_path, "council.mp4", b"\x00")
    (tmp_path / "folder.vtt").mkdir()
    secret = laid(tmp_path.parent, "secret.txt", "a secret of somebody else")
    (tmp_path / "link.txt").symlink_to(secret)

    assert polling.poll(from_folder.pk).looked_at_count == 0


def test_a_name_that_is_no_text_is_written_so_that_it_can_be_stored(from_folder, tmp_path):
    laid(tmp_path, os.fsdecode(b"council-\xff.vtt"), samples.vtt(*timed(MORNING)))

    assert polling.poll(from_folder.pk).new_count == 1
    assert Upload.objects.get().file_name == "council-\ufffd.vtt"


def test_a_folder_that_is_gone_is_told(from_folder, tmp_path):
    from_folder.address = str(tmp_path / "gone")
    from_folder.save()

    assert "gone: No such file or directory. Check" in polling.poll(from_folder.pk).error


def test_a_path_that_is_not_whole_is_refused(from_folder):
    from_folder.address = "transcripts"
    from_folder.save()

    assert "write it as /srv/transcripts" in polling.poll(from_folder.pk).error

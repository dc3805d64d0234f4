"""What the command that fits the local extractor's weights refuses."""

import pytest
from django.core.management import CommandError, call_command

from tests.signals.extraction.test_wordless import TEXT


def test_a_folder_without_excerpts_is_named(tmp_path):
    with pytest.raises(CommandError, match=f"There are no excerpts in {tmp_path}"):
        _train(tmp_path, excerpts=tmp_path)


def test_an_excerpt_marked_wrongly_is_named(tmp_path):
    (tmp_path / "some.txt").write_text(TEXT.replace("</h>", ""), encoding="utf-8")

    with pytest.raises(CommandError, match=r"some\.txt 1: <h> is never closed"):
        _train(tmp_path, excerpts=tmp_path)


def _train(folder, *, excerpts):
    call_command(
        "train_extractor",
        *(f"--gold={folder}", f"--transcripts={folder}", f"--excerpts={excerpts}"),
        f"--out={folder / 'local.json'}",
    )

import pytest

from signals.reading.join import is_sentence_end
from tests.signals.reading.samples import cdp, reading, texts, turns, vtt, youtube


def test_a_sentence_cut_over_cues_is_joined():
    content = vtt((1, 3, "We need three new"), (3, 5, "pumps for the plant."))

    (utterance,) = reading(content).utterances

    assert utterance.text == "We need three new pumps for the plant."
    assert (utterance.start, utterance.end) == (1, 5)


def test_a_sentence_that_starts_inside_a_cue_gets_a_time_inside_it():
    first = "One two three four five six seven eight nine ten eleven twelve."
    content = vtt(
        (0, 6, first + " Now the"),
        (6, 12, "second sentence of more than twelve words comes to its end here."),
    )

    found = reading(content)

    assert found.utterances[1].start == pytest.approx(6 * 12 / 14, abs=0.001)


def test_short_sentences_are_put_together():
    content = vtt((1, 2, "Okay."), (2, 3, "Good."), (3, 5, "We need three new pumps."))

    assert texts(content) == ["Okay. Good. We need three new pumps."]


def test_a_pause_ends_an_utterance():
    content = vtt((1, 3, "We need"), (5.5, 7, "Pumps for the plant."))

    assert texts(content) == ["We need", "Pumps for the plant."]


def test_a_sentence_that_goes_on_in_small_letters_bridges_a_longer_pause():
    content = vtt((1, 3, "We need"), (5.5, 7, "pumps for the plant."))

    assert texts(content) == ["We need pumps for the plant."]


def test_a_change_of_speaker_ends_an_utterance_in_mid_sentence():
    content = turns(("Ann", 0, 2, "We need the"), ("Bo", 2, 3, "No we don't."))

    assert texts(content) == ["We need the", "No we don't."]


def test_a_long_speech_is_cut_at_sentence_ends():
    sentence = "The plant needs three new pumps before the winter, or it will fail."
    content = turns(("Ann", 0, 120, " ".join([sentence] * 20)))

    found = reading(content)

    assert len(found.utterances) == 20
    assert [round(utterance.start) for utterance in found.utterances[:3]] == [0, 6, 12]
    assert {utterance.speaker for utterance in found.utterances} == {"Ann"}


def test_a_sentence_without_end_is_cut_after_commas():
    clause = "and the plant needs three new pumps before the winter,"
    content = cdp((0, 60, 0, " ".join([clause] * 15)))

    found = texts(content)

    assert all(text.endswith("winter,") and len(text.split()) <= 60 for text in found)


def test_text_without_punctuation_is_cut_at_the_borders_of_chunks():
    chunks = [" ".join([word] * 35) for word in ("pump", "pipe", "lake", "well", "tank")]
    content = youtube(
        *((f"0:{10 * n:02}-0:{10 * n + 9:02}", chunk) for n, chunk in enumerate(chunks))
    )

    found = reading(content)

    assert [len(utterance.text.split()) for utterance in found.utterances] == [35] * 5
    assert "hardly any full stops" in found.report.notes[0]


def test_a_chunk_that_is_too_long_is_cut_in_equal_parts():
    chunk = " ".join(["pump"] * 90)
    content = youtube(("0:00-0:25", chunk), ("0:31-0:55", chunk))

    found = reading(content)

    assert [len(utterance.text.split()) for utterance in found.utterances] == [30] * 6


@pytest.mark.parametrize(
    ("word", "following"),
    [
        ("pumps.", "We"),
        ("pumps?", "Yes"),
        ('pumps."', "He"),
        ("pumps.", ""),
        ("p.m.", "We"),
        ("No.", "It"),
        ("I.", "He"),
    ],
)
def test_these_end_sentences(word, following):
    assert is_sentence_end(word, following)


@pytest.mark.parametrize(
    ("word", "following"),
    [
        ("Mr.", "Little"),
        ("J.", "Smith"),
        ("U.S.", "Senate"),
        ("No.", "5"),
        ("p.m.", "on"),
        ("pumps,", "We"),
        ("St.", "Paul"),
    ],
)
def test_these_do_not(word, following):
    assert not is_sentence_end(word, following)

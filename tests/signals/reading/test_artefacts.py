import json

from tests.signals.reading.samples import cdp, reading, srt, turns, vtt, whisper


def said(found):
    return " ".join(utterance.text for utterance in found.utterances)


def test_words_alone_in_a_silence_are_whispers_invention():
    found = reading(
        srt(
            (0, 2, "you"),
            (30, 34, "We need new pumps."),
            (60, 62, "Thank you."),
            (90, 92, "Next item."),
        )
    )

    assert said(found) == "We need new pumps. Next item."
    assert found.report.dropped == {"phrase alone in a silence, as Whisper invents": 2}


def test_thanks_in_the_flow_of_talk_are_kept():
    found = reading(srt((0, 4, "We need new pumps."), (4, 5, "Thank you."), (5, 7, "Next item.")))

    assert "Thank you." in said(found)
    assert not found.report.dropped


def test_segments_whisper_was_unsure_of_are_dropped():
    document = json.loads(whisper((0, 3, "We need pumps."), (3, 5, "Subtitles by nobody.")))
    document["segments"][1] |= {"no_speech_prob": 0.9, "avg_logprob": -1.4}

    found = reading(json.dumps(document))

    assert said(found) == "We need pumps."
    assert found.report.dropped == {"silence that Whisper heard as words": 1}


def test_a_loop_of_one_phrase_is_read_once():
    found = reading(
        srt((0, 4, "We need new pumps."), *((n, n + 1, "She can work.") for n in range(4, 9)))
    )

    assert said(found) == "We need new pumps. She can work."
    assert found.report.dropped == {"same words again and again": 4}


def test_a_roll_call_of_ayes_is_no_loop():
    found = reading(vtt(*((n, n + 1, "Aye.") for n in range(7))))

    assert said(found).count("Aye.") == 7


def test_the_same_words_by_different_speakers_are_no_loop():
    found = reading(cdp(*((n, n + 1, n, "I second it.") for n in range(4))))

    assert len(found.utterances) == 4


def test_notes_in_brackets_are_not_speech():
    found = reading(
        turns(
            ("Ann", 0, 3, "We begin now."), ("Group", 3, 4, "[cross-talk]"), ("Ann", 4, 6, "Order.")
        )
    )

    assert said(found) == "We begin now. Order."
    assert found.report.dropped == {"note in brackets, not speech": 1}


def test_talk_on_both_sides_of_a_hole_is_not_joined():
    found = reading(vtt((0, 2, "We need the"), (2, 3, "[applause]"), (3, 5, "budget now.")))

    assert [utterance.text for utterance in found.utterances] == ["We need the", "budget now."]


def test_empty_cues_are_dropped_and_counted():
    found = reading(vtt((0, 0, ""), (1, 3, "We begin."), (3, 4, "<i></i>")))

    assert found.report.cues_read == 3
    assert found.report.dropped == {"empty cue": 2}

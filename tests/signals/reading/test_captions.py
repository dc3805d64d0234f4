from tests.signals.reading import samples
from tests.signals.reading.samples import reading, srt, texts, vtt


def speakers(content):
    return [(utterance.speaker, utterance.text) for utterance in reading(content).utterances]


def test_settings_identifiers_notes_and_styles_are_not_talk():
    content = (
        "WEBVTT - Elmfield\nKind: captions\n\nSTYLE\n::cue { color: red }\n\n"
        "NOTE made by hand\nover two lines\n\n"
        "opening\n00:01.000 --> 00:03.000 align:start position:10%\nWe begin\n\n"
        "2\n00:03.000 --> 00:05.000\nwith the budget.\n"
    )

    assert texts(content) == ["We begin with the budget."]


def test_text_after_an_empty_line_inside_a_cue_is_kept():
    content = srt((1, 3, "We begin\n\nwith the budget."), (3, 4, "Now."))

    assert texts(content) == ["We begin with the budget. Now."]


def test_srt_without_empty_lines_loses_its_numbers():
    content = "1\n00:00:01,000 --> 00:00:03,000\nWe begin\n2\n00:00:03,000 --> 00:00:04,000\nnow.\n"

    assert texts(content) == ["We begin now."]


def test_a_number_said_alone_is_kept():
    content = srt((1, 2, "The vote is"), (2, 3, "7"), (3, 4, "to two."))

    assert texts(content) == ["The vote is 7 to two."]


def test_entities_are_decoded_and_counted():
    found = reading(vtt((1, 3, "Parks &amp; Recreation won&#39;t move.")))

    assert found.utterances[0].text == "Parks & Recreation won't move."
    assert found.report.repaired["HTML entities in the text"] == 1


def test_tags_are_taken_out():
    content = vtt((1, 3, "We <i>do</i> need<00:00:02.000><c.yellow> pumps</c>."))

    assert texts(content) == ["We do need pumps."]


def test_a_smaller_sign_that_opens_no_tag_is_text():
    assert texts(vtt((1, 3, "Lead < 5 and copper > 3 parts."))) == [
        "Lead < 5 and copper > 3 parts."
    ]


def test_voice_tags_name_the_speaker():
    content = vtt(
        (1, 3, "<v Ann Lee>We begin."), (3, 5, "<v.loud Bo>No.</v> <v Ann Lee>Yes."), (5, 6, "Who?")
    )

    assert speakers(content) == [
        ("Ann Lee", "We begin."),
        ("Bo", "No."),
        ("Ann Lee", "Yes."),
        ("", "Who?"),
    ]


def test_marks_change_the_speaker_and_are_not_text():
    content = vtt((1, 3, "&gt;&gt;&gt; Lewis?"), (3, 4, ">> Here. ->> Thank you."))

    found = reading(content)

    assert [utterance.text for utterance in found.utterances] == ["Lewis?", "Here.", "Thank you."]
    assert found.report.repaired["mark for a new speaker"] == 3


def test_a_mark_alone_in_its_cue_holds_for_the_next():
    assert texts(vtt((1, 2, "We begin."), (2, 3, ">>"), (3, 4, "I object."))) == [
        "We begin.",
        "I object.",
    ]


def test_a_label_after_a_mark_is_the_speaker_until_the_next_mark():
    content = vtt((1, 2, ">> MAYOR COLE: We begin"), (2, 3, "with parks."), (3, 4, ">> Fine."))

    assert speakers(content) == [("MAYOR COLE", "We begin with parks."), ("", "Fine.")]


def test_labels_that_come_again_and_again_are_speakers():
    content = vtt(
        (1, 2, "Mayor Cole: Ayes?"), (2, 3, "Ms. Ray: Aye."), (3, 4, "Mayor Cole: Carried.")
    )

    assert speakers(content) == [
        ("Mayor Cole", "Ayes?"),
        ("Ms. Ray", "Aye."),
        ("Mayor Cole", "Carried."),
    ]


def test_a_colon_in_a_sentence_makes_no_speaker():
    content = vtt(
        (1, 3, "The Question: can we pay?"),
        (3, 5, "Tuesday: nobody came."),
        (5, 7, "We voted: no."),
    )

    assert {speaker for speaker, _ in speakers(content)} == {""}


def test_rolling_captions_are_read_once():
    lines = ["we need pumps", "for the plant", "and for the lake", "before winter comes"]
    pairs = zip(["", *lines], lines, strict=False)
    content = vtt(*((2.0 * n, 2.0 * n + 2, f"{old}\n{new}") for n, (old, new) in enumerate(pairs)))
    content += vtt((8, 8.01, lines[-1]), (8.01, 10, f"{lines[-1]}\nwe hope")).removeprefix(
        "WEBVTT\n"
    )

    found = reading(content)

    said = " ".join(utterance.text for utterance in found.utterances)
    assert said == " ".join([*lines, "we hope"])
    assert found.report.dropped == {"rolling caption that only repeats": 1}
    assert found.report.repaired == {"rolling caption cut to its new words": 4}


def test_people_who_repeat_themselves_are_not_rolling():
    content = vtt(
        (1, 2, "Thank you."), (2, 3, "Thank you."), (3, 6, "We need three pumps."), (6, 8, "Yes.")
    )

    assert samples.texts(content) == ["Thank you. Thank you. We need three pumps. Yes."]


def test_capitals_are_kept_and_noted():
    found = reading(vtt((1, 3, "WE VOTE ON PUMPS AT 4:15 P.M.")))

    assert found.utterances[0].text == "WE VOTE ON PUMPS AT 4:15 P.M."
    assert found.report.notes == ["The text is in capital letters; it is kept as it is."]

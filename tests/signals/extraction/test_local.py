"""What the local extractor promises, whatever it is given."""

import time
from dataclasses import replace

from signals.extraction.contract import Heard, Setting
from signals.extraction.local import LocalExtractor
from signals.extraction.passages import spans
from signals.extraction.verify import fault, quote
from tests.signals.extraction import speech

NOWHERE = Setting()


def extract(heard):
    return LocalExtractor().extract(heard, NOWHERE)


def quotes(heard):
    segments = {one.index: one for one in heard}
    return [quote(found.spans, segments) for found in extract(heard)]


def test_needs_plans_and_purchases_are_found():
    said = " ".join(quotes(speech.meeting()))

    assert "replace the meters" in said
    assert "request for proposals" in said
    assert "feasibility study of sidewalks" in said


def test_every_signal_stands_up_to_the_transcript():
    heard = speech.meeting()

    assert [fault(found, heard) for found in extract(heard)] == [""] * len(extract(heard))


def test_the_most_confident_comes_first():
    confidences = [found.confidence for found in extract(speech.meeting())]

    assert confidences == sorted(confidences, reverse=True)


def test_the_same_meeting_gives_the_same_signals():
    assert extract(speech.meeting()) == extract(speech.meeting())


def test_what_is_said_about_a_signal_is_filled_in():
    found = next(one for one in extract(speech.meeting()) if one.amount)

    assert found.amount == 412_000
    assert found.kind in ("initiative", "budget")
    assert found.timeframe == "next month"
    assert found.category == "transportation"
    assert found.strength == 3
    assert found.start <= found.end


def test_a_purchase_to_come_is_a_procurement():
    found = extract(speech.heard([speech.PLAN]))

    assert [one.kind for one in found] == ["procurement"]


def test_an_instruction_to_a_machine_changes_nothing():
    heard = speech.meeting()
    end = heard[-1].end
    instruction = Heard(len(heard), end, end, speech.INSTRUCTION)

    assert extract([*heard, instruction]) == extract(heard)


def test_an_instruction_alone_is_no_signal():
    assert extract(speech.heard([speech.INSTRUCTION] * 5)) == []


def test_ceremony_holds_no_signal():
    assert extract(speech.heard(speech.CEREMONY)) == []


def test_a_resident_pleading_ranks_below_the_government():
    plea = (
        "My name is Pat, I live on Elm Street and I urge you to vote no on this, "
        "my neighbors and I want you to fix the street in front of my house."
    )
    heard = speech.heard([plea, *speech.FILLER, speech.PLAN, *speech.FILLER])

    first, *rest = extract(heard)

    assert first.spans[0].index == 7
    assert all(found.confidence < first.confidence for found in rest)


def test_nothing_heard_gives_nothing():
    assert extract([]) == []
    assert extract(speech.heard(["", "   "])) == []


def test_a_single_segment_is_enough():
    heard = speech.heard([speech.PLAN])

    assert len(extract(heard)) == 1
    assert fault(extract(heard)[0], heard) == ""


def test_one_segment_of_ten_thousand_words_is_cut_and_read_quickly():
    words = " ".join([*speech.FILLER, speech.NEED]).replace(".", "") + " "
    text = (words * 120)[:60_000]
    heard = [Heard(0, 0, 3600, text)]

    began = time.process_time()
    found = extract(heard)

    assert time.process_time() - began < 5
    assert [fault(one, heard) for one in found] == [""] * len(found)


def test_a_need_repeated_word_for_word_is_one_signal():
    heard = speech.heard([*speech.FILLER, speech.STUDY] * 6)

    assert sum("sidewalks" in one for one in quotes(heard)) == 1


def test_another_language_is_survived():
    heard = speech.heard(
        [
            "Guten Abend, wir beginnen mit der Sitzung des Stadtrates und begrüßen alle Gäste.",
            "今晚的会议现在开始 请大家安静",
            "Buenas noches a todos los vecinos que nos acompañan en esta reunión tan bonita.",
        ]
        * 4
    )

    assert [fault(one, heard) for one in extract(heard)] == [""] * len(extract(heard))


def test_segments_may_be_numbered_from_anywhere():
    heard = [replace(one, index=one.index + 500) for one in speech.meeting()]

    assert [fault(found, heard) for found in extract(heard)] == [""] * len(extract(heard))
    assert extract(heard)


def test_capitals_do_not_shout_in_titles():
    heard = [replace(one, text=one.text.upper()) for one in speech.meeting()]

    assert extract(heard)
    assert not any(found.title.isupper() for found in extract(heard))


def test_progress_runs_from_nothing_to_all():
    seen: list[float] = []

    LocalExtractor().extract(speech.meeting(), NOWHERE, progress=seen.append)

    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen == sorted(seen)


def test_spans_of_one_segment_are_joined():
    from signals.extraction.passages import cut

    pieces = cut(speech.heard([speech.PLAN]))

    assert len(pieces) == 2
    assert len(spans(pieces)) == 1


def test_a_quote_does_not_break_off_in_the_middle_of_a_sentence():
    said = (
        "We need to replace the permit software and we are asking for a request for proposals "
        "in January for permits and for plan review and for inspections, all of them in one "
        "place and with the old records moved over by the end of April."
    )

    found = LocalExtractor().extract([Heard(0, 0.0, 25.0, said)], NOWHERE)

    assert said[found[0].spans[0].first : found[0].spans[-1].last] == said


LISTENING = (
    "We need to replace the listening equipment and I am requesting $340,000 in the capital plan "
    "for leak detection on the old mains."
)


def test_a_date_said_of_something_else_is_not_the_signals():
    heard = [
        Heard(0, 0.0, 4.0, "Our only leak inspector retires in May.", "Council member Reyes"),
        Heard(1, 5.0, 14.0, LISTENING, "Director Vance"),
    ]

    found = LocalExtractor().extract(heard, NOWHERE)

    assert [span.index for span in found[0].spans] == [1]
    assert found[0].timeframe == ""


def test_a_resident_is_never_among_what_was_also_spoken_of():
    plea = (
        "My name is Odalys Brenner and I live at 1412 Larch Lane. We need the water main under "
        "Larch Lane replaced. Brenner is a name the water department knows, odalys brenner wrote "
        "to it about the main on Larch Lane, and the water main leaks at Larch Lane again."
    )

    found = extract(speech.heard([*speech.FILLER, plea, speech.NEED, *speech.FILLER]))

    named = [one.summary.partition("Also spoken of: ")[2].lower() for one in found]
    assert any("water main" in one for one in named)
    assert not any(word in one for one in named for word in ("odalys", "brenner", "larch"))

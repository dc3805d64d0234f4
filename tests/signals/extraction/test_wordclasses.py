"""Which words are things, and which only stand by them."""

from signals.extraction.wordclasses import classes


def test_things_deeds_and_qualities_are_told_apart():
    assert classes(["we", "are", "fixing", "old", "pipes"]) == ["PRP", "VBP", "VBG", "JJ", "NNS"]
    assert classes(["the", "clerk", "wrote"]) == ["DT", "NN", "VBD"]


def test_shouting_changes_nothing():
    assert classes(["THE", "PIPES"]) == classes(["the", "pipes"])


def test_every_word_has_a_class_whatever_it_is():
    said = ["$40,000", "Zażółć", "24/7", "R&D", "<b>", "'s", "…", "naïve"]

    assert len(classes(said)) == len(said)


def test_no_words_have_no_classes():
    assert classes([]) == []

"""What is withheld of residents, and what only looks like it. Every name and place is invented."""

import pytest

from signals import redaction

RESIDENTS = ["Odalys Brenner", "Pell White"]
OFFICIALS = ["Renee Castellano", "Tom Brenner"]


def shown(text: str, **options: object) -> str:
    options = {"residents": RESIDENTS, "officials": ["Renee Castellano"]} | options
    return redaction.shown(text, redaction.spans(text, **options))


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("I live at 1412 Larch Lane and it floods.", "I live at [address withheld] and it floods."),
        ("I reside at 10109 Farrow Drive, Marlow.", "I reside at [address withheld], Marlow."),
        ("We are at 77 North Sable Ct, Apt 4B.", "We are at [address withheld]."),
        ("i live at 943 hagen um the pipes", "i live at [address withheld] um the pipes"),
        ("I live on Tupelo Street, and", "I live on [address withheld], and"),
        ("I live in the 2600 block of Saint Wren now", "I live in [address withheld] now"),
        ("I'm at 7215 Orchid Avenue Apartment B", "I'm at [address withheld]"),
        ("my address is 14 23 Mandrel Street", "my address is [address withheld]"),
        ("I LIVE AT 309 WREN AVE.", "I LIVE AT [address withheld]."),
        ("I live on the corner of Wren and Alder streets", "I live on [address withheld]"),
        ("Call me at 555-0142 tonight.", "Call me at [phone withheld] tonight."),
        ("It is (312) 555-0142, ask for me", "It is [phone withheld], ask for me"),
        ("312.555.0142 or +1 312 555 0142", "[phone withheld] or [phone withheld]"),
        ("my cell is 3125550142", "my cell is [phone withheld]"),
        ("you can text 3125550142", "you can text [phone withheld]"),
        ("five five five oh one four two", "[phone withheld]"),
        ("Write to odalys.b+pipes@mail.example.org.", "Write to [e-mail withheld]."),
        ("odalys dot brenner at gmail dot com", "[e-mail withheld]"),
        ("odalysb at gmail.com is best", "[e-mail withheld] is best"),
        ("Odalys Brenner asked again.", "[name withheld] asked again."),
        ("odalys m. brenner asked", "[name withheld] asked"),
        (
            "as Ms. Brenner said, and Brenner's road",
            "as [name withheld] said, and [name withheld]'s road",
        ),
        ("MR. WHITE WANTS A SIDEWALK", "[name withheld] WANTS A SIDEWALK"),
        (
            "Hi, my name is Quill Okoro and I live here.",
            "Hi, my name is [name withheld] and I live here.",
        ),
        ("MY NAME IS QUILL OKORO AND I LIVE HERE", "MY NAME IS [name withheld] AND I LIVE HERE"),
        ("I'm Quill Okoro, a resident of Ward 2.", "I'm [name withheld], a resident of Ward 2."),
    ],
)
def test_what_tells_who_a_resident_is_is_withheld(said, seen):
    assert shown(said) == seen


@pytest.mark.parametrize(
    "said",
    [
        "We will repave Alder Street in the spring.",
        "The request is $412,000 for Alder Street.",
        "412,000 dollars for the Larch Avenue bridge",
        "We repaved 12 miles of Alder Street last year.",
        "three blocks of Wren Lane and 14 units on Orchid Drive",
        "Calls to 911 and 311 doubled since 2019.",
        "In 2026 Main Street will be closed.",
        "the 2026 Alder Street project",
        "Ordinance 26-412 amends chapter 1412 Larch Lane overlay",
        "Ordinance number 1200 Alder Street rezoning",
        "Resolution 121-2026 and RFP 24-0113",
        "contract 555-0142 with the vendor",
        "the water plant at 300 Larch Lane needs pumps",
        "I live on 700 a month after rent.",
        "Council member Renee Castellano asked for the study.",
        "I'm Renee Castellano, director of public works.",
        "My name is Dale Ives, I'm the city engineer, and we need pumps.",
        "White paint, white roofs and a white paper on Brenner Park",
        "Brenner Street gets new lights",
        "You find it at marlowfalls.gov or in the 24 hour drop box.",
        "Zip code 43210-1234, 1200 homes, 35 percent, section 4-2",
        "One, two, three votes yes.",
        "This is Going To Take Years.",
        "I'm Happy To Say that staff live in town",
    ],
)
def test_what_only_looks_like_it_stays(said):
    assert shown(said) == said


def test_an_official_with_a_residents_surname_is_named():
    said = "Council member Brenner seconds, Tom Brenner too; Odalys Brenner left."

    assert shown(said, officials=OFFICIALS) == (
        "Council member Brenner seconds, Tom Brenner too; [name withheld] left."
    )


def test_the_government_names_sites_but_not_homes():
    said = "The new station goes to 1200 Alder Street. She lives off it, I live at 9 Wren Lane."

    assert redaction.shown(said, redaction.spans(said, official=True)) == (
        "The new station goes to 1200 Alder Street. She lives off it, I live at [address withheld]."
    )


def test_labels_of_nobody_are_no_names():
    assert redaction.people(
        ["Speaker 3", "Resident", "Public Commenter", "Ms. Odalys Brenner"]
    ) == ["Odalys Brenner"]


def test_residents_are_heard_in_the_words():
    said = (
        "good evening my name is Quill Okoro I live off Wren thank you next please "
        "my name is Dale Ives I'm the director of parks and my name is Nan Roy, I work for Leakwise"
    )

    assert redaction.residents_in(said) == ["Quill Okoro"]


def test_spans_are_cut_to_a_part_of_the_text():
    assert redaction.within([[2, 8, "name"], [20, 30, "phone"]], 5, 25) == [
        (0, 3, "name"),
        (15, 20, "phone"),
    ]


def test_what_is_hidden_is_counted():
    hidden = [[[0, 4, "name"], [5, 9, "name"]], [[0, 4, "address"]]]

    assert redaction.counted(hidden) == "2 names, 1 address"
    assert redaction.counted([]) == ""


def test_a_long_meeting_is_read_whole():
    said = (
        "Odalys Brenner spoke of 12 pumps at 44 Larch Lane and it was noted by all of us. " * 5000
    )

    assert len(redaction.spans(said, residents=RESIDENTS)) == 10_000

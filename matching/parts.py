"""The parts a score is the sum of, in the order they are shown, with what each one looks at."""

PARTS = {
    "Meaning": "How near the profile is to the need in meaning, to the embedder in use.",
    "Wording": "How near it is in meaning to WordLlama, a second opinion.",
    "Shared words": "How many of the need's own words stand in the profile, rare ones most.",
    "Government buyers": "Whether governments are among its customers.",
    "Place": "Whether it serves the state by name.",
    "Proof": "Whether it has done such work, best in the same state.",
}
# How likely it is that any startup fits is told by these two, so neither can be left out.
NEEDED = ("Meaning", "Wording")
WHOLE = 100  # what the weights add up to

"""How far decisions bear out what extractors propose, and how far reviewers agree."""

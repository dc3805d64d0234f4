"""A startup's profile as text: whole for embedding, in passages for reasons."""

import re

from matching.contract import Passage
from startups.models import Startup

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def text_of(startup: Startup) -> str:
    """Return all the profile says. Needs with_profile()."""
    tags = " ".join(tag.name for tag in startup.tags.all())
    products = " ".join(
        f"{product.name}. {product.description}" for product in startup.products.all()
    )
    return f"{startup.one_liner}. {startup.description} {products} {tags}"


def passages(startup: Startup) -> list[Passage]:
    """Return the profile sentence by sentence, each verbatim. Needs with_profile()."""
    found = [Passage("In one line", startup.one_liner)]
    found += [Passage("What it does", sentence) for sentence in sentences(startup.description)]
    for product in startup.products.all():
        found += [
            Passage(f"Product: {product.name}", sentence)
            for sentence in sentences(product.description)
        ]
    for study in startup.case_studies.all():
        found += [
            Passage(f"For {study.customer}", sentence)
            for sentence in sentences(study.summary) + sentences(study.result)
        ]
    return [passage for passage in found if len(passage.text.split()) >= 4]


def sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text.strip()) if sentence]

"""Receivers of django-q's own signals. Nothing of the domain flows here; see reactions.py."""

from django.dispatch import receiver
from django_q.signals import post_spawn

from civstart.lib import minilm
from matching.embedders import WordLlamaEmbedder


@receiver(post_spawn)
def warm_up(**kwargs: object) -> None:
    """Load the models when a worker starts, so that the first match does not wait for them."""
    minilm.encode(["A worker is ready."])
    WordLlamaEmbedder().queries(["A worker is ready."])

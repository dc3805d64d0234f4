"""Receivers of django-q's own signals. Nothing of the domain flows here; see reactions.py."""

from django.dispatch import receiver
from django_q.signals import post_spawn

from matching import embedding


@receiver(post_spawn)
def warm_up(**kwargs: object) -> None:
    """Load the model when a worker starts, so that the first match does not wait for it."""
    embedding.LocalEmbedder().queries(["A worker is ready."])

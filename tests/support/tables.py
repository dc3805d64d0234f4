"""What the whole database holds, to see that nothing was stored."""

from django.apps import apps


def counts() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}

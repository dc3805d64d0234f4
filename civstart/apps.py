from django.apps import AppConfig


class CivStartConfig(AppConfig):
    """The project itself, for its checks and commands."""

    name = "civstart"
    verbose_name = "CivStart"

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class EventsConfig(AppConfig):
    name = "civstart.events"
    label = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        for app in apps.get_app_configs():
            if find_spec(f"{app.name}.reactions"):
                import_module(f"{app.name}.reactions")

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "civstart.notices"
    label = "notices"
    verbose_name = "Notices"

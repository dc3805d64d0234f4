from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "civstart.places"
    label = "places"
    verbose_name = "Places"

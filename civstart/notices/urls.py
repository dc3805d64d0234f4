from django.urls import path

from civstart.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/preference/", views.prefer, name="notices-preference"),
]

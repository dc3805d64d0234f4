from django.urls import path

from matching import views

urlpatterns = [
    path("", views.home, name="home"),
    path("matches/new/", views.new_matches, name="new-matches"),
    path("matches/<uuid:public_id>/dismiss/", views.dismiss, name="dismiss"),
    path("signals/<uuid:public_id>/", views.signal, name="signal"),
]

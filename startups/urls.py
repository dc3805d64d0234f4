from django.urls import path

from startups import views

urlpatterns = [
    path("startups/<slug:slug>/", views.startup, name="startup"),
    path("profile/", views.profile, name="profile"),
]

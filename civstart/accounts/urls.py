from django.urls import path

from civstart.accounts import views

urlpatterns = [path("theme/", views.choose_theme, name="theme")]

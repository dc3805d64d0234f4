from django.urls import path

from matching import questions_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("matches/new/", views.new_matches, name="new-matches"),
    path("matches/<uuid:public_id>/dismiss/", views.dismiss, name="dismiss"),
    path("signals/<uuid:public_id>/", views.signal, name="signal"),
    path(
        "signals/<uuid:public_id>/questions/",
        questions_pages.signal_questions,
        name="signal-questions",
    ),
    path("signals/<uuid:public_id>/ask/", questions_pages.ask, name="ask"),
    path("questions/<uuid:public_id>/vote/", questions_pages.vote, name="vote"),
]

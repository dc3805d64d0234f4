from django.urls import path

from matching import dismissal_pages, exclusion_pages, questions_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("matches/new/", views.new_matches, name="new-matches"),
    path("matches/<uuid:public_id>/dismiss/", dismissal_pages.dismiss, name="dismiss"),
    path("matches/<uuid:public_id>/restore/", dismissal_pages.restore, name="restore"),
    path("exclusions/", exclusion_pages.exclusions, name="exclusions"),
    path("signals/<uuid:public_id>/", views.signal, name="signal"),
    path(
        "signals/<uuid:public_id>/questions/",
        questions_pages.signal_questions,
        name="signal-questions",
    ),
    path("signals/<uuid:public_id>/ask/", questions_pages.ask, name="ask"),
    path("questions/<uuid:public_id>/vote/", questions_pages.vote, name="vote"),
]

from django.urls import path

from signals import follow_pages, output_pages, place_pages, saved_pages, views

urlpatterns = [
    path("signals/", views.signals, name="signals"),
    path("signals/table.csv", output_pages.table, name="signals-table"),
    path("saved/", saved_pages.saved, name="saved"),
    path("saved/new/", saved_pages.new, name="saved-new"),
    path("saved/<uuid:public_id>/", saved_pages.edit, name="saved-search"),
    path("saved/<uuid:public_id>/<slug:verb>/", saved_pages.do, name="saved-do"),
    path("follow/<slug:kind>/", follow_pages.follow, name="follow-chosen"),
    path("follow/<slug:kind>/<slug:value>/", follow_pages.follow, name="follow"),
    path("feeds/<str:token>/signals.atom", output_pages.atom, name="feed"),
    path("feeds/<str:token>/deadlines.ics", output_pages.calendar, name="calendar"),
    path("places/", place_pages.place_list, name="places"),
    path("places/<uuid:public_id>/", place_pages.place, name="place"),
    path("meetings/<uuid:public_id>/", place_pages.meeting, name="meeting"),
]

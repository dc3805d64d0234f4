"""What staff see of meetings and signals: our own pages, and Django's admin pages by topic."""

from django.contrib import admin

from civstart.lib.staff import StaffSite
from signals import staff
from signals.admin import meetings, searches, signals, sources, threads, trust

__all__ = ["meetings", "searches", "signals", "sources", "threads", "trust"]

site = admin.site
assert isinstance(site, StaffSite)
site.tab(
    "Review",
    "review",
    count=staff.waiting_count,
    live=("signal.found", "signal.approved", "signal.rejected", "signal.reopened"),
)
sources.add_tabs()
trust.add_tabs()
site.page("review/", staff.review_queue, "review")
site.page("review/<uuid:public_id>/", staff.review_signal, "review-signal")
site.page("review/<uuid:public_id>/decide/", staff.decide, "review-decide")
site.page("review/<uuid:public_id>/queue/", staff.review_queue_part, "review-queue-part")
site.page("review/<uuid:public_id>/decision/", staff.review_decision_part, "review-decision-part")

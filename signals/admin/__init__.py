"""What staff see of meetings and signals: our own pages, and Django's admin pages by topic."""

from django.contrib import admin

from civstart.lib.staff import StaffSite
from signals import staff
from signals.admin import meetings, searches, signals, sources, threads, trust
from signals.queue import acts, bulk_pages, pages

__all__ = ["meetings", "searches", "signals", "sources", "threads", "trust"]

site = admin.site
assert isinstance(site, StaffSite)
site.tab(
    "Review",
    "review",
    count=staff.waiting_count,
    live=(
        "signal.found",
        "signal.approved",
        "signal.rejected",
        "signal.reopened",
        "signal.merged",
        "signal.unmerged",
        "signal.rejoined",
    ),
)
sources.add_tabs()
trust.add_tabs()
site.page("review/", pages.review_queue, "review")
site.page("review/undo/", acts.undo, "review-undo")
site.page("review/bulk/", bulk_pages.decide, "review-bulk")
site.page("review/<uuid:public_id>/", pages.review_signal, "review-signal")
site.page("review/<uuid:public_id>/next/", pages.review_next, "review-next")
for name, part in (
    ("queue", pages.review_queue_part),
    ("more", pages.review_more_part),
    ("decision", pages.review_decision_part),
    ("alike", pages.review_alike_part),
):
    site.page(f"review/<uuid:public_id>/{name}/", part, f"review-{name}-part")
for act in (acts.decide, acts.title, acts.quote, acts.split, acts.merge, acts.thread, acts.here):
    site.page(f"review/<uuid:public_id>/{act.__name__}/", act, f"review-{act.__name__}")

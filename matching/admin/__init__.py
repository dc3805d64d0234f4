"""What staff see of matching: our own pages, and Django's admin pages by topic."""

from django.contrib import admin

from civstart.lib.staff import StaffSite
from matching import (
    correcting_pages,
    demand_page,
    differences_page,
    evaluation_page,
    exposure_page,
    policy_pages,
    questions_pages,
    rematch_pages,
    signal_matches_page,
    today,
)
from matching.admin import feedback, matches, policies, rematches, texts
from signals import questions

__all__ = ["feedback", "matches", "policies", "rematches", "texts"]

site = admin.site
assert isinstance(site, StaffSite)
site.index_sources.append(today.today)
site.tab(
    "Questions",
    "questions",
    count=questions.waiting_count,
    live=(
        "question.asked",
        "question.answered",
        "question.corrected",
        "question.hidden",
        "question.shown",
        "signal.approved",
        "signal.rejected",
        "signal.reopened",
    ),
)
site.tab(
    "Matching",
    "matching",
    count=policy_pages.draft_count,
    live=("policy.put_in_use",),
)
site.page("matching/signals/<uuid:public_id>/", signal_matches_page.matches, "matching-signal")
site.page(
    "matching/signals/<uuid:public_id>/suggest/", signal_matches_page.suggest, "matching-suggest"
)
site.page("matching/signals/<uuid:public_id>/judge/", signal_matches_page.judge, "matching-judge")
site.page("matching/exposure/", exposure_page.exposure, "matching-exposure")
site.page("matching/evaluation/", evaluation_page.evaluation, "matching-evaluation")
site.page("matching/evaluation/start/", evaluation_page.start, "matching-evaluation-start")
site.page("matching/evaluation/<int:pk>/go-on/", evaluation_page.go_on, "matching-evaluation-go-on")
site.page(
    "matching/evaluation/<int:pk>/cancel/", evaluation_page.cancel, "matching-evaluation-cancel"
)
site.page("matching/demand/", demand_page.demand, "matching-demand")
site.page("matching/demand/table.csv", demand_page.table, "matching-demand-table")
site.page("matching/rematches/", rematch_pages.rematches, "matching-rematches")
site.page("matching/rematches/start/", rematch_pages.start, "matching-rematch-start")
site.page("matching/rematches/<int:pk>/", differences_page.differences, "matching-rematch")
site.page("matching/rematches/<int:pk>/table.csv", differences_page.table, "matching-rematch-table")
site.page("matching/rematches/<int:pk>/pause/", rematch_pages.pause, "matching-rematch-pause")
site.page("matching/rematches/<int:pk>/resume/", rematch_pages.resume, "matching-rematch-resume")
site.page("matching/rematches/<int:pk>/cancel/", rematch_pages.cancel, "matching-rematch-cancel")
site.page("questions/", questions_pages.staff_questions, "questions")
site.page("questions/news/", questions_pages.staff_news, "questions-news")
site.page("questions/<uuid:public_id>/", questions_pages.staff_answer, "questions-answer")
site.page("questions/<uuid:public_id>/correct/", correcting_pages.correct, "questions-correct")

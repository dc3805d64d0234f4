"""What the demo's people asked, answered and looked at twice, by the same doors as everybody."""

from django.db import transaction

from civstart.accounts.models import User
from matching import questions
from matching.models import Match
from signals import sampling
from signals.models import Review
from startups.models import Membership

ASKED = (
    "Which part of the work would be looked at first, and by whom?",
    "Would a pilot of sixty days be considered before anything is bought?",
)
ANSWER = (
    "Two people of the department would look at it first. The older half of the town comes before "
    "the rest."
)
LOOKS = 3


@transaction.atomic
def ask(staff: User) -> int:
    """Have a member ask about their startup's best match, and staff answer once; say how many."""
    best = Match.objects.visible().filter(startup__memberships__isnull=False).order_by("-score")
    match = best.select_related("signal__jurisdiction__region", "startup").first()
    if match is None or match.signal.questions.exists():
        return 0
    member = Membership.objects.filter(startup=match.startup).select_related("user").first()
    assert member is not None
    asked = [
        questions.ask(match.signal, text, by=member.user, startup=match.startup) for text in ASKED
    ]
    questions.answer(asked[0], kind="answered", text=ANSWER, by=staff)
    return len(asked)


@transaction.atomic
def draw_looks() -> int:
    """Have a few of the decisions wait for a second look, as chance would; return how many."""
    if Review.objects.filter(second_look__isnull=False).exists():
        return 0
    decided = Review.objects.select_related("signal", "by").order_by("pk")[:LOOKS]
    return sum(sampling.draw(one, share=1.0) is not None for one in decided)

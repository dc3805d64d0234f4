"""Match policies: a change is a new version, tried first, and put in use by whoever may."""

from django.db import transaction
from django.db.models import Max

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from matching import rematch_events
from matching.models import MatchPolicy, PolicyUse
from matching.parts import PARTS

PERMISSION = "matching.use_matchpolicy"
SETTINGS = {  # beside the weights, with what each is called
    "bar": "Bar",
    "fit_bar": "Likelihood",
    "most_behind": "Points behind the best",
    "most_suggestions": "Startups told",
    "most_told": "Cap on signals",
    "told_days": "Days of the cap",
    "tie_points": "Points of a tie",
}


class SamePolicy(CivStartError):
    """The version would be the same as the one it is made from."""


class NotPutInUse(CivStartError):
    """The policy may not be put in use, or is in use already."""


@transaction.atomic
def draft(policy: MatchPolicy, *, by: User) -> MatchPolicy:
    """Store the policy as a new version that is not in use yet.

    Raise SamePolicy if it says what the one it is based on says. Its own checks come before: see
    MatchPolicy.clean.
    """
    _lock()
    policy.weights = {name: policy.weights[name] for name in PARTS if policy.weights.get(name)}
    before = policy.based_on or MatchPolicy.objects.current()
    if not differences(before, policy):
        raise SamePolicy(same_again(before))
    newest = MatchPolicy.objects.aggregate(newest=Max("version"))["newest"] or 0
    policy.version, policy.based_on = newest + 1, before
    policy.made_by, policy.is_current = by, False
    policy.save(force_insert=True)
    return policy


def same_again(before: MatchPolicy) -> str:
    return (
        f"This is version {before.version} again. Change a weight or a threshold, or put that "
        "version in use."
    )


@transaction.atomic
def put_in_use(policy: MatchPolicy, *, instead_of: int, by: User) -> PolicyUse:
    """Match by this version from now on. instead_of: the version the person saw in use.

    A re-match under way by another version is paused: nobody is told by what is out of use.
    Raise NotPutInUse if they may not, it is in use already, or another one was put in use since.
    """
    if not by.has_perm(PERMISSION):
        raise NotPutInUse(f"{by} may not put a match policy in use. Ask who gives the right to.")
    rows = _lock()
    current = next(row for row in rows if row.is_current)
    if current.pk == policy.pk:
        raise NotPutInUse(f"Version {policy.version} is in use already. Nothing was changed.")
    if current.version != instead_of:
        raise NotPutInUse(
            f"Version {current.version} was put in use since you opened the page, in place of "
            f"version {instead_of}. Look at what would change now, then decide again."
        )
    MatchPolicy.objects.filter(pk=current.pk).update(is_current=False)
    MatchPolicy.objects.filter(pk=policy.pk).update(is_current=True)
    policy.is_current = True
    rematch_events.pause_others(policy, by=by)
    use = PolicyUse.objects.create(policy=policy, instead_of=current, by=by)
    outbox.record(
        "policy.put_in_use",
        subject=use,
        by=by,
        data={"version": policy.version, "instead_of": current.version},
    )
    return use


def _lock() -> list[MatchPolicy]:
    """Let one at a time make versions or choose among them."""
    return list(MatchPolicy.objects.select_for_update(no_key=True).order_by("pk"))


def differences(before: MatchPolicy, after: MatchPolicy) -> list[tuple[str, float, float]]:
    """Return what the two say otherwise: what it is called, before and after."""
    weights = [
        (name, before.weights.get(name, 0), after.weights.get(name, 0))
        for name in (*PARTS, *sorted({*before.weights, *after.weights} - {*PARTS}))
    ]
    others = [
        (label, getattr(before, name) or 0, getattr(after, name) or 0)
        for name, label in SETTINGS.items()
    ]
    return [(name, old, new) for name, old, new in (*weights, *others) if old != new]

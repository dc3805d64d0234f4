"""Whether any startup fits a signal, and which."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from civstart.lib import languages
from matching import fairness, fitting, ranking, reranking
from matching.contract import Embedder, Reranker
from matching.fairness import Chosen, Exposure, PassedOver
from matching.fitting import Fit
from matching.models import MatchPolicy
from matching.ranking import Ranked, Scored
from matching.reranking import Reread
from signals.models import Signal

FEWEST_WORDS = (
    3  # a signal of fewer different ones, small words aside, says too little to be matched by
)
NEAR_MISSES = 5
NOBODY_TOLD = Exposure({})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a ranking comes to. why says, as a sentence, why nothing fits; fit is how likely it
    seemed that anything does, None if that was not asked. reread is what a re-ranker made of it.
    """

    ranked: Ranked
    fitting: Sequence[Scored] = ()
    near_misses: Sequence[Scored] = ()
    fit: float | None = None
    signs: dict[str, float] = field(default_factory=dict)
    why: str = ""
    reread: Reread | None = None
    passed_over: Sequence[PassedOver] = ()


def decide(
    signal: Signal, policy: MatchPolicy, embedder: Embedder, *, reranker: Reranker | None = None
) -> Decision:
    """Rank the directory for the signal and say who fits, or why nobody does.

    A re-ranker reads the best again, which may ask a vendor.
    """
    why = cannot_be_matched(signal, embedder)
    if why:
        return Decision(Ranked(), why=why)
    ranked, reread = reranking.read_again(signal, ranking.rank(signal, policy, embedder), reranker)
    known = fairness.exposure(signal, ranked.scored, policy)
    return of(ranked, policy, fitting.stored(), reread, known)


def of(
    ranked: Ranked,
    policy: MatchPolicy,
    model: Fit,
    reread: Reread | None = None,
    known: Exposure = NOBODY_TOLD,
) -> Decision:
    """Say who of a ranking fits, by this model of the bar and what a re-ranker told, if any did.

    known: how often who might be told was told lately.
    """
    found = fitting.signs(ranked)
    told = reread.moves if reread else {}
    fit = model.probability(found, beside=sum(told.values()))
    able = able_of(ranked.scored, policy) if fit >= policy.fit_bar else []
    if reread and reread.grades:
        able = [one for one in able if reread.would_suggest(one.startup.slug)]
    chosen = fairness.choose(able, policy, known) if able else Chosen()
    near = [one for one in ranked.barred if len(one.missing) == 1 and one.score >= policy.bar]
    why = "" if chosen.told else (reread and reread.why_none) or _why_none(ranked, policy, fit)
    return Decision(
        ranked,
        chosen.told,
        near[:NEAR_MISSES],
        fit,
        model.moves(found) | told,
        why,
        reread,
        chosen.passed_over,
    )


def cannot_be_matched(signal: Signal, embedder: Embedder) -> str:
    """Return why the signal's words are no ground to match on; "" if they are."""
    text = f"{signal.title}. {signal.summary} {signal.heard}"
    if len(languages.telling(text)) < FEWEST_WORDS:
        return "The signal has too few words to be matched by. Give it a title that says the need."
    if embedder.english_only and not languages.is_english(text):
        return (
            "The signal is not in English, and the embedder in use knows no other language. "
            "Give it an English title and summary, or use an embedder that does."
        )
    return ""


def able_of(scored: Sequence[Scored], policy: MatchPolicy) -> list[Scored]:
    """Return those that clear the bar and are not far behind the best one."""
    if not scored:
        return []
    least = max(policy.bar, scored[0].score - policy.most_behind)
    return [one for one in scored if one.score >= least]


def _why_none(ranked: Ranked, policy: MatchPolicy, fit: float) -> str:
    if not ranked.directory:
        return "No active startup has a profile that says enough to be matched by."
    if not ranked.scored:
        return "No startup that comes near is eligible; the near misses say what they lack."
    best = ranked.scored[0].score
    if best < policy.bar:
        return f"The best score is {best:g}, and the bar is {policy.bar:g}."
    return (
        f"Needs that look like this one had a startup that fits with a likelihood of {fit:.0%}, "
        f"and {policy.fit_bar:.0%} is asked for."
    )

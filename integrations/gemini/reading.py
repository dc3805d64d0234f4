"""Reading one meeting with Gemini: each part is searched, then what was found there is checked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import structlog
from django.conf import settings
from django.utils import timezone

from civstart.lib.errors import CivStartError
from integrations.gemini import answers, prompts, quotes
from integrations.gemini.answers import Candidate, Verdict, clean
from integrations.gemini.client import Gemini, Refused, TooLong
from integrations.gemini.merging import FoundIn, merged
from integrations.gemini.parts import Part
from integrations.gemini.questions import Question
from integrations.gemini.quotes import Located
from integrations.gemini.replies import Reply, Status
from integrations.models import ModelReading
from signals.extraction import pricing
from signals.extraction.contract import Found, Heard, Setting
from signals.extraction.verify import fault, quote
from signals.models import Transcript
from signals.words import KINDS_WITH_TERM, LONGEST_TERM, AmountKind

log = structlog.get_logger()

CHECKED_AT_ONCE = 25  # candidates of one question
SMALLEST = 10  # segments; a blocked part is halved down to these, to lose little for one oath
LARGEST_AMOUNT = Decimal(10) ** 12  # what a signal can hold


class BudgetSpent(CivStartError):
    """The next call might cost more than is left for this meeting."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate whose quote was found, and the places (from 0) in its part where it stands."""

    candidate: Candidate
    located: Located
    places: list[int]


class Reader:
    """Reads the parts of one meeting, and keeps count in a ModelReading."""

    def __init__(
        self, gemini: Gemini, heard: Sequence[Heard], setting: Setting, part_count: int
    ) -> None:
        self._gemini, self._heard, self._setting = gemini, heard, setting
        self._budget = Decimal(str(settings.GEMINI_MEETING_BUDGET_USD))
        self._spent = Decimal(0)
        self._found: list[FoundIn] = []
        self._dropped: Counter[str] = Counter()
        self._corrected: Counter[str] = Counter()
        self._row = ModelReading.objects.create(
            model=settings.GEMINI_EXTRACTION_MODEL,
            prompt_version=prompts.VERSION,
            meeting=_words_of(setting)[:300],
            transcript=transcript_of(heard, setting),
            part_count=part_count,
        )

    # --- One part ---------------------------------------------------------------------------

    def read(self, part: Part) -> None:
        """Find and check the signals of a part.

        Raise BudgetSpent before the first call that might cost more than is left. What cannot be
        answered (blocked, never usable) is noted as unread, and the meeting goes on.
        """
        unread_before = len(self._row.unread)
        self._read(part)
        if len(self._row.unread) == unread_before:
            self._row.read_count += 1

    def _read(self, part: Part) -> None:
        question = prompts.find(part, self._setting)
        # The check costs no more than the search, so what is found can be checked.
        reply = self._ask(question, reserve=2 * question.worst_cost)
        is_too_much = reply.status == Status.CUT or (
            reply.status == Status.BLOCKED and len(part.heard) >= 2 * SMALLEST
        )
        if is_too_much and (halves := part.halves()):
            for half in halves:
                self._read(half)
        elif reply.status == Status.ANSWERED:
            self._check(part, list(self._proposals(part, reply)))
        else:
            self._row.unread.append(f"{part.words}: {reply.note}")
            log.warning("gemini.unread", segments=part.words, reason=reply.note)

    def _proposals(self, part: Part, reply: Reply) -> Iterator[Proposal]:
        """Yield the candidates whose quote was said; count the others."""
        found = answers.items(reply.text, "signals", Candidate, self._dropped)
        self._row.candidate_count += len(found)
        for candidate in found:
            named = [number - 1 for number in candidate.segments]
            located = quotes.locate(candidate.quote, part.heard, named)
            if located is None:
                self._dropped["its quote was not said"] += 1
                continue
            indexes = {span.index for span in located.spans}
            places = [i for i, one in enumerate(part.heard) if one.index in indexes]
            yield Proposal(candidate, located, places)

    def _check(self, part: Part, proposals: Sequence[Proposal]) -> None:
        """Ask which proposals stand, and keep those."""
        if len(proposals) > CHECKED_AT_ONCE:
            self._check_in_halves(part, proposals)
            return
        if not proposals:
            return
        shown = [_shown(number, one, part) for number, one in enumerate(proposals, 1)]
        places = [one.places for one in proposals]
        reply = self._ask(prompts.check(part, shown, places, self._setting))
        if reply.status == Status.CUT and len(proposals) > 1:
            self._check_in_halves(part, proposals)
        elif reply.status == Status.ANSWERED:
            self._judge(part, proposals, reply)
        else:
            self._dropped[f"it could not be checked: {reply.note}"] += len(proposals)

    def _check_in_halves(self, part: Part, proposals: Sequence[Proposal]) -> None:
        middle = len(proposals) // 2
        self._check(part, proposals[:middle])
        self._check(part, proposals[middle:])

    def _judge(self, part: Part, proposals: Sequence[Proposal], reply: Reply) -> None:
        verdicts = {
            verdict.number: verdict
            for verdict in answers.items(reply.text, "verdicts", Verdict, self._corrected)
        }
        for number, proposal in enumerate(proposals, 1):
            verdict = verdicts.get(number)
            if verdict is None:
                self._dropped["the check did not judge it"] += 1
            elif not (verdict.keep and verdict.reason == "signal"):
                self._dropped[f"the check dropped it: {_reason(verdict)}"] += 1
            else:
                self._take(part, proposal, verdict)

    # --- One signal -------------------------------------------------------------------------

    def _take(self, part: Part, proposal: Proposal, verdict: Verdict) -> None:
        """Keep the signal if it holds against what was heard, as everything stored must."""
        found = self._signal(part, proposal, verdict)
        if reason := fault(found, self._heard):
            self._dropped[reason] += 1
            return
        self._found.append(FoundIn(part.number, found))

    def _signal(self, part: Part, proposal: Proposal, verdict: Verdict) -> Found:
        candidate, places = proposal.candidate, proposal.places
        stretch = part.heard[
            max(0, min(places[0], candidate.discussed_from - 1)) : max(
                places[-1] + 1, candidate.discussed_to
            )
        ]
        said = " ".join(one.text for one in stretch)
        price = self._price(candidate, said)
        return Found(
            spans=proposal.located.spans,
            start=min(one.start for one in stretch),
            end=max(one.end for one in stretch),
            title=verdict.title or candidate.title,
            summary=candidate.summary,
            kind=verdict.kind.value,
            category=verdict.category.value,
            strength=verdict.strength,
            confidence=verdict.confidence,
            speaker=part.heard[places[0]].speaker,
            speaker_role=candidate.speaker_role.value,
            amount=price.amount if price else None,
            amount_kind=price.kind if price else "",
            amount_years=price.years if price else None,
            amount_said=price.said if price else "",
            timeframe=self._timeframe(candidate.timeframe or "", said),
            difference=proposal.located.difference,
            written=clean(candidate.quote) if proposal.located.difference else "",
        )

    def _price(self, candidate: Candidate, said: str) -> pricing.Price | None:
        """Return the amount if somebody named it there, of the kind that the words tell.

        Where the words next to it tell no kind, the model may have read it elsewhere.
        """
        if candidate.amount is None:
            return None
        if not 0 < candidate.amount < LARGEST_AMOUNT or not (
            price := pricing.of_amount(said, candidate.amount)
        ):
            self._corrected["an amount that was not said"] += 1
            return None
        if price.kind != AmountKind.UNKNOWN or not candidate.amount_kind:
            return price
        kind, years = candidate.amount_kind.value, candidate.amount_years
        fits = years is not None and kind in KINDS_WITH_TERM and 1 <= years <= LONGEST_TERM
        return replace(price, kind=kind, years=years if fits else None)

    def _timeframe(self, timeframe: str, said: str) -> str:
        """Return the timeframe if it was said in these words."""
        if not timeframe or clean(timeframe).casefold() in clean(said).casefold():
            return timeframe
        self._corrected["a timeframe that was not said"] += 1
        return ""

    # --- Asking, within the budget ----------------------------------------------------------

    def _ask(self, question: Question, *, reserve: Decimal = Decimal(0)) -> Reply:
        """Return a reply; of a question too long for the model, one that says it was cut off."""
        if reply := self._gemini.remembered(question, self._row):
            return reply
        reply = self._ask_once(question, reserve)
        if reply.status == Status.UNUSABLE:
            reply = self._ask_once(question, reserve)
        return reply

    def _ask_once(self, question: Question, reserve: Decimal) -> Reply:
        self._afford(max(reserve, question.worst_cost))
        try:
            reply = self._gemini.ask(question, self._row)
        except TooLong as error:
            return Reply(Status.CUT, note=str(error))
        self._spent += reply.cost
        return reply

    def _afford(self, cost: Decimal) -> None:
        if self._spent + cost > self._budget:
            raise BudgetSpent(
                f"The budget of ${self._budget} for a meeting (GEMINI_MEETING_BUDGET_USD) is spent "
                f"but for ${self._budget - self._spent:.4f}, and the next part may cost "
                f"${cost:.4f}."
            )

    # --- The end ----------------------------------------------------------------------------

    def finish(self, stopped: str = "") -> list[Found]:
        """Write down how it went and return the signals, the most confident first.

        Raise Refused if nothing of the meeting could be read.
        """
        found = merged(self._found)
        row = self._row
        row.found_count, row.merged_count = len(found), len(self._found) - len(found)
        row.dropped, row.corrected = dict(self._dropped), dict(self._corrected)
        row.differences = [self._differing(one) for one in found if one.difference]
        row.stopped = stopped[:300]
        row.finished_at = timezone.now()
        row.save()
        if not row.read_count and not found:
            why = "; ".join(filter(None, (stopped, *row.unread[:3])))
            raise Refused(f"Gemini read nothing of the meeting. {why}")
        if stopped:
            log.warning("gemini.stopped", reason=stopped, read=row.read_count, parts=row.part_count)
        return found

    def _differing(self, found: Found) -> dict[str, str]:
        heard = {one.index: one for one in self._heard}
        return {"quote": quote(found.spans, heard), "difference": found.difference}


def _shown(number: int, proposal: Proposal, part: Part) -> dict[str, object]:
    """Return a proposal as the second pass sees it, the quote in the stored words."""
    candidate = proposal.candidate
    heard = {one.index: one for one in part.heard}
    return {
        "number": number,
        "segments": [place + 1 for place in proposal.places],
        "quote": clean(quote(proposal.located.spans, heard)),
        "title": candidate.title,
        "kind": candidate.kind.value,
        "category": candidate.category.value,
        "strength": candidate.strength,
        "confidence": candidate.confidence,
    }


def _reason(verdict: Verdict) -> str:
    return verdict.reason if verdict.reason in prompts.DROP_REASONS[1:] else "no reason given"


def _words_of(setting: Setting) -> str:
    return ", ".join(one for one in (setting.body, setting.jurisdiction, setting.held_on) if one)


def transcript_of(heard: Sequence[Heard], setting: Setting) -> Transcript | None:
    """Return the stored transcript these segments are, told by its first and last; None if unsure.

    An extractor is not told whose words it reads; this is only to show costs beside a transcript.
    """
    if not heard or not setting.body:
        return None
    first, last = heard[0], heard[-1]
    of_that_day = Transcript.objects.filter(
        meeting__body__name=setting.body,
        meeting__held_on=date.fromisoformat(setting.held_on) if setting.held_on else None,
    )
    alike = (
        of_that_day.filter(segments__index=first.index, segments__text=first.text)
        .filter(segments__index=last.index, segments__text=last.text)
        .exclude(segments__index__gt=last.index)
        .select_related("meeting__body__jurisdiction__region")
        .order_by("-created_at")
    )
    return next(
        (one for one in alike if str(one.meeting.body.jurisdiction) == setting.jurisdiction), None
    )

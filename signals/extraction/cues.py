"""Phrases that tell what kind of talk a passage is: wanting, planning, paying, or mere ceremony.

The phrases are ordinary English of public meetings. Each group becomes one column of counts.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float32]

FOR, EITHER, AGAINST = 1, 0, -1


class Group(NamedTuple):
    """Phrases of one kind of talk. speaks bounds what training may make of them: a group that
    speaks for a signal never gets a negative weight, nor one against it a positive."""

    speaks: int
    phrases: str  # a star ends a stem: "deteriorat*" finds deteriorated and deterioration


GROUPS: dict[str, Group] = {
    "explicit": Group(
        FOR,
        "request for proposal*, request for qualification*, request for information, rfp*, "
        "rfq*, rfi*, "
        "requesting fund*, request fund*, funding request, budget request, capital request*, "
        "in the request, in our request, in my request, need to replac*, "
        "needs to be "
        "replac*, need to upgrad*, need to be replac*, need a new, needs a new, feasibility "
        "stud*, needs "
        "assessment, pilot program, pilot project, master plan, strategic plan, action plan, "
        "out to bid, "
        "go out for bid*, up for bid*, rebid*, contract expir*, expires in, grant "
        "application, applying for, "
        "applied for, apply for, looking for a, looking to, looking at options, like to see, "
        "come back with, "
        "bring back, coming back to, phase two, phase 2, next phase, not enough staff, short "
        "staffed, "
        "understaffed, outdated, end of life, consent decree, audit finding*, would require, "
        "cost estimate*, "
        "capital improvement*, capital plan, in the budget, we are seeking, we're seeking, "
        "partner with, "
        "partnership*, dashboard, study of, assessment of, inventory of, recruit*, vacancies,"
        " shortage of",
    ),
    "need": Group(
        FOR,
        "we need, need to, needs to, need for, needed, in need, lack of, lacking, shortage*, "
        "not enough, don't have the, do not have the, insufficient, inadequate, gap, gaps, no "
        "longer, necessary, must have, crucial, critical",
    ),
    "trouble": Group(
        FOR,
        "challeng*, problem*, struggl*, issue*, concern*, backlog, aging, ageing, outdated, "
        "obsolete, failing, deteriorat*, broken, damage*, dangerous, unsafe, flood*, congest*, "
        "complaint*, burden, difficult*, hardship, confusing, frustrat*, vacan*, overdue, "
        "delay*, fatalit*, risk*, deferred, worn, poor condition, inefficien*",
    ),
    "wish": Group(
        FOR,
        "would like, i'd like, we'd like, want to see, wanted to see, like to see, love to see, "
        "i want, we want, request, requesting, asking for, ask for, ask that, hope, hopeful*, "
        "hoping, looking for, wish, should be, we should, we could, could we, is there a way, "
        "interested in, interest in, consider, priorit*, support*, important to, needs to be, "
        "have to be, accelerat*, better, more often",
    ),
    "plan": Group(
        FOR,
        "plan, plans, planning, planned, looking at, look at, looking to, looking into, looking "
        "forward, look into, working on, move forward, moving forward, going forward, intend*, "
        "intention, propos*, explor*, pilot, program, programs, project, projects, initiative*, "
        "master plan, strategic, strategy, phase, phases, phased, begin, started, start, "
        "launch*, roll out, rollout, next step, next steps, bring back, bring forward, come "
        "back, coming forward, will be, upcoming, future, eventually, at some point, roadmap, "
        "recommend*, implement*",
    ),
    "make": Group(
        FOR,
        "build, building, construct*, install*, replac*, upgrad*, renovat*, refurbish*, "
        "revitaliz*, repair*, expand*, expansion, improv*, moderniz*, redesign*, design, "
        "designing, develop, developing, development of, create, creating, creation, "
        "establish*, acquir*, acquisition, purchas*, buy, relocat*, extend, extension, "
        "convert*, remodel*, rebuild*, maintain*, maintenance, enhanc*, restor*, new",
    ),
    "study": Group(
        FOR,
        "study, studies, assess*, analysis, analyz*, evaluat*, feasibility, survey, audit, "
        "inventory, forecast*, model*, review, needs assessment, consultant*, research, data, "
        "track*, monitor*, metrics, dashboard, report back",
    ),
    "money": Group(
        EITHER,
        "$*, million, billion, budget*, fund, funds, funding, funded, capital, grant, grants, "
        "appropriat*, allocat*, bond, bonds, cip, fiscal, fy*, cost, costs, costing, dollars, "
        "earmark*, financ*, revenue, loan, invest*, match",
    ),
    "buying": Group(
        EITHER,
        "rfp, rfps, rfq, rfi, request for proposals, request for proposal, request for "
        "qualifications, bid, bids, rebid, contract, contracts, contractor*, vendor*, procure*, "
        "solicit*, renewal, expir*, proposals, bidder*, supplier*, lease, provider*, platform, "
        "software, system, systems, technology, equipment, services",
    ),
    "duty": Group(
        EITHER,
        "requir*, mandat*, comply, compliance, consent decree, federal*, state law, court, "
        "ordinance, regulat*, resolution, deadline*, must, shall, obligat*, legislation, "
        "enforce*, policy, policies, standards, settlement, lawsuit",
    ),
    "deadline": Group(
        EITHER,
        "next year, this year, later this year, next month, this fall, this summer, this "
        "spring, this winter, by the end, end of, months, next few, weeks, in the fall, "
        "january, february, march, april, june, july, august, september, october, november, "
        "december, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029, 2030, annually, long "
        "term, short term, near term, near future, come back to us, upcoming",
    ),
    "government": Group(
        EITHER,
        "city, county, council, staff, department, departments, administration, public works, "
        "mayor, district, our, we, we're, we've, citywide, region, regional, municipal, police, "
        "fire, parks, school, schools, division, agency",
    ),
    "public good": Group(
        EITHER,
        "residents, community, neighborhood*, people, families, public, safety, access, "
        "accessible, services, traffic, streets, street, roads, road, housing, water, sewer, "
        "storm*, transit, bus, facility, facilities, infrastructure, park, library, sidewalk*, "
        "energy, electric*, employees, homeless*, business*, recruit*, staffing",
    ),
    "report": Group(
        EITHER,
        "report*, transparen*, dashboard, information, share, inform, outreach, engag*, "
        "communicat*, collaborat*, coordinat*, partner*, process, participat*, registry, "
        "recommendations",
    ),
    "ceremony": Group(
        AGAINST,
        "proclamation*, whereas, proclaim*, congratulat*, honor*, recogni*, pledge, allegiance, "
        "invocation, pray*, amen, lord, god, applause, retire*, anniversary, award, awards, "
        "pastor, reverend, bless*, memory, champion*, celebrat*, music, commend*, legacy, "
        "proud, tonight's guest, birthday, heritage, history month, medal, happy",
    ),
    "thanks": Group(
        AGAINST,
        "thank, thanks, appreciate*, grateful, gratitude, great job, good job, wonderful, "
        "amazing, good evening, good morning, good afternoon, welcome, excited, pleasure, "
        "excellent, kudos, shout out",
    ),
    "procedure": Group(
        AGAINST,
        "motion, move to, moved, second, seconded, second it, aye, ayes, nay, nays, in favor, "
        "opposed, roll call, call the roll, item number, agenda, minutes, quorum, adjourn*, "
        "abstain*, abstention*, public hearing, so moved, carries, passes, unanimous*, clerk, "
        "yield, recess, point of order, substitute, voting, vote, votes, voted, yes, no, madam, "
        "chair, unmute, microphone, mic, screen, slide, questions, comment, comments, consent, "
        "discussion",
    ),
    "resident": Group(
        AGAINST,
        "my name is, i live, i reside, i'm a resident, resident of, lived in, years ago, my "
        "husband, my wife, my kids, my children, my house, my home, my family, my street, my "
        "neighborhood, my neighbors, i'm here to, i am here, for your time, calling in, you "
        "all, you guys, shame, i urge, urge you, i ask you, my property, born and raised, "
        "homeowner, my address, i own, taxpayer, speaker, next speaker, speakers, three "
        "minutes, two minutes, good evening",
    ),
    "parcel": Group(
        AGAINST,
        "rezon*, zoning, zoned, parcel, parcels, acre, acres, lot, lots, annex*, setback*, "
        "variance, applicant*, easement*, deed, vacat*, lien, nuisance, subdivision, "
        "conditional use, site plan, square feet, plat, demolish*, demolition, structure, "
        "property owner, tract, adjacent, petition*",
    ),
    "routine": Group(
        AGAINST,
        "authorization, expenditures, travel, surplus, reappoint*, appoint*, nominat*, "
        "nominee*, approval of, appointment*, accept*, donation*, amount of, resolution "
        "authorizing, authorizing the mayor, license, permit fee, in the amount, introduction "
        "of, set a public hearing, board member, term, commission, agreement between, special "
        "event",
    ),
    "done": Group(
        AGAINST,
        "was completed, has been completed, have completed, completed, finished, was awarded, "
        "already, we did, last year, was approved, did, had, was, were, went, came, said, told, "
        "happened, thought, used to, in the past, successful*",
    ),
    "argument": Group(
        AGAINST,
        "vote against, voting against, i oppose, oppose, defund*, democrat*, republican*, "
        "politic*, election, campaign, racis*, union, unions, veto*, amendment*, salary, "
        "salaries, pay, tax rate, taxes, constitution*, lie, lies, blame",
    ),
    "chat": Group(
        AGAINST,
        "i think, you know, i mean, kind of, sort of, i guess, i don't know, like i said, "
        "maybe, just, uh, um, really, actually, basically, right, okay, yeah, well, sorry, i'm "
        "going to, let me, can you, do you, hear me",
    ),
    "hedge": Group(
        AGAINST,
        "not, don't, doesn't, didn't, won't, can't, isn't, wouldn't, never, nothing, no plans, "
        "if, would, could, might",
    ),
    "self": Group(
        AGAINST,
        "i, i'm, i've, my, me, myself",
    ),
    "others": Group(
        AGAINST,
        "he, she, his, her, him, they, their, who, them",
    ),
    "asking": Group(
        AGAINST,
        "what, how, why, when, where, is there, are there, can we, curious, wondering, "
        "question, clarif*, explain",
    ),
}

LONGEST_PHRASE = 4
_TOKEN = re.compile(r"\$[\d,.]*\d|[a-z0-9][a-z0-9']*")


def tokens(text: str) -> list[str]:
    """Return the words of the text in lower case, money with its sign."""
    return _TOKEN.findall(text.lower().replace("\u2019", "'"))


class Lexicon:
    """Lists of phrases, looked up in texts. A star at the end of a phrase makes it a stem."""

    def __init__(self, lists: Sequence[str]) -> None:
        self.size = len(lists)
        self.whole: dict[str, list[int]] = {}
        self.stems: dict[str, list[int]] = {}
        for column, listed in enumerate(lists):
            for phrase in (part.strip() for part in listed.split(",")):
                table = self.stems if phrase.endswith("*") else self.whole
                table.setdefault(phrase.rstrip("*"), []).append(column)
        self.stem_lengths = sorted({len(stem) for stem in self.stems})

    def count(self, texts: Sequence[str]) -> Counts:
        """Return how often the phrases of each list occur in each text, shape (texts, lists)."""
        counts = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            for column in self._columns(tokens(text)):
                counts[row, column] += 1
        return counts

    def _columns(self, words: list[str]) -> list[int]:
        found: list[int] = []
        for i in range(len(words)):
            for size in range(1, min(LONGEST_PHRASE, len(words) - i) + 1):
                phrase = " ".join(words[i : i + size])
                found += self.whole.get(phrase, ())
                for length in self.stem_lengths:
                    # A stem of several words must end in the phrase's last word.
                    if len(phrase) - len(words[i + size - 1]) < length <= len(phrase):
                        found += self.stems.get(phrase[:length], ())
        return found


LEXICON = Lexicon([group.phrases for group in GROUPS.values()])


def count(texts: Sequence[str]) -> Counts:
    """Return how often each group's phrases occur in each text, shape (texts, groups)."""
    return LEXICON.count(texts)

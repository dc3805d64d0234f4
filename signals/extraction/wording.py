"""Words as they were spoken: cleaning them, and telling the telling ones from the plain."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_FILLERS = (
    "um+|uh+|uhm|er|hmm|ah|you know|i mean|kind of|sort of|i guess|like i said|if you will|frankly",
    "obviously|basically|actually|honestly|again|really|just",
    r"\[[^\]]*\]",
)
FILLERS = re.compile(rf"(?:^|(?<=\s))(?:{'|'.join(_FILLERS)})(?:[,.]+)?(?=\s|$)", re.IGNORECASE)
MARKS = re.compile(r">>+|&gt;|[\"\u201c\u201d*_\[\]{}<>|]|\s--?(?=\s)")
REPEATED = re.compile(r"\b(\w+(?:'\w+)?)(?:[,.]?\s+\1\b)+", re.IGNORECASE)

_MEETING = (
    "motion move second seconded aye ayes nay favor opposed carries passes agenda item items clerk "
    "madam chair mayor council councilmember councilmembers member members city meeting evening "
    "morning afternoon tonight today question questions comment comments vote votes voting minutes "
    "hear hearing roll call moved approve approval resolution ordinance good welcome everyone day "
    "week discussion staff talk talked point part number area place time times people twenty"
)
_PLAIN = (
    "a an the and or but nor so if then than as at by for from in into of off on onto out over to "
    "up with about after before between during through under again further is are was were be "
    "been being am have has had do does did doing will would shall should can could may might "
    "must i me my we us our ours you your he him his she her it its they them their this that "
    "these those there here what which who whom whose when where why how all any both each few "
    "more most other some such no not only own same too very just also really going get got go "
    "goes come came make made know think thing things want wanted like see say said says one two "
    "lot lots much many okay right yeah yes well now because while until though it's that's we're "
    "i'm they're there's don't we've i've you're let's he's what's can't didn't doesn't isn't "
    "won't wasn't thank thanks please um uh something someone anything everybody everyone back "
    "way put look looking take taken give given let able sure kind sort bit don didn ve re ll "
    "mean guess maybe actually"
)
PLAIN = frozenset(_PLAIN.split())
MEETING = frozenset(_MEETING.split())  # heard at every meeting, so telling nothing of this one

_WORD = re.compile(r"[A-Za-z0-9$%][\w$%'\u2019.,-]*")


class Rarity:
    """How telling a word is in one meeting: rare in the meeting, and no plain English filler."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.count = max(1, len(texts))
        self.seen = Counter(one for text in texts for one in {stem(w) for w in words(text)})

    def of(self, word: str) -> float:
        """Return 0 for plain words and about 1 for rare ones."""
        bare = word.lower().strip(".,'")
        if bare in PLAIN or bare in MEETING or len(bare) < 3:
            return 0.0
        share = self.count / (1 + self.seen[stem(bare)])
        return float(math.log1p(share) / math.log1p(self.count))


def words(text: str) -> list[str]:
    return [found.strip(".,'-") for found in _WORD.findall(text)]


def clean(text: str) -> str:
    """Return the text without fillers, stutters and caption marks."""
    text = MARKS.sub(" ", text.replace("\u2019", "'"))
    text = FILLERS.sub(" ", " ".join(text.split()))
    text = REPEATED.sub(r"\1", " ".join(text.split()))
    return re.sub(r"\s+([,.?!;:])", r"\1", re.sub(r"(,\s*)+,", ",", text)).strip(" ,;-")


def stem(word: str) -> str:
    return word.lower().strip(".,'-")[:6]

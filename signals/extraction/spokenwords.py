"""The words between which a thing or a deed stands in spoken English. Only lists."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Who or what does something; with them a new thought begins.
SUBJECTS = _set(
    "i we you he she it they who which what there y'all everyone someone somebody nobody "
    "anybody anyone"
)
# To whom it is done; a title names no persons.
OBJECTS = _set(
    "me us him them itself themselves ourselves myself yourself something anything nothing"
)
AUXILIARIES = _set(
    "is are was were be been being am has have had having do does did done will would shall "
    "should can could may might must isn't aren't wasn't weren't don't doesn't didn't won't "
    "wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't cannot gonna wanna gotta"
)
# Finite verbs as they are heard in meetings, and those that are rarely nouns.
VERBS = _set(
    "get gets got getting gotten go goes went gone come comes came make makes made take takes "
    "took think thinks thought know knows knew see sees saw seen say says said saying want "
    "wants wanted like liked look looks looked let lets put puts keep keeps kept seem seems "
    "seemed believe feel feels felt hope hopes tell tells told telling talk talks talked "
    "talking mean means meant happen happens happened happening try tries tried trying give "
    "gives gave given thank thanks appreciate guess suppose understand understands understood "
    "ask asks asked asking became become becomes include includes included provide provides "
    "provided allow allows allowed allowing require requires required bring brings brought "
    "continue continues continued show shows showed begin begins began ensure ensures ensured "
    "help helps helped cost costs exceed needs needed mention mentioned mentioning wonder "
    "wondering encourage encourages encouraged cover covers find finds found hear heard "
    "hearing remember consider considered recommend recommended recommends propose proposes "
    "establish establishes amend amends authorize authorizes approve approves receive "
    "received adopt adopts spend spends struggling solve solves contribute contributed "
    "reflects reflect represents serves relates related exists exist lives seeks addresses "
    "identified identifies highlight highlights speak speaking spoke lead leads remain "
    "remains bear bears add adds added adding used expect expecting expects agree agreed"
)
# Where a sentence turns.
TURNS = _set(
    "because if when while although though so than as unless until till whether how why where "
    "but or nor since once whereas therefore however that's it's there's we're they're you're "
    "i'm he's she's what's who's we've i've they've you've we'll i'll they'll you'll it'll "
    "i'd we'd they'd you'd let's yes yeah no ok okay right well now please thanks hello hi oh "
    "um uh not never also either neither instead similarly finally third second secondly "
    "first anyway etc else"
)
# What can be left out.
ADVERBS = _set(
    "really just also actually certainly currently still already very quite maybe perhaps "
    "again probably simply basically significantly here today tonight tomorrow ever too even "
    "always often only sometimes soon kind sort certain various overall pretty literally "
    "obviously clearly"
)
# What joins the words of one thing.
JOINTS = _set(
    "of for in on at to with from by and between through under over into within near across "
    "about regarding during against without after before via around upon toward towards along "
    "among inside outside per behind below above"
)
# Words that point to somebody or something; a title says "the".
OWNERS = _set("our their your my his her its this that these those")
POINTERS = _set("the a an")
LOOSE = _set(
    "some any all each every more most other another such many several few same both own much"
)
# Deeds that say nothing of what is wanted.
LIGHT = _set(
    "be have do get say see talk go thank make hear know think ask look come take give let "
    "try tell want start begin continue keep mention speak add note point share call move "
    "feel understand clarify highlight recognize acknowledge express remind discuss answer "
    "wait happen just really also put switch sit stand appreciate believe remember mean seem "
    "turn run the"
)
# Words before the "to" of what is wanted or planned.
WANTING = _set(
    "need needs needed want wants wanted like plan plans planning going hope hoping hopes "
    "propose proposing proposes recommend recommending recommends looking trying try intend "
    "intends working work continue continuing able required require requires have has "
    "opportunity effort efforts ability funds money funding dollars seeking seek ready "
    "important critical grant resolution ordinance urge urging ask asking request requesting "
    "begin started used way ways want'd designed"
)
# Deeds that nobody does without saying to what.
TRANSITIVE = _set("use buy build create replace fund purchase provide find need develop install")
# Words before a thing that is wanted.
NEEDING = _set(
    "need needs needed request requests requesting plan plans planning looking develop "
    "developing purchase purchasing buy buying replace replacing upgrade upgrading build "
    "building improve improving create creating implement implementing launch launching "
    "expand expanding study contract pilot propose proposing proposed funding fund recommend "
    "want seeking provide"
)
MODALS = _set("will would shall should can could may might must")
# Words that say nothing at either end of a title.
FAINT = _set(
    "looking working doing going making being couple lot lots bunch rather great good back "
    "away including seeking offering bringing result coming switch attempt forward one "
    "two things thing stuff way something bit else else's respect terms regard regards"
)
# Words in -ly that are no adverbs.
NO_ADVERBS = _set(
    "family assembly supply early monthly yearly weekly daily elderly apply reply rely july "
    "fly comply friendly likely quarterly hourly anomaly ally tally rally"
)

BREAKS = SUBJECTS | OBJECTS | AUXILIARIES | VERBS | TURNS
EDGES = JOINTS | POINTERS | LOOSE | OWNERS | ADVERBS | TURNS | AUXILIARIES

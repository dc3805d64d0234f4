"""Whether a startup has governments among its buyers: as flagged, or as its own words tell."""

import re
from datetime import datetime

from matching import profiles
from startups.models import Startup

# Words by which companies name their public customers. Bare "city" is left out of compounds such
# as "Kansas City", and "utilities" alone may be those of an office.
# In lower case: told to ignore it, the pattern takes four times as long.
PUBLIC = re.compile(
    r"\b(governments?|govtech|municipal\w*|public[- ]sector|public agenc\w+|public safety|"
    r"public works|public transit|public health departments?|cities|city governments?|"
    r"local authorit\w+|count(?:y|ies)|councils?|civic|agencies|federal|state and local|"
    r"first responders?|police|sheriffs?|law enforcement|fire departments?|911|"
    r"water utilit\w+|utilities|school districts?|towns?|townships?|boroughs?)\b"
)
SURE_AFTER = 2  # different words
REMEMBERED = 100_000  # profiles, a tenth of a kilobyte each

_shares: dict[tuple[int, datetime], float] = {}


def share(startup: Startup) -> float:
    """Return 1 if it is flagged or its profile names public buyers twice, a half if once."""
    if startup.sells_to_government:
        return 1.0
    # The same startups come near again and again, and to read a profile takes long beside the rest.
    known = startup.pk, startup.updated_at
    found = _shares.get(known)
    if found is None:
        found = _share_of(profiles.text_of(startup))
        if len(_shares) >= REMEMBERED:  # another thread may be reading
            _shares.clear()
        _shares[known] = found
    return found


def _share_of(text: str) -> float:
    return min(len(set(PUBLIC.findall(text.lower()))), SURE_AFTER) / SURE_AFTER

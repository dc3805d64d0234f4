"""Loading jurisdictions from the Open Civic Data list of US census places (ocdids, CC0)."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction, Region

OCD_ID = re.compile(
    r"ocd-division/country:us/(?:state|district|territory):(?P<state>[a-z]{2})/(?P<kind>[a-z_]+):(?P<slug>[^/\0]{1,120})"
)
KINDS = {"county": Jurisdiction.Kind.COUNTY, "parish": Jurisdiction.Kind.COUNTY}
# The census puts the kind of place behind its name: "Huntsville city".
SUFFIX = re.compile(
    r"\s+(city and borough|city|town|village|borough|municipality|CDP|township"
    r"|consolidated government)$"
)


class UnreadablePlaces(CivStartError):
    """The file is not a list of Open Civic Data ids."""


def file(path: Path) -> int:
    """Store the jurisdictions of the CSV file (columns id and name) that are not known yet; return
    how many.
    """
    regions = {region.code: region for region in Region.objects.all()}
    before = Jurisdiction.objects.count()
    Jurisdiction.objects.bulk_create(_rows(path, regions), batch_size=2000, ignore_conflicts=True)
    return Jurisdiction.objects.count() - before


def _rows(path: Path, regions: dict[str, Region]) -> Iterator[Jurisdiction]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if not {"id", "name"} <= set(reader.fieldnames or ()):
                raise UnreadablePlaces(
                    f"{path} line 1: the columns id and name are missing. "
                    "Use the Open Civic Data list of US places."
                )
            for row in reader:
                found = OCD_ID.fullmatch(row["id"] or "")
                if found and found["state"].upper() in regions:
                    if not _is_name(row["name"]):
                        raise UnreadablePlaces(
                            f"{path} line {reader.line_num}: {row['id']} has no name. "
                            "Add it, or remove the row."
                        )
                    yield _jurisdiction(row, found, regions[found["state"].upper()])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadablePlaces(f"{path}: {error}. Check that it is a CSV file in UTF-8.") from error


def _is_name(text: str | None) -> bool:
    return bool(text and text.strip() and "\0" not in text)


def _jurisdiction(row: dict[str, str], found: re.Match[str], region: Region) -> Jurisdiction:
    return Jurisdiction(
        ocd_id=row["id"],
        name=SUFFIX.sub("", row["name"].strip())[:120],
        kind=KINDS.get(found["kind"], Jurisdiction.Kind.CITY),
        region=region,
    )

from calendar import month_name

from django.db import models
from django.db.models import Q

from civstart.lib.errors import CivStartError
from civstart.lib.models import Public


class UnknownJurisdiction(CivStartError):
    """No jurisdiction has that name."""


class Region(models.Model):
    """A state or territory, by its postal code."""

    code = models.CharField(max_length=2, unique=True, help_text="Postal code, as OH.")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class JurisdictionQuerySet(models.QuerySet["Jurisdiction"]):
    def named(self, name: str) -> "Jurisdiction":
        """Return the one jurisdiction called so, as "Huntsville, AL" or by its Open Civic Data id.

        Raise UnknownJurisdiction, naming those that come close.
        """
        found = self.filter(ocd_id=name).first() or self._by_name(name)
        if found is None:
            raise UnknownJurisdiction(self._unknown(name))
        return found

    def _by_name(self, name: str) -> "Jurisdiction | None":
        place, _, state = (part.strip() for part in name.rpartition(","))
        if not place:
            return None
        rows = list(self.filter(name__iexact=place, region__code__iexact=state)[:2])
        if len(rows) > 1:
            raise UnknownJurisdiction(
                f'More than one jurisdiction is called "{name}". '
                f"Name it by its Open Civic Data id: {' or '.join(row.ocd_id for row in rows)}."
            )
        return rows[0] if rows else None

    def _unknown(self, name: str) -> str:
        place = (name.rpartition(",")[0] or name).strip()
        near = self.select_related("region").filter(name__istartswith=place[:5])[:3]
        hint = f" Did you mean {' or '.join(str(row) for row in near)}?" if place and near else ""
        return (
            f'No jurisdiction is called "{name}".{hint} Write it as "Huntsville, AL", add it on '
            "the staff site under Places, or load places with: python manage.py load_places FILE"
        )


class Jurisdiction(Public):
    """A government that speaks: a city, county, district or state."""

    class Kind(models.TextChoices):
        CITY = "city", "City"
        COUNTY = "county", "County"
        DISTRICT = "district", "District"
        STATE = "state", "State"

    ocd_id = models.CharField(
        "Open Civic Data id",
        max_length=200,
        unique=True,
        help_text="As ocd-division/country:us/state:al/place:huntsville.",
    )
    name = models.CharField(
        max_length=120, db_index=True, help_text="Without the state, as Huntsville."
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CITY)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="jurisdictions", verbose_name="state"
    )
    population = models.PositiveIntegerField(null=True, blank=True)
    website = models.URLField(blank=True)
    fiscal_year_starts = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        choices=[(number, month_name[number]) for number in range(1, 13)],
        help_text="The month its fiscal year begins in. Empty: not known, taken to be July.",
    )

    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        ordering = ("name", "region__code")
        constraints = (
            models.CheckConstraint(
                condition=Q(fiscal_year_starts=None) | Q(fiscal_year_starts__range=(1, 12)),
                name="jurisdiction_fiscal_year_starts_in_a_month",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.region.code}"

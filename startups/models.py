from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Region
from startups import contents
from startups.contents import Contents


class Tag(models.Model):
    """A word startups are filed under."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class StartupQuerySet(models.QuerySet["Startup"]):
    def active(self) -> "StartupQuerySet":
        return self.filter(is_active=True)

    def with_contents(self) -> "list[Startup]":
        """Read them with the contents of their profiles, in five queries: see Startup.contents."""
        startups = list(self)
        ids = [one.pk for one in startups]
        products = Product.objects.filter(startup__in=ids).order_by("pk")
        cases = CaseStudy.objects.filter(startup__in=ids).order_by("pk")
        tags = Startup.tags.through.objects.filter(startup__in=ids).order_by("tag__name")
        regions = Startup.service_regions.through.objects.filter(startup__in=ids)
        found = contents.grouped(
            tags=tags.values_list("startup", "tag__name"),
            products=products.values_list("startup", "name", "description"),
            cases=cases.values_list("startup", "customer", "region", "summary", "result"),
            regions=regions.order_by("region__name").values_list(
                "startup", "region", "region__name"
            ),
        )
        for one in startups:
            one.contents_read = found.get(one.pk, Contents())
        return startups

    def with_profile(self) -> "StartupQuerySet":
        """With all a profile shows: six queries for any number of startups."""
        return self.prefetch_related("tags", "products", "case_studies__region", "service_regions")


class Startup(Public):
    """A company that sells, or could sell, to local government."""

    class Stage(models.TextChoices):
        PRE_SEED = "pre-seed", "Pre-seed"
        SEED = "seed", "Seed"
        SERIES_A = "series-a", "Series A"
        SERIES_B = "series-b", "Series B"
        GROWTH = "growth", "Growth"

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    one_liner = models.CharField(max_length=200, help_text="What it does, in one line.")
    description = models.TextField(help_text="What it does, for whom, how it is put to work.")
    website = models.URLField(blank=True)
    city = models.CharField(max_length=120, blank=True, help_text="Where its people are.")
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    team_size = models.PositiveIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    sells_to_government = models.BooleanField(
        default=False, help_text="Has governments among its customers."
    )
    pilot_price = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="US dollars, for a first pilot.",
    )
    service_regions = models.ManyToManyField(
        Region,
        blank=True,
        related_name="startups",
        help_text="States it serves. None chosen means all of them.",
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="startups")
    members = models.ManyToManyField(User, through="Membership", related_name="startups")
    is_active = models.BooleanField(
        default=True, help_text="Inactive startups are matched with nothing."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("name", "one_liner", weight="A", config="english")
        + SearchVector("description", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    contents_read: Contents | None = None  # as with_contents() found them

    objects = StartupQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        indexes = (
            GinIndex(fields=("search",), name="startup_search"),
            # Matching asks for what changed lately, before each answer.
            models.Index(fields=("updated_at",), name="startup_changed"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(pilot_price=None) | Q(pilot_price__gte=0),
                name="startup_price_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def contents(self) -> Contents:
        """What its profile holds beside its own row. Needs with_contents() or with_profile()."""
        return Contents.of(self) if self.contents_read is None else self.contents_read


class Membership(models.Model):
    """A person in a startup."""

    class Role(models.TextChoices):
        FOUNDER = "founder", "Founder"
        MEMBER = "member", "Member"

    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        ordering = ("startup", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("startup", "user"),
                name="membership_once",
                violation_error_message="This person belongs to the startup already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display().lower()} of {self.startup}"


class Product(models.Model):
    """Something the startup sells."""

    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="products")
    name = models.CharField(max_length=120)
    description = models.TextField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CaseStudy(models.Model):
    """What the startup did for a customer."""

    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="case_studies")
    customer = models.CharField(max_length=120)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="case_studies"
    )
    summary = models.TextField()
    result = models.TextField(blank=True, help_text="What came of it, with a number.")

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "case studies"

    def __str__(self) -> str:
        return f"{self.startup} for {self.customer}"

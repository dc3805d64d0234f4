"""The fixed vocabularies of signals, as the field guide for readers defines them."""

from django.db import models


class Kind(models.TextChoices):
    NEED = "need", "Need"
    INITIATIVE = "initiative", "Initiative"
    BUDGET = "budget", "Budget"
    PROCUREMENT = "procurement", "Procurement"
    MANDATE = "mandate", "Mandate"
    COMMUNITY = "community", "Community"


class Category(models.TextChoices):
    PUBLIC_WORKS = "public-works", "Public works"
    TRANSPORTATION = "transportation", "Transportation"
    WATER_UTILITIES = "water-utilities", "Water utilities"
    ENERGY_CLIMATE = "energy-climate", "Energy and climate"
    PUBLIC_SAFETY = "public-safety", "Public safety"
    EMERGENCY_RESILIENCE = "emergency-resilience", "Emergency and resilience"
    HOUSING_HOMELESSNESS = "housing-homelessness", "Housing and homelessness"
    PLANNING_PERMITTING = "planning-permitting", "Planning and permitting"
    ECONOMIC_WORKFORCE = "economic-workforce", "Economy and workforce"
    HEALTH_HUMAN_SERVICES = "health-human-services", "Health and human services"
    EDUCATION_LIBRARIES_PARKS = "education-libraries-parks", "Education, libraries and parks"
    FINANCE_PROCUREMENT = "finance-procurement", "Finance and procurement"
    HR_INTERNAL_OPERATIONS = "hr-internal-operations", "HR and internal operations"
    IT_DATA_CYBERSECURITY = "it-data-cybersecurity", "IT, data and cybersecurity"
    CIVIC_ENGAGEMENT = "civic-engagement-digital-services", "Civic engagement and digital services"
    ELECTIONS_RECORDS = "elections-records-transparency", "Elections, records and transparency"


class Strength(models.IntegerChoices):
    FAINT = 1, "Faint"
    CLEAR = 2, "Clear"
    CONCRETE = 3, "Concrete"


class AmountKind(models.TextChoices):
    """What a sum is: paid once, again and again, over a term, at most, or for one of many."""

    ONE_OFF = "one-off", "One-off"
    YEARLY = "yearly", "Yearly"
    MONTHLY = "monthly", "Monthly"
    TERM = "term", "Over a term"
    UP_TO = "up-to", "Up to"
    PER_UNIT = "per-unit", "Per unit"
    UNKNOWN = "unknown", "Not said"


# Of these a term can be said: "$40,000 a year for five years", "up to $2 million over five years".
KINDS_WITH_TERM = ("term", "yearly", "monthly", "up-to")
LONGEST_TERM = 99  # years


class SpeakerRole(models.TextChoices):
    MAYOR = "mayor", "Mayor"
    COUNCIL = "council", "Council"
    STAFF = "staff", "Staff"
    PUBLIC = "public", "Resident"
    VENDOR = "vendor", "Vendor"
    DOCUMENT = "document", "Document"
    UNKNOWN = "unknown", "Unknown"


class Stage(models.TextChoices):
    """How far a need has come, in order: OCDS's planning and tender, as heard in meetings."""

    NEED = "need", "Need"
    EXPLORING = "exploring", "Exploring"
    BUDGET_REQUEST = "budget-request", "Budget request"
    BUDGETED = "budgeted", "Budgeted"
    PRE_RFP = "pre-rfp", "Before the RFP"
    RFP_OUT = "rfp-out", "RFP out"
    VENDOR_REVIEW = "vendor-review", "Vendor review"
    AWARD = "award", "Award"
    RENEWAL = "renewal", "Renewal"


# Who speaks for the government, and is named where residents are not.
OFFICIAL_ROLES = frozenset({SpeakerRole.MAYOR, SpeakerRole.COUNCIL, SpeakerRole.STAFF})

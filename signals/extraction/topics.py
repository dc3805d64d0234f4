"""Words that point to a category. Ordinary English, a star ends a stem."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signals.extraction.cues import Lexicon
from signals.words import Category

WORDS: dict[str, str] = {
    Category.PUBLIC_WORKS: "resurfac*, paving, pave, asphalt, pothole*, street sweep*, "
    "sweeper, garbage, trash, dumpster*, "
    "litter, recycl*, sanitation, snow, plow*, drainage, ditch*, property yard, public works,"
    " fuel island, storage tank*, "
    "fleet maintenance, city facilities, landscap*, wires, cables, right of way, utility "
    "poles, street light*, concrete, curb*",
    Category.TRANSPORTATION: "transit, bus, buses, route, routes, rail, metro, train*, "
    "riders*, fare*, traffic, intersection*, "
    "interchange, interstate, highway, bypass, lane*, sidewalk*, crosswalk*, pedestrian*, "
    "bike*, bicycl*, trail*, parking, "
    "scooter*, crossing*, speed camera*, multimodal, commut*, corridor*, transport*, "
    "signalized, roundabout*, boulevard, airport",
    Category.WATER_UTILITIES: "sewer*, wastewater, drinking water, water main*, water meter*,"
    " meters, water rate*, "
    "hydrant*, stormwater, water quality, "
    "lead pipe*, treatment plant, water meter*, water system, reservoir*, pump station*",
    Category.ENERGY_CLIMATE: "solar, energy, electric, electricity, power, grid, substation*,"
    " natural gas, climate, carbon, emission*, "
    "sustainab*, green building, tree, trees, canopy, forest*, invasive*, renewable*, "
    "charging, utility bills, environment*, generation",
    Category.PUBLIC_SAFETY: "police, officer*, patrol, crime*, criminal, sheriff, fire "
    "station*, fire truck*, ladder truck*, hazmat, "
    "firefighter*, fire department, 911, dispatch*, first responder*, gun*, violence, "
    "misconduct, public safety, precinct*, body camera*, "
    "jail, arrest*, enforcement, response time*, noise, community safety, policing, sworn, "
    "victim*, defund*",
    Category.EMERGENCY_RESILIENCE: "hurricane*, tornado*, disaster*, emergency management, "
    "evacuat*, siren*, fema, flood*, resilien*, "
    "preparedness, mitigation, generator*",
    Category.HOUSING_HOMELESSNESS: "housing, homeless*, shelter*, tenant*, rent, rental "
    "assistance, evict*, landlord*, homeowner*, "
    "mortgage, affordable, encampment*, unhoused, rehousing, home repair*, home improvement, "
    "insurance premium*",
    Category.PLANNING_PERMITTING: "permit*, zoning, land use, short term rental*, str, strs, "
    "airbnb*, inspection*, "
    "code enforcement, licens*, dwelling unit*, accessory, comprehensive plan, development "
    "review, level of service, blight*, nuisance, "
    "building code, variance, planning commission, subdivision, deteriorated, adjudicat*",
    Category.ECONOMIC_WORKFORCE: "small business*, economic development, tourism, lodging, "
    "hotel*, jobs, workforce, unemploy*, employer*, "
    "downtown, market*, convention, entrepreneur*, restaurants, growth forecast*, retail, "
    "chamber of commerce, job losses",
    Category.HEALTH_HUMAN_SERVICES: "health, mental, behavioral, clinic*, overdose*, covid*, "
    "pandemic, child care, childcare, food assistance, "
    "senior*, human services, social services, relief, hospital*, addiction, immigrant*, families",
    Category.EDUCATION_LIBRARIES_PARKS: "park, parks, playground*, field, fields, recreation,"
    " rec center, community center, pool, library, "
    "libraries, school, schools, student*, teacher*, museum, arts, theater*, turf, "
    "pickleball, athletic*, soccer, greenway*, gym*, "
    "performing, education*, sports",
    Category.FINANCE_PROCUREMENT: "revenue*, forecast*, audit*, procure*, bidding, bid, "
    "purchas*, expenditure*, tax, taxes, debt, bonds, "
    "payroll, accounting, budget process, disadvantaged, dbe, minority*, sponsorship*, "
    "fiscal, spending, financial, tif, contracting",
    Category.HR_INTERNAL_OPERATIONS: "recruit*, hiring, hire, vacanc*, staffing, salary, "
    "salaries, compensation, pay, health insurance, "
    "benefits, human resources, janitorial, custodial, employees, retention, strategic plan, "
    "performance metrics, personnel, overtime, "
    "positions, qualified applicants",
    Category.IT_DATA_CYBERSECURITY: "software, cyber*, network*, broadband, fiber, data "
    "access, data sharing, database*, technolog*, "
    "information system*, records management, computer*, server*, artificial intelligence, "
    "ai, digital, systems, platform*",
    Category.CIVIC_ENGAGEMENT: "outreach, engagement, website, survey*, participatory, "
    "multilingual, translat*, communicat*, newsletter, "
    "public input, letter, dashboard, social media, community led, inform residents, "
    "education campaign, app",
    Category.ELECTIONS_RECORDS: "election*, voting machine*, ballot*, redistrict*, records "
    "request*, open records, foia, transparency, "
    "ethics, conflict of interest, conflicts of interest, archive*, appointments",
}
# Money and staff come up whatever the matter is; they decide only where nothing else does.
HANDICAPS = np.array(
    [
        -0.4 if category in (Category.FINANCE_PROCUREMENT, Category.HR_INTERNAL_OPERATIONS) else 0.0
        for category in WORDS
    ],
    dtype=np.float32,
)
CATEGORIES = tuple(str(category) for category in WORDS)

LEXICON = Lexicon([WORDS[category] for category in CATEGORIES])


def count(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return how often each category's words occur in each text, shape (texts, 16)."""
    return LEXICON.count(texts)

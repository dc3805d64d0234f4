"""Short descriptions of each category, of each kind of signal, and of talk that is no signal.

They are written for this project, and turned into vectors once a process.
"""

import functools

import numpy as np

from signals.extraction.embedding import Vectors, embed
from signals.words import Category, Kind

CATEGORIES: dict[str, tuple[str, ...]] = {
    Category.PUBLIC_WORKS: (
        "street resurfacing, paving, potholes, asphalt and concrete contractors",
        "garbage, trash collection, dumpsters, recycling, litter, street sweeping, snow removal",
        "public works yard, maintenance of city buildings, facilities, fleet garage, fuel tanks",
        "repair of bridges, drainage ditches, street lights, wires and utility poles",
    ),
    Category.TRANSPORTATION: (
        "bus routes, transit service, bus rapid transit, rail, riders and fares",
        "traffic congestion, intersections, traffic signals, interchange, highway, bypass",
        "sidewalks, crosswalks, bicycle lanes, pedestrian safety, trails, multimodal street",
        "parking facilities, electric scooters, railroad crossing, speeding, road widening",
    ),
    Category.WATER_UTILITIES: (
        "sewer system, wastewater treatment plant, sanitary sewer capacity",
        "drinking water, water mains, pipes, meters, lead service lines, water rates",
        "stormwater utility, water quality, reservoirs, pump stations",
    ),
    Category.ENERGY_CLIMATE: (
        "solar power, electricity generation, substation, power grid, natural gas and energy costs",
        "climate action, carbon emissions, sustainability, green building, electric vehicle "
        "charging",
        "trees, urban forest, tree canopy, invasive species, environment",
    ),
    Category.PUBLIC_SAFETY: (
        "police officers, patrol, crime, law enforcement, body cameras, police oversight and "
        "misconduct",
        "fire department, fire station, fire truck, ladder truck, hazmat, firefighters",
        "emergency calls, 911 dispatch center, first responders, response times",
        "gun violence prevention, community safety, jail, victims, code and noise enforcement"
        " by police",
    ),
    Category.EMERGENCY_RESILIENCE: (
        "hurricane, flood, tornado, storm preparedness, disaster recovery, emergency management",
        "evacuation, emergency shelter, sirens, warning system, hazard mitigation, resilience",
    ),
    Category.HOUSING_HOMELESSNESS: (
        "affordable housing, rental assistance, eviction, tenants, home repair loans",
        "homeless shelter, street outreach, encampments, supportive housing",
        "homeowners, housing trust fund, housing programs, home improvement",
    ),
    Category.PLANNING_PERMITTING: (
        "zoning, land use, building permits, permit applications, inspections, development review",
        "short-term rental permits, licences, regulation and enforcement, code violations",
        "comprehensive plan, accessory dwelling units, blighted and deteriorated property",
    ),
    Category.ECONOMIC_WORKFORCE: (
        "small business support, economic development, tourism, downtown revitalization, jobs",
        "workforce training, employment, unemployment, entrepreneurs, farmers markets, conventions",
    ),
    Category.HEALTH_HUMAN_SERVICES: (
        "public health, mental health, behavioral health, clinics, overdose, pandemic",
        "human services, child care, food assistance, seniors, social services, families in need",
    ),
    Category.EDUCATION_LIBRARIES_PARKS: (
        "parks, playgrounds, athletic fields, recreation center, community center, swimming pool",
        "library building, schools, school construction, students, education programs",
        "performing arts, museum, cultural facility, sports fields, dog park",
    ),
    Category.FINANCE_PROCUREMENT: (
        "budget forecast, revenue, spending reports, tax collection, audit of city operations",
        "procurement, competitive bidding, minority and disadvantaged business contracting, "
        "purchasing",
        "debt, bonds, tax rate, accounting, financial software, payroll tax, cost savings",
    ),
    Category.HR_INTERNAL_OPERATIONS: (
        "recruiting and hiring employees, vacancies, staffing, pay, compensation study",
        "employee health insurance, benefits, training of staff, strategic plan, internal "
        "operations",
        "janitorial services, offices, legal department staff, executive pay",
    ),
    Category.IT_DATA_CYBERSECURITY: (
        "software, computer systems, data sharing, data access, technology platform upgrade",
        "cybersecurity, network, broadband, information technology, artificial intelligence",
    ),
    Category.CIVIC_ENGAGEMENT: (
        "community outreach, public engagement, surveys, participatory budgeting, translation",
        "city website, online services, communication with residents, public dashboard, letters",
    ),
    Category.ELECTIONS_RECORDS: (
        "elections, voting machines, ballots, redistricting",
        "public records requests, open records, transparency, ethics, conflicts of interest, "
        "archives",
    ),
}

KINDS: dict[str, tuple[str, ...]] = {
    Kind.NEED: (
        "we have a problem that we need to solve and do not have the staff or tools for",
        "it really needs to be replaced because it is old and failing",
        "I would like to see us do something about this concern",
        "we keep having trouble filling positions and the vacancies hurt our service",
        "our crews cannot keep up with the maintenance of what we have built",
        "the permit system is slow, applicants wait for months and staff type everything twice",
        "we do not have good data to know whether the program works",
        "there is no clear process for which department is responsible",
        "costs keep rising and we have to find a way to contain them",
        "people do not understand the information we publish and we should explain it better",
        "drivers speed here and the crossing is dangerous for children, so we need a signal",
        "it would be helpful to have timelines, metrics and regular reports",
    ),
    Kind.INITIATIVE: (
        "we are planning a project and will bring it back to the council",
        "the city is starting a study, a pilot or a master plan",
        "create a new program with the goal of improving service",
        "staff will come back next month with options and recommendations for a new policy",
        "the next phase is design, then construction begins in the spring",
        "we want to expand bus service with more routes and longer hours",
        "establish a new department and move these duties to civilians",
        "an assessment of the existing programs and how to coordinate them",
        "the plan recommends partnerships, modeling and tracking of progress",
        "a public dashboard that will be updated every week",
        "we will launch a new website and an online portal later this year",
        "land has been acquired and we would like the new station in the capital plan",
    ),
    Kind.BUDGET: (
        "I am requesting funding in the budget for this equipment",
        "a grant of two million dollars for construction in the capital improvement plan",
        "appropriate money to implement the program",
        "the cost to operate the enhanced service is about three hundred thousand dollars a year",
        "issue bonds to finance the new school and the community center",
        "we applied for federal funds to replace the fire truck",
        "a tax increase whose proceeds are set aside for capital improvements",
    ),
    Kind.PROCUREMENT: (
        "we will issue a request for proposals and go out to bid",
        "the contract expires and we may choose another vendor",
        "we are not happy with the present software and want to replace the system",
        "the insurance contract may be rebid for the next fiscal year",
        "we are selecting a consultant and interviews of the firms are next week",
    ),
    Kind.MANDATE: (
        "the court ruling and federal regulation require us to comply by a deadline",
        "the ordinance requires the department to report to the council",
        "the consent decree and the audit finding oblige the city to act",
        "operators must register, install devices and submit data under the new rules",
        "a report is due before the budget, with an analysis of staffing and spending",
    ),
    Kind.COMMUNITY: (
        "residents have complained about this danger in their neighborhood for years",
        "neighbors ask the city to do something about noise, crime and traffic",
        "many riders face long and unreliable trips and nobody tells them when the bus comes",
    ),
}

NO_SIGNALS: dict[str, tuple[str, ...]] = {
    "ceremony": (
        "we proclaim this day in honor of a beloved member of our community",
        "congratulations to the team on winning the championship, a round of applause",
        "let us pray and then pledge allegiance to the flag",
        "thank you for your years of service, enjoy your retirement",
        "we are so proud of these young people and what they have achieved",
        "come and join us on Saturday for the festival in the park",
    ),
    "procedure": (
        "is there a motion and a second, all in favor say aye, the motion carries",
        "please call the roll, council member votes yes",
        "the next speaker has two minutes, please press the button to unmute",
        "approval of the minutes and the agenda of the last meeting",
        "any questions or comments from the council, hearing none we will vote",
        "we will now open the public hearing, anyone wishing to speak come forward",
        "the amendment is before us, the clerk will read it into the record",
    ),
    "pleading": (
        "my name is, I live here and I urge you to vote no on this",
        "I am a mother and a homeowner and I am angry at you politicians",
        "I have lived on this street for thirty years and raised my children here",
        "you should be ashamed, the people will remember this at the election",
    ),
    "parcel": (
        "rezoning of a parcel of land of three acres from residential to commercial",
        "the applicant asks for a variance for the lot on this street",
        "the structure is unsafe and the owner has thirty days before demolition",
    ),
    "routine": (
        "authorize payment of expenditures and travel reimbursement",
        "appointment of a member to the board for a term",
        "award of the contract to the lowest bidder, the work is done",
        "a resolution authorizing the mayor to enter into an agreement between the city and a"
        " company",
        "last year we finished the project on time and under budget",
    ),
    "chat": (
        "yeah, okay, can you hear me, let me share my screen",
        "I had dinner with my friends and it was a lot of fun",
        "I think so, I do not know, maybe, that is a good question",
    ),
    "politics": (
        "the president and the party in power have betrayed the working class",
        "I will be voting against this because the tax burden is too high",
        "the salary of the chief should not be cut, this is an attack on a person",
        "this is a historic moment and a moral choice between justice and fear",
    ),
}


ALL = {"categories": CATEGORIES, "kinds": KINDS, "no signals": NO_SIGNALS}
TABLES = ("kinds", "no signals")  # those that tell a signal from other talk
SPEAKS = {"kinds": 0, "no signals": 0}
LEANS = {"kinds": 1, "no signals": -1}


def labels(name: str) -> tuple[str, ...]:
    return tuple(str(label) for label in ALL[name])


@functools.cache
def _vectors(name: str) -> tuple[Vectors, ...]:
    """Return the unit vectors of each label's descriptions."""
    return tuple(embed(texts) for texts in ALL[name].values())


def likeness(name: str, passages: Vectors) -> Vectors:
    """Return the cosine of each passage to the nearest description of each label."""
    nearest = [(passages @ described.T).max(axis=1) for described in _vectors(name)]
    return np.stack(nearest, axis=1).astype(np.float32)

"""A small release with fixed answers and fixed noise, the same on every machine and in every year.

Nothing here is random: answers follow a repeating pattern and the noise is a written-down list of standard normal
quantiles, scaled by each block's sigma and rounded.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import cycle
from math import sqrt

import msgspec

from backend.core.estimates import estimate
from backend.core.measurements import Measurement, Measurements
from backend.core.plan import Plan, PlannedDistrict, Variable
from backend.core.questions import (
    BackgroundVariable,
    Choice,
    Condition,
    Question,
    Questionnaire,
    Section,
    Texts,
)
from backend.core.release_input import ReleaseInput, Source
from tests.core.estimates.synthetic import Response, measured


def texts(english: str, swedish: str) -> Texts:
    return {"sv": swedish, "en": english}


def choices(**labels: tuple[str, str]) -> tuple[Choice, ...]:
    """Choices by code; a leading underscore that Python needs before a digit is dropped."""
    return tuple(Choice(code.lstrip("_").replace("_", "-"), texts(*label)) for code, label in labels.items())


FEEL = Question(
    "FEEL1",
    "scale",
    texts("How safe do you feel out alone near home after dark?", "Hur trygg känner du dig ute i mörkret?"),
    choices=choices(
        very=("Very safe", "Mycket trygg"),
        fairly=("Fairly safe", "Ganska trygg"),
        unsafe=("Unsafe", "Otrygg"),
    ),
    required=True,
    core=True,
    headline=("very", "fairly"),
    headline_text=texts("feel safe out after dark", "känner sig trygga ute i mörkret"),
)
WHY = Question(
    "WHY1",
    "single",
    texts("What makes you feel unsafe?", "Vad gör dig otrygg?"),
    choices=choices(dark=("=Darkness, mostly", "Mörkret, mest"), people=('Some "people"', "Vissa människor")),
    show_if=Condition("FEEL1", ("unsafe",)),
)
PRIO = Question(
    "PRIO1",
    "several",
    texts("What should be done first?", "Vad ska göras först?"),
    choices=choices(lighting=("Better lighting", "Bättre belysning"), traffic=("Calmer traffic", "Lugnare trafik")),
)
OPEN = Question("OPEN1", "text", texts("One sentence?", "En mening?"))
AGE = BackgroundVariable(
    "age",
    texts("How old are you?", "Hur gammal är du?"),
    texts("To see whether ages differ.", "För att se om åldrar skiljer sig."),
    choices(_16_39=("16–39 years", "16–39 år"), _40_=("40 years and over", "40 år och äldre")),
)
GENDER = BackgroundVariable(
    "gender",
    texts("What is your gender?", "Vilket kön har du?"),
    texts("To see whether groups differ.", "För att se om grupper skiljer sig."),
    choices(woman=("Woman", "Kvinna"), man=("Man", "Man"), other=("Other", "Annat")),
)
QUESTIONNAIRE = Questionnaire(
    survey="safety",
    version=1,
    title=texts("Safety survey", "Trygghetsenkät"),
    intro=texts("Welcome.", "Välkommen."),
    languages=("sv", "en"),
    background=(AGE, GENDER),
    sections=(Section("all", texts("Questions", "Frågor"), (FEEL, WHY, PRIO, OPEN)),),
)
PLAN = Plan(
    survey="safety",
    wave="safety-2026-spring",
    questionnaire_hash="4f" * 32,
    year=2026,
    rho="1/10",
    shares={},
    looks=30,
    look_sigma=50,
    districts=(
        PlannedDistrict("hill", "north", 4200.0),
        PlannedDistrict("shore", "north", 1800.0),
        PlannedDistrict("mill", "south", 3100.0),
        PlannedDistrict("meadow", "south", 700.0),
        PlannedDistrict("_elsewhere", "_elsewhere", 0.0),
    ),
    age_categories=("16-39", "40-", "_not_stated"),
    gender_categories=("woman", "man", "other", "_not_stated"),
    variables=(
        Variable("FEEL1", "FEEL1", None, ("very", "fairly", "unsafe", "_no_valid_answer"), FEEL.headline, True),
        Variable("WHY1", "WHY1", None, ("dark", "people", "_no_valid_answer", "_not_shown"), (), False),
        Variable("PRIO1:lighting", "PRIO1", "lighting", ("yes", "no", "_no_valid_answer"), ("yes",), False),
        Variable("PRIO1:traffic", "PRIO1", "traffic", ("yes", "no", "_no_valid_answer"), ("yes",), False),
    ),
)
SIZES = {"hill": 640, "shore": 410, "mill": 520, "meadow": 70, "_elsewhere": 25}
BLOCKS = {
    "n": (1, "47/6250"),
    "composition": (18, "141/25000"),
    "core_headline": (1, "987/25000"),
    "detail": (36, "423/50000"),
    "age_core": (6, "329/25000"),
    "gender_core": (12, "47/6250"),
}
"""Squared sensitivity and charge of each block under this plan."""

QUANTILES = (0.13, -1.52, 0.67, -0.25, 1.28, -0.84, 0.0, 2.05, -0.52, 0.39, -1.04, 1.75, -0.13, 0.84, -2.33, 0.25)


def responses() -> Iterator[Response]:
    """Answers in patterns of coprime lengths, so that every combination comes up."""
    ages = cycle(["16-39", "40-", "40-", "16-39", "_not_stated"])
    genders = cycle(["woman", "man", "man", "woman", "woman", "man", "_not_stated", "woman", "man", "other", "man"])
    priorities = cycle(["yes", "no", "no", "_no_valid_answer", "yes", "no", "no"])
    for shift, (district, size) in enumerate(SIZES.items()):
        feelings = cycle(["very", "fairly", *["unsafe"] * (shift + 1), "_no_valid_answer", "fairly", "very"])
        for number in range(size):
            feeling = next(feelings)
            reason = ("dark", "people", "dark")[number % 3] if feeling == "unsafe" else "_not_shown"
            wishes = {"PRIO1:lighting": next(priorities), "PRIO1:traffic": "no" if number % 4 else "yes"}
            yield Response(district, next(ages), next(genders), {"FEEL1": feeling, "WHY1": reason, **wishes})


def fixed_noise(values: Sequence[int], sigma: float) -> list[int]:
    return [value + round(sigma * z) for value, z in zip(values, cycle(QUANTILES), strict=False)]


def noisy(block: Measurement) -> Measurement:
    """The block with its own scale and the fixed noise."""
    l2sq, rho = BLOCKS[block.block]
    sigma = sqrt(l2sq / (2 * Fraction(rho)))
    values = tuple(fixed_noise(block.values, sigma))
    return msgspec.structs.replace(block, l2sq=l2sq, rho=rho, sigma=sigma, values=values)


def geojson() -> bytes:
    """One square per district, side by side."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "area": area},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for x, (code, area) in enumerate(
            [("hill", "north"), ("shore", "north"), ("mill", "south"), ("meadow", "south")]
        )
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def example_release() -> ReleaseInput:
    """The whole release, ready to be written."""
    exact = measured(PLAN, responses())
    measurements = Measurements(tuple(noisy(block) for block in exact.blocks))
    return ReleaseInput(
        release="safety-2026-spring",
        title="Safety survey, spring 2026",
        publisher="The municipality of Example",
        contact="survey@example.org",
        plan=PLAN,
        plan_hash="b7" * 32,
        questionnaire=QUESTIONNAIRE,
        measurements=measurements,
        figures=estimate(PLAN, measurements),
        place_names={
            "city": {"city": texts("Example", "Exempel")},
            "area": {"north": texts("North", "Norr"), "south": texts("South", "Söder"), "_elsewhere": {}},
            "district": {
                "hill": texts("Hill", "Backen"),
                "shore": texts("Shore", "Stranden"),
                "mill": texts("Mill", "Kvarnen"),
                "meadow": texts("Meadow", "Ängen"),
                "_elsewhere": {},
            },
        },
        districts_geojson=geojson(),
        epsilon="2.45",
        prepared_on=date(2026, 6, 1),
        population_source="Population aged 16 and over on 31 December 2025, made up for this example.",
        sources=(Source("Districts made up for this example", "https://example.org/districts"),),
    )

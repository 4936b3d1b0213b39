"""Questionnaires, plans and responses for the tests of the privacy core: small, and with every kind of answer."""

import random
from fractions import Fraction

from hypothesis import strategies as st

from backend.core.plan import Plan, PlannedDistrict, derive_plan
from backend.core.questions import (
    DONT_KNOW,
    ELSEWHERE,
    NOT_SHOWN,
    PREFER_NOT,
    BackgroundVariable,
    Choice,
    Condition,
    Question,
    Questionnaire,
    Section,
)

TEXT = {"en": "Text"}


def choices(*codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, TEXT) for code in codes)


def question(code: str, kind: str = "scale", *codes: str, **fields: object) -> Question:
    return Question(code=code, kind=kind, text=TEXT, choices=choices(*codes), **fields)  # type: ignore[arg-type]


FEEL = question("FEEL", "scale", "very", "fairly", "little", "not", core=True, headline=("very", "fairly"))
HEARD = question("HEARD", "yes_no", core=True, headline=("yes",))
REPORTED = question(
    "REPORTED", "single", "police", "city", "nobody", show_if=Condition("HEARD", ("yes",)), headline=("police",)
)
FIRST = question("FIRST", "several", "lighting", "adults", "traffic", max_choices=2)
SEEN = question("SEEN", "several", "here", "there", show_if=Condition("HEARD", ("no",)))
OPEN = question("OPEN", "text", max_length=140)

AGE = BackgroundVariable("age", TEXT, TEXT, choices("16-24", "25-64", "65+"))
GENDER = BackgroundVariable("gender", TEXT, TEXT, choices("woman", "man", "other"))
HOUSING = BackgroundVariable("housing", TEXT, TEXT, choices("house", "flat"))

DISTRICTS = (
    PlannedDistrict("D1", "north", 1200.0),
    PlannedDistrict("D2", "south", 800.0),
    PlannedDistrict("D3", "north", 2500.0),
)
RHO = Fraction(1, 5)


def questionnaire(
    *questions: Question, background: tuple[BackgroundVariable, ...] = (AGE, GENDER, HOUSING)
) -> Questionnaire:
    asked = questions or (FEEL, HEARD, REPORTED, FIRST, SEEN, OPEN)
    return Questionnaire("safety", 1, TEXT, TEXT, ("en",), background, (Section("all", TEXT, asked),))


def plan(rho: Fraction = RHO, asked: Questionnaire | None = None) -> Plan:
    return derive_plan(asked or questionnaire(), "hash", "2026-1", DISTRICTS, 2026, rho)


def city_plan(rho: Fraction) -> Plan:
    """A plan as large as a real wave's: 31 districts in 9 areas, ten core questions of twenty."""
    scale = ("1", "2", "3", "4", "5")
    asked = [question(f"CORE{i}", "scale", *scale, core=True, headline=("1", "2")) for i in range(10)]
    asked += [question(f"MORE{i}", "scale", *scale, headline=("1",)) for i in range(9)]
    asked.append(question("FIRST", "several", "a", "b", "c", "d", "e", "f", "g"))
    age = BackgroundVariable("age", TEXT, TEXT, choices("16-24", "25-34", "35-49", "50-64", "65+"))
    districts = [PlannedDistrict(f"D{i}", f"A{i % 9}", 3000.0) for i in range(31)]
    whole = questionnaire(*asked, background=(age, GENDER, HOUSING))
    return derive_plan(whole, "hash", "2026-1", districts, 2026, rho)


def _one_of(*codes: str) -> st.SearchStrategy[object]:
    """A choice, a missing answer of either kind, something unknown, or a value of the wrong shape."""
    odd: list[object] = [DONT_KNOW, PREFER_NOT, NOT_SHOWN, "unheard-of", [codes[0]], [], 7]
    return st.sampled_from([*codes, *codes, *odd])


def _some_of(*codes: str) -> st.SearchStrategy[object]:
    lists = st.lists(st.sampled_from([*codes, "unheard-of"]), max_size=4)
    return lists | st.sampled_from([DONT_KNOW, PREFER_NOT, NOT_SHOWN, codes[0], f"{codes[0]}-more", [["x"]], 7])


def any_response() -> st.SearchStrategy[dict[str, object]]:
    """Responses to `questionnaire()`, sound and odd ones, each key possibly missing."""
    return st.fixed_dictionaries(
        {},
        optional={
            "district": _one_of("D1", "D2", "D3", ELSEWHERE),
            "age": _one_of("16-24", "25-64", "65+"),
            "gender": _one_of("woman", "man", "other"),
            "housing": _one_of("house", "flat"),
            "FEEL": _one_of("very", "fairly", "little", "not"),
            "HEARD": _one_of("yes", "no"),
            "REPORTED": _one_of("police", "city", "nobody"),
            "FIRST": _some_of("lighting", "adults", "traffic"),
            "SEEN": _some_of("here", "there"),
            "OPEN": st.text(max_size=5),
        },
    )


def random_response(rng: random.Random) -> dict[str, str | list[str]]:
    """A sound response to `questionnaire()`."""
    heard = rng.choice(["yes", "no"])
    return {
        "district": rng.choice(["D1", "D2", "D3"]),
        "age": rng.choice(["16-24", "25-64", "65+"]),
        "gender": rng.choice(["woman", "man"]),
        "housing": rng.choice(["house", "flat"]),
        "FEEL": rng.choice(["very", "fairly", "little", "not", DONT_KNOW]),
        "HEARD": heard,
        "REPORTED": rng.choice(["police", "city", "nobody"]) if heard == "yes" else NOT_SHOWN,
        "FIRST": rng.sample(["lighting", "adults", "traffic"], 2),
        "SEEN": [rng.choice(["here", "there"])] if heard == "no" else NOT_SHOWN,
    }


def unchanged(vector: object, sigma: float) -> list[int]:
    """A draw without noise, to see what is measured."""
    return list(vector)  # type: ignore[call-overload, no-any-return]

"""The release plan: everything that decides what is measured, fixed and hashed before the wave opens.

Fractions are written as text ("1/10") so that the plan has one canonical JSON form and no rounding.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import msgspec

from backend.core.questions import (
    ELSEWHERE,
    NO,
    NO_VALID_ANSWER,
    NOT_SHOWN,
    NOT_STATED,
    PREFER_NOT,
    YES,
    BackgroundVariable,
    Question,
    Questionnaire,
)

STANDARD_SHARES = {
    "n": "2/25",
    "composition": "3/50",
    "core_headline": "21/50",
    "detail": "9/100",
    "age_core": "7/50",
    "gender_core": "2/25",
}
"""Each block's share of the wave's rho after the progress looks (the method's table "What is measured").

The shares add up to 0.87: what is kept for the blocks that are not measured yet (other headline, city
cross-tables) stays unspent, because a larger share now would mean noisier figures when those blocks come.
"""

MAX_CORE = 10
DISTRICT, AGE, GENDER = "district", "age", "gender"


class Variable(msgspec.Struct, frozen=True):
    """A tabulated categorical variable.

    `code` is the question's code, `PRIO1:lighting` for one option of a choose-several question, or the code of
    a background variable. `categories` holds the choice codes (for an option: `yes`, `no`), then
    `_no_valid_answer`, then `_not_shown` when the question is routed. `headline` is the part of the
    categories that counts towards the headline figure.
    """

    code: str
    question: str
    option: str | None
    categories: tuple[str, ...]
    headline: tuple[str, ...]
    core: bool


class PlannedDistrict(msgspec.Struct, frozen=True):
    """A district of the plan, the area it is pooled in and its population aged 16 and over (a public figure).

    The pseudo-district `_elsewhere` stands in an area of its own with population 0, so that noisy counts add
    up to the city although it is no part of any population-weighted estimate.
    """

    code: str
    area: str
    population: float


class Rules(msgspec.Struct, frozen=True):
    """Publication rules; they look at noisy values only. Half-widths are shares (0-1)."""

    row_minimum: int = 100
    cross_minimum: int = 150
    withheld_half_width: float = 0.15
    uncertain_half_width: float = 0.10


class Plan(msgspec.Struct, frozen=True):
    """What will be measured, with how much privacy loss, for which places; hashed before the wave opens."""

    survey: str
    wave: str
    questionnaire_hash: str
    year: int
    rho: str
    shares: dict[str, str]
    looks: int
    look_sigma: int
    districts: tuple[PlannedDistrict, ...]
    age_categories: tuple[str, ...]
    gender_categories: tuple[str, ...]
    variables: tuple[Variable, ...]
    rules: Rules = Rules()


STANDARD_RULES = Rules()


def derive_plan(
    questionnaire: Questionnaire,
    questionnaire_hash: str,
    wave: str,
    districts: Sequence[PlannedDistrict],
    year: int,
    rho: Fraction,
    rules: Rules = STANDARD_RULES,
    *,
    looks: int = 30,
    look_sigma: int = 50,
) -> Plan:
    """The release plan that follows from a questionnaire, the districts and the wave's privacy loss `rho`.

    `year` is the calendar year whose budget pays, `looks` the number of noisy progress looks that the plan
    allows, each a count with discrete Gaussian noise of `look_sigma`. The pseudo-district `_elsewhere` is
    added. Raises ValueError naming the fault when the questionnaire cannot be tabulated, when places are not
    sound or when `rho` does not pay for more than the progress looks.
    """
    _check_loss(rho, looks, look_sigma)
    _check_codes(questionnaire)
    _check_core(questionnaire)
    return Plan(
        survey=questionnaire.survey,
        wave=wave,
        questionnaire_hash=questionnaire_hash,
        year=year,
        rho=str(rho),
        shares=dict(STANDARD_SHARES),
        looks=looks,
        look_sigma=look_sigma,
        districts=_places(districts),
        age_categories=_bands(questionnaire.variable(AGE)),
        gender_categories=_bands(questionnaire.variable(GENDER)),
        variables=tuple(_variables(questionnaire)),
        rules=rules,
    )


def plan_hash(plan: Plan) -> str:
    """SHA-256 (hex) of the plan's canonical JSON: keys sorted, numbers as their declared types.

    The detour through a decoded copy makes a population given as 1200 and as 1200.0 the same plan, as both
    are once the plan has been stored and read back.
    """
    stored = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
    return hashlib.sha256(msgspec.json.encode(stored, order="sorted")).hexdigest()


def groupings(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The categories of age band and gender, for those of the two that the questionnaire asks."""
    asked = {AGE: plan.age_categories, GENDER: plan.gender_categories}
    return {name: categories for name, categories in asked.items() if categories}


def core_variables(plan: Plan) -> tuple[Variable, ...]:
    """The core indicators, in the order of the questionnaire."""
    return tuple(variable for variable in plan.variables if variable.core)


def areas(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Every area with the codes of its districts, in the order in which the plan first names them."""
    members: dict[str, tuple[str, ...]] = {}
    for district in plan.districts:
        members[district.area] = (*members.get(district.area, ()), district.code)
    return members


def _variables(questionnaire: Questionnaire) -> Iterator[Variable]:
    for question in questionnaire.questions():
        if question.kind != "text":
            yield from _question_variables(question)
    for background in questionnaire.background:
        if background.code not in (AGE, GENDER):
            categories = (*_background_codes(background), NO_VALID_ANSWER)
            yield Variable(background.code, background.code, None, categories, headline=(), core=False)


def _question_variables(question: Question) -> Iterator[Variable]:
    extra = (NO_VALID_ANSWER, NOT_SHOWN) if question.show_if else (NO_VALID_ANSWER,)
    codes = _choice_codes(question)
    if question.kind == "several":
        for option in codes:
            code = f"{question.code}:{option}"
            yield Variable(code, question.code, option, (YES, NO, *extra), headline=(YES,), core=False)
        return
    _refuse_single(codes, question.code)
    unknown = [code for code in question.headline if code not in codes]
    if unknown:
        raise ValueError(f"{question.code}: the headline names {unknown[0]}, which is not a choice")
    yield Variable(question.code, question.code, None, codes + extra, question.headline, question.core)


def _choice_codes(question: Question) -> tuple[str, ...]:
    """The codes that are valid answers; those that begin with an underscore are the product's own."""
    if question.kind == "yes_no" and not question.choices:
        return (YES, NO)
    codes = tuple(choice.code for choice in question.choices)
    if question.kind == "several" and not codes:
        raise ValueError(f"{question.code}: a choose-several question needs choices")
    _refuse_repeated(codes, f"{question.code}: the choice")
    _refuse_reserved(codes, question.code)
    return codes


def _background_codes(background: BackgroundVariable) -> tuple[str, ...]:
    """The bands of a background variable; to prefer not to answer is the same as not stated."""
    codes = tuple(choice.code for choice in background.choices if choice.code != PREFER_NOT)
    _refuse_repeated(codes, f"{background.code}: the choice")
    _refuse_reserved(codes, background.code)
    _refuse_single(codes, background.code)
    return codes


def _bands(background: BackgroundVariable | None) -> tuple[str, ...]:
    """The categories of age or gender, "not stated" last; none when the questionnaire does not ask it."""
    if background is None:
        return ()
    return (*_background_codes(background), NOT_STATED)


def _places(districts: Sequence[PlannedDistrict]) -> tuple[PlannedDistrict, ...]:
    if not districts:
        raise ValueError("a release plan needs at least one district")
    _refuse_repeated((district.code for district in districts), "the district")
    for district in districts:
        if ELSEWHERE in (district.code, district.area):
            raise ValueError(f"{ELSEWHERE} is added by the plan and cannot be a district or an area of its own")
        if not (math.isfinite(district.population) and district.population >= 0):
            raise ValueError(f"district {district.code}: the population has to be a number of people")
    return (*districts, PlannedDistrict(ELSEWHERE, ELSEWHERE, 0.0))


def _check_loss(rho: Fraction, looks: int, look_sigma: int) -> None:
    if rho <= 0:
        raise ValueError(f"rho has to be positive, not {rho}")
    if looks < 0 or look_sigma < 1:
        raise ValueError("looks must not be negative and look_sigma has to be at least 1")
    if rho <= Fraction(looks, 2 * look_sigma**2):
        raise ValueError(f"rho {rho} does not pay for more than {looks} progress looks of sigma {look_sigma}")


def _check_codes(questionnaire: Questionnaire) -> None:
    """Answers are one flat mapping, so no two of its keys may be the same."""
    codes = [question.code for question in questionnaire.questions()]
    codes += [background.code for background in questionnaire.background]
    _refuse_repeated([*codes, DISTRICT], "the code")
    # A question called "PRIO:lighting" would be taken for an option of the question PRIO.
    if separated := next((code for code in codes if ":" in code), None):
        raise ValueError(f"{separated}: a code must not contain a colon")


def _check_core(questionnaire: Questionnaire) -> None:
    core = [question for question in questionnaire.questions() if question.core]
    if len(core) > MAX_CORE:
        raise ValueError(f"at most {MAX_CORE} questions can be core, not {len(core)}")
    for question in core:
        if question.kind not in ("scale", "single", "yes_no"):
            raise ValueError(f"{question.code}: a core question has to be answered with one choice")
        if question.show_if is not None:
            raise ValueError(f"{question.code}: a core question cannot be routed")
        if not question.headline:
            raise ValueError(f"{question.code}: a core question needs a headline group")


def _refuse_single(codes: tuple[str, ...], owner: str) -> None:
    if len(codes) < 2:
        raise ValueError(f"{owner}: at least two choices are needed to tabulate it")


def _refuse_reserved(codes: Iterable[str], owner: str) -> None:
    if reserved := next((code for code in codes if code.startswith("_")), None):
        raise ValueError(f"{owner}: the choice {reserved} begins with an underscore, which is reserved")


def _refuse_repeated(codes: Iterable[str], what: str) -> None:
    if repeated := next((code for code, times in Counter(codes).items() if times > 1), None):
        raise ValueError(f"{what} {repeated} occurs more than once")

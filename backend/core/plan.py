"""The release plan: everything that decides what is measured, fixed and hashed before the wave opens.

Fractions are written as text ("1/10") so that the plan has one canonical JSON form and no rounding.
"""

import msgspec


class Variable(msgspec.Struct, frozen=True):
    """A tabulated categorical variable.

    `code` is the question's code, `PRIO1:lighting` for one option of a choose-several question, or the code of a
    background variable. `categories` holds the choice codes (for an option: `yes`, `no`), then
    `_no_valid_answer`, then `_not_shown` when the question is routed. `headline` is the part of the categories
    that counts towards the headline figure.
    """

    code: str
    question: str
    option: str | None
    categories: tuple[str, ...]
    headline: tuple[str, ...]
    core: bool


class PlannedDistrict(msgspec.Struct, frozen=True):
    """A district of the plan, the area it is pooled in and its population aged 16 and over (a public figure).

    The pseudo-district `_elsewhere` stands in an area of its own with population 0, so that noisy counts add up
    to the city although it is no part of any population-weighted estimate.
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

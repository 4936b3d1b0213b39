"""A published figure: one row of `results.csv`, one bar on a page."""

from typing import Literal

import msgspec

Level = Literal["district", "area", "city"]
Status = Literal["published", "withheld-few", "withheld-imprecise"]
Precision = Literal["good", "uncertain", "withheld"]


class Figure(msgspec.Struct, frozen=True):
    """One estimate with its 95 % interval.

    `measure` is `respondents` (noisy count; estimate, low and high are persons) or `share` (0-1). `variable` is a
    plan variable's code, `category` a category code, or empty for the headline group. `group_variable`/`group`
    name age band or gender, or are empty. `base` is `all` (all respondents) or `valid` (valid answers only).
    `n` is the noisy number of respondents behind it, `noise_sd` the standard deviation of the noise alone in the
    estimate. Withheld figures keep `estimate`, `low`, `high`, `noise_sd` as None; `status` says why.
    """

    level: Level
    place: str
    measure: Literal["share", "respondents"]
    variable: str
    category: str
    group_variable: str
    group: str
    base: Literal["all", "valid"]
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    noise_sd: float | None
    precision: Precision
    status: Status

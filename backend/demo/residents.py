"""Invented residents for the demo: repeatable answers with plausible differences. Nothing here is a real answer."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from backend.core.plan import PlannedDistrict
from backend.core.questions import DONT_KNOW, ELSEWHERE, PREFER_NOT, Question, Questionnaire
from backend.core.receipt import receipt_from_bytes
from backend.core.routing import shown

Fields = dict[str, list[str]]

AGES = {"16-24": 0.12, "25-34": 0.17, "35-49": 0.24, "50-64": 0.24, "65-plus": 0.23}
AGE_EFFECT = {"16-24": -0.15, "65-plus": 0.1}
GENDER_EFFECT = {"woman": -0.35, "man": 0.3, "other": -0.4}


class Profile(msgspec.Struct, frozen=True):
    """The distribution of the invented answers; see umea/residents.yaml."""

    headline: dict[str, float]
    change: dict[str, float]
    districts: dict[str, float]
    sentences: list[str]


def invented_responses(
    questionnaire: Questionnaire,
    districts: Sequence[PlannedDistrict],
    profile: Profile,
    *,
    wave_number: int,
    number: int,
) -> Iterator[Fields]:
    """`number` forms as residents would send them, with their receipts; the same for the same arguments."""
    # A seeded generator on purpose: the demo's answers are to be the same everywhere. Noise is never drawn from it.
    source = random.Random(f"delaktig demo {wave_number}")  # noqa: S311
    codes = [d.code for d in districts] + [ELSEWHERE]
    weights = [d.population**0.8 for d in districts]
    weights.append(sum(weights) * 0.015)
    effects = {code: random.Random(code).gauss(0, 0.18) for code in codes}  # noqa: S311
    effects |= profile.districts
    for _ in range(number):
        district = source.choices(codes, weights)[0]
        person = _background(source)
        mood = effects[district] + source.gauss(0, 0.7)
        mood += AGE_EFFECT.get(person.get("age", [""])[0], 0) + GENDER_EFFECT.get(person.get("gender", [""])[0], 0)
        fields = {"district": [district], "_receipt": [receipt_from_bytes(source.randbytes(10))], **person}
        yield _answer_all(source, questionnaire, profile, fields, mood, wave_number)


def _background(source: random.Random) -> Fields:
    fields: Fields = {}
    if source.random() > 0.03:
        fields["age"] = source.choices(list(AGES), list(AGES.values()))
    if source.random() > 0.03:
        fields["gender"] = source.choices(["woman", "man", "other"], [0.54, 0.45, 0.01])
    if source.random() > 0.05:
        fields["housing"] = source.choices(
            ["house", "tenant_owned", "rented", "student_other"], [0.38, 0.22, 0.31, 0.09]
        )
    return fields


def _answer_all(
    source: random.Random,
    questionnaire: Questionnaire,
    profile: Profile,
    fields: Fields,
    mood: float,
    wave_number: int,
) -> Fields:
    for question in questionnaire.questions():
        known: Mapping[str, Any] = {code: values[0] for code, values in fields.items() if values}
        if question.show_if is not None and question.code not in shown(questionnaire, known):
            continue
        if not question.required and source.random() < 0.04:
            continue
        fields[question.code] = _answer(source, question, profile, mood, wave_number)
    return fields


def _answer(source: random.Random, question: Question, profile: Profile, mood: float, wave_number: int) -> list[str]:
    if question.kind == "text":
        return [source.choice(profile.sentences) if source.random() < 0.15 else ""]
    if question.dont_know and source.random() < 0.03:
        return [DONT_KNOW]
    if question.prefer_not and source.random() < 0.01:
        return [PREFER_NOT]
    codes = [choice.code for choice in question.choices]
    if question.kind == "several":
        return source.sample(codes, source.randint(1, question.max_choices or len(codes)))
    share = profile.headline.get(question.code, 0.5)
    odds = math.log(share / (1 - share)) + profile.change.get(question.code, 0) * (wave_number - 1) + mood
    is_headline = source.random() < 1 / (1 + math.exp(-odds))
    group = [code for code in codes if (code in question.headline) == is_headline]
    # The nearer to the middle of the scale, the more common.
    steps = range(1, len(group) + 1)
    return source.choices(group, [1.0 / step for step in (steps if not is_headline else reversed(steps))])

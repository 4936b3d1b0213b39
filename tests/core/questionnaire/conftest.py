"""A small definition that is sound, for tests to break in one place at a time."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SMALL = """\
survey: safety
version: 1
languages: [sv, en]
title: {sv: Trygghet, en: Safety}
intro: {sv: Hej., en: Hello.}
scales:
  safe:
    - {code: very_safe, sv: Mycket trygg, en: Very safe}
    - {code: fairly_safe, sv: Ganska trygg, en: Fairly safe}
    - {code: unsafe, sv: Otrygg, en: Unsafe}
background:
  - code: age
    text: {sv: Ålder, en: Age}
    purpose: {sv: Jämförelse, en: Comparison}
    choices:
      - {code: 16-64, sv: 16–64, en: 16–64}
      - {code: 65-plus, sv: 65+, en: 65+}
sections:
  - code: home
    title: {sv: Hemma, en: At home}
    questions:
      - code: FEEL1
        kind: scale
        scale: safe
        core: true
        required: true
        text: {sv: Hur trygg, en: How safe}
        headline: [very_safe, fairly_safe]
        headline_text: {sv: är trygga, en: feel safe}
      - code: REP1
        kind: yes_no
        text: {sv: Anmäld, en: Reported}
        show_if: {question: FEEL1, answers: [unsafe]}
      - code: PRIO1
        kind: several
        max_choices: 2
        text: {sv: Vad först, en: What first}
        choices:
          - {code: light, sv: Ljus, en: Light}
          - {code: adults, sv: Vuxna, en: Adults}
          - {code: upkeep, sv: Skötsel, en: Upkeep}
      - code: OPEN1
        kind: text
        text: {sv: En mening, en: One sentence}
"""


@pytest.fixture(scope="session")
def small() -> str:
    return SMALL


@pytest.fixture(scope="session")
def demo_text() -> str:
    return (ROOT / "backend/demo/umea/safety-survey.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def schema_text() -> str:
    return (ROOT / "backend/surveys/survey.schema.json").read_text(encoding="utf-8")

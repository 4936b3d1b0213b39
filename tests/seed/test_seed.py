"""The demo: every stage through the services, repeatable in its answers and never in its noise."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.accounts.models import Account
from backend.audit.models import AuditEntry
from backend.budget.queries import charges_of_year
from backend.config import load_settings
from backend.core.blocks import charge, progress_rho
from backend.db import connection, database
from backend.releases.models import ProgressLook, Release
from backend.releases.queries import list_figures, release_state
from backend.seed import ACTOR, AUDITOR, EMAIL, STAGES, MovableClock, is_empty, seed_demo
from backend.surveys.queries import list_waves, plan_of, takes_answers, wave_state

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
WAVES = {
    "draft": ["draft"],
    "fielding": ["open", "closed", "closed"],
    "closed": ["closed"] * 3,
    "released": ["closed"] * 3,
}
RELEASES = {"draft": 0, "fielding": 2, "closed": 2, "released": 3}


async def seeded(database_url: str, stage: str, responses: int = 300) -> list[str]:
    """Seeds a database; returns the steps that were shown."""
    steps: list[str] = []
    settings = load_settings({"DELAKTIG_DATABASE_URL": database_url})
    async with database(database_url):
        assert await is_empty()
        await seed_demo(MovableClock(NOW), settings, steps.append, stage=stage, responses=responses)
        assert not await is_empty()
    return steps


# Two stages on PostgreSQL show that it takes the same steps.
POSTGRES = [pytest.param("postgres", stage, marks=pytest.mark.postgres) for stage in ("fielding", "released")]


@pytest.mark.parametrize(
    ("database_url", "stage"), [*(("sqlite", stage) for stage in STAGES), *POSTGRES], indirect=["database_url"]
)
async def test_a_stage_is_what_it_says(database_url: str, stage: str) -> None:
    steps = await seeded(database_url, stage)
    async with database(database_url):
        waves = await list_waves()
        assert [wave_state(wave, NOW) for wave in waves] == WAVES[stage]
        assert [release_state(release) for release in await Release.all()] == ["published"] * RELEASES[stage]
        assert {account.email for account in await Account.all()} == {EMAIL, AUDITOR}
        assert takes_answers(waves[0], NOW) is (stage == "fielding")
        if stage == "fielding":
            assert await ProgressLook.filter(wave=waves[0]).exists()
            # The newcomer can close it, prepare it and publish it: the year still allows its release.
            budget = load_settings({}).survey_budget
            spent = sum(await charges_of_year(waves[0].planned_year))
            assert spent + charge(plan_of(waves[0])) - progress_rho(plan_of(waves[0])) <= budget
        assert set(await AuditEntry.all().values_list("actor", flat=True)) == {ACTOR}
    # Steps tell what is being done and never how much of it.
    assert steps and not any(word.isdigit() for step in steps for word in step.replace("safety-", "").split())


async def test_answers_are_repeatable_and_noise_is_not(sqlite_template: Path, tmp_path: Path) -> None:
    contents, figures = [], []
    for run in ("one", "two"):
        path = tmp_path / f"{run}.sqlite3"
        shutil.copy(sqlite_template, path)
        await seeded(f"sqlite://{path}", "fielding", 120)
        async with database(f"sqlite://{path}"):
            rows = await connection().execute_query_dict(
                "SELECT substr(key, 1, 8) AS wave, week, answers FROM response"
            )
            contents.append(Counter(tuple(row.values()) for row in rows))
            figures.append([await list_figures(release) for release in await Release.all().order_by("code")])
    assert contents[0] == contents[1] and contents[0].total() == 120 + 120 + 40
    assert all(one != two for one, two in zip(*figures, strict=True))

from pathlib import Path

import pytest

from backend.core.questionnaire_file import parse_questionnaire


@pytest.fixture(scope="session")
def demo():
    path = Path(__file__).parents[3] / "backend/demo/umea/safety-survey.yaml"
    return parse_questionnaire(path.read_text(encoding="utf-8"))

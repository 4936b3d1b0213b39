"""The licence is the whole EUPL-1.2, and the package says so."""

import re
import tomllib

from tests.house_rules.tree import read


def test_the_licence_is_whole() -> None:
    text = read("LICENSE")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    articles = [int(number) for number in re.findall(r"^(\d{1,2})\. [A-Z]", text, re.MULTILINE)]
    assert articles == list(range(1, 16))
    assert re.search(r"^Appendix$", text, re.MULTILINE)
    # Many copies in circulation have lost these words of Article 13.
    assert "new versions of\nthis Licence or updated versions of the Appendix" in text


def test_the_package_names_the_same_licence() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert project["license"] == "EUPL-1.2"
    assert project["license-files"] == ["LICENSE"]

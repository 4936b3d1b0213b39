"""The one catalogue of failures: a stable word, an HTTP status and a translatable message.

Any layer raises `Problem("word", name=value)`; one handler (`web/problems.py`) makes a page or RFC 9457 JSON of it,
and the command line prints the English message and exits with `exit_code`.
"""

from typing import Any, NamedTuple


def mark(message: str) -> str:
    """Marks a message for translation without translating it yet; Babel extracts it (`-k mark`)."""
    return message


class ProblemType(NamedTuple):
    status: int
    message: str


CATALOGUE: dict[str, ProblemType] = {
    "not-found": ProblemType(404, mark("This page does not exist, or not any more.")),
    "method-not-allowed": ProblemType(405, mark("This address cannot be used in that way.")),
    "bad-request": ProblemType(400, mark("The request could not be read: %(detail)s")),
    "body-too-large": ProblemType(413, mark("That was too much at once: at most %(limit)s kB can be sent.")),
    "unsupported-media-type": ProblemType(415, mark("Send a form or JSON.")),
    "cross-site": ProblemType(403, mark("This came from another site and was not accepted.")),
    "internal": ProblemType(500, mark("Something went wrong on our side. Nothing was stored; please try again.")),
    "unavailable": ProblemType(503, mark("The service is busy right now. Please try again in a moment.")),
}


class Problem(Exception):
    """A failure that its reader can understand: `word` is a key of CATALOGUE, `values` fill its message.

    `fields` holds errors of single fields as (field name, message) for forms; messages are already marked
    English texts with their own values: `FieldError`.
    """

    def __init__(self, word: str, *, fields: "tuple[FieldError, ...]" = (), **values: Any) -> None:
        self.word = word
        self.fields = fields
        self.values = values
        super().__init__(self.english())

    @property
    def status(self) -> int:
        return CATALOGUE[self.word].status

    @property
    def message(self) -> str:
        return CATALOGUE[self.word].message

    def english(self) -> str:
        """The message in English, for logs and the command line."""
        return self.message % self.values


class FieldError(NamedTuple):
    """What is wrong with one field: `name` as the form names it, a marked message and its values."""

    name: str
    message: str
    values: dict[str, Any] = {}

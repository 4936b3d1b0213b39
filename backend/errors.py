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
    "account-invalid": ProblemType(422, mark("The account could not be made; see what is wrong below.")),
    "account-exists": ProblemType(409, mark("There is already an account for %(email)s.")),
    "sign-in-failed": ProblemType(403, mark("The e-mail address or the password is not right.")),
    "sign-in-throttled": ProblemType(
        429, mark("Too many wrong passwords. Please wait %(minutes)s min and try again.")
    ),
    "sign-in-required": ProblemType(401, mark("Please sign in first.")),
    "survey-unknown": ProblemType(404, mark("There is no survey called %(survey)s.")),
    "version-exists": ProblemType(
        409,
        mark("Version %(version)s of %(survey)s exists with other content; give the new one a higher number."),
    ),
    "no-districts": ProblemType(409, mark("No districts have been imported yet.")),
    "plan-impossible": ProblemType(409, mark("No release can be planned for %(wave)s: %(detail)s")),
    "wave-invalid": ProblemType(422, mark("The wave could not be made; see what is wrong below.")),
    "wave-dates": ProblemType(
        422, mark("The wave must end on a day that is not past, and not before the day it starts.")
    ),
    "wave-already-open": ProblemType(409, mark("The wave %(wave)s has been opened before.")),
    "wave-not-open": ProblemType(409, mark("The wave %(wave)s is not open.")),
    "wave-not-started": ProblemType(409, mark("This survey has not started yet. It opens on %(day)s.")),
    "wave-closed": ProblemType(410, mark("This survey has closed. Thank you for wanting to take part.")),
    "wave-still-open": ProblemType(
        409, mark("The wave %(wave)s still takes answers; a release can be prepared when that has ended.")
    ),
    "response-invalid": ProblemType(422, mark("Some answers need another look. Nothing has been sent yet.")),
    "response-conflict": ProblemType(
        409,
        mark(
            "Other answers have already been sent with this receipt, and they were kept as they are. "
            "To change them, withdraw them first and then answer anew."
        ),
    ),
    "response-withdrawn": ProblemType(
        410, mark("The answers with this receipt were withdrawn and are not taken again.")
    ),
    "receipt-invalid": ProblemType(
        422, mark("That is not a receipt. It has sixteen letters and digits, such as 0123-4567-89AB-CDEF.")
    ),
    "receipt-unknown": ProblemType(404, mark("No answers were found for this receipt.")),
    "budget-exhausted": ProblemType(
        409,
        mark("The privacy budget of %(year)s does not allow this: %(wanted)s is needed, %(left)s is left."),
    ),
    "release-exists": ProblemType(409, mark("The wave %(wave)s has a release already.")),
    "release-state": ProblemType(
        409, mark("The release %(release)s cannot be changed in that way as it stands now.")
    ),
    "release-withdrawn": ProblemType(410, mark("These results were withdrawn on %(day)s: %(reason)s")),
    "reason-missing": ProblemType(422, mark("Give a reason; it will be public.")),
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
        return self.message % {name: f"{v:.4f}" if isinstance(v, float) else v for name, v in self.values.items()}


class FieldError(NamedTuple):
    """What is wrong with one field: `name` as the form names it, a marked message and its values."""

    name: str
    message: str
    values: dict[str, Any] = {}  # noqa: RUF012 (a NamedTuple's default, never changed)

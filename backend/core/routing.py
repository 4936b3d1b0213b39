"""Which questions a respondent is shown, given the answers so far."""

from collections.abc import Collection, Mapping, Sequence

from backend.core.questions import Question, Questionnaire


def is_shown(question: Question, shown_before: Collection[str], answers: Mapping[str, str | Sequence[str]]) -> bool:
    """Whether `question` is asked, when of the questions before it those in `shown_before` were.

    A condition on a question that was itself not shown does not hold, whatever answer is left there from before
    the respondent changed their mind.
    """
    condition = question.show_if
    if condition is None:
        return True
    return condition.question in shown_before and answers.get(condition.question) in condition.answers


def shown(questionnaire: Questionnaire, answers: Mapping[str, str | Sequence[str]]) -> set[str]:
    """The codes of all questions that are asked of a respondent with these answers."""
    codes: set[str] = set()
    for question in questionnaire.questions():
        if is_shown(question, codes, answers):
            codes.add(question.code)
    return codes

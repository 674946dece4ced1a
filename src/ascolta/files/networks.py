"""The terms of all networks as a page for people: a table of what holds, and below it why, and where it is written."""

from collections.abc import Iterator

from ascolta.core.platform import HOUSE, PLATFORMS, UNKNOWN, Platform, terms_of

ROWS = {
    "unasked": "the brand answers people who did not speak to it",
    "tagged": "only who names or answers the account speaks to it",
    "care": "a person may help once on a complaint not said to us",
    "one_answer": "one answer each time somebody speaks to us",
    "automated": "an answer may go without a person (we never do)",
    "summoned": "a program answers only where the account was named",
    "needs": "to be on file before anything is heard",
    "names": "authors of what was not said to us are shown",
    "gone_within": "a deletion is applied within hours",
    "keep_hours": "a case is kept for hours at the most",
    "a_person_a_day": "answers to one person in a day",
    "organised": "we may judge whether talk is organised",
    "never": "never derived of a person, beside what the law names",
    "ai_needs": "to be on file before a machine words an answer",
    "says_bot": "the account says that a program is behind it",
    "hashtags": "hashtags searched in seven days",
    "rewards": "an advocate may get something for it, and says so",
}
"""Each term in a few plain words, in the order of the table."""


def page() -> str:
    """The table of all networks, and for each the terms that it sets itself, with reason and source."""
    shown = [*PLATFORMS.values(), UNKNOWN]
    return "\n".join([*_table(shown), "", *(line for one in shown for line in _own(one))]).rstrip() + "\n"


def _table(shown: list[Platform]) -> Iterator[str]:
    yield f"| | {' | '.join(one.name or 'any other' for one in shown)} |"
    yield "|---" * (len(shown) + 1) + "|"
    terms = {one.name: dict(terms_of(one)) for one in shown}
    for name, said in ROWS.items():
        yield f"| {said} | {' | '.join(_cell(name, terms[one.name][name].value) for one in shown)} |"


def _cell(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        beyond = [matter for matter in value if matter not in UNKNOWN.never.value]
        return ", ".join(beyond) or "–"
    if name in ("needs", "ai_needs"):
        return "–" if not value else "a person" if value == UNKNOWN.ai_needs.value else "its leave"
    return f"{value:g}" if isinstance(value, int | float) and value else "–"


def _own(one: Platform) -> Iterator[str]:
    own = [(name, term) for name, term in terms_of(one) if term.source != HOUSE and term != getattr(UNKNOWN, name)]
    if own:
        yield f"### {one.title}"
        yield ""
        said: dict[str, str] = {}
        for _, term in own:
            said.setdefault(term.why, term.source)
        yield from (f"- {why[0].upper()}{why[1:]} ({source})." for why, source in said.items())
        yield ""

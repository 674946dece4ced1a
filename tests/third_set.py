"""What the tests of the third set of replies share."""

from collections import Counter

from bench.replies import rows

from ascolta.core.speaking import Fact, Severity, Standing, Talk, Turn, check, verdict
from ascolta.core.speaking.told import asked


def blocked(reply: str, lang: str, text: str, *facts: str, complaint: bool | None = None) -> set[str]:
    """The rules that block a reply to one post."""
    talk = Talk(
        lang=lang,
        brand="Acme Air",
        thread=(Turn(by="customer", text=text),),
        facts=tuple(Fact(statement=fact) for fact in facts),
        standing=Standing(complaint=complaint),
    )
    return {one.rule for one in check(reply, talk) if one.severity is Severity.BLOCK}


def counted(lang: str) -> Counter[tuple[bool, bool]]:
    """How many replies in a language are bad, and blocked: four counts."""
    found: Counter[tuple[bool, bool]] = Counter()
    for row in rows(part="third"):
        if row["lang"] == lang:
            one = asked(row)
            found["fault" in row, verdict(check(one.reply, one.talk)) == "block"] += 1
    return found

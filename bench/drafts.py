"""How fast drafts are ready, for how many cases of the example day, and what the check of replies says of them.

The day is heard once, by the real pipeline; each case is then drafted for as on the desk. Sealed cases hold no words,
so they have no draft. What the check blocks is not proposed at all; what it warns of is counted.
"""

import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from ascolta import bootstrap, renewing
from ascolta.answering import lately, offered
from ascolta.core.consent import Known
from ascolta.core.days import DAY
from ascolta.core.draft import Drafted, Occasion, Thread, Voice, draft, of_mention
from ascolta.core.drafting.sound import prepare, talk_of
from ascolta.core.mention import hear
from ascolta.core.speaking import check, verdict
from ascolta.files.drafts import load_voice
from ascolta.listen import listen

OCCASION = Occasion(signed="Ruth", day=20_782)
LIMIT = 50.0
"""Milliseconds within which a draft is to be ready after its case opened."""


def threads() -> list[Thread]:
    """The threads of the example day that open a case, those that stay sealed aside."""
    found = bootstrap.found(bootstrap.example())
    heard = [
        hear(batch, found.brands, Known())
        for source in bootstrap.sources(found, [], bootstrap.Reading())
        for batch in bootstrap.batches(source)
    ]
    mentions = [mention for one in heard for mention in one.mentions if mention.opens_case]
    return [thread for thread in map(of_mention, mentions) if not thread.closed]


def at_the_desk() -> list[float]:
    """Milliseconds for the drafts of each case as the desk takes it out of a store on disk."""
    folder, at = bootstrap.example(), OCCASION.day * DAY
    found, speech, took = bootstrap.found(folder), renewing.speech(folder), list[float]()
    with tempfile.TemporaryDirectory() as place, closing(bootstrap.store(Path(place))) as store:
        for source in bootstrap.sources(found, [], bootstrap.Reading(clock=lambda: at)):
            for _ in listen(source, found.brands, store):
                pass
        for number in [case.id for case in store.cases() if case.content is not None]:
            began = time.perf_counter()
            case = store.case(number)
            if case is not None:
                offered(case, speech, (OCCASION.signed, at), lately(store, case))
            took.append(1_000 * (time.perf_counter() - began))
    return sorted(took)


def judged(thread: Thread, made: Drafted, voice: Voice) -> list[str]:
    """The verdict on each draft."""
    talk = talk_of(thread, voice, OCCASION.day)
    return [verdict(check(one.text, talk)) for one in made.drafts]


def main() -> None:
    """Print the table."""
    began = time.perf_counter()
    voice = load_voice(bootstrap.example())
    prepare(voice)
    loaded = time.perf_counter() - began
    took: list[float] = []
    verdicts: Counter[str] = Counter()
    none: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = {}
    for thread in threads():
        began = time.perf_counter()
        made = draft(thread, voice, OCCASION)
        took.append(1_000 * (time.perf_counter() - began))
        none.update([made.why] if made.why else [])
        found = judged(thread, made, voice)
        verdicts.update(found)
        own = languages.setdefault(thread.language or "?", Counter())
        own.update(["cases", *(["drafted"] if made.drafts else []), *found])
    took.sort()
    console = Console()
    table = Table(title="drafts for the cases of the example day")
    for name in ("language", "cases", "with drafts", "ok", "warn", "block"):
        table.add_column(name, justify="left" if name == "language" else "right")
    for language, own in sorted(languages.items()):
        table.add_row(language, *(str(own[name]) for name in ("cases", "drafted", "ok", "warn", "block")))
    console.print(table)
    for why, count in none.most_common():
        console.print(f"{count:5}  no draft: {why}", markup=False, highlight=False)
    console.print(
        f"a draft takes {median(took):.2f} ms (median), {took[int(0.99 * len(took))]:.2f} ms (99th of 100), "
        f"{took[-1]:.2f} ms (slowest); what is read once beforehand takes {1_000 * loaded:.0f} ms",
        highlight=False,
    )
    desk = at_the_desk()
    console.print(
        f"out of the store, as on the desk: {median(desk):.2f} ms (median), {desk[int(0.99 * len(desk))]:.2f} ms "
        f"(99th of 100), {desk[-1]:.2f} ms (slowest)",
        highlight=False,
    )
    console.print(f"within {LIMIT:g} ms: {'yes' if max(took[-1], desk[-1]) < LIMIT else 'no'}", highlight=False)


if __name__ == "__main__":
    main()

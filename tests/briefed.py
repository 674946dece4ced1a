"""A week for tests of the brief: published figures with noise, talks with their ends, and labels of cases."""

from collections.abc import Sequence
from random import Random

from ascolta.core.bound import Epoch
from ascolta.core.brief import Brief, brief
from ascolta.core.cells import Cell, Exact, Kind
from ascolta.core.checkpoint import Signer
from ascolta.core.days import DAY
from ascolta.core.insight_cases import Said
from ascolta.core.practice import Around, Dealt, End, practice
from ascolta.core.weekly import WEEK, monday
from ascolta.ports import Ledger
from ascolta.stores.checkpoints import SecondPlace
from ascolta.stores.journal import MemoryJournal
from ascolta.stores.ledger import MemoryLedger

TOPICS = ("refunds", "bags", "delays", "check-in", "app", "food")
LONG = "The Extraordinarily Long Named Airline Company of Port Halden"
FIRST = monday("2026-W47") or 0
INTENTS = ("question", "request", "praise", "other", "suggestion")
TONES = ("negative", "negative", "neutral", "positive")
_USUAL = (80, 60, 140, 45, 90, 12)
_NOW = (2.0, 0.55, 1.0, 1.0, 1.0, 1.0)


def publish(ledger: Ledger, first: int, topics: Sequence[str] = TOPICS, weeks: int = 5) -> None:
    """The week and those before: more talk of the first topic, less of the second, too little of the last to show."""
    draw = Random(3)
    for day in range(first - WEEK * (weeks - 1), first + WEEK):
        ledger.begin(Epoch(brand="acme", day=day, run=b"r", at=float(day * DAY), topics=tuple(topics)))
        counts = {(Kind.DAY, ""): round(draw.gauss(430, 25) * (1.15 if day >= first else 1))}
        for topic, usual, times in zip(topics, _USUAL, _NOW, strict=True):
            counts[Kind.TOPIC, topic] = round(draw.gauss(usual, 6) * (times if day >= first else 1))
        cells = {Cell(brand="acme", day=day, kind=kind, part=part): Exact(n) for (kind, part), n in counts.items()}
        ledger.add(b"r", cells)
        ledger.close_cells(float((day + 1) * DAY))


def figures(topics: Sequence[str] = TOPICS) -> Ledger:
    """A ledger of these figures."""
    ledger = MemoryLedger(Random(3).getrandbits)
    publish(ledger, FIRST, topics)
    return ledger


def journal() -> MemoryJournal:
    """A journal that is empty yet."""
    return MemoryJournal(Signer(name="ascolta/test", seed=bytes(range(32))), SecondPlace(None))


def talks() -> list[Dealt]:
    """A hundred and more who spoke to us, most of them answered, and a few who were answered unasked."""
    draw, found = Random(5), list[Dealt]()
    for _ in range(118):
        at, waited = FIRST * DAY + draw.random() * WEEK * DAY, draw.expovariate(1 / 2_400)
        end = End.ANSWERED if draw.random() < 0.86 else draw.choice([End.WAITING, End.LEFT, End.GONE])
        said = (at + waited,) if end is End.ANSWERED else ()
        found.append(Dealt(complaint=draw.random() < 0.38, end=end, asked=at, said=said))
    for number in range(19):
        said = (FIRST * DAY + 900.0,) if number < 6 else ()
        end = End.ANSWERED if said else End.LEFT
        found.append(Dealt(addressed=False, complaint=True, end=end, asked=FIRST * DAY + 5.0, said=said))
    return found


def spoken(topics: Sequence[str] = TOPICS) -> list[Said]:
    """Labels of cases of the four weeks to the week's end."""
    draw, until = Random(7), float((FIRST + WEEK) * DAY)
    return [
        Said(
            at=until - draw.random() * 28 * DAY,
            topics=(draw.choice(topics[:5]),),
            intent=draw.choice(INTENTS),
            tone=draw.choice(TONES),
        )
        for _ in range(320)
    ]


def week(topics: Sequence[str] = TOPICS, name: str = "Acme Air") -> Brief:
    """The brief of that week."""
    dealt = talks()
    acts = dealt, practice(dealt, Around(mentions=3_400, quiet=3_282))
    return brief((name, topics), FIRST, figures(topics).entries("acme"), acts, spoken(topics))

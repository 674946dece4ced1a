"""People who praise the brand, for tests about advocates: labels that are easy to foresee, and the way to a yes."""

from collections.abc import Sequence

from ascolta.briefing import Order
from ascolta.core.advocate import Scope, Terms, Wanted
from ascolta.core.case import CaseKind
from ascolta.core.days import DAY
from ascolta.core.label import Ask, Label, Labels
from ascolta.core.mention import Brands
from ascolta.core.post import Actor, Post
from ascolta.helping import Asking, Narrower, agree, ask
from ascolta.outbox import send
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.stores.advocates import Advocates
from tests.conftest import ACME, NOW, OTHER, act, keep, published

ANN = Actor(id="id-ann", handle="@Canary_Ann")
SCOPE = Scope(
    name="corrections", purpose={"en": "passing on corrections", "de": "Richtigstellungen"}, networks=("x",), most=2,
    within=30 * DAY, lasts=180 * DAY,
)  # fmt: skip
WANTED = Wanted(scope=SCOPE, about="lunaro 1")
ORDER = Order(brand=ACME, wanted=WANTED, statement={"en": "We stay in Lunaro."}, by="Ann")
TERMS = Terms(
    scope="corrections", purpose="passing on corrections", language="en", networks=("x",), most=2, within=30 * DAY,
    until=NOW + 180 * DAY, disclosure="Say that we asked.", wording="Would you? Say that we asked.",
)  # fmt: skip


def praise(asks: Sequence[Ask]) -> list[Labels]:
    """`to` or `nein` makes a post addressed, `thanks` praise, `bad` a complaint, `kid` sensitive, `hallo` German."""
    return [tuple(_label(name, value) for name, value in _said(f" {asked.text} ")) for asked in asks]


def brands() -> Brands:
    """The two brands of all tests, with these labels."""
    return Brands([ACME, OTHER], praise)


def asked(store: Store, advocates: Advocates, post: str = "1", author: Actor = ANN, at: float = NOW) -> int:
    """Somebody praises us, is asked, and people approve that; the number of the case."""
    keep(store, brands(), published(post, "thanks to acme", at=at, author=author), at=at)
    number = max(case.id for case in store.cases())
    ask(store, advocates, Asking(case=number, scope=SCOPE, brand=ACME, by="Carla"), at)
    act(store, number, CaseKind.APPROVED, by="Bob", at=at)
    return number


def sent(store: Store, at: float = NOW) -> TwinNetwork:
    """What was approved goes out; the network on which it stands."""
    twin = TwinNetwork("x")
    send(store, {"x": twin}, {"acme": ACME}, at)
    return twin


def agreed(store: Store, advocates: Advocates, post: str = "1", author: Actor = ANN, at: float = NOW) -> str:
    """Somebody praises us, is asked and says yes ten seconds later; the name of their record."""
    asked(store, advocates, post, author, at)
    sent(store, at)
    return said_yes(store, advocates, f"{post}-yes", author, at + 10)


def said_yes(store: Store, advocates: Advocates, post: str, author: Actor = ANN, at: float = NOW + 10) -> str:
    """Somebody says yes to us, and it is noted."""
    keep(store, brands(), published(post, "yes to acme, gladly", at=at, author=author), at=at)
    number = max(case.id for case in store.cases())
    return agree(store, advocates, number, Narrower(), ("Carla", at)).ref


def yes_post(post: str, author: Actor = ANN) -> Post:
    """The post of a yes, as its network has it."""
    found = published(post, "yes to acme, gladly", author=author).post
    assert found is not None
    return found


def _said(text: str) -> list[tuple[str, str]]:
    glad = " thanks " in text
    found = [
        ("language", "de" if " hallo " in text else "pl" if " czesc " in text else "en"),
        ("addressed", "yes" if " to " in text or " nein " in text else "no"),
        ("complaint", "yes" if " bad " in text else "no"),
        ("polarity", "positive" if glad else "negative" if " bad " in text else "neutral"),
        ("intent", "praise" if glad else "other"),
        ("offensive", "yes" if " damn " in text else "no"),
    ]
    return [*found, *([("sensitive", "minors")] if " kid " in text else [])]


def _label(name: str, value: str) -> Label:
    return Label(name=name, value=value, score=1, by="test")

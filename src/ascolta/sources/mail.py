"""A mailbox (IMAP) to which people write, or to which mentions are passed on. It is read and left as it is.

The cursor is the number of the last mail that was looked at, with what the folder's numbers are good for
(UIDVALIDITY). Where they are given anew it is gone on by date, and a hash of 32 bits of each of the last mails, with a
salt of its own, keeps those from being told twice. A mail's id is its place and such a hash, so how it stands can be
asked without keeping anything of mails that were not said to us. A mail that is no longer in the folder is gone.

Nobody is answered here: an answer by mail is sent by another server, as another channel, and may be lost unseen.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.bells import Bell
from ascolta.sources.chance import Chance, Secrets, Stream
from ascolta.sources.cursors import read
from ascolta.sources.live import Page
from ascolta.sources.mail_folder import Folder, Reading
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import mail as native
from ascolta.sources.natives.mail import Box, Letter
from ascolta.sources.reach import Server, safe_secret

log = logging.getLogger("ascolta.sources")

PORTS = {"imaps": 993, "imap": 143}
FIRST = 86_400.0
"""How far back, in seconds, a mailbox is heard that was never heard before."""

PAGE = 50
"""Mails that are asked for at once."""

REMEMBERED = 500
"""Mails that are known again after their numbers were given anew."""

DECLARED = Declared(
    network="mail",
    title="Mail (IMAP)",
    hears="mails of people in one folder of a mailbox, every 30 seconds or when one arrives",
    addressed="every mail that a person wrote to it; never a mention that was passed on to it",
    edits="",
    deletions="whenever a mail is asked for again: it is no longer in the folder",
    reads=(),
    streams=True,
)


class _Place(msgspec.Struct, frozen=True):
    """A cursor: the last number, what it is good for, when that mail arrived, the salt, and what is known again."""

    validity: int
    uid: int
    arrived: float
    salt: str
    seen: list[str] = []


@dataclass(frozen=True, slots=True)
class _Id:
    """A mail's id: a hash of the folder that it is in, what its number is good for, the number, a hash of its name."""

    folder: str
    validity: int
    uid: int
    name: str

    def __str__(self) -> str:
        return f"{self.folder}-{self.validity}-{self.uid}-{self.name}"


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Mail":
    """A mailbox as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    port = PORTS.get(named.address.partition(":")[0], 0)
    private = named.said("private") == "yes"
    server = Server(who=source.path, url=named.address, schemes=("imaps", "imap"), port=port, private=private)
    account, secret = named.said("account"), safe_secret(source.path, secrets["token"])
    own = _addresses(source.path, named.said("own", account))
    forwards = _addresses(source.path, named.said("forwards", "none"))
    name = named.said("folder", "INBOX")
    folder = Folder(server=server, name=name, user=account, password=secret, bearer=named.said("by") == "oauth")
    return Mail(folder, Box(brand=brand, own=own, forwards=forwards), chance, at_once=named.said("at_once") != "no")


def _addresses(who: str, said: str) -> tuple[str, ...]:
    found = tuple(fold(one) for one in said.split(",") if one and one != "none")
    if any(one.count("@") > 1 for one in found):
        raise AscoltaError(f"{who}: addresses stand one after the other with commas between, such as care@acme.example")
    return found


class Mail:
    """One folder of a mailbox."""

    declared = DECLARED
    speaker = None

    def __init__(self, folder: Folder, box: Box, chance: Chance, *, at_once: bool) -> None:
        self.folder, self.box, self.chance = folder, box, chance
        self.set_aside = 0
        self.streams: Sequence[Stream] = (Bell(folder, chance),) if at_once else ()
        place = f"{folder.server.url}\0{folder.user}\0{folder.name}"
        self.place = native.short(place.encode("utf-8", "replace"))

    @property
    def network(self) -> str:
        """What it is a source of."""
        return DECLARED.network

    @property
    def lookup(self) -> "Mail":
        """Itself."""
        return self

    @property
    def budget(self) -> Budget:
        """It says nothing of limits."""
        return Budget()

    def probe(self) -> None:
        """Look at the folder."""
        with self.folder.opened():
            pass

    def rings(self, name: str) -> bool:
        """Whatever the bell says: something happened in the folder."""
        return True

    def event(self, name: str, data: str) -> Event | None:
        """Nothing is told beside the mails."""
        return None

    def pages(self, cursor: str) -> Iterator[Page]:
        """The mails after a cursor, in the order in which they came."""
        place = read(self.folder.who, cursor, _Place)
        with self.folder.opened() as reading:
            numbers, since = self._wanted(reading, place)
            salt = place.salt if place else f"{int(self.chance.draw() * (1 << 32)):08x}"
            now = place or _Place(reading.validity, 0, since, salt)
            if now.validity != reading.validity:
                now = msgspec.structs.replace(now, validity=reading.validity, uid=0)
            for at in range(0, max(1, len(numbers)), PAGE):
                asked = numbers[at : at + PAGE]
                letters, seen, events = reading.letters(asked), list(now.seen), list[Event]()
                for uid, letter in letters.items():
                    name = native.short(native.name_of(letter.head), salt)
                    if name not in seen and letter.arrived >= since:
                        events += self._events(reading, uid, letter)
                    seen.append(name)
                last = at + PAGE >= len(numbers)
                now = _Place(
                    reading.validity,
                    max(now.uid, reading.next - 1 if last else 0, *asked),
                    max([now.arrived, *(letter.arrived for letter in letters.values())]),
                    salt,
                    list(dict.fromkeys(reversed(seen)))[REMEMBERED - 1 :: -1],
                )
                yield Page(events=events, cursor=msgspec.json.encode(now).decode())

    def again(self, post_id: str) -> Post | None:
        """A mail as it lies there; None if it does no more. Raises SourceError if that cannot be told."""
        asked = _id(post_id)
        if asked is None or asked.folder != self.place:
            raise SourceError(f"{self.folder.who} is not where this mail was", retry=False)
        with self.folder.opened() as reading:
            if reading.validity != asked.validity:
                raise SourceError(f"{self.folder.who} was numbered anew, so nobody can tell how it stands", retry=False)
            letter = reading.letters([asked.uid]).get(asked.uid)
        if letter is None or native.short(native.name_of(letter.head)) != asked.name:
            return None
        try:
            return native.post(letter, post_id, self.box)
        except UnreadableError:
            raise SourceError(f"{self.folder.who} gave a mail that cannot be read", retry=False) from None

    def owns(self, post_id: str) -> bool:
        """Whether a mail of this id is in this folder."""
        asked = _id(post_id)
        return asked is not None and asked.folder == self.place

    def _wanted(self, reading: Reading, place: _Place | None) -> tuple[list[int], float]:
        """The numbers of mails to look at, and since when they must have arrived; 0: whenever."""
        if place is None:
            since = self.chance.clock() - FIRST
            return reading.since(since), since
        if place.validity != reading.validity:
            log.warning("a mailbox was numbered anew", extra={"said": {"source": self.folder.who}})
            since = place.arrived - FIRST
            return reading.since(since), since
        return reading.after(place.uid), 0.0

    def _events(self, reading: Reading, uid: int, letter: Letter) -> Iterator[Event]:
        number = _Id(self.place, reading.validity, uid, native.short(native.name_of(letter.head)))
        try:
            post = native.post(letter, str(number), self.box)
        except UnreadableError:
            self.set_aside += 1
            return
        if post is not None:
            yield Event(kind=EventKind.PUBLISHED, network=DECLARED.network, post=post)


def _id(post_id: str) -> _Id | None:
    parts = post_id.split("-")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts[1:3]):
        return None
    return _Id(parts[0], int(parts[1]), int(parts[2]), parts[3])

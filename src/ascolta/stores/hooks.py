"""How far each program outside was told of the journal: a file of its own, or memory. Addresses are never kept."""

from pathlib import Path

from ascolta.core.hooks import Place
from ascolta.core.inventory import Tables, Term, declared
from ascolta.stores.own import OwnFile

FILE = "hooks.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS hooks (
    brand TEXT, hook TEXT, next INTEGER NOT NULL, tries INTEGER NOT NULL, due REAL NOT NULL, note TEXT NOT NULL,
    told INTEGER NOT NULL, dead INTEGER NOT NULL, PRIMARY KEY (brand, hook)) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "hooks": declared(
        Term.REPLACED,
        brand=("a brand", "to tell whose it is"),
        hook=("the name of a program that is told", "to tell one from another"),
        next=("the number of an entry of the journal", "to go on from there"),
        tries=("how often that was tried", "to wait longer each time"),
        due=("when it is tried again", "to wait until then"),
        note=("why it was not taken", "to mend it"),
        told=("how many events it was told", "to see that it works"),
        dead=("how many it could not be told", "to see that it does not"),
    )
}
"""What the file holds."""


class Followed:
    """How far each hook of each brand was told. `folder` None keeps it in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "how far programs were told", _TABLES)

    def place(self, brand: str, hook: str, size: int) -> Place:
        """How far a hook was told; a new one begins where the journal ends now, and so does one that is beyond it."""
        found = self.known(brand, hook)
        if found is not None and found.next <= size:
            return found
        begun = Place(next=size)
        self.keep(brand, hook, begun)
        return begun

    def known(self, brand: str, hook: str) -> Place | None:
        """The same without beginning anything; None if it was never told."""
        asked = "SELECT next, tries, due, note, told, dead FROM hooks WHERE brand = ? AND hook = ?"
        with self._file.transaction("BEGIN") as (db, _):
            row = db.execute(asked, (brand, hook)).fetchone()
        if row is None:
            return None
        following, tries, due, note, told, dead = row
        return Place(next=following, tries=tries, due=due, note=note, told=told, dead=dead)

    def keep(self, brand: str, hook: str, place: Place) -> None:
        """Note how far a hook was told."""
        row = (brand, hook, place.next, place.tries, place.due, place.note, place.told, place.dead)
        with self._file.transaction() as (db, _):
            db.execute("INSERT OR REPLACE INTO hooks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

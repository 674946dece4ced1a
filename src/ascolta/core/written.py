"""In which words, and where, the author of a query wrote each part of it."""

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

from ascolta.core.lex import Token, lex
from ascolta.core.query import Not, Query, leaves

SHOWN = 60
"""Of a part, so many characters are shown at most."""


class Written:
    """The words in which each term of a query was written, and where."""

    def __init__(self, query: Query, text: str | None, names: Mapping[str, Query]) -> None:
        self.text, self.tokens = text or "", list[Token]()
        for token in lex(text) if text is not None else ():
            named = names.get(token.text[2:]) if token.text.startswith("@@") else None
            self.tokens += [token] * (token.kind == "term") * (1 if named is None else len(leaves(named)))
        if len(self.tokens) != len(leaves(query)):
            self.tokens = []
        self.sizes = Counter(token.column for token in self.tokens)

    def column(self, place: int) -> int | None:
        """Where a term stands."""
        return self.tokens[place].column if self.tokens else None

    def named(self, place: int, part: Query) -> bool:
        """Whether all of a part stands in one sub-query."""
        if not self.tokens or not self.tokens[place].text.startswith("@@"):
            return False
        return self.tokens[place] is self.tokens[place + len(leaves(part)) - 1]

    def same_name(self, *parts: tuple[Query | None, int]) -> bool:
        """Whether all of some parts stand in one and the same sub-query."""
        known = [(part, place) for part, place in parts if part is not None]
        columns = {self.column(place) for _, place in known}
        return len(columns) == 1 and all(self.named(place, part) for part, place in known)

    def show(self, part: Query | None, place: int) -> str:
        """A part as its author wrote it, if it is one term."""
        if part is None:
            return ""
        if isinstance(part, Not):
            inside = self.show(part.part, place)
            return f"'NOT {inside[1:]}" if inside.startswith("'") else inside
        written = self._written(part, place) or str(part)
        within = ""
        if self.named(place, part) and self.sizes[self.tokens[place].column] != len(leaves(part)):
            written, within = str(part), f" in {self.tokens[place].text}"
        return (f"'{written}'" if len(written) <= SHOWN else f"'{written[: SHOWN - 1]}…'") + within

    def _written(self, part: Query, place: int) -> str:
        """The author's own words for a part; empty where brackets or a comment stand in the way."""
        if not self.tokens:
            return ""
        first, last = self.tokens[place], self.tokens[place + len(leaves(part)) - 1]
        said = self.text[first.column - 1 : last.column - 1 + len(last.text)]
        depths = list(accumulate((char == "(") - (char == ")") for char in said))
        sound = min(depths) == 0 == depths[-1] and "//" not in said and "<<<" not in said
        return " ".join(said.split()) if sound else ""

"""A sentence that remembers how it was made, so that a page can say it in another language.

Everywhere else it is the English sentence that it reads as.
"""

from collections.abc import Mapping
from typing import Self


def mark(sentence: str) -> str:
    """A sentence, or the template of one, that a page looks up in its reader's language."""
    return sentence


def marks(one: str, many: str) -> tuple[str, str]:
    """The same for one and for more; `%(num)s` is the count."""
    return one, many


class Saying(str):
    """A sentence with values in its places, as `%(name)s`; a percent sign in it is `%%`.

    `template` is the sentence without its values. Where it counts something, `many` is how it reads for more than one.
    Several values of one place are a tuple. A value named `why` is a sentence of ours, too, and `grade` is a grade.
    """

    __slots__ = ("many", "number", "template", "values")
    template: str
    many: str
    number: int
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """The sentence, filled."""
        return cls._made(template % _filling(values), (template, "", 1), values)

    @classmethod
    def of(cls, one: str, many: str, count: int, /, **values: object) -> Self:
        """The sentence for one or for more; `%(num)s` is the count."""
        values = {"num": count, **values}
        return cls._made((one if count == 1 else many) % _filling(values), (one, many, count), values)

    @classmethod
    def _made(cls, said: str, made: tuple[str, str, int], values: dict[str, object]) -> Self:
        new = super().__new__(cls, said)
        new.template, new.many, new.number = made
        new.values = values
        return new


def _filling(values: Mapping[str, object]) -> dict[str, object]:
    return {name: " and ".join(map(str, one)) if isinstance(one, tuple) else one for name, one in values.items()}

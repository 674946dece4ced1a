"""In which language and time zone a page is written: those of whoever reads it.

Sentences are looked up in GNU gettext catalogues under `locales/`; English is the source, so it has none. Dates and
numbers are written as the Unicode CLDR says, by Babel.
"""

import gettext as gnu
import io
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locales"

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "pt": "Português",
}
"""The languages of the desk, by their codes."""

_CLDR = {"en": "en_GB", "pt": "pt_PT"}
_ZONE = re.compile(r"[A-Za-z]{1,20}(?:[/_+-][A-Za-z0-9]{1,20}){0,5}", re.ASCII)
_ASKED = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever reads a page: the code of their language and the IANA name of their time zone."""

    lang: str = "en"
    zone: str = "UTC"


NOBODY = Reader()
"""Who reads where nobody said anything."""

_reader: ContextVar[Reader] = ContextVar("reader", default=NOBODY)


def reader() -> Reader:
    """Who reads what is being written."""
    return _reader.get()


def read_by(who: Reader) -> None:
    """From here on, in this request, pages are written for somebody."""
    _reader.set(who)


def reader_of(lang: str, zone: str, asked: str = "") -> Reader:
    """Who reads: by what they chose, else by what their browser asks for (`Accept-Language`, RFC 9110, 12.5.4)."""
    chosen = lang if lang in LANGUAGES else _negotiated(asked)
    return Reader(lang=chosen, zone=zone if is_zone(zone) else "UTC")


def is_zone(name: str) -> bool:
    """Whether a time zone of this name is known."""
    return _ZONE.fullmatch(name) is not None and _zone(name) is not None


def gettext(message: str, /, **values: object) -> str:
    """A sentence in the reader's language, with the values in its places, as `%(name)s`; a percent sign is `%%`."""
    return _catalogue(reader().lang).gettext(message) % values


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """A sentence for one or for more, in the reader's language; `%(num)s` is the count."""
    return _catalogue(reader().lang).ngettext(one, many, count) % {"num": number(count), **values}


def plain(message: str) -> str:
    """A sentence as it stands in the catalogue, its places not filled: what templates fill themselves."""
    return _catalogue(reader().lang).gettext(message) if message else ""


def plain_many(one: str, many: str, count: int) -> str:
    """The same for one or for more."""
    return _catalogue(reader().lang).ngettext(one, many, count)


def local(at: float) -> datetime:
    """A time, in seconds since 1970 UTC, where the reader is."""
    return datetime.fromtimestamp(at, _zone(reader().zone) or UTC)


def stamp(said: str) -> float:
    """Seconds since 1970 UTC of a time that the reader says by their own clock. Raises ValueError."""
    when = datetime.fromisoformat(said)
    return (when if when.tzinfo else when.replace(tzinfo=_zone(reader().zone) or UTC)).timestamp()


def dated(when: date, length: str = "long") -> str:
    """A day, `short`, `medium`, `long` or `full`, as CLDR writes it in the reader's language."""
    return format_date(when, length, locale=locale())


def number(value: float, places: int = 0) -> str:
    """A number in the reader's language, rounded."""
    digits = "0" * places
    pattern = f"#,##0.{digits}" if places else "#,##0"
    return format_decimal(round(value, places), format=pattern, locale=locale())


def percent(value: float, places: int = 0) -> str:
    """A number of percent, such as `58 %`."""
    return f"{number(value, places)}\N{NO-BREAK SPACE}%"


def locale() -> Locale:
    """How the reader's language writes dates, numbers and names."""
    return _locale(reader().lang)


def listed(words: Sequence[str]) -> str:
    """Some words as an enumeration, such as `refunds, delays and luggage`."""
    return format_list(list(words), locale=locale()) if words else ""


def language(code: str) -> str:
    """What a language is called in the reader's own; the code where it has no name."""
    return str(locale().languages.get(code, code))


@lru_cache(maxsize=16)
def _locale(lang: str) -> Locale:
    return Locale.parse(_CLDR.get(lang, lang))


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


def forget() -> None:
    """Have the catalogues read anew when a page needs them."""
    _catalogue.cache_clear()


@lru_cache(maxsize=16)
def _catalogue(lang: str) -> gnu.NullTranslations:
    """The sentences of a language; nothing is translated where it has none."""
    path = LOCALES / f"{lang}.po"
    if not path.is_file():
        return gnu.NullTranslations()
    with path.open("rb") as source:
        found = read_po(source, locale=lang)
    compiled = io.BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def _negotiated(asked: str) -> str:
    found = [one for part in asked[:200].split(",") if (one := _ASKED.fullmatch(part))]
    order = sorted(found, key=lambda one: -float(one[2] or 1))
    return negotiate_locale([one[1].lower() for one in order if one[2] != "0"], list(LANGUAGES)) or "en"

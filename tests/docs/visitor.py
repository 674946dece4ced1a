"""Somebody with a browser at a desk that runs: they open links and press buttons by the words on them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx2


@dataclass(slots=True)
class Form:
    """A form of a page: where it leads, what is filled in, and its buttons with where they lead."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class Seen(HTMLParser):
    """A page: its words, its links and its forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.words = ""
        self._open: list[tuple[str, dict[str, str], int]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, a field of one, or a thing whose words count."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag in ("input", "textarea") and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        if tag in ("a", "button"):
            self._open.append((tag, given, len(self.words)))

    def handle_endtag(self, tag: str) -> None:
        """A link or a button ends, and its words are known."""
        if self._open and self._open[-1][0] == tag:
            _, given, begins = self._open.pop()
            words = " ".join(self.words[begins:].split())
            if tag == "a":
                self.links.append((words, given.get("href", "")))
            elif self.forms:
                self.forms[-1].buttons[words] = given.get("formaction", self.forms[-1].action)

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words += data


class Visitor:
    """Somebody at the desk. What they look for must be there."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        home = f"{parts.scheme}://{parts.netloc}"
        self._line = httpx2.Client(base_url=home, headers={"origin": home}, follow_redirects=True, timeout=60)
        self.seen = Seen("")
        self.url = ""
        self.open(parts.path)

    def open(self, path: str) -> None:
        """Open an address."""
        self._see(self._line.get(path))

    def follow(self, words: str) -> None:
        """Follow the link that says so, among other things."""
        found = [target for said, target in self.seen.links if words in said]
        assert found, f"no link says '{words}': {[said for said, _ in self.seen.links]}"
        self.open(found[0])

    def press(self, words: str, **typed: str) -> None:
        """Press the button that says so, with what was typed into the fields beside it."""
        found = [form for form in self.seen.forms if words in form.buttons]
        assert found, f"no button says '{words}': {[said for form in self.seen.forms for said in form.buttons]}"
        assert typed.keys() <= found[0].fields.keys(), found[0].fields.keys()
        self._see(self._line.post(found[0].buttons[words], data={**found[0].fields, **typed}))

    def close(self) -> None:
        """Close the browser."""
        self._line.close()

    def _see(self, answer: httpx2.Response) -> None:
        assert answer.status_code == 200, f"{answer.status_code} at {answer.url}"
        self.seen, self.url = Seen(answer.text), answer.url.path

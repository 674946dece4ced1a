"""What a sealed case says of itself: one sentence made of labels, never of the post's own words."""

from collections.abc import Sequence

_TONES = {"negative": "angry or disappointed", "neutral": "matter-of-fact", "positive": "friendly"}
_LANGUAGES = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch",
}  # fmt: skip


def gist(labels: Sequence[tuple[str, str]], network: str) -> str:
    """As in: Somebody complains about luggage in Spanish on mastodon; the tone is angry or disappointed."""
    said: dict[str, list[str]] = {}
    for name, value in labels:
        said.setdefault(name, []).append(value)
    what = "Somebody complains" if said.get("complaint") == ["yes"] else "Somebody speaks"
    topics = [topic.replace("-", " ").replace("_", " ") for topic in said.get("topic", [])]
    about = f" about {_listed(topics)}" if topics else ""
    language = next((_LANGUAGES[code] for code in said.get("language", []) if code in _LANGUAGES), "")
    spoken = f" in {language}" if language else ""
    tone = next((_TONES[value] for value in said.get("polarity", []) if value in _TONES), "")
    ending = f"; the tone is {tone}." if tone else "."
    return f"{what}{about}{spoken} on {network}{ending}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

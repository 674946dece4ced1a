"""In which streams a mention counts beside *all* and what was decided: by its labels, one for each topic as well."""

from ascolta.core.label import Labels, values

_LABELLED = {
    "negative": ("polarity", "negative"),
    "complaint": ("complaint", "yes"),
    "addressed": ("addressed", "yes"),
}


def streams(labels: Labels) -> list[str]:
    """The names of the streams, such as `complaint` and `topic:refund`."""
    said = {(label.name, label.value) for label in labels}
    found = [stream for stream, pair in _LABELLED.items() if pair in said]
    return found + [f"topic:{topic}" for topic in values(labels, "topic")]

"""In which streams a mention counts beside *all* and what was decided: by its labels, one for each topic as well."""

from ascolta.core.label import Labels, says, values

_LABELLED = {
    "negative": ("polarity", "negative"),
    "complaint": ("complaint", "yes"),
    "addressed": ("addressed", "yes"),
}


def streams(labels: Labels) -> list[str]:
    """The names of the streams, such as `complaint` and `topic:refund`."""
    found = [stream for stream, (name, value) in _LABELLED.items() if says(labels, name, value)]
    return found + [f"topic:{topic}" for topic in values(labels, "topic")]

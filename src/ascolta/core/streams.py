"""In which streams a mention counts beside *all* and what was decided: by its labels, one for each topic as well."""

from ascolta.core.label import Labels

_LABELLED = {
    ("polarity", "negative"): "negative",
    ("complaint", "yes"): "complaint",
    ("addressed", "yes"): "addressed",
}


def streams(labels: Labels) -> list[str]:
    """The names of the streams, such as `complaint` and `topic:refund`."""
    found = list[str]()
    for label in labels:
        if label.name == "topic":
            found.append(f"topic:{label.value}")
        elif (stream := _LABELLED.get((label.name, label.value))) is not None and stream not in found:
            found.append(stream)
    return found

"""Who looks at which case right now: kept in memory for half a minute, and nowhere else."""

import threading

LOOKS = 30.0
"""For so many seconds somebody who opened a case, or told that they still look, counts as looking."""


class Presence:
    """Names by case, each with when it was last told."""

    def __init__(self) -> None:
        self._alone = threading.Lock()
        self._seen: dict[int, dict[str, float]] = {}

    def note(self, number: int, who: str, at: float) -> None:
        """That somebody looks at a case."""
        with self._alone:
            self._seen = {
                case: left
                for case, names in self._seen.items()
                if (left := {name: seen for name, seen in names.items() if seen > at - LOOKS})
            }
            if who:
                self._seen.setdefault(number, {})[who] = at

    def others(self, number: int, who: str, at: float) -> tuple[str, ...]:
        """Who else looks at a case."""
        with self._alone:
            here = dict(self._seen.get(number, {}))
        return tuple(sorted(name for name, seen in here.items() if seen > at - LOOKS and name != who))

    def sign(self, at: float) -> str:
        """A value that changes when somebody comes or goes."""
        with self._alone:
            all_of = [(case, name, seen) for case, names in self._seen.items() for name, seen in names.items()]
        return ",".join(sorted(f"{case}:{name}" for case, name, seen in all_of if seen > at - LOOKS))

"""The figures of `ascolta audit` on a public history, counted again from the file itself, by nothing of Ascolta.

    python bench/practice_check.py THREADS.jsonl.gz MARKS.jsonl

MARKS says of each post what a labeller or the check of answers said: addressed, complaint, stop, hands, personal.
"""

import gzip
import json
import math
import sys
from collections import defaultdict
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any


def count(threads: str, marks: str) -> dict[str, Any]:  # noqa: C901 - all in one place, so that it is read at once
    """All figures."""
    mark = {row["id"]: row for row in map(json.loads, Path(marks).read_text(encoding="utf-8").splitlines())}
    posts: dict[str, Any] = {}
    for row in map(json.loads, gzip.decompress(Path(threads).read_bytes()).decode().splitlines()):
        if row["text"] is not None and row["id"] not in posts:
            name, month, number, clock, zone, year = row["published"].split()
            row["at"] = parsedate_to_datetime(f"{name}, {number} {month} {year} {clock} {zone}").timestamp()
            posts[row["id"]] = row

    def ups(one: str) -> list[str]:
        parent = posts[one]["in_reply_to"]
        return [parent, *ups(parent)] if parent in posts else []

    above, ours = {one: ups(one) for one in posts}, {one for one in posts if posts[one]["brand_account"]}
    root = {one: [one, *above[one]][-1] for one in posts}
    order = {one: (posts[one]["at"], len(above[one]), place) for place, one in enumerate(posts)}
    to = {one: next(up for up in above[one] if up not in ours) for one in ours if set(above[one]) - ours}
    talks: dict[Any, Any] = defaultdict(lambda: ([], []))
    for one in sorted(posts, key=order.__getitem__):
        if one in to or one not in ours:
            talks[root[one], posts[to.get(one, one)]["author"]][one in ours].append(one)
    spoke = {one for one in posts if one not in ours and (mark[one]["addressed"] or ours & set(above[one][:1]))}
    here = {(root[one], posts[one]["author"]) for one in ours}
    stops = [(posts[one]["author"], by, order[one]) for one in posts for top, by in here
             if top == root[one] and mark[one]["stop"]]  # fmt: skip
    out, waits, hours = defaultdict[str, Any](int), defaultdict[str, Any](list), (set[int](), set[int]())
    for (_, person), (theirs, answers) in talks.items():
        before = [one for one in theirs if not answers or order[one] < order[answers[0]]]
        begun = next((one for one in before if one in spoke), None)
        complains = any(mark[one]["complaint"] for one in before)
        for kind in [name for name, holds in (("addressed", True), ("complaints", complains)) if begun and holds]:
            out[kind] += 1
            out[f"{kind} answered"] += bool(answers)
            waits[kind] += [max(0.0, posts[one]["at"] - posts[str(begun)]["at"]) for one in answers[:1]]
        for told, some in zip(hours, ([begun] if begun else [], answers), strict=True):
            told.update(int(posts[one]["at"] % 86400 // 3600) for one in some)
        last: dict[Any, float] = {}
        for one in answers:
            by, at = posts[one]["author"], posts[one]["at"]
            out["second answers"] += at - last.get((to[one], by), at) > 300
            last[to[one], by] = at
            out["after stop"] += any((who, by) == (person, name) and order[one] > when for who, name, when in stops)
        hands, personal = (sum(mark[one][name] for one in answers) for name in ("hands", "personal"))
        for name, number in (
            ("talks", 1), ("mentions", len(theirs)), ("quiet", not begun), ("uninvited", not begun and bool(answers)),
            ("answers", len(answers)), ("hand-overs", hands), ("handed", hands > 0), ("personal", personal),
        ):  # fmt: skip
            out[name] += number
    for kind, found in waits.items():
        for name, share in (("median", 0.5), ("p90", 0.9)):
            out[f"{kind} {name}"] = sorted(found)[math.ceil(share * len(found)) - 1]
    return {**out, "hours asked": len(hours[0]), "hours answered": len(hours[0] & hours[1])}


if __name__ == "__main__":
    print(json.dumps(count(*sys.argv[1:3])))

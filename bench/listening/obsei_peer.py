"""Obsei 1.x on the same lines. Runs in an interpreter of its own that has Obsei and knows nothing of Ascolta.

`obsei bare`: its JSON lines source into its own store and nothing else, the least that Obsei can do with a post, in the
batches that suit it best. `obsei meant`: as the file that `obsei init` writes would have it: personal data redacted,
authors pseudonymised, batches of 100, into its store and the parquet sink. Its classifier, a model of 1.2 GB, is left
out, in its favour.
"""

import importlib
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

FIELDS = {
    "text": "text",
    "id": "id",
    "created_at": "published",
    "author": "author.handle",
    "lang": "lang",
    "url": "url",
}


def main() -> None:
    """Measure one way and say what came of it as one line of JSON."""
    task = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {task["core"]})
    folder = Path(task["store"])
    folder.mkdir(parents=True)
    meant = task["row"] == "obsei meant"
    os.environ["OBSEI_PSEUDONYM_SALT"] = secrets.token_hex(24)
    config, pipelines, stores = (importlib.import_module(f"obsei.{name}") for name in ("config", "pipeline", "store"))
    settings = config.parse_config(json.dumps(_settings(task["posts"], folder, meant=meant)))
    store, encrypted = _store(stores, folder / "obsei.duckdb") if meant else (_plain(stores, folder), False)
    clock, spent, waited = time.perf_counter(), time.process_time(), _waited()
    report = pipelines.run(config.build_pipeline(settings, "feedback", config.build_context(settings)), store)
    store.close()
    took = {"seconds": time.perf_counter() - clock, "spent": time.process_time() - spent, "waited": _waited() - waited}
    print(json.dumps({"row": task["row"], "posts": report.stored, **took, "encrypted": encrypted, "peak": _peak()}))


def _settings(posts: str, folder: Path, *, meant: bool) -> dict[str, Any]:
    fields = FIELDS if meant else {key: value for key, value in FIELDS.items() if key != "author"}
    source = {"key": "posts", "type": "jsonl", "config": {"path": posts, "fields": fields}}
    pipeline: dict[str, Any] = {"name": "feedback", "sources": [source], "batch_size": 100 if meant else 1_000}
    if meant:
        pipeline["sinks"] = [{"type": "parquet", "config": {"directory": str(folder / "exports")}}]
    return {"version": 1, "privacy": {"redact": meant}, "pipelines": [pipeline]}


def _store(stores: Any, path: Path) -> tuple[Any, bool]:
    """Its store, encrypted where the extension that it needs for that is at hand."""
    try:
        return stores.Store(path, encryption_key=secrets.token_hex(24), install_extensions=False), True
    except stores.StoreError:
        return _plain(stores, path.parent), False


def _plain(stores: Any, folder: Path) -> Any:
    return stores.Store(folder / "plain.duckdb", allow_unencrypted=True)


def _waited() -> float:
    told = Path("/proc/self/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


def _peak() -> int:
    status = Path("/proc/self/status")
    found = (
        [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if status.exists()
        else []
    )
    return int(found[0]) * 1024 if found else 0


if __name__ == "__main__":
    main()

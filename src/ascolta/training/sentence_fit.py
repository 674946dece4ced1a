"""Fine-tuning for all labels at once: examples mixed by share, losses masked where a source does not state a label."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ascolta.training.sentence_labels import LAYOUT, ONE_OF, SENSITIVE, UNKNOWN, YES, Wanted
from ascolta.training.sentence_model import Network

BATCH, POOL, LONGEST = 32, 16, 56
"""Texts in a batch; batches that are sorted by length together; pieces of a text at most while training."""

WARM = 0.04
"""The share of the time in which the rate of learning grows; it falls evenly afterwards."""

WEIGHTS = {
    "addressed": 1.5, "complaint": 1.2, "offensive": 1.0, "polarity": 1.0, "intent": 0.8,
    "purchase": 0.4, "irony": 0.4, "hate": 0.4, "emotion": 0.5,
}  # fmt: skip
RARE = 3.0
"""How much more a sensitive matter or a topic counts that is there than one that is not."""


@dataclass(frozen=True, slots=True)
class Item:
    """An example ready to be learned: its pieces' numbers and what it wants."""

    ids: tuple[int, ...]
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How long to learn, how fast, from which random numbers, and where to keep what was learned so far."""

    minutes: float
    seed: int = 7
    rate: float = 6e-5
    head_rate: float = 1e-3
    keep: Path | None = None
    every: float = 600


def batches(groups: Mapping[str, Sequence[Item]], shares: Mapping[str, float], seed: int) -> Iterator[list[Item]]:
    """Batches without end; each group is gone through in random order again and again, drawn from by its share."""
    chance = random.Random(seed)  # noqa: S311 - repeatable order, no secret
    names = [name for name in groups if groups[name]]
    odds = [shares[name] for name in names]
    waiting: dict[str, list[Item]] = {name: [] for name in names}
    while True:
        pool = []
        for name in chance.choices(names, odds, k=BATCH * POOL):
            if not waiting[name]:
                waiting[name] = chance.sample(list(groups[name]), len(groups[name]))
            pool.append(waiting[name].pop())
        pool.sort(key=lambda item: len(item.ids))
        cut = [pool[start : start + BATCH] for start in range(0, len(pool), BATCH)]
        chance.shuffle(cut)
        yield from cut


def fit(network: Network, stream: Iterator[list[Item]], course: Course, tell: Any = print) -> None:
    """Learn from a stream until the time is over; a course that was kept goes on where it stood."""
    torch.manual_seed(course.seed)
    optimizer = _optimizer(network, course)
    spent = _resume(network, optimizer, course)
    begun = kept = time.monotonic() - spent
    kept += spent
    network.train()
    average = 0.0
    for steps, batch in enumerate(stream):
        done = (time.monotonic() - begun) / (course.minutes * 60)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["most"] * min(done / WARM + 0.01, max(0.0, (1 - done) / (1 - WARM)))
        loss = _step(network, optimizer, batch)
        average = 0.98 * average + 0.02 * loss if steps else loss
        if steps % 50 == 49:
            tell(f"steps={steps} done={done:.3f} loss={average:.4f}")
        if course.keep and time.monotonic() - kept > course.every:
            kept = time.monotonic()
            _keep(network, optimizer, course, kept - begun)
    if course.keep:
        _keep(network, optimizer, course, time.monotonic() - begun)


def _optimizer(network: Network, course: Course) -> torch.optim.Optimizer:
    ahead = ("head", "space", "topics")
    named = list(network.named_parameters())
    fresh = [part for name, part in named if name.startswith(ahead)]
    plain = [part for name, part in named if part.ndim < 2 and not name.startswith(ahead)]
    ours = {id(part) for part in (*fresh, *plain)}
    body = [part for part in network.parameters() if id(part) not in ours]
    groups = [
        {"params": body, "most": course.rate, "weight_decay": 0.01},
        {"params": plain, "most": course.rate, "weight_decay": 0.0},
        {"params": fresh, "most": course.head_rate, "weight_decay": 0.01},
    ]
    return torch.optim.AdamW(groups, lr=course.rate, fused=True, betas=(0.9, 0.98))


def _resume(network: Network, optimizer: torch.optim.Optimizer, course: Course) -> float:
    if course.keep is None or not course.keep.exists():
        return 0.0
    kept = torch.load(course.keep, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    for group, most in zip(optimizer.param_groups, (course.rate, course.rate, course.head_rate), strict=True):
        group["most"] = most
    return float(kept["spent"])


def _keep(network: Network, optimizer: torch.optim.Optimizer, course: Course, spent: float) -> None:
    if course.keep is not None:
        beside = course.keep.with_suffix(".new")
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent}
        torch.save(state, beside)
        beside.replace(course.keep)


def _step(network: Network, optimizer: torch.optim.Optimizer, batch: list[Item]) -> float:
    ids, mask = padded([item.ids for item in batch])
    outputs, space = network(ids, mask)
    loss = _loss(outputs, network.topics(space), [item.wanted for item in batch])
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Numbers of pieces as a table, and where there is a piece."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    mask = torch.zeros(len(texts), longest)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    return ids, mask


def _loss(outputs: Tensor, topics: Tensor, wants: list[Wanted]) -> Tensor:
    places = torch.tensor([want.places for want in wants])
    total = outputs.new_zeros(())
    for column, name in enumerate((*YES, *ONE_OF)):
        told = places[:, column] != UNKNOWN
        if not told.any():
            continue
        given, want = outputs[told][:, LAYOUT[name]], places[told, column]
        each = (
            functional.binary_cross_entropy_with_logits(given[:, 0], want.float(), reduction="sum")
            if name in YES
            else functional.cross_entropy(given, want, reduction="sum", label_smoothing=0.03)
        )
        total = total + WEIGHTS[name] * each
    total = total + _many(outputs[:, LAYOUT["sensitive"]], [want.sensitive for want in wants], len(SENSITIVE))
    return (total + _many(topics, [want.topics for want in wants], topics.shape[1])) / len(wants)


def _many(given: Tensor, wants: Sequence[tuple[float, ...] | None], width: int) -> Tensor:
    """The loss of a label of which a post may carry several; `width` keeps it level with the others."""
    told = [row for row, want in enumerate(wants) if want is not None]
    if not told:
        return given.new_zeros(())
    want = torch.tensor([wants[row] for row in told])
    weight = 1 + (RARE - 1) * want
    each = functional.binary_cross_entropy_with_logits(given[told], want, weight=weight, reduction="sum")
    found: Tensor = 2 * each / width**0.5
    return found

"""The network of the accurate tier: a small BERT encoder read from published weights, and one head for all labels."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER = 384, 12, 1536
SPACE = 64
"""The width of the space in which texts of one topic stand near each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large the network is: pieces of its vocabulary, places, layers and their inner width, outputs, topics."""

    pieces: int
    places: int = 128
    layers: int = 6
    inner: int = INNER
    outputs: int = 1
    topics: int = 1


class Layer(nn.Module):
    """Attention and a feed-forward step, each added to what came in and normalised."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.joined = nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, inner), nn.Linear(inner, WIDTH)
        self.first, self.second = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """`hidden` is 0 where a piece may be looked at, and very low where it is padding."""
        query, key, value = (self._split(part(x)) for part in (self.query, self.key, self.value))
        weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + hidden, -1)
        seen = (weights @ value).transpose(1, 2).flatten(2)
        x = self.first(x + self.drop(self.joined(seen)))
        found: Tensor = self.second(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))
        return found

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)


class Network(nn.Module):
    """Pieces of texts in; the outputs of every label, and a vector in the space of topics, out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.pieces = nn.Embedding(shape.pieces, WIDTH)
        self.places = nn.Embedding(shape.places, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape.inner) for _ in range(shape.layers))
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * WIDTH, shape.outputs)
        self.space = nn.Linear(2 * WIDTH, SPACE)
        self.topics = nn.Linear(SPACE, shape.topics)
        nn.init.normal_(self.topics.weight, std=SPACE**0.5 / 4)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`ids` by text and place, `mask` 1.0 where there is a piece."""
        return self.told(self.embed(ids), mask)

    def embed(self, ids: Tensor) -> Tensor:
        """The pieces' own vectors."""
        found: Tensor = self.pieces(ids)
        return found

    def told(self, pieces: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """What the layers and heads make of the pieces' vectors."""
        x = self.drop(self.norm(pieces + self.places.weight[: pieces.shape[1]]))
        hidden = (1.0 - mask)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, hidden)
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        pooled = self.drop(torch.cat([mean, x[:, 0]], 1))
        return self.head(pooled), functional.normalize(self.space(pooled), dim=1)


NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "first": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "second": "output.LayerNorm",
}
"""What the published weights call the parts of a layer."""


def take(network: Network, published: Mapping[str, Tensor], rows: Tensor) -> None:
    """Put published weights into a network; `rows` are the vectors of its own vocabulary."""
    own = {"pieces.weight": rows, "norm.weight": published["embeddings.LayerNorm.weight"]}
    own["norm.bias"] = published["embeddings.LayerNorm.bias"]
    kinds = published["embeddings.token_type_embeddings.weight"]
    own["places.weight"] = published["embeddings.position_embeddings.weight"][: network.shape.places] + kinds[0]
    for number in range(network.shape.layers):
        for name, theirs in NAMES.items():
            for part in ("weight", "bias"):
                own[f"layers.{number}.{name}.{part}"] = published[f"encoder.layer.{number}.{theirs}.{part}"]
    network.load_state_dict(own, strict=False)


def narrowed(network: Network, batches: Sequence[tuple[Tensor, Tensor]], inner: int) -> Network:
    """The network with only those inner units of each layer that do most on `batches`."""
    done = [torch.zeros(network.shape.inner) for _ in network.layers]

    def note(number: int) -> Callable[[nn.Module, tuple[Tensor], Tensor], None]:
        def seen(_: nn.Module, __: tuple[Tensor], out: Tensor) -> None:
            done[number] += functional.gelu(out).abs().mean((0, 1))

        return seen

    layers = [layer for layer in network.layers if isinstance(layer, Layer)]
    hooks = [layer.wide.register_forward_hook(note(number)) for number, layer in enumerate(layers)]
    with torch.no_grad():
        for ids, mask in batches:
            network.eval()(ids, mask)
    for hook in hooks:
        hook.remove()
    state = network.state_dict()
    for number, layer in enumerate(layers):
        best = (done[number] * layer.narrow.weight.square().sum(0).sqrt()).topk(inner).indices.sort().values
        state[f"layers.{number}.wide.weight"] = state[f"layers.{number}.wide.weight"][best]
        state[f"layers.{number}.wide.bias"] = state[f"layers.{number}.wide.bias"][best]
        state[f"layers.{number}.narrow.weight"] = state[f"layers.{number}.narrow.weight"][:, best]
    smaller = Network(replace(network.shape, inner=inner))
    smaller.load_state_dict(state)
    return smaller

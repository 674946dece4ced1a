"""The trained network as it ships: one ONNX file in whole numbers of eight bits, its pieces, and a card."""

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from ascolta.training.sentence_labels import SHIPPED
from ascolta.training.sentence_model import Network

Feed = Mapping[str, NDArray[Any]]
"""The inputs of one batch: `ids` and `mask`."""

DYNAMIC = "DynamicQuantizeLinear"


class Shipped(nn.Module):
    """The network with its pieces' vectors as whole numbers, each row with a scale of its own."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        rows = network.pieces.weight.detach()
        scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("rows", torch.round(rows / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The outputs of the labels that ship, and the vectors."""
        rows, scale = self.get_buffer("rows"), self.get_buffer("scale")
        outputs, space = self.network.told(rows[ids].float() * scale[ids], mask)
        return outputs[:, :SHIPPED], space


def export(network: Network, pieces: Sequence[str], seen: Sequence[Feed], out: Path) -> None:
    """Write network.onnx and pieces.txt into a folder; the ranges of what flows are those on the texts of `seen`."""
    out.mkdir(parents=True, exist_ok=True)
    whole, small = out / "whole.onnx", out / "network.onnx"
    _write(network, whole)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize_dynamic(
            whole,
            small,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    onnx.save(fixed(onnx.load(small), _ranges(onnx.load(whole), onnx.load(small), seen)), small)
    whole.unlink()
    (out / "pieces.txt").write_text("\n".join(pieces), encoding="utf-8")


def _write(network: Network, path: Path) -> None:
    ids, mask = torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8)
    free = {0: "texts", 1: "places"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Shipped(network).eval(),
            (ids, mask),
            str(path),
            dynamo=False,
            input_names=["ids", "mask"],
            output_names=["labels", "space"],
            dynamic_axes={"ids": free, "mask": free, "labels": {0: "texts"}, "space": {0: "texts"}},
            opset_version=17,
        )


def _ranges(whole: onnx.ModelProto, small: onnx.ModelProto, seen: Sequence[Feed]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each tensor that is made whole numbers; the few far ones matter, so all count."""
    names = sorted({node.input[0] for node in small.graph.node if node.op_type == DYNAMIC})
    whole.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    session = onnxruntime.InferenceSession(whole.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for feed in seen:
        there = np.asarray(feed["mask"]) > 0
        for name, values in zip(names, session.run(names, dict(feed)), strict=True):
            real = values[there] if values.shape[:2] == there.shape else values
            found[name].append((float(real.min()), float(real.max())))
    return {name: (min(low for low, _ in each), max(high for _, high in each)) for name, each in found.items()}


def fixed(model: onnx.ModelProto, ranges: Mapping[str, tuple[float, float]]) -> onnx.ModelProto:
    """The model with ranges that are known beforehand, so that a text's labels do not hang on those beside it."""
    for node in model.graph.node:
        if node.op_type != DYNAMIC:
            continue
        low, high = (min(0.0, ranges[node.input[0]][0]), max(0.0, ranges[node.input[0]][1]))
        scale = np.array((high - low) / 255, np.float32)
        zero = np.array(np.clip(np.round(-low / scale), 0, 255), np.uint8)
        _, scale_name, zero_name = node.output
        model.graph.initializer.extend(
            (onnx.numpy_helper.from_array(scale, scale_name), onnx.numpy_helper.from_array(zero, zero_name))
        )
        node.op_type = "QuantizeLinear"
        node.input.extend((scale_name, zero_name))
        del node.output[1:]
    return model


def write_card(out: Path, card: Mapping[str, Any]) -> None:
    """Write the card, with the hashes of the other files."""
    hashes = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("network.onnx", "pieces.txt")}
    told = json.dumps({**card, "sha256": hashes}, indent=1, ensure_ascii=False)
    (out / "card.json").write_text(told + "\n", encoding="utf-8")

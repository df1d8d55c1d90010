"""The encoder as an ONNX graph in eight bits: fast on any processor, the same for any batch.

Matrices are rounded to seven bits and a sign by output; their inputs to eight bits with a scale
that is fixed beforehand (from what they reached in training). A scale taken from the batch, as
ONNX Runtime's dynamic quantisation has it, would make a score depend on its neighbours; and eight
bits with a sign overflow 16-bit sums on processors without VNNI.

A few channels reach fifty times as far as the others. Each is divided by its reach to the power of
alpha, over the reach of its weights to that of 1 - alpha, and its weights are multiplied (Xiao et
al. 2022, SmoothQuant).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from transforms.sentiment.e5_adapters import MATRICES, Adapters
from transforms.sentiment.e5_file import ModelFile

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FORMAT = 1
"""Goes up whenever the graph of the same model and adapters would be another."""

OPSET, IR = 19, 9
MICROSOFT = "com.microsoft"
"""ONNX Runtime's own operators (docs/ContribOperators.md there)."""

WEIGHT_STEPS = 63
SMOOTHING = 0.75
"""Alpha. At 0.5 vectors are four times as far from those of exact computation."""


def build_graph(model: ModelFile, adapters: Adapters) -> onnx.ModelProto:
    """Return the graph: ``states`` [n, tokens, width] (sums of embeddings) and ``mask`` [n, tokens]
    (int32, 1 where there is a token) to ``pooled`` [n, width], the mean of the last states."""
    return _Graph(model, adapters).build()


class _Rounded(NamedTuple):
    """Names of what was rounded to bytes, of the step and of the byte that means 0."""

    name: str
    scale: str
    zero: str


class _Graph:
    """Collects nodes and constants. Node and constant names are unique and in a fixed order."""

    def __init__(self, model: ModelFile, adapters: Adapters) -> None:
        self.model, self.adapters = model, adapters
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def build(self) -> onnx.ModelProto:
        from onnx import TensorProto, helper

        shape = self.model.shape
        x = self._norm("states", None, "emb.ln")
        for layer in range(shape.layers):
            x = self._layer(x, layer)
        self._pool(x)
        tokens: list[str | int] = ["n", "tokens"]
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [
                helper.make_tensor_value_info("states", TensorProto.FLOAT, [*tokens, shape.width]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, tokens),
            ],
            [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["n", shape.width])],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR)

    def _layer(self, x: str, layer: int) -> str:

        name = f"l{layer}"
        weights = {m: self.adapters.matrix(self.model, layer, m) for m in MATRICES}
        biases = {m: self.adapters.vector(self.model, f"{name}.{m}.b") for m in MATRICES}
        smooth = self._smoothing(layer, "ao", weights["ao"])
        # What attention gives is as linear in its values as they are in x: no pass of its own.
        weights["v"], biases["v"] = weights["v"] / smooth[:, None], biases["v"] / smooth
        weights["ao"] = weights["ao"] * smooth
        parts = self._scaled_products(x, layer, {m: weights[m] for m in "qkv"}, biases)
        context = self._node(
            "MultiHeadAttention",
            [*parts, "", "mask"],
            [f"{name}.context"],
            domain=MICROSOFT,
            num_heads=self.model.shape.heads,
        )
        low, high = self.adapters.reach(layer, "ao")
        small = self._round(context, f"{name}.ao", low / smooth, high / smooth)
        seen = self._product(small, f"{name}.ao", weights["ao"], biases["ao"])
        x = self._norm(x, seen, f"{name}.aln")
        (inner,) = self._scaled_products(x, layer, {"fi": weights["fi"]}, biases)
        inner = self._node("Gelu", [inner], [f"{name}.gelu"], domain=MICROSOFT)
        (inner,) = self._scaled_products(inner, layer, {"fo": weights["fo"]}, biases)
        return self._norm(x, inner, f"{name}.oln")

    def _smoothing(self, layer: int, name: str, weight: Floats) -> Floats:
        """Return what each input channel of a matrix is divided by, [inputs]."""
        import numpy as np

        low, high = self.adapters.reach(layer, name)
        reach = np.maximum(np.maximum(-low, high), 1e-3)
        weights = np.maximum(np.abs(weight).max(axis=0), 1e-3)
        made: Floats = (reach**SMOOTHING / weights ** (1 - SMOOTHING)).astype(np.float32)
        return made

    def _scaled_products(
        self, x: str, layer: int, weights: dict[str, Floats], biases: dict[str, Floats]
    ) -> list[str]:
        """Add the products of ``x`` with matrices of ``layer`` that share it, rounded once."""
        import numpy as np

        name = next(iter(weights))
        key = f"l{layer}.{name}"
        smooth = self._smoothing(layer, name, np.concatenate(list(weights.values())))
        low, high = self.adapters.reach(layer, name)
        divided = self._node("Mul", [x, self._constant(f"{key}.smooth", 1 / smooth)], [f"{key}.x"])
        small = self._round(divided, key, low / smooth, high / smooth)
        return [
            self._product(small, f"l{layer}.{name}", weight * smooth, biases[name])
            for name, weight in weights.items()
        ]

    def _round(self, x: str, key: str, low: Floats, high: Floats) -> _Rounded:
        """Add the rounding of ``x``, which reaches from ``low`` to ``high`` [inputs], to a byte."""
        import numpy as np

        least, most = min(float(low.min()), 0.0), max(float(high.max()), 1e-3)
        step = np.float32((most - least) / 255)
        zero = np.uint8(np.clip(np.rint(-least / step), 0, 255))
        scale = self._constant(f"{key}.step", np.asarray(step))
        point = self._constant(f"{key}.zero", np.asarray(zero))
        return _Rounded(
            self._node("QuantizeLinear", [x, scale, point], [f"{key}.small"]), scale, point
        )

    def _product(self, x: _Rounded, key: str, weight: Floats, bias: Floats) -> str:
        """Add ``x weight' + bias``, the weights rounded by output."""
        import numpy as np

        steps = np.maximum(np.abs(weight).max(axis=1), 1e-8).astype(np.float32) / WEIGHT_STEPS
        rounded = np.rint(weight / steps[:, None]).astype(np.int8)
        return self._node(
            "MatMulIntegerToFloat",
            [
                x.name,
                self._constant(f"{key}.w", np.ascontiguousarray(rounded.T)),
                x.scale,
                self._constant(f"{key}.w.step", steps),
                x.zero,
                self._constant(f"{key}.w.zero", np.zeros(len(steps), np.int8)),
                self._constant(f"{key}.b", bias),
            ],
            [f"{key}.made"],
            domain=MICROSOFT,
        )

    def _norm(self, x: str, added: str | None, name: str) -> str:
        parts = [
            self._constant(f"{name}.{part}", self.adapters.vector(self.model, f"{name}.{part}"))
            for part in "wb"
        ]
        epsilon = self.model.shape.epsilon
        # Not the operator that adds and norms at once: that one takes four times as long.
        total = x if added is None else self._node("Add", [x, added], [f"{name}.sum"])
        return self._node(
            "LayerNormalization", [total, *parts], [f"{name}.made"], axis=-1, epsilon=epsilon
        )

    def _pool(self, x: str) -> None:
        import numpy as np
        from onnx import TensorProto

        axis = self._constant("pool.axis", np.array([1], np.int64))
        last = self._constant("pool.last", np.array([2], np.int64))
        whole = self._node("Cast", ["mask"], ["pool.mask"], to=TensorProto.FLOAT)
        column = self._node("Unsqueeze", [whole, last], ["pool.column"])
        kept = self._node("Mul", [x, column], ["pool.kept"])
        total = self._node("ReduceSum", [kept, axis], ["pool.total"], keepdims=0)
        count = self._node("ReduceSum", [whole, axis], ["pool.count"], keepdims=1)
        self._node("Div", [total, count], ["pooled"])

    def _node(
        self,
        kind: str,
        inputs: list[str],
        outputs: list[str],
        *,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        from onnx import helper

        self.nodes.append(
            helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes)
        )
        return outputs[0]

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(value, name))
        return name

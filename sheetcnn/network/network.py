"""Stages in series: names, shapes, weights and the forward pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheetcnn.errors import SpecError, printable
from sheetcnn.excel.limits import MAX_VALUES
from sheetcnn.network.stages import NO_WEIGHTS, Array, Shape, ShapeError, Stage
from sheetcnn.network.stages.bias import joined, parted

_MOST_NAMED = 40
"""Arrays of a file that nobody expects: so many of them are named."""


@dataclass(frozen=True)
class Layer:
    """One stage in its place in the network.

    Attributes:
        name: such as `conv1`.
        stage: what it computes.
        in_shape: of its input, (channels, height, width) or (features,).
        out_shape: of its output, likewise.
        number: which of its name it is, counted from 1; empty if they are not counted.
    """

    name: str
    stage: Stage
    in_shape: Shape
    out_shape: Shape
    number: str = ""

    @property
    def weight_shape(self) -> Shape | None:
        """The shape of its weights, None if it has none."""
        return self.stage.weight_shape(self.in_shape)

    @property
    def kernel_shape(self) -> Shape | None:
        """The shape of its weights without biases, None if it has none."""
        return self.stage.kernel_shape(self.in_shape)

    @property
    def heading(self) -> str:
        """What stands above its values on a sheet."""
        return (self.stage.heading or self.stage.kind.capitalize()).format(n=self.number)

    @property
    def has_bias(self) -> bool:
        """Whether there is one weight more for each output."""
        return self.weight_shape != self.kernel_shape


@dataclass(frozen=True)
class Network:
    """A network: the shape of its input, its stages in order, and what its outputs mean.

    Attributes:
        input_shape: (channels, height, width).
        stages: the stages in order.
        classes: the label of each output; none for a part of a network that is only to be audited.
    """

    input_shape: Shape
    stages: tuple[Stage, ...]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.stages:
            raise SpecError("the network has no stages: give it at least one")
        out_shape = self.layers[-1].out_shape
        if not self.classes:
            return
        gives_probabilities = [stage.gives_probabilities for stage in self.stages]
        if not gives_probabilities[-1] or gives_probabilities.count(True) > 1:
            raise SpecError(
                "the network does not end in softmax, or has two: make it the last stage, and the only one"
            )
        if out_shape != (len(self.classes),):
            raise SpecError(
                f"the network ends in shape {out_shape}, but there are {len(self.classes)} classes: "
                "make the last dense stage's outputs as many as the classes"
            )

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The stages with names (conv1, relu1, conv2, ...) and shapes.

        Raises:
            SpecError: a stage cannot take what the one before it gives.
        """
        layers = []
        seen: Counter[str] = Counter()
        shape = self.input_shape
        for stage in self.stages:
            word = stage.layer_name or stage.kind
            seen[word] += 1
            number = str(seen[word]) if stage.numbered else ""
            name = f"{word}{number}"
            try:
                out_shape = stage.out_shape(shape)
            except ShapeError as error:
                raise SpecError(f"stage {name} does not fit: {error}") from error
            layers.append(Layer(name, stage, shape, out_shape, number))
            shape = out_shape
        return tuple(layers)

    @property
    def weight_shapes(self) -> dict[str, Shape]:
        """The shape of the weights of each stage that has some, by its name."""
        return {layer.name: layer.weight_shape for layer in self.layers if layer.weight_shape is not None}

    @property
    def array_shapes(self) -> dict[str, Shape]:
        """The shape of each array of a file of weights, by its name: biases have one of their own."""
        shapes: dict[str, Shape] = {}
        for layer in self.layers:
            if (shape := layer.kernel_shape) is not None:
                shapes[layer.name] = shape
                if layer.has_bias:
                    shapes[f"{layer.name}_bias"] = shape[:1]
        return shapes

    @property
    def scoring(self) -> str:
        """The name of the stage that scores the classes: the last one that has weights."""
        return list(self.weight_shapes)[-1]

    def forward(self, x: Array, weights: Mapping[str, Array]) -> Iterator[tuple[Layer, dict[str, Array]]]:
        """Yield each stage with all that it shows, for one image or a batch along the last axis."""
        for layer in self.layers:
            parts = layer.stage.steps(x, weights.get(layer.name, NO_WEIGHTS))
            yield layer, parts
            x = parts[next(reversed(parts))]

    def scores(self, x: Array, weights: Mapping[str, Array]) -> Array:
        """Return the scores before softmax, (classes, ...): what the largest of decides the answer."""
        for layer in self.layers:
            if layer.stage.gives_probabilities:
                break
            x = layer.stage.compute(x, weights.get(layer.name, NO_WEIGHTS))
        return x


def from_arrays(network: Network, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights of each stage, its biases among them, from the arrays of a file."""
    return {
        name: joined(arrays[name], arrays[f"{name}_bias"]) if f"{name}_bias" in arrays else arrays[name]
        for name in network.weight_shapes
    }


def to_arrays(network: Network, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays of a file from the weights of each stage."""
    arrays = dict(weights)
    for layer in network.layers:
        if layer.has_bias and layer.kernel_shape is not None:
            matrix = arrays[layer.name]
            arrays[layer.name], arrays[f"{layer.name}_bias"] = parted(matrix, layer.kernel_shape)
    return arrays


def check_arrays(expected: Mapping[str, Shape], shapes: Mapping[str, Shape]) -> None:
    """Check that there is an array of the right shape under each name that is expected, and no other.

    Raises:
        SpecError: an array is missing, unexpected or of another shape, with the list of those that are expected.
    """
    listed = ", ".join(f"{name} {shape}" for name, shape in expected.items())
    if not shapes and expected:
        raise SpecError(f'it names no weights: write weights = "FILE.npz", a file with the arrays {listed}')
    if sorted(shapes) != sorted(expected):
        names = [printable(name) for name in sorted(shapes)]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        raise SpecError(f"the weights are named {', '.join(names[:_MOST_NAMED])}{more}; expected: {listed}")
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise SpecError(f"the weights of {name} have shape {shapes[name]}; expected: {listed}")


def check_size(network: Network) -> None:
    """Check that a network is no larger than a workbook that verify reads.

    Raises:
        SpecError: with the stage that has most numbers.
    """
    sizes = {
        layer.name: count_parameters([layer.out_shape, layer.weight_shape or (0,)])
        for layer in network.layers
    }
    total = count_parameters([network.input_shape]) + sum(sizes.values())
    if total > MAX_VALUES:
        largest = max(sizes, key=lambda name: sizes[name])
        raise SpecError(
            f"the network has {total:,} values and weights, and a workbook has room for {MAX_VALUES:,}; stage "
            f"{largest} has most, {sizes[largest]:,}: give it less to read, or fewer filters or outputs"
        )


def count_parameters(shapes: Sequence[Shape]) -> int:
    """Return how many numbers arrays of these shapes hold."""
    total = 0
    for shape in shapes:
        size = 1
        for side in shape:
            size *= side
        total += size
    return total

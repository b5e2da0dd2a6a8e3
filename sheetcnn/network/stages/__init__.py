"""The stages, one file each: what it computes in NumPy, how Excel spells it, what it is in words."""

from sheetcnn.network.stages.base import (
    NO_WEIGHTS,
    Array,
    At,
    Explanation,
    Refs,
    Shape,
    ShapeError,
    Stage,
)
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.convrelu import ConvReLU
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax

STAGES: dict[str, type[Stage]] = {
    stage.kind: stage for stage in (Conv, ConvReLU, ReLU, MaxPool, Dense, Softmax)
}

__all__ = ["NO_WEIGHTS", "STAGES", "Array", "At", "Explanation", "Refs", "Shape", "ShapeError", "Stage"]

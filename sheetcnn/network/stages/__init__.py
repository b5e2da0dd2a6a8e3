"""The stages, one file each: what it computes in NumPy, how Excel spells it, what it is in words."""

from sheetcnn.network.stages.avgpool import AveragePool
from sheetcnn.network.stages.base import (
    NO_WEIGHTS,
    Array,
    Explanation,
    Position,
    Refs,
    Shape,
    ShapeError,
    Stage,
)
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.convrelu import ConvReLU
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.dropout import Dropout
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.leakyrelu import LeakyReLU
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.sigmoid import Sigmoid
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.stages.tanh import Tanh

STAGES: dict[str, type[Stage]] = {
    stage.kind: stage
    for stage in (
        Conv,
        ConvReLU,
        ReLU,
        LeakyReLU,
        Tanh,
        Sigmoid,
        MaxPool,
        AveragePool,
        Dropout,
        Flatten,
        Dense,
        Softmax,
    )
}

__all__ = ["NO_WEIGHTS", "STAGES", "Array", "Explanation", "Position", "Refs", "Shape", "ShapeError", "Stage"]

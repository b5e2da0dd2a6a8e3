"""Where a digit comes from: the gallery, an image, a CSV file, MNIST's files, an array."""

from sheetcnn.digits.digit import Digit
from sheetcnn.digits.loader import load

__all__ = ["Digit", "load"]

"""Where a digit comes from: the gallery, an image, a CSV file, MNIST's files."""

from sheetcnn.digits.digit import Digit

__all__ = ["Digit"]

"""Where digits come from on the command line, one file a source. `SOURCES` lists them."""

from sheetcnn.cli.digit_sources.csv_file import CsvFile
from sheetcnn.cli.digit_sources.gallery import Gallery
from sheetcnn.cli.digit_sources.image_file import ImageFile
from sheetcnn.cli.digit_sources.mnist_folder import MnistFolder
from sheetcnn.cli.digit_sources.source import DigitSource

SOURCES: tuple[DigitSource, ...] = (Gallery(), ImageFile(), CsvFile(), MnistFolder())
"""Every source of digits, in the order of the help; the first is taken if none is named.

A new one is one file, and one entry here.
"""

__all__ = ["SOURCES", "DigitSource"]

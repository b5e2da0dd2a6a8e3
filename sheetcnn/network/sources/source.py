"""What a source of networks is: it reads a file of one sort."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from sheetcnn.network.template import Template


class NetworkSource(ABC):
    """A sort of files that describe networks; adding one is one new file and its line in `SOURCES`.

    Attributes:
        ending: what its files end in, such as `.toml`.
    """

    ending: ClassVar[str]

    @abstractmethod
    def read(self, path: Path, called: str, *, weights: bool, pictures: bool) -> Template:
        """Return the template that a file describes.

        Args:
            path: the file.
            called: what whoever asks for it calls it, for sentences.
            weights: whether the weights are wanted; training starts without.
            pictures: whether pictures in a file of their own are wanted; who only verifies need not have it.

        Raises:
            SpecError: it cannot be read, or does not describe a network.
        """

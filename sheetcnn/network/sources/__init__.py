"""Where networks come from, one file a sort of files. `SOURCES` lists them."""

from sheetcnn.network.sources.source import NetworkSource
from sheetcnn.network.sources.toml_file import TomlFile

SOURCES: tuple[NetworkSource, ...] = (TomlFile(),)
"""Every sort of files that describe networks. A new one is one file, and one entry here."""

__all__ = ["SOURCES", "NetworkSource"]

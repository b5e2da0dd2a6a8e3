"""Finds a template by its name or its file, and has the source read it that knows the file's ending."""

from __future__ import annotations

from pathlib import Path

from sheetcnn.errors import SpecError, did_you_mean
from sheetcnn.network.sources import SOURCES
from sheetcnn.network.sources.toml_file import TomlFile
from sheetcnn.network.template import Template

_PACKAGED = Path(__file__).parent.parent / "templates"
_CHECKOUT = Path(__file__).parent.parent.parent / "templates"


def template_names() -> list[str]:
    """Return the names of the templates that come with sheetcnn."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load_template(name: str, *, weights: bool = True, pictures: bool | None = None) -> Template:
    """Return a template by its name, or by the path of a file that describes one.

    Args:
        name: a name such as `mnist`, or a path with the ending of one of `SOURCES`.
        weights: whether the weights are wanted; training starts without.
        pictures: whether pictures in a file of their own are wanted; if not given, as the weights are.

    Raises:
        SpecError: there is no such template, or it does not describe a network.
    """
    wanted = {"weights": weights, "pictures": weights if pictures is None else pictures}
    for source in SOURCES:
        if name.endswith(source.ending):
            return source.read(Path(name), name, **wanted)
    if name not in template_names():
        near, choices = did_you_mean(name, template_names()), ", ".join(template_names())
        files = " or ".join(source.ending for source in SOURCES)
        raise SpecError(
            f"there is no template {name!r}{near}: choose one of {choices}, or give a {files} file"
        )
    return TomlFile().read(_folder() / f"{name}.toml", name, **wanted)


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT

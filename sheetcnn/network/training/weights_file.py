"""Writes what training has found: the weights into the template's file, how they were found into the template."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sheetcnn import files
from sheetcnn.errors import SpecError
from sheetcnn.network.network import to_arrays
from sheetcnn.network.template import Template
from sheetcnn.network.training.trainer import TrainingResult

_TRAINING_TABLE = re.compile(r"^\[training\]\n(?:[^\[\n].*\n)*", re.MULTILINE)
_FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)


def check_targets(template: Template, kept: Iterable[Path] = ()) -> None:
    """Look whether the weights and the results can be written, before the training.

    Args:
        template: the template.
        kept: files that are read, such as those of the images.

    Raises:
        SpecError: a file is write-protected, or one of those that are read.
    """
    read = [template.path, *(path for path in template.files if path.name == template.pictures_file)]
    files.check(_weights_file(template), replace=True, kept=[*kept, *read])
    files.check(template.path, replace=True, kept=kept)


def _weights_file(template: Template) -> Path:
    return template.path.parent / (template.file or f"{template.path.stem}.npz")


def save(template: Template, trained: TrainingResult) -> None:
    """Write the weights beside the template, and the results into its table `[training]`.

    The weights go into the file that the template names, or into NAME.npz, which it then names. All else in the
    template stays as it is. The same weights give the same bytes.

    Raises:
        SpecError: a file cannot be written, or is one that is read.
    """
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **to_arrays(template.network, trained.weights))
    table = (
        "[training]\n"
        f"accuracy = {trained.accuracy}\n"
        f"images = {trained.images}\n"
        f"validation = {trained.validation}\n"
        f"seed = {trained.seed}\n"
        f"date = {trained.date}\n"
    )
    text, found = _TRAINING_TABLE.subn(table, template.path.read_text(encoding="utf-8"))
    if not found:
        text = f"{text.rstrip()}\n\n{table}"
    if not template.file:
        text = _FIRST_TABLE.sub(f'weights = "{_weights_file(template).name}"\n\n\\g<0>', text, count=1)
    check_targets(template)
    for content, path in (
        (arrays.getvalue(), _weights_file(template)),
        (text.encode("utf-8"), template.path),
    ):
        files.save(content, path, replace=True, remedy=_REMEDY, trouble=SpecError)


_REMEDY = "copy the template to a folder of your own and give the path of the copy"

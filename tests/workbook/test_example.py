"""The committed example is what the command writes today."""

import re
import zipfile

import numpy as np
import pytest
from homes import REPOSITORY

EXAMPLE = REPOSITORY / "outputs" / "examples" / "digit-7.xlsx"
NUMBER = re.compile(rb"(?<=v>)-?\d[\d.eE+-]*(?=</(?:c:)?v>)")


def parts(path):
    """Return each part without the numbers in its cells, and those numbers."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return {name: (NUMBER.sub(b"#", xml), NUMBER.findall(xml)) for name, xml in contents.items()}


def alike(one, other):
    """Whether two parts are the same, but for the last bits of sums: those depend on the machine's BLAS."""
    (text, numbers), (other_text, other_numbers) = one, other
    return text == other_text and np.allclose(
        np.array(numbers, dtype=float), np.array(other_numbers, dtype=float), rtol=1e-12, atol=1e-12
    )


def test_the_committed_example_is_what_generate_writes(full_file):
    if not EXAMPLE.parent.is_dir():
        pytest.skip("the examples are not in the source distribution")
    written, committed = parts(full_file), parts(EXAMPLE)
    assert list(written) == list(committed)
    differing = [name for name in written if not alike(written[name], committed[name])]
    assert not differing, f"{differing} differ: if that is meant, write the example again with `make example`"

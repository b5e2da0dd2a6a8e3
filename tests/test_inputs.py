"""Only regular files are opened, and nothing is waited for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sheetcnn.errors import SpecError, WorkbookError
from sheetcnn.inputs import open_input


def refusal(path, trouble=SpecError):
    with pytest.raises(trouble) as caught:
        open_input(path, "a CSV file", trouble)
    return str(caught.value)


def test_a_file_and_a_link_to_it_are_opened(tmp_path):
    (tmp_path / "x").write_bytes(b"12")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    for name in ("x", "link"):
        with open_input(tmp_path / name, "a CSV file") as file:
            assert file.read() == b"12"


def test_what_is_no_file_is_named(tmp_path):
    assert refusal(tmp_path / "none") == f"there is no file {tmp_path / 'none'}: name a CSV file"
    assert refusal(tmp_path) == f"{tmp_path} is a folder: name a CSV file"
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    assert "there is no file" in refusal(tmp_path / "dangling")
    assert refusal(Path("a\0b")) == "a\\x00b can be no file's name: name a CSV file"
    assert "cannot be read (" in refusal(Path("x" * 300))
    assert "there is no file" in refusal(tmp_path / "none", WorkbookError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_a_device_and_a_socket_are_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    assert (
        refusal(tmp_path / "pipe")
        == f"{tmp_path / 'pipe'} is a pipe, and only files are read: name a CSV file"
    )
    assert refusal(Path("/dev/zero")).startswith("/dev/zero is a device, and only files are read")
    monkeypatch.chdir(tmp_path)  # a socket's name may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert refusal(Path("socket")) == "socket is a socket, and only files are read: name a CSV file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "secret").write_bytes(b"")
    (tmp_path / "secret").chmod(0)
    assert "cannot be read (Permission denied): check its name and its permissions" in refusal(
        tmp_path / "secret"
    )

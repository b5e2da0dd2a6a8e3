"""What is written is there whole or not at all, where a link leads to, with the rights of what it replaces."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sheetcnn.errors import SpecError, WorkbookError
from sheetcnn.files import check, make_folder, save

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file to someone else"
)
on_unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"mine, and longer")
    return path


def test_folders_are_made_as_needed(tmp_path):
    save(b"content", tmp_path / "a" / "b" / "file.xlsx")
    assert (tmp_path / "a" / "b" / "file.xlsx").read_bytes() == b"content"
    assert left_in(tmp_path / "a" / "b") == ["file.xlsx"]


def test_a_file_that_exists_is_kept(mine):
    with pytest.raises(SpecError, match=r"file\.xlsx exists already: give --force to replace it, or -o "):
        save(b"other", mine)
    assert mine.read_bytes() == b"mine, and longer"
    assert left_in(mine.parent) == ["file.xlsx"]


@pytest.mark.parametrize("permission", ["replace", "force"])
def test_it_is_replaced_where_that_is_wanted(mine, permission):
    save(b"new", mine, **{permission: True})
    assert mine.read_bytes() == b"new"
    assert left_in(mine.parent) == ["file.xlsx"]


@pytest.mark.parametrize("force", [True, False])
def test_a_folder_is_refused(tmp_path, force):
    with pytest.raises(SpecError, match=r"is a folder: name a file in it, such as .*digit\.xlsx"):
        save(b"content", tmp_path, force=force)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["file.xlsx/x.xlsx", "x" * 300 + ".xlsx", "nul\0.xlsx"])
def test_a_place_that_cannot_be_is_a_sentence(mine, name):
    with pytest.raises(WorkbookError, match=r"cannot be written \(.+\): choose another place with -o"):
        save(b"content", mine.parent / name, force=True)
    assert left_in(mine.parent) == ["file.xlsx"]


def test_a_name_that_just_fits_the_disk_is_written(tmp_path):
    path = tmp_path / ("x" * 250 + ".xlsx")  # 255 bytes: the file beside it has a short name of its own
    save(b"content", path)
    assert left_in(tmp_path) == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files can be set there")
def test_a_full_disk_leaves_the_old_file_and_nothing_else(mine):
    """In a process that may write no more than 1,000 bytes to a file, as on a disk with no more room."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from sheetcnn.files import save\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: save(bytes(5000), Path(sys.argv[1]), force=True)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", program, str(mine)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("WorkbookError ")
    assert "file.xlsx cannot be written (File too large): choose another place with -o" in done.stdout
    assert mine.read_bytes() == b"mine, and longer"
    assert left_in(mine.parent) == ["file.xlsx"]


@pytest.mark.parametrize(
    "trouble", [OSError(28, "No space left on device"), MemoryError(), KeyboardInterrupt()]
)
def test_whatever_fails_leaves_the_old_file_and_nothing_else(mine, monkeypatch, trouble):
    def fail(*_):
        raise trouble

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((WorkbookError, MemoryError, KeyboardInterrupt)):
        save(b"content", mine, force=True)
    assert mine.read_bytes() == b"mine, and longer"
    assert left_in(mine.parent) == ["file.xlsx"]


def test_what_does_not_stand_an_examination_is_not_put_in_its_place(mine):
    def refuse(written):
        assert written.read_bytes() == b"wrong"
        raise WorkbookError("it is wrong")

    with pytest.raises(WorkbookError, match="it is wrong"):
        save(b"wrong", mine, force=True, examine=refuse)
    assert mine.read_bytes() == b"mine, and longer"
    assert left_in(mine.parent) == ["file.xlsx"]


# Modes and owners


def test_a_new_file_has_the_rights_that_any_new_file_has(tmp_path):
    save(b"content", tmp_path / "saved")
    (tmp_path / "new").write_bytes(b"content")
    assert mode_of(tmp_path / "saved") == mode_of(tmp_path / "new")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(mine, mode):
    mine.chmod(mode)
    save(b"new", mine, replace=True)
    assert (mine.read_bytes(), mode_of(mine)) == (b"new", mode)


def test_a_private_file_is_private_while_it_is_written(mine):
    mine.chmod(0o600)
    seen = []
    save(b"new", mine, replace=True, examine=lambda beside: seen.append(mode_of(beside)))
    assert seen == [0o600]


@as_root
def test_a_file_that_is_replaced_keeps_its_owner(mine):
    os.chown(mine, 4321, 4322)
    save(b"new", mine, replace=True)
    assert (mine.stat().st_uid, mine.stat().st_gid) == (4321, 4322)


def test_a_write_protected_file_is_kept_but_for_force(mine):
    mine.chmod(0o444)
    with pytest.raises(SpecError, match=r"file\.xlsx is write-protected: make it writable first, or"):
        save(b"new", mine, replace=True)
    assert mine.read_bytes() == b"mine, and longer"
    save(b"new", mine, force=True)
    assert (mine.read_bytes(), mode_of(mine)) == (b"new", 0o444)


# Links, pipes and devices


def test_a_link_is_followed(mine):
    link = mine.with_name("link.xlsx")
    link.symlink_to(mine.name)
    with pytest.raises(SpecError, match="exists already"):
        save(b"new", link)
    save(b"new", link, force=True)
    assert link.is_symlink()
    assert mine.read_bytes() == b"new"


def test_a_link_to_what_is_not_there_is_followed(tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to("folder/file.xlsx")
    save(b"new", link)
    assert link.is_symlink()
    assert (tmp_path / "folder" / "file.xlsx").read_bytes() == b"new"


def test_a_link_that_leads_to_itself_is_refused(tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to("link.xlsx")
    with pytest.raises(SpecError, match="leads back to itself"):
        save(b"new", link, force=True)
    assert link.is_symlink()


def test_another_name_of_a_file_keeps_what_it_held(mine):
    os.link(mine, mine.with_name("other.xlsx"))
    save(b"new", mine, force=True)
    assert mine.with_name("other.xlsx").read_bytes() == b"mine, and longer"


@on_unix
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(SpecError, match="is a pipe or a device"):
        save(b"new", tmp_path / "pipe.xlsx", force=True)
    assert left_in(tmp_path) == ["pipe.xlsx"]


@on_unix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/full", "/dev/stdout"])
def test_a_device_is_refused(device):
    with pytest.raises(SpecError, match=r"is (a pipe or a device|write-protected)|exists already"):
        save(b"new", Path(device))


def test_the_standard_output_is_refused():
    with pytest.raises(SpecError, match="- stands for the standard output"):
        save(b"new", Path("-"), force=True)


# What is read


@pytest.mark.parametrize("kind", ["itself", "another spelling", "link", "hard link"])
def test_what_is_read_is_not_written_over_even_by_force(mine, kind, monkeypatch):
    monkeypatch.chdir(mine.parent)
    path = Path("other.xlsx")
    if kind == "itself":
        path = mine
    elif kind == "another spelling":
        path = Path("..", mine.parent.name, mine.name)
    elif kind == "link":
        path.symlink_to(mine)
    else:
        os.link(mine, path)
    with pytest.raises(SpecError, match=r"is read.*, and would be lost: give what is written another name"):
        save(b"new", path, force=True, kept=[Path("not there"), mine])
    assert mine.read_bytes() == b"mine, and longer"


def test_check_writes_nothing(tmp_path):
    check(tmp_path / "folder" / "x.xlsx")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("file.xlsx", "is no folder"), ("-", "standard output"), ("file.xlsx/a", "cannot be made")],
)
def test_a_folder_that_cannot_be_made_is_a_sentence(mine, monkeypatch, name, said):
    monkeypatch.chdir(mine.parent)
    with pytest.raises(SpecError, match=said):
        make_folder(Path(name))

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetcnn.errors import WorkbookError
from sheetcnn.excel import libreoffice
from sheetcnn.excel.libreoffice import EngineMissing, convert, find_soffice

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins for soffice are shell scripts")


@pytest.fixture
def soffice(tmp_path, monkeypatch):
    """Puts a script in the place of LibreOffice."""

    def install(script):
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return install


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"a workbook")
    return path


def alive(process_id):
    """Whether a process runs; one that ended and was not yet collected does not."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat")
    return not state.exists() or " Z " not in state.read_text()


def test_a_missing_libreoffice_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(libreoffice, "_USUAL_PLACES", ())
    with pytest.raises(EngineMissing, match=r"^LibreOffice is not installed: get it from libreoffice\.org"):
        find_soffice()


def test_it_is_found_where_its_installer_puts_it(tmp_path, book, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(libreoffice, "_USUAL_PLACES", (str(tmp_path / "none"), str(book)))
    assert find_soffice() == str(book)


def test_it_works_on_a_copy_in_a_profile_that_recalculates(tmp_path, book, soffice):
    soffice("""
        for word; do
            case $word in -env:UserInstallation=file://*) profile=${word#*file://};; esac
            case $previous in --outdir) folder=$word;; esac
            previous=$word
        done
        cat "$profile/user/registrymodifications.xcu" "$word" > "$folder/workbook.ods"
        echo "$word" > "$folder/opened"
    """)
    converted = convert(book, "ods:calc8", tmp_path)

    text = converted.read_text()
    assert '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value>' in text
    assert '<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>' in text
    assert '<prop oor:name="Link" oor:op="fuse"><value>2</value>' in text  # never updated
    assert text.endswith("a workbook")
    opened = Path((tmp_path / "opened").read_text().strip())
    assert opened != book
    assert not opened.exists()


def test_a_refusal_repeats_the_last_line_that_it_said(tmp_path, book, soffice):
    soffice("echo warning >&2; echo 'Error: source file could not be loaded' >&2")
    with pytest.raises(
        WorkbookError, match=r"^soffice failed on .*book\.xlsx \(Error: source .* loaded\): open"
    ):
        convert(book, "xlsx", tmp_path)


@pytest.mark.parametrize(("script", "said"), [("kill -SEGV $$", "exit code -11"), ("exit 3", "exit code 3")])
def test_a_crash_is_one_sentence(tmp_path, book, soffice, script, said):
    soffice(script)
    with pytest.raises(WorkbookError, match=rf"book\.xlsx \({said}\)"):
        convert(book, "xlsx", tmp_path)


def test_a_time_out_ends_what_soffice_had_started(tmp_path, book, soffice, monkeypatch):
    """The time is over as soon as the worker has started, however busy the machine is."""
    worker = tmp_path / "worker"
    soffice(f"sleep 600 & echo $! > '{worker}.new'; mv '{worker}.new' '{worker}'; wait")

    def times_out(process, *, timeout):
        while not worker.exists():
            assert process.poll() is None
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", times_out)
    with pytest.raises(WorkbookError, match=r"book\.xlsx \(not done after 300 s\)"):
        convert(book, "xlsx", tmp_path)

    while alive(int(worker.read_text())):  # a test that hangs here says that it goes on running
        os.sched_yield()

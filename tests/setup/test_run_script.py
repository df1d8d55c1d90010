"""The script at the top: makes the environment once, makes good what was interrupted.

The Python it finds is a small stand-in that makes an empty environment and whose pip only notes
what it is asked for: the package registry is the edge that is left out. The slow test does it for
real.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FAKE = """\
#!/bin/sh
case "$1 $2" in
"-m venv")
  [ -z "$SLOW" ] || sleep "$SLOW"
  mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
  printf '#!/bin/sh\\necho "tidings runs with $*"\\n' > "$4/bin/tidings"
  chmod +x "$4/bin/tidings"
  ;;
"-m pip")
  echo "pip $*" >> "$NOTES"
  echo "Collecting something"
  [ -z "$FAIL" ] || { echo "no such hash"; exit 1; }
  ;;
*) exec "$REAL" "$@" ;;
esac
"""


class Checkout:
    """A copy of the script with small locks, in a folder with a space in its name."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my checkout"
        (self.root / "requirements").mkdir(parents=True)
        shutil.copy(ROOT / "run", self.root / "run")
        for level in ("run", "test"):
            self.lock(level, "1")
        (self.root / "pyproject.toml").write_text("[project]\n")
        self.notes = folder / "notes"
        self.python = folder / "python"
        self.python.write_text(FAKE)
        self.python.chmod(0o755)
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHON": str(self.python),
            "REAL": sys.executable,
            "NOTES": str(self.notes),
        }

    def lock(self, level: str, version: str) -> None:
        text = f"something=={version} \\\n    --hash=sha256:{'0' * 64}\n"
        (self.root / "requirements" / f"{level}.lock").write_text(text)

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.root / "run", *words],
            env={**self.env, **env},
            cwd=self.root.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **env: str) -> tuple[int, str]:
        process = self.start(*words, **env)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def installs(self) -> list[str]:
        """What pip was asked for since the last time."""
        noted = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return noted


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_call_installs_by_hash_and_the_second_does_nothing(checkout: Checkout) -> None:
    code, said = checkout.run("tidings", "query", "a b")
    assert code == 0, said
    assert "tidings runs with query a b" in said
    locked, editable = checkout.installs()
    assert f"--require-hashes -r {checkout.root}/requirements/run.lock" in locked
    assert "--no-deps --no-build-isolation -e" in editable

    assert checkout.run("tidings", "again") == (0, "tidings runs with again\n")
    assert checkout.installs() == []


def test_a_changed_lock_is_installed(checkout: Checkout) -> None:
    checkout.run("install")
    checkout.installs()
    checkout.lock("run", "2")

    checkout.run("install")

    assert "--require-hashes" in checkout.installs()[0]


def test_a_changed_project_is_only_registered_anew(checkout: Checkout) -> None:
    """Its entry points may be new: connectors are found by them."""
    checkout.run("install")
    checkout.installs()
    (checkout.root / "pyproject.toml").write_text("[project]\nname = 'other'\n")

    checkout.run("install")

    (only,) = checkout.installs()
    assert "-e" in only


def test_the_environment_of_the_tests_serves_to_run(checkout: Checkout) -> None:
    checkout.run("install", "test")
    checkout.installs()

    assert checkout.run("tidings")[0] == 0
    assert checkout.installs() == []


def test_a_failed_install_is_told_and_tried_again(checkout: Checkout) -> None:
    code, said = checkout.run("tidings", FAIL="1")
    assert code == 1
    assert "no such hash" in said
    assert "tidings runs" not in said
    checkout.installs()

    code, said = checkout.run("tidings")
    assert (code, "an earlier call was interrupted" in said) == (0, True)
    assert len(checkout.installs()) == 2


def test_killed_while_installing_it_starts_over(checkout: Checkout) -> None:
    process = checkout.start("install", SLOW="30")
    marker = checkout.root / ".venv" / "installing"
    deadline = time.monotonic() + 60
    while not marker.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    half_done = checkout.root / ".venv" / "half-done"
    half_done.touch()
    process.communicate()

    assert checkout.run("tidings")[0] == 0
    assert not half_done.exists()


def test_two_at_once_install_once(checkout: Checkout) -> None:
    both = [checkout.start("tidings", str(n), SLOW="2") for n in (1, 2)]
    said = [process.communicate(timeout=120)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert len(checkout.installs()) == 2  # one lock, one registration
    assert sum("another call is installing" in one for one in said) == 1


def test_a_folder_that_was_moved_gets_a_new_environment(checkout: Checkout) -> None:
    checkout.run("install")
    checkout.installs()
    checkout.root = checkout.root.rename(checkout.root.parent / "elsewhere")

    code, said = checkout.run("tidings")

    assert code == 0
    assert "this folder was moved" in said
    assert len(checkout.installs()) == 2


def test_somebody_elses_environment_is_left_alone(checkout: Checkout) -> None:
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv" / "theirs").touch()

    code, said = checkout.run("install")

    assert code == 1
    assert "was not made by this script" in said
    assert (checkout.root / ".venv" / "theirs").exists()


@pytest.mark.parametrize("version", ["3, 10", "3, 15"])
def test_a_python_that_does_not_suit_is_refused(
    checkout: Checkout, tmp_path: Path, version: str
) -> None:
    other = tmp_path / "other"
    said_version = version.replace(", ", ".")
    other.write_text(
        f'#!/bin/sh\n[ "$1" != -V ] || {{ echo "Python {said_version}.0"; exit; }}\n'
        f'exec "$REAL" -c "import sys; sys.version_info = ({version}, 0); $2"\n'
    )
    other.chmod(0o755)

    code, said = checkout.run("install", PYTHON=str(other))

    assert code == 1
    assert f"is Python {said_version}.0; needed is Python 3.11 to 3.14" in said
    assert not (checkout.root / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(checkout: Checkout, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexec "$REAL" "$@"\n')
    other.chmod(0o755)

    code, said = checkout.run("install", PYTHON=str(other))

    assert code == 1
    assert "apt install python3-venv" in said


def test_no_python_at_all_is_told(checkout: Checkout, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for tool in ("bash", "dirname", "sed"):
        (bare / tool).symlink_to(shutil.which(tool) or "/nowhere")

    code, said = checkout.run("install", PYTHON="", PATH=str(bare))

    assert code == 1
    assert "no Python 3.11 to 3.14 found" in said


def test_help_names_every_command_and_an_unknown_one_fails(checkout: Checkout) -> None:
    code, said = checkout.run("help")
    assert code == 0
    for command in ("demo", "up", "tidings", "airflow", "test", "check", "lock", "install"):
        assert f"./run {command}" in said
    assert checkout.run() == (0, said)

    code, said = checkout.run("dmeo")
    assert code == 1
    assert "no command 'dmeo'" in said


@pytest.mark.slow
def test_a_fresh_checkout_with_a_space_in_its_path_runs(tmp_path: Path) -> None:
    """For real, from the registry: every hash, the registration, the command."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # what a clone would hold, and new files
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    checkout = tmp_path / "fresh checkout"
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)

    done = subprocess.run(
        [checkout / "run", "tidings", "sources"],
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=1200,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "hackernews" in done.stdout

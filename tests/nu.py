"""The Nu checker for the tests: one that was fetched before, else fetched now, else a clear word."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "26.9.27"
SHA512 = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
JAR = Path(sys.prefix) / f"vnu-{VERSION}.jar"


def ready() -> bool:
    """Whether the checker can run here."""
    return bool(shutil.which("java")) and JAR.is_file()


def fetch() -> str:
    """Put the checker in its place by way of npm; what stands in the way, or nothing."""
    if not shutil.which("java"):
        return "there is no Java"
    if JAR.is_file():
        return ""
    if not shutil.which("npm"):
        return "there is no npm to fetch it with"
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"vnu-jar@{VERSION}", "--pack-destination", folder]
        done = subprocess.run(command, check=False, capture_output=True)
        packed = next(Path(folder).glob("*.tgz"), None)
        if done.returncode or packed is None:
            return "npm could not fetch it"
        if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != SHA512:
            return "what npm fetched is not the version that was pinned"
        with tarfile.open(packed) as archive:
            jar = archive.extractfile("package/build/dist/vnu.jar")
            assert jar
            fresh = JAR.with_suffix(".new")
            fresh.write_bytes(jar.read())
            fresh.replace(JAR)
    return ""


if __name__ == "__main__":
    if missing := fetch():
        print(
            f"THE NU CHECKER DOES NOT RUN: {missing}. Nothing below says that the pages are HTML."
        )
    else:
        print(f"The Nu checker {VERSION} checks every page.")

"""A repository → its site on localhost, built again and reloaded on every save."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from watchfiles import watch

from openlead.errors import Problem

WATCHED = ("content", "data", "templates", "openlead", "build.py")
RELOAD = b'<script src="/.reload.js"></script></body>'
SCRIPT = b"""const wait = () => fetch("/.changed").then(r => r.text())
  .then(() => location.reload()).catch(() => setTimeout(wait, 1000));
wait();
"""


def run(root: Path, port: int) -> list[Problem]:
    """Serve until the user stops it; a build that fails prints its problems, and the last site stays."""
    _build(root)
    changed = threading.Condition()
    handler = partial(Handler, root / "site", changed)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        return [Problem(root, 0, f"port {port}: {error.strerror}; choose another with --port.")]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)", flush=True)
    for _ in watch(
        *(root / name for name in WATCHED if (root / name).exists()), raise_interrupt=False
    ):
        if _build(root) == 0:
            with changed:
                changed.notify_all()
    server.shutdown()
    return []


def _build(root: Path) -> int:
    """In a process of its own, so that a changed module is read again."""
    script = Path(__file__).parents[1] / "build.py"
    return subprocess.run(
        [sys.executable, str(script), "--root", str(root)], check=False
    ).returncode


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the site; pages get a script that waits for the next build."""

    def __init__(self, folder: Path, changed: threading.Condition, *arguments: object) -> None:
        self.changed = changed
        super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """The reload script, the wait for a change, or a file."""
        path = Path(self.translate_path(self.path))
        if self.path == "/.reload.js":
            self._send(200, "text/javascript", SCRIPT)
        elif self.path == "/.changed":
            with self.changed:
                self.changed.wait()
            self._send(200, "text/plain", b"changed")
        elif self.path.endswith("/") and (path / "index.html").is_file():
            self._send(200, "text/html", (path / "index.html").read_bytes())
        elif path.suffix == ".html" and path.is_file():
            self._send(200, "text/html", path.read_bytes())
        elif path.exists():
            super().do_GET()
        else:
            missing = Path(self.directory) / "404.html"
            self._send(404, "text/html", missing.read_bytes() if missing.is_file() else b"")

    def _send(self, status: int, kind: str, body: bytes) -> None:
        if kind == "text/html":
            body = body.replace(b"</body>", RELOAD)
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal belongs to the build."""

"""How quickly the list of models answers, and how much it weighs: `python -m tests.bench.bench_models SITE`."""

from __future__ import annotations

import functools
import gzip
import http.server
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import find

# From a choice to the moment when the next frame is drawn; the rows are there, or are fetched first.
TIMED = """async ([name, value]) => {
  const form = document.getElementById("filter"), said = document.getElementById("shown");
  const before = said.textContent, start = performance.now();
  form.elements[name].value = value;
  form.dispatchEvent(new Event("input"));
  while (said.textContent === before) await new Promise((later) => setTimeout(later));
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  return performance.now() - start;
}"""
STEPS = [
    ("country", "China"),
    ("open", "2+"),
    ("sort", "-size"),
    ("q", "qwen"),
    ("country", ""),
    ("q", ""),
    ("open", ""),
    ("sort", "name"),
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def main(site: Path) -> None:
    """Print the weight of the list, and the milliseconds of a first and of later choices."""
    for name in ("models/index.html", "models/rows.json", "assets/models.js"):
        text = (site / name).read_bytes()
        print(
            f"{name}: {len(text) / 1e3:.0f} kB, {len(gzip.compress(text, 9)) / 1e3:.1f} kB gzipped"
        )
    handler = functools.partial(Quiet, directory=str(site))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find.installed(), args=find.FLAGS)
        runs = []
        for _ in range(5):
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/models/index.html")
            runs.append([float(page.evaluate(TIMED, list(step))) for step in STEPS])
            page.close()
        browser.close()
        server.shutdown()
    for step, times in zip(STEPS, zip(*runs, strict=True), strict=True):
        print(f"{step[0]} = {step[1] or 'any'}: {min(times):.0f} ms ({max(times):.0f} at worst)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

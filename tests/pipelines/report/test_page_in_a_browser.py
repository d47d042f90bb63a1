"""In a real browser a hostile page's explanation runs none of its scripts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.model import Page
from pipelines.report.explanation import explain
from pipelines.report.page import as_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --virtual-time-budget=2000"
).split()
MARK = "document.documentElement.dataset.ran='yes'"
SCRIPT = f"<script>{MARK}</script>"
ESCAPED = SCRIPT.replace("<", "&lt;").replace(">", "&gt;")
HOSTILE = f"""<!doctype html><meta charset=utf-8><title>{ESCAPED}</title><h1>{ESCAPED}</h1>{SCRIPT}
<p title="{ESCAPED}">逾期之后先不要慌张，把每一笔欠款的本金、利息和还款日写在一张纸上。{ESCAPED}</p>
<p>&lt;/span&gt;&lt;/del&gt;&lt;/li&gt;&lt;img src=x onerror="{MARK}"&gt; 再排出还款的顺序，主动联系客服。</p>
<p>&lt;svg onload="{MARK}"&gt;&lt;iframe srcdoc="{ESCAPED}"&gt; 说明困难，申请延期或者分期，凭证要留好。</p>
<footer>版权所有 "' autofocus onfocus='{MARK}' --&gt;&lt;/style&gt;{ESCAPED}</footer>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


def ran(html: str, folder: Path) -> bool:
    """Whether a script of the page marked its root when Chromium had opened it."""
    file = folder / "page.html"
    file.write_text(html, "utf-8")
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    root = done.stdout[done.stdout.index("<html") :]
    return 'data-ran="yes"' in root[: root.index(">")]


def test_the_browser_runs_scripts_where_a_page_has_them(tmp_path: Path) -> None:
    assert ran(f"<!doctype html><p>text</p>{SCRIPT}", tmp_path)


def test_a_hostile_page_runs_nothing_in_its_explanation(tmp_path: Path) -> None:
    explanation = explain(Page("https://example.org/<script>.html", HOSTILE.encode()))
    html = as_html(explanation)
    assert "dataset.ran" in html, "the page's words are shown"
    assert not ran(html, tmp_path)

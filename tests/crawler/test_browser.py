"""Pages that only scripts fill are rendered in a real Chromium, which reaches nothing that the crawl would not ask for."""

from __future__ import annotations

import gzip
import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawler import browser
from crawler.browser import NAMES, looks_unfilled, require_browser
from crawler.cli import main
from pipelines.dataset import Dataset
from pipelines.errors import ConfigurationError
from pipelines.model import Page
from tests.crawler.loopback import ARTICLE, HTML, Command, Site, serving

SCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}
SHELL = "<!doctype html><meta charset=utf-8><title>逾期</title><div id=app></div>{more}<script src={script}></script>"
FILL = """
fetch('/api/{name}').then(answer => answer.text()).then(html => {{
  document.getElementById('app').innerHTML = html + '<a href="/from-script.html">下一篇</a>';
}});
"""
INLINE = "<!doctype html><meta charset=utf-8><title>逾期</title><div id=app></div><script>{}</script>"
FAST = ("--allow-private", "--delay", "0", "--browser")

needs_chromium = pytest.mark.skipif(
    not any(map(shutil.which, NAMES)) or find_spec("playwright") is None,
    reason="no Chromium or no playwright on this machine: apt-get install chromium; pip install playwright",
)


def scripted(site: Site, name: str, more: str = "", script: str = "") -> None:
    """A page whose article its script fetches."""
    site.page(f"/{name}.html", SHELL.format(more=more, script=f"/{name}.js").encode())
    site.page(f"/{name}.js", (FILL.format(name=name) + script).encode(), headers=SCRIPT)
    body = ARTICLE.format(title=f"/{name}").partition("<body>")[2].partition("</body>")[0]
    site.page(f"/api/{name}", body.encode(), headers={"Content-Type": HTML})


@needs_chromium
def test_what_a_script_fills_is_an_article_and_a_rebuild_needs_no_browser(site: Site, crawl: Command) -> None:
    site.index("/", "/one.html", "/plain.html")
    scripted(site, "one")
    site.article("/plain.html")
    site.article("/from-script.html")
    done = crawl("--start", f"{site.url}/", *FAST)
    assert done.returncode == 0, done.stderr
    documents = Dataset(crawl.dataset).table("documents", ["url", "text"]).to_pylist()
    assert sorted(row["url"].rpartition("/")[2] for row in documents) == ["from-script.html", "one.html", "plain.html"]
    assert "逾期之后先不要慌张" in next(row["text"] for row in documents if row["url"].endswith("one.html"))
    rejects = Dataset(crawl.dataset).table("rejects", ["url", "reason"]).to_pylist()
    assert ("one.html", "no_text") in [(row["url"].rpartition("/")[2], row["reason"]) for row in rejects]
    assert not [row for row in rejects if "/api/" in row["url"] or row["url"].endswith(".js")]
    content_id = Dataset(crawl.dataset).version().content_id
    asked = len(site.asked)
    assert main(["build", str(crawl.dataset), "--processes", "1"]) == 0
    assert (Dataset(crawl.dataset).version().content_id, len(site.asked)) == (content_id, asked)


@needs_chromium
@pytest.mark.parametrize(("word", "kept"), [("noarchive", False), ("noindex", True)])
def test_what_a_script_forbids_is_obeyed(site: Site, crawl: Command, word: str, kept: bool) -> None:
    site.index("/", "/one.html")
    meta = f"document.head.insertAdjacentHTML('beforeend', '<meta name=robots content={word}>')"
    scripted(site, "one", script=meta)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    rows = Dataset(crawl.dataset).table("rejects", ["url", "reason", "detail"]).to_pylist()
    told = {row["reason"]: row["detail"] for row in rows if row["url"].endswith("one.html")}
    assert told["opted_out"] == f"{word} (meta robots)"
    captures = b"".join(gzip.decompress(path.read_bytes()) for path in (crawl.dataset / "captures").glob("*.warc.gz"))
    assert ("逾期之后先不要慌张".encode() in captures) is kept
    content_id = Dataset(crawl.dataset).version().content_id
    assert main(["build", str(crawl.dataset), "--processes", "1"]) == 0
    assert Dataset(crawl.dataset).version().content_id == content_id


@needs_chromium
def test_nothing_is_rendered_unless_asked_for(site: Site, crawl: Command) -> None:
    site.index("/", "/one.html")
    scripted(site, "one")
    crawl("--start", f"{site.url}/", "--allow-private", "--delay", "0")
    assert not [path for path in site.paths if path.endswith(".js")]
    source = crawl.dataset.parent / "site.toml"
    source.write_text(f'name = "x"\nstart = ["{site.url}/"]\ndelay = 0\nbrowser = true\n')
    done = crawl("--source", str(source), "--allow-private", "--refetch")
    assert done.returncode == 0, done.stderr
    assert Dataset(crawl.dataset).version().rows["documents"] == 1


@needs_chromium
@pytest.mark.parametrize("delay", [0, 900])  # milliseconds until the page leads elsewhere
def test_the_browser_reaches_nothing_by_itself(site: Site, crawl: Command, delay: int) -> None:
    with serving() as other:
        around = "".join(
            markup.format(at=f"127.0.0.1:{other.port}")
            for markup in (
                "<img src=http://{at}/img>",
                "<iframe src=http://{at}/frame></iframe>",
                "<link rel=stylesheet href=http://{at}/css>",
                "<link rel=preconnect href=http://{at}><link rel=dns-prefetch href=http://{at}>",
                "<form id=f method=post action=http://{at}/form></form>",
            )
        )
        script = (
            f"new WebSocket('ws://127.0.0.1:{other.port}/socket');"
            f"navigator.sendBeacon('http://127.0.0.1:{other.port}/beacon');"
            f"fetch('http://127.0.0.1:{other.port}/post', {{method: 'POST'}});"
            f"new EventSource('http://127.0.0.1:{other.port}/events');"
            f"window.open('http://127.0.0.1:{other.port}/window');"
            "setTimeout(() => { document.getElementById('f')?.submit();"
            f"location = 'http://127.0.0.1:{other.port}/'; }}, {delay});"
        )
        site.page("/robots.txt", b"User-agent: *\nDisallow: /blocked", headers={"Content-Type": "text/plain"})
        site.index("/", "/one.html")
        scripted(site, "one", around + "<script src=/blocked.js></script>", script)
        done = crawl("--start", f"{site.url}/", *FAST)
        assert done.returncode == 0, done.stderr
        assert (other.asked, "/blocked.js" in site.paths) == ([], False)
    assert Dataset(crawl.dataset).version().rows["documents"] == 1


@needs_chromium
def test_a_page_that_never_comes_to_rest_is_taken_as_it_stands(site: Site, crawl: Command) -> None:
    site.index("/", "/one.html")
    scripted(site, "one", script="setInterval(() => fetch('/api/more'), 50);")
    site.page("/api/more", b"x", headers={"Content-Type": "text/plain"})
    done = crawl("--start", f"{site.url}/", *FAST)
    assert done.returncode == 0, done.stderr
    assert Dataset(crawl.dataset).version().rows["documents"] == 1
    assert site.paths.count("/api/more") < 50


@needs_chromium
def test_what_a_timer_fills_is_waited_for(site: Site, crawl: Command) -> None:
    site.index("/", "/soon.html", "/late.html", "/asks.html")
    body = ARTICLE.format(title="/late").partition("<body>")[2].partition("</body>")[0]
    site.page("/api", body.encode(), headers={"Content-Type": HTML})
    show = f"document.getElementById('app').innerHTML = {json.dumps(body)}"
    ask = "fetch('/api').then(answer => answer.text()).then(html => document.getElementById('app').innerHTML = html)"
    for name, script in {
        "soon": f"setTimeout(() => {{ {show.replace('/late', '/soon')} }}, 900);",
        "late": f"function login() {{ location.href = '/login.html'; }} setTimeout(() => {{ {show} }}, 2400);",
        "asks": f"setTimeout(() => {ask}, 1800);",
    }.items():
        site.page(f"/{name}.html", SHELL.format(more="", script=f"/{name}.js").encode())
        site.page(f"/{name}.js", script.encode(), headers=SCRIPT)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    rows = Dataset(crawl.dataset).table("rejects", ["url", "reason"]).to_pylist()
    shown = Dataset(crawl.dataset).version().rows
    assert shown["documents"] + shown["duplicates"] == 3, rows


UNFILLED = {
    "a root to fill": (SHELL.format(more="", script="/a.js"), True),
    "loading": (SHELL.format(more="<p>正在加载…</p>", script="/a.js"), True),
    "leads on for who signs in": (INLINE.format("function login(){location.href='/login.html'} fill()"), True),
    "leads out of a frame": (INLINE.format("if (top !== self) { top.location.href = location.href }; fill()"), True),
    "leads old browsers on": (INLINE.format("if (/MSIE/.test(navigator.userAgent))\n  location = '/old.html'"), True),
    "leads on at a key": (INLINE.format("onkeydown = () => location.replace('/x')"), True),
    "leads on": (INLINE.format("location.href = '/x'"), False),
    "leads on behind others": (INLINE.format("function f() { go() }\nvar a = 1\nwindow.location.replace(a)"), False),
    "refreshes": ("<meta http-equiv=refresh content='0;url=/x'>" + INLINE.format("fill()"), False),
    "many scripts that may lead on": ((INLINE + "<script>f(location.href=1)" * 2000).format("fill()"), True),
    "asks who reads": (INLINE.format("location.href = '/geetest'"), False),
    "no script": ("<title>空</title><div id=app></div>", False),
    "an article": (ARTICLE.format(title="/x").replace("</body>", "<script>x()</script></body>"), False),
    "a list": ("<script>x()</script>" + "".join(f"<a href=/{n}.html>第{n}篇</a>" for n in range(9)), False),
}


@pytest.mark.parametrize(("html", "unfilled"), UNFILLED.values(), ids=UNFILLED)
def test_pages_that_need_a_browser_are_told(html: str, unfilled: bool) -> None:
    assert looks_unfilled(Page("https://a.test/", html.encode(), None, 200, {"content-type": HTML})) is unfilled


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(browser, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"playwright is not installed\n.*taoxi\[browser\]"):
        require_browser()
    monkeypatch.setattr(browser, "find_spec", lambda _: True)
    monkeypatch.setattr("crawler.browser.shutil.which", lambda _: None)
    with pytest.raises(ConfigurationError, match="no Chromium"):
        require_browser()
    assert main(["crawl", str(tmp_path / "d"), "--start", "http://127.0.0.1:9/", "--allow-private", "--browser"]) == 2

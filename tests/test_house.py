"""The house holds: the direction of imports, one home a library, a core without clock or network, nothing foreign."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("pipelines", "crawler")

# A module imports from its own row and from the rows above it, never from one below.
LAYERS = (
    ("pipelines.letters",),
    (
        "pipelines.errors",
        "pipelines.batches",
        "pipelines.durable",
        "pipelines.layout",
        "pipelines.script",
        "pipelines.big5",
        "pipelines.charset",
        "pipelines.commonness",
        "pipelines.paths",
    ),
    ("pipelines.evidence",),
    ("pipelines.model",),
    ("pipelines.mend", "pipelines.optout", "pipelines.twice"),
    (
        "pipelines.decode",
        "pipelines.parse",
        "pipelines.tables",
        "pipelines.dedup",
        "pipelines.sources",
        "pipelines.signals",
        "pipelines.personal",
        "pipelines.shells",
    ),
    ("pipelines.features", "pipelines.topic"),
    ("pipelines.classifier",),
    (
        "pipelines.embedded",
        "pipelines.json_state",
        "pipelines.stages",
        "pipelines.parts",
        "pipelines.templates",
        "pipelines.markdown",
        "pipelines.render",
    ),
    ("pipelines.recipe",),
    ("pipelines.parts.holding",),
    ("pipelines.dataset",),
    ("pipelines.engine", "pipelines.report"),
    ("crawler",),
    ("crawler.cli",),
)

# A third-party library can be exchanged in one place: the modules and packages that may import it.
HOMES = {
    "ada_url": ("crawler.links",),
    "bs4": ("pipelines.report",),
    "fastwarc": (
        "pipelines.sources.compression",
        "pipelines.sources.warc",
        "crawler.capture",
        "crawler.capture_files",
        "crawler.records",
    ),
    "itemadapter": ("crawler",),
    "lxml": ("crawler.discovery.lists",),
    "numpy": ("pipelines", "crawler.focus", "crawler.experience"),
    "opencc": ("pipelines.script",),
    "playwright": ("crawler.browser",),
    "pandas": ("pipelines.dataset", "crawler.cli.dedup", "crawler.demo"),
    "pyarrow": ("pipelines.dataset", "pipelines.sources.parquet", "pipelines.dedup.table"),
    "redis": ("crawler.frontier.redis_client",),
    "rich": ("crawler.cli.console",),
    "scrapy": ("crawler",),
    "selectolax": ("pipelines.parse",),
    "twisted": ("crawler",),
    "w3lib": ("crawler",),
}

# What every module of a package has by contract, which is told once, in the package or its frame.
CONTRACTS = {
    "crawler.cli": {"add_arguments", "run"},
    "crawler.demo.families": {"article", "listing", "home", "page", "mobile_article", "mobile_listing", "mobile_home"},
}

CLOCK_MODULES = {"time"}
CLOCK_ATTRIBUTES = {"now", "utcnow", "today"}
NETWORK_MODULES = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http.client",
    "http.server",
    "httpx",
    "requests",
    "smtplib",
    "socket",
}
NETWORK_MODULES |= {"socketserver", "ssl", "urllib.request", "urllib3"}

# Written so that this file does not hold what it looks for.
FOREIGN = re.compile(
    r"py[p]i[.]org|python[h]osted|npm[j]s|deb[.]d[e]bian|/wor[k]/|/tm[p]/|/roo[t]/|/hom[e]/\w|/opt/py[p]i|/far[m]/"
    r"|far[m]-(?:bench|studio)"
)


class Import(NamedTuple):
    importer: str
    imported: str
    line: int
    typing_only: bool


def python_files(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


MODULES = frozenset(name_of(path) for path in python_files(*PACKAGES))


def imports_of(path: Path) -> Iterator[Import]:
    tree, importer = tree_of(path), name_of(path)
    guarded = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    typing_only = {id(node) for guard in guarded for node in ast.walk(guard)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for imported in names_in(node, importer, path):
                yield Import(importer, imported, node.lineno, id(node) in typing_only)


def names_in(node: ast.Import | ast.ImportFrom, importer: str, path: Path) -> Iterator[str]:
    """Dotted names of the modules that a statement imports; `from package import module` is the module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    source = node.module or ""
    if node.level:
        package = importer.split(".") + ([""] if path.name == "__init__.py" else [])
        source = ".".join(filter(None, [*package[: -node.level], source]))
    for alias in node.names:
        member = f"{source}.{alias.name}"
        yield member if member in MODULES or member in NETWORK_MODULES else source


IMPORTS = [found for path in python_files(*PACKAGES) for found in imports_of(path)]


def layer_of(module: str) -> int:
    """The row of the nearest package that LAYERS names; -1 where none does."""
    rows = [(len(name), row) for row, names in enumerate(LAYERS) for name in names if within(module, name)]
    return max(rows, default=(0, -1))[1]


def test_every_module_has_its_layer() -> None:
    assert [module for module in sorted(MODULES) if layer_of(module) < 0 and module not in PACKAGES] == []


def test_imports_go_one_way() -> None:
    against = [
        f"{i.importer}:{i.line} imports {i.imported}"
        for i in IMPORTS
        if within(i.imported, "pipelines") or within(i.imported, "crawler")
        if not i.typing_only and not within(i.imported, i.importer) and layer_of(i.imported) > layer_of(i.importer)
    ]
    assert against == []


def test_each_library_has_one_home() -> None:
    strays = [
        f"{i.importer}:{i.line} imports {i.imported}"
        for i in IMPORTS
        if (library := i.imported.partition(".")[0]) not in sys.stdlib_module_names and library not in PACKAGES
        if not any(within(i.importer, home) for home in HOMES.get(library, ()))
    ]
    assert strays == []


def test_the_core_neither_fetches_nor_asks_the_clock() -> None:
    banned = CLOCK_MODULES | NETWORK_MODULES
    strays = [
        f"{i.importer}:{i.line} imports {i.imported}"
        for i in IMPORTS
        if within(i.importer, "pipelines") and any(within(i.imported, module) for module in banned)
    ]
    strays += [
        f"{name_of(path)}:{node.lineno} asks {ast.unparse(node)}"
        for path in python_files("pipelines")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_ATTRIBUTES
    ]
    assert strays == []


def starts_otherwise_than_by_spawn(node: ast.AST) -> bool:
    """Whether this names a way to start a worker process that may fork."""
    if isinstance(node, ast.ImportFrom) and node.module == "multiprocessing":
        return any(alias.name in {"Pool", "Process", "Queue"} for alias in node.names)
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in {"os.fork", "os.forkpty", "multiprocessing.Pool", "multiprocessing.Process"}
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func).rpartition(".")[2]
    if called in {"get_context", "set_start_method"}:
        return [ast.unparse(argument) for argument in node.args] != ["'spawn'"]
    context_is_given = len(node.args) > 1 or "mp_context" in {keyword.arg for keyword in node.keywords}
    return called == "ProcessPoolExecutor" and not context_is_given


def test_workers_are_spawned_never_forked() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {ast.unparse(node)}"
        for path in python_files(*PACKAGES, "benchmarks", "tests")
        for node in ast.walk(tree_of(path))
        if starts_otherwise_than_by_spawn(node)
    ] == []


@pytest.mark.parametrize(
    ("code", "forks"),
    [
        ("os.fork()", True),
        ("multiprocessing.Pool(2)", True),
        ("from multiprocessing import Process", True),
        ("ProcessPoolExecutor(2)", True),
        ("get_context()", True),
        ("get_context('fork')", True),
        ("get_context('spawn').Pool(2)", False),
        ("ProcessPoolExecutor(2, mp_context=get_context('spawn'))", False),
        ("from multiprocessing import get_context", False),
    ],
)
def test_the_watch_on_workers_sees_a_fork(code: str, forks: bool) -> None:
    assert any(map(starts_otherwise_than_by_spawn, ast.walk(ast.parse(code)))) is forks


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_tell_their_types(package: str) -> None:
    assert (files(package) / "py.typed").is_file()


def undocumented(path: Path) -> Iterator[str]:
    tree = tree_of(path)
    told_elsewhere = {name for package, names in CONTRACTS.items() if within(name_of(path), package) for name in names}
    if tree.body and not ast.get_docstring(tree):
        yield name_of(path)
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            tells_itself = isinstance(node, ast.FunctionDef) and len(node.body) == 1  # name, types and one statement
            public = not node.name.startswith("_") and node.name not in told_elsewhere and not tells_itself
            if public and not (ast.get_docstring(node) or "").partition("\n")[0].strip():
                yield f"{name_of(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_public_says_what_it_does(package: str) -> None:
    assert [name for path in python_files(package) for name in undocumented(path)] == []


def test_nothing_names_a_registry_or_a_machine() -> None:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607 -- git is where the PATH says
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: nothing tells which files are the project's")
    tracked = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert [
        f"{path.relative_to(ROOT)}:{number} {match[0]}"
        for path in tracked
        if path.is_file()
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), start=1)
        if (match := FOREIGN.search(line))
    ] == []

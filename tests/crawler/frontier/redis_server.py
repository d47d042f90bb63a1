"""A Redis of the tests' own, on a loopback port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="no redis-server here (Debian: apt-get install redis-server)")


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, *options: str, port: int = 0) -> Iterator[Server]:
    """A server that keeps its files in `folder`; killed at the end."""
    port = port or free_port()
    words = [PROGRAM or "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen([*words, *options], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while process.poll() is None:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < end, "redis-server does not listen"
            time.sleep(0.01)
        yield Server(port, process)
    finally:
        process.kill()
        process.wait()

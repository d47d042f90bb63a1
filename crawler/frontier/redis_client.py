"""A Redis server that a crawl can be shared on: reached, of a version that will do, and told plainly where it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from crawler.frontier.protocol import StoreFault
from pipelines.errors import ConfigurationError, TaoxiError

if TYPE_CHECKING:
    import redis

SCHEMES = ("redis", "rediss", "unix")
LEAST_VERSION = (6, 0)
PATIENCE, TRIES = (
    10.0,
    6,
)  # seconds for an answer; how often a connection that broke is tried again, some seconds in all
PASSWORD = "REDISCLI_AUTH"  # noqa: S105 -- the name of redis-cli's own environment variable


def public(url: str) -> str:
    """The URL without its password."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}" if user.partition(":")[0] else host))


def check_url(url: str) -> None:
    """The URL may name a Redis database. Raises ConfigurationError otherwise."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises ValueError where it is no number
        database = parts.path.strip("/") or "0"
        fits = parts.scheme in SCHEMES and (parts.scheme == "unix" or (parts.hostname and database.isdecimal()))
    except ValueError:
        fits = False
    if not fits:
        hint = "a shared frontier is told as redis://HOST:PORT/NUMBER, with TLS rediss://…"
        raise ConfigurationError("no address of a Redis database", where=url.rpartition("@")[2], hint=hint)


class Connection:
    """A Redis database, and the script of `shared.lua` on it.

    Raises ConfigurationError where the URL, the password or the server will not do, TaoxiError where none answers.
    """

    def __init__(self, url: str) -> None:
        check_url(url)
        self.where = public(url)
        try:
            import redis
            from redis.backoff import ExponentialBackoff, NoBackoff
            from redis.retry import Retry
        except ImportError:
            hint = "pip install 'taoxi[redis]'"
            raise ConfigurationError("--frontier needs the package redis", hint=hint) from None
        self._error = redis.RedisError
        self._fault: StoreFault | None = None
        once, patiently = Retry(NoBackoff(), 0), Retry(ExponentialBackoff(cap=2, base=0.05), TRIES)
        told: dict[str, Any] = {"retry": once, "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        if (password := os.environ.get(PASSWORD)) and not urlsplit(url).password:
            told["password"] = password
        self._redis: redis.Redis = redis.Redis.from_url(url, **told)
        try:
            found: dict[str, Any] = self._redis.info()
        except redis.RedisError as error:
            raise self._unfit(error) from error
        self._redis.set_retry(patiently)
        self._server = found.get("run_id")
        self._check(found)
        script = Path(__file__).with_name("shared.lua").read_text("utf-8")
        self._script = self._redis.register_script(script)

    def _unfit(self, error: Exception) -> TaoxiError:
        import redis

        if isinstance(error, redis.AuthenticationError) or "NOAUTH" in str(error) or "WRONGPASS" in str(error):
            hint = f"give it as redis://:PASSWORD@HOST:PORT/NUMBER, or in the environment as {PASSWORD}"
            return ConfigurationError(f"the password is missing or wrong: {error}", where=self.where, hint=hint)
        if isinstance(error, redis.ConnectionError | redis.TimeoutError) and "rotocol" not in str(error):
            hint = "start redis-server there, or look at its `bind` and at the firewall"
            return TaoxiError(f"no Redis server answers: {error}", where=self.where, hint=hint)
        return ConfigurationError(f"no Redis server that a crawl can be shared on: {error}", where=self.where)

    def _check(self, found: dict[str, Any]) -> None:
        version = str(found.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2] if part.isdecimal()) < LEAST_VERSION:
            hint = "6.0 is the oldest that will do"
            raise ConfigurationError(f"Redis {version} is too old", where=self.where, hint=hint)
        if found.get("redis_mode") == "cluster":
            hint = "give a single server, with TLS and a password where the network is not yours"
            raise ConfigurationError("a cluster cannot hold a shared frontier", where=self.where, hint=hint)
        if found.get("maxmemory") and str(found.get("maxmemory_policy")).startswith("allkeys"):
            hint = "redis-cli config set maxmemory-policy noeviction"
            message = f"Redis would drop pages when its memory is full ({found['maxmemory_policy']})"
            raise ConfigurationError(message, where=self.where, hint=hint)
        self.volatile = not found.get("aof_enabled")  # a crash of the server loses what came after its last snapshot

    def __call__(self, change: str, *told: str | bytes | float) -> Any:
        """What the script gives for a change. Raises StoreFault where it could not be made."""
        with self._watched():
            return self._script(args=[change, *told])

    def get(self, name: str, field: str | bytes) -> bytes | None:
        """The field of one of the crawl's hashes."""
        with self._watched():
            found: Any = self._redis.hget(f"taoxi:{name}", field)
            return found if isinstance(found, bytes) else None

    def set_once(self, name: str, field: str | bytes, value: str | bytes) -> None:
        """The field has this value where it had none."""
        with self._watched():
            self._redis.hsetnx(f"taoxi:{name}", field, value)

    def page_ids(self) -> Iterator[list[bytes]]:
        """The ids of all pages, in lists."""
        cursor = None
        while cursor != 0:
            with self._watched():
                answer: Any = self._redis.hscan("taoxi:seen", cursor or 0, count=500)
            cursor, found = answer
            yield list(found.values())

    def require_same_server(self) -> None:
        """The server is the one that was connected to. Raises StoreFault where it was started anew: it may have forgotten."""
        with self._watched():
            found: Any = self._redis.info("server")
        if found.get("run_id") != self._server:
            self._fault = StoreFault("the Redis server was started anew")
            raise self._fault

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """The first fault is the last: what would come after it may not fit what Redis knows, and would wait as long."""
        if self._fault:
            raise self._fault
        try:
            yield
        except self._error as error:
            self._fault = StoreFault(str(error))
            raise self._fault from error

    def close(self) -> None:
        self._redis.close()

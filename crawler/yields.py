"""What each kind of URL has brought, and whether one more of it is worth a request.

A trap is endless, and says nothing new: calendars, session ids, endless paths, combinations of filters, mazes of soft 404s,
pages behind the last one. So no kind of trap has to be known. A URL is of several *kinds*, from its pattern up to its folders
and the names of its parameters. A page is *good* where it holds an article whose text is new to its host, or much prose that
is; so are the pages on the way to it. Any other is *hopeful* where it tells new URLs of other kinds than its own, and else
*dry*. A kind that has brought nothing waits behind everything else of its host, the kinds that were in vain least often first,
so that no trap keeps a list waiting. Where it goes on to say the same and to tell new URLs of its own, it is given up; one that
says something each time, or has an end, is fetched to its end. Of a host that has shown no
articles nothing is, up to a depth.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit
from zlib import crc32

LATER = 1 << 20  # below the priority of all that need not wait; and again for each time that a kind was in vain
HOPE = 3  # pages in vain of a kind that was never good, before it waits; one that tells but its own is enough
# dry pages of a pattern, and of what has many, that say the same as others and tell new URLs of it, before it is given up
SAME, SAME_OF_MANY = 2, 4
ALIKE = 24  # the same of pages that tell no new URL
LAST, LAST_SPARED = 12, 24  # of other pages; of those that spare requests go to
# pages in vain of a kind that was good, before it waits: so many, and so many times the requests that a fruit took
PATIENCE, PER_FRUIT = 2, 1
MOST_VAIN = 40  # that are remembered
CHAIN = 3  # pages in a row that were not good, each found on the one before: what is found there is a kind of its own
SPARE = 100  # one request in so many goes to kinds that would be given up otherwise
ANCESTORS = 8  # pages on the way to a good one that are good for it
MOST_NOVEL, MOST_SHOWN = 50, 6  # pages of a kind that are good for their prose, and for what they show
NEW_LETTERS = 40  # of a page, that its host has not said before: prose that is new
NEW_WORD = 4  # letters of a line that is new: pages that have one do not say the same
LISTED = 2  # known articles that a page shows anew, more than articles do: a list
MOST_KINDS, MOST_PAGES, MOST_TEXTS = 50_000, 50_000, 1 << 18  # held in memory: of the others nothing is known
VARIANT = 32  # so long waits what differs from a known URL in something like a session's id
SITE = 5  # articles of a host whose other pages can be told from them …
BUDGET, DEEP = 5_000, 50  # … else nothing is given up of so many requests, and so many steps from a start
SLOW, RICH = 16, 3  # a kind of list is slow where so many of its pages led to fewer articles each
CHAINED = "chain "
DIGITS = re.compile(r"\d+")
NO_HAN, NO_LETTERS = re.compile(r"[^\u3400-\u9fff]+"), re.compile(r"[\W\d_]+")
MIXED = re.compile(r"[a-zA-Z]+\d+[a-zA-Z]\w*|\d+[a-zA-Z]+\d\w*")  # letters and digits by turns, as in ids and hashes
HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}|[a-zA-Z0-9]{21,}")
LONG_ID = 4
NO_WORD = re.compile(r"[\W_]+")
SLUG = re.compile(r"[^\W\d_]+(?:-\w+){2,}|[^\W\d_]+(?:_[^\W_]+){2,}")  # a name of several words
Key = TypeVar("Key")
Value = TypeVar("Value")


class Verdict(Enum):
    """Whether a URL is asked for now, behind everything else of its host, or not at all."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


class Vain(NamedTuple):
    """A page that was not good: the number of its reading, and what it was like."""

    at: int
    hopeful: bool
    same: bool  # it said nothing that others of its host had not said, and was no list
    bred: bool  # it told new URLs of its kind, and no others that are worth a request
    gone: bool = False  # there was no page


@dataclass(slots=True)
class Kind:
    """What the requests of one kind brought."""

    is_wide: bool = False  # of many patterns
    asked: int = 0
    fruits: int = 0  # articles that they held or led to
    held: int = 0
    novel: int = 0  # pages that were good for their prose
    showed: int = 0  # pages that were good for what they showed
    shown: list[set[int]] = field(default_factory=list)  # known articles on the last pages
    vain: list[Vain] = field(default_factory=list)  # since the last good one

    @property
    def is_spent(self) -> bool:
        """It has brought nothing, or nothing for long: it waits."""
        if self.fruits:
            return len(self.vain) >= self._patience
        return len(self.vain) >= HOPE or any(one.bred for one in self.vain)

    def is_over(self, *, bred: bool) -> bool:
        """It has brought nothing even behind everything else, and goes on and on; for a URL that it told, or another did."""
        vain = [one for one in self.vain if not one.gone]
        dry = [one for one in vain if not one.hopeful]
        if not dry or not all(one.same for one in dry):
            breeding = sum(one.bred or one.hopeful for one in vain)
            return bred and 2 * breeding >= len(vain) >= max(LAST, 2 * self._patience)
        if bred and 2 * sum(one.bred for one in dry) >= len(dry):
            return len(dry) >= max(SAME_OF_MANY if self.is_wide else SAME, self._patience + 1 if self.fruits else 0)
        return len(vain) == len(dry) >= max(ALIKE, self._patience)

    @property
    def says_more(self) -> bool:
        """Its pages have an end, and say something each time, though it is no article."""
        return not self.showed and any(not (one.same or one.gone or one.bred or one.hopeful) for one in self.vain)

    @property
    def is_slow(self) -> bool:
        """Its pages hold no articles, and lead to few: others are to be asked first."""
        return self.asked >= SLOW // 2 and 4 * self.held < self.asked and self.fruits < RICH * self.asked

    @property
    def may_go_on(self) -> bool:
        """It is not so clear yet that spare requests should not go to it."""
        return len(self.vain) < LAST_SPARED

    @property
    def _patience(self) -> int:
        if not self.fruits:
            return 0
        return min(MOST_VAIN // 2, PATIENCE + PER_FRUIT * max(0, self.asked - len(self.vain)) // self.fruits)

    def was_vain(self, one: Vain) -> None:
        self.vain = [*self.vain[-MOST_VAIN:], one]

    def was_good(self, at: int) -> None:
        """The page that was read then turns out to be good: what was in vain before it does not count."""
        self.vain = [one for one in self.vain if one.at > at]


NO_KIND: Final = Kind()


def within(url: str, depth: int) -> int:
    """The order of what waits at one level: the deepest shows soonest what is there; of a list's links, any."""
    return min(depth, 1000) * 64 + crc32(url.encode()) % 64


@lru_cache(maxsize=1 << 14)
def kinds(url: str) -> tuple[str, ...]:
    """The kinds of a URL, the most specific first: its pattern, each of its parameters, its folders, all parameters."""
    parts = urlsplit(url)
    *folders, last = [_shape(segment) for segment in parts.path.split("/")[1:]] or [""]
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    path = "/".join([parts.netloc, *folders, last])
    any_query = "?" if names else ""
    above = ["/".join([parts.netloc, *folders[:depth]]) + f"/*{any_query}" for depth in range(len(folders), 0, -1)]
    if not names:
        return (path, *above)
    told = dict.fromkeys((f"{path}?{'&'.join(names)}", *(f"{path}?{name}&*" for name in names), f"{path}?*"))
    return (*told, *above, f"{parts.netloc}/*?{'&'.join(names)}")


def _shape(segment: str) -> str:
    return ".".join(map(_named, unquote(segment).split(".")))


def _named(name: str) -> str:
    numbers = DIGITS.sub("N", name)
    if SLUG.fullmatch(name) and numbers.count("N") < 3:
        return "~"
    return "#" if looks_random(name) else numbers


def _host(url: str) -> str:
    """The kind of a host's articles."""
    return f"articles {urlsplit(url).netloc}"


def looks_random(name: str) -> bool:
    """It looks like a session's id or a hash."""
    parts = NO_WORD.split(name)
    return any((len(part) >= LONG_ID and MIXED.fullmatch(part)) or HASH.fullmatch(part) for part in parts)


def without_ids(url: str) -> Iterator[str]:
    """The URL without each of the parameters, and each of the path's segments, that look like an id."""
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    for pair in pairs:
        if looks_random(pair.partition("=")[2]):
            yield urlunsplit(parts._replace(query="&".join(one for one in pairs if one is not pair)))
    segments = parts.path.split("/")
    for n, segment in enumerate(segments[:-1]):
        if looks_random(segment):
            yield urlunsplit(parts._replace(path="/".join(segments[:n] + segments[n + 1 :])))


def _chained(url: str) -> str:
    """The kind of what is found on a chain of pages that are not good."""
    parts = urlsplit(url)
    first, *more = parts.path.split("/")[1:] or [""]
    return f"{CHAINED}{parts.netloc}/{_shape(first) if more or parts.query else ''}"


class Yields:
    """The kinds of a crawl's URLs. In memory alone: a crawl that goes on learns them again from a few requests."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[str, Kind] = OrderedDict()
        self._parents: OrderedDict[int, tuple[int, str]] = (
            OrderedDict()
        )  # hash of a URL → of the page that told it first
        self._moved: OrderedDict[str, str] = OrderedDict()  # the target of a redirect → where it was met
        self._bad: OrderedDict[int, int] = OrderedDict()  # hashes of pages that are not good → when they were read
        self._articles: OrderedDict[int, None] = OrderedDict()
        self._led: OrderedDict[int, None] = OrderedDict()  # hashes of pages that led to articles
        self._usual: dict[str, float] = {}  # host → known articles that an article shows, others than the last ones did
        self._texts: tuple[set[int], set[int]] = (set(), set())
        self._reads = 0
        self._asked: Counter[str] = Counter()  # by host, as the next one
        self._spared: Counter[str] = Counter()
        self._known: tuple[set[int], set[int]] = (set(), set())  # hashes of URLs
        self.refused: Counter[str] = Counter()  # kind → URLs given up

    def asked(self, url: str) -> None:
        """A request leaves."""
        self._asked[urlsplit(url).netloc] += 1
        for name in self._names(url):
            self._kind(name).asked += 1

    def moved(self, url: str, target: str) -> None:
        """The answer was a redirect: what the target brings counts for both."""
        self._tell(target, url)
        _keep(self._moved, target, url, MOST_PAGES)

    def useful(self, url: str) -> None:
        """The answer was good whatever it says: a list of pages for machines, or a page that has not changed."""
        self._is_good(url)

    def failed(self, url: str) -> None:
        """There was no page."""
        self._reads += 1
        self._is_vain(url, set(), gone=True)

    def read(
        self,
        url: str,
        led_by: str | None,
        article: str | None,
        lines: Iterable[str],
        found: Iterable[str],
        shown: Iterable[str],
    ) -> None:
        """The page held this article's text, or none, and these lines, which lead nowhere.

        It told the URLs in `found`, which nobody had told, and `shown` are all that it links to. `led_by` is the page that
        the request came from.
        """
        host, told = urlsplit(url).netloc, set(found)
        self._reads += 1
        for one in told:
            self._tell(one, url)
        new, listed = self._new_letters(host, lines), self._newly_shown(url, shown)
        usual = self._usual.get(host, 0.0)
        is_list = listed >= usual + LISTED
        if article is not None and self._unsaid({hash((host, "article", article))}):
            _keep(self._articles, hash(url), None, MOST_PAGES)
            self._usual[host] = usual + (listed - usual) / 16
            of_host = self._kind(_host(url))
            of_host.fruits += 1
            of_host.shown = [*of_host.shown[-1:], self._kind(kinds(url)[0]).shown[-1]]
            if led_by:
                _keep(self._led, hash(led_by), None, MOST_PAGES)
            for page in filter(None, (url, led_by)):
                for name in self._names(page):
                    self._kind(name).fruits += 1
                    self._kind(name).held += page == url
            self._is_good(url)
        elif (sum(new) >= NEW_LETTERS and self._may(url, "novel", MOST_NOVEL)) or (
            is_list and self._may(url, "showed", MOST_SHOWN)
        ):
            self._is_good(url)
        else:
            self._is_vain(url, told, same=max(new, default=0) < NEW_WORD, is_list=is_list)

    def verdict(self, url: str, level: int, depth: int = 0) -> tuple[Verdict, int]:
        """What is to become of a URL, and at which level it waits; `level`: it waited there, and nothing before it is left;
        `depth`: its steps from a start."""
        told_by = self._parents.get(hash(url))
        is_led = told_by is not None and told_by[0] in self._led  # what such a page tells is no more of its own kind
        own = () if is_led else self._above_kinds(url)
        over, vain = "", 0
        for name in self._names(url):
            kind = self._kinds.get(name, NO_KIND)
            if kind.is_spent:
                vain = max(vain, len(kind.vain))
                bred = name in own or name.startswith(CHAINED)
                over = over or (name if kind.is_over(bred=bred) else "")
            elif kind.fruits:
                break
        if not vain:
            vain = VARIANT if self._is_variant(url) else SLOW if any(kind.is_slow for kind in self._shared(url)) else 0
        if not vain:
            return Verdict.NOW, 0
        if level < (back := 1 if is_led else (vain - 1).bit_length() + 1):
            return Verdict.LATER, back
        if not over or not (self._is_site(url) or depth > DEEP) or self._is_spared(url, over):
            return Verdict.NOW, 0
        self.refused[over] += 1
        return Verdict.NEVER, 0

    def _is_site(self, url: str) -> bool:
        """The host has articles, that other pages can be told from: where all pages are alike, none is given up so soon."""
        return self._kind(_host(url)).fruits >= SITE or self._asked[urlsplit(url).netloc] >= BUDGET

    def _is_spared(self, url: str, over: str) -> bool:
        host = urlsplit(url).netloc
        if not self._kinds[over].may_go_on or self._spared[host] >= self._asked[host] // SPARE:
            return False
        self._spared[host] += 1
        return True

    def _names(self, url: str) -> tuple[str, ...]:
        """The kinds that the page counts for: its own, and those of the redirect that led to it."""
        own = (_chained(url), *kinds(url)) if self._chain(url) >= CHAIN else kinds(url)
        moved = self._moved.get(url)
        return own if moved is None else tuple(dict.fromkeys((*own, *kinds(moved))))

    def _kind(self, name: str) -> Kind:
        kind = self._kinds.get(name) or Kind("*" in name or name.startswith(CHAINED))
        _keep(self._kinds, name, kind, MOST_KINDS)
        return kind

    def _is_variant(self, url: str) -> bool:
        """Without something that looks like a session's id it is a URL that is known, and its kind is not known to be good."""
        if self._kinds.get(kinds(url)[0], NO_KIND).fruits:
            return False
        young, old = self._known
        return any(hash(one) in young or hash(one) in old for one in without_ids(url))

    def _tell(self, url: str, page: str) -> None:
        young, _ = self._known
        young.add(hash(url))
        if len(young) > MOST_TEXTS:
            self._known = set(), young
        _keep(self._parents, hash(url), (hash(page), page), MOST_PAGES)

    def _hopes(self, url: str, told: set[str]) -> bool:
        """The page tells new URLs of another pattern than its own, of which it is not known that they bring nothing."""
        own = kinds(url)[0]
        return any(map(self._is_worth, {kinds(one) for one in told if kinds(one)[0] != own}))

    def _is_worth(self, names: tuple[str, ...]) -> bool:
        """URLs of these kinds may bring something, or at least say something each time."""
        known = [self._kinds.get(name, NO_KIND) for name in names]
        return known[0].says_more or not any(kind.is_spent for kind in known)

    def _is_good(self, url: str) -> None:
        """The page is good, and with it those on the way to it."""
        self._bad.pop(hash(url), None)
        for name in self._names(url):
            self._kind(name).was_good(self._reads)
        for key, page in list(self._above(url)):
            at = self._bad.pop(key, 0)
            for name in kinds(page) if at else ():
                self._kind(name).was_good(at)

    def _is_vain(
        self, url: str, told: set[str], *, same: bool = False, is_list: bool = False, gone: bool = False
    ) -> None:
        _keep(self._bad, hash(url), self._reads, MOST_PAGES)
        hopeful = self._hopes(url, told)
        bred = {name for one in told for name in kinds(one)}
        for name in self._names(url):
            breeds = not hopeful and (name in bred or (bool(told) and name.startswith(CHAINED)))
            one = Vain(self._reads, hopeful, same and (breeds or not is_list), breeds, gone)
            self._kind(name).was_vain(one)

    def _may(self, url: str, what: str, most: int) -> bool:
        """A page may be good for that once more: always where it was told by pages of other kinds, which have an end."""
        own = [self._kind(name) for name in kinds(url)]
        if any(getattr(kind, what) >= most for kind in self._shared(url)) and not (what == "novel" and own[0].fruits):
            return False
        for kind in own:
            setattr(kind, what, getattr(kind, what) + 1)
        return True

    def _shared(self, url: str) -> list[Kind]:
        """The kinds that the URL has in common with the page that told it."""
        above = self._above_kinds(url)
        return [self._kind(name) for name in kinds(url) if name in above]

    def _above_kinds(self, url: str) -> tuple[str, ...]:
        """The kinds of the page that told the URL, and what it is with a query."""
        told_by = self._parents.get(hash(url))
        if told_by is None:
            return ()
        plain = kinds(told_by[1].partition("?")[0])
        return (*kinds(told_by[1]), *plain, plain[0] + "?*")

    def _newly_shown(self, url: str, shown: Iterable[str]) -> int:
        """How many known articles the page shows that the last ones of its kinds did not, and the last articles."""
        own = kinds(url)
        before = [self._kind(name) for name in (own[0], own[-1])]
        known = {key for one in shown if (key := hash(one)) in self._articles}
        new = known.difference(*(page for kind in before for page in kind.shown), *self._kind(_host(url)).shown)
        for kind in before:
            kind.shown = [*kind.shown[-1:], known]
        return len(new)

    def _chain(self, url: str) -> int:
        """How many pages in a row, on the way to the URL, are not good."""
        length = 0
        for key, _ in self._above(url):
            if key not in self._bad:
                break
            length += 1
        return length

    def _above(self, url: str) -> Iterator[tuple[int, str]]:
        key = hash(url)
        for _ in range(ANCESTORS):
            above = self._parents.get(key)
            if above is None:
                return
            yield above
            key = above[0]

    # --- texts --------------------------------------------------------------------------------------------------------

    def _new_letters(self, host: str, lines: Iterable[str]) -> list[int]:
        """Of each line that the host has not said before: how many letters."""
        said = {hash((host, letters)): len(letters) for line in lines if (letters := _letters(line))}
        return [said[key] for key in self._unsaid(set(said))]

    def _unsaid(self, texts: set[int]) -> set[int]:
        young, old = self._texts
        unsaid = texts - young - old
        young |= texts
        if len(young) > MOST_TEXTS:
            self._texts = set(), young
        return unsaid


def _letters(text: str) -> str:
    """What a text says, without numbers and names of pages: its Chinese characters, where it has any."""
    return NO_HAN.sub("", text) or NO_LETTERS.sub("", text)


def _keep(held: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    """The entry is held as the newest; the oldest goes where there are more than `most`."""
    held[key] = value
    held.move_to_end(key)
    if len(held) > most:
        held.popitem(last=False)

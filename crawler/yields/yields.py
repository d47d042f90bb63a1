"""Which of a crawl's URLs are asked for, by what their kinds have brought."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from crawler.yields.choices import Choices
from crawler.yields.copies import Copies
from crawler.yields.kind import GROWN, MANY, NO_KIND, Kind, Vain
from crawler.yields.lists import LISTED, Shown
from crawler.yields.marks import Marks
from crawler.yields.memory import MOST_KINDS, MOST_PAGES, Recent, keep
from crawler.yields.texts import New, Texts
from crawler.yields.urls import form, is_deeper, is_next, is_numbered, is_random, kinds, size, tail, variants

LATER = 1 << 20  # below the priority of all that need not wait; and again for each level
# pages in vain, as it were, of what multiplies, and of what may be a copy: it waits so long
MULTIPLIED, VARIANT = 16, 32
LAST_LEVEL = 16  # of what would be given up on a host that has shown no articles yet
SPARE = 200  # one request in so many may be in vain for endless kinds that would be given up
ANCESTORS = 8  # pages on the way to a good one that are good for it
MOST_NOVEL, MOST_SHOWN = 50, 40  # pages of an endless kind that are good for their prose, and for what they show
PROMISED, MOST_PROMISES = 2, 3  # new URLs of a pattern that are a promise: pages tell one of the way back to them, too
SITE = 5  # articles of a host whose other pages can be told from them …
BUDGET, DEEP = 5_000, 50  # … else nothing is given up of so many requests, and so many steps from a start


class Verdict(Enum):
    """Whether a URL is asked for now, behind everything else of its host, or not at all."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(slots=True)
class Host:
    """What is known of a host's pages."""

    asked: int = 0
    lost: int = 0  # requests in vain for endless kinds, and for others that would be given up
    articles: int = 0
    usual: float = 0.0  # known articles that an article shows, others than the last ones did

    def has_article(self, listed: int) -> None:
        """One more, which showed so many known articles anew."""
        self.articles += 1
        self.usual += (listed - self.usual) / min(self.articles, 16)


class Yields:
    """The kinds of a crawl's URLs. In memory alone: a crawl that goes on learns them again from a few requests."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[str, Kind] = OrderedDict()
        self._hosts: dict[str, Host] = {}
        self._parents: OrderedDict[int, tuple[int, str]] = OrderedDict()  # a URL → the page that told it first
        self._moved: OrderedDict[str, str] = OrderedDict()  # the target of a redirect → where it was met
        self._says: OrderedDict[int, str] = (
            OrderedDict()
        )  # pages that say what others said → the kind of what they tell
        self._bad: OrderedDict[int, int] = OrderedDict()  # pages that are not good → when they were read
        self._articles: OrderedDict[int, None] = (
            OrderedDict()
        )  # and other pages that say something, and lead no further
        self._led: OrderedDict[int, int] = OrderedDict()  # a page → articles that it led to
        self._vouched = Recent()  # URLs that articles link to
        self._shown = Shown()
        self._met = Recent()  # URLs that pages apart link to, though others told them
        self._linked = Recent()  # … and that pages link to that say something
        self._texts, self._copies, self._choices = Texts(), Copies(), Choices()
        self._marks = Marks(self._copies)
        self._reads = 0
        self.refused: Counter[str] = Counter()  # kind → URLs given up

    def __len__(self) -> int:
        """Of what is held, that of which there is most."""
        held: list[Sized] = [self._kinds, self._parents, self._moved, self._says, self._bad, self._articles, self._led]
        held += [self._texts, self._copies, self._marks, self._choices]
        held += [self._vouched, self._linked, self._met, self._shown]
        return max(map(len, held))

    def asked(self, url: str) -> None:
        """A request leaves."""
        self._marks.asked(url)
        url = self._marks.bare(url)
        self._host(url).asked += 1
        self._kind(form(url)).asked += 1
        is_first = not (self._known(kinds(url)[0]).asked or is_random(url))
        for kind in map(self._kind, self._names(url)):
            kind.asked += 1
            kind.strangers += is_first and kind.is_wide and kind.is_spent

    def moved(self, url: str, target: str, *, is_known: bool) -> None:
        """The answer was a redirect: what the target brings counts for both, unless it was known: then it brings nothing."""
        self._copies.tell(target)
        url, target = self._marks.bare(url), self._marks.bare(target)
        if is_known:
            self._reads += 1
            # a slash too many or too few says nothing of URLs that end alike and are written as they should be
            names = kinds(url) if target.rstrip("/") == url.rstrip("/") else self._shapes(url)
            self._was_vain(url, Vain(self._reads, same=True, copy=True, ends=True), Counter(), names)
            return
        self._tell(target, url)
        keep(self._moved, target, url, MOST_PAGES)

    def useful(self, url: str) -> None:
        """The answer was good whatever it says: a list of pages for machines, or a page that has not changed."""
        self._is_good(self._marks.bare(url))

    def failed(self, url: str, *, for_good: bool = True) -> None:
        """There was no page; unless that is `for_good`, there may be another day."""
        self._reads += 1
        url = self._marks.bare(url)
        self._was_vain(url, Vain(self._reads, gone=True, never=for_good), Counter(), self._shapes(url))

    def read(
        self,
        url: str,
        led_by: str | None,
        article: str | None,
        lines: Iterable[str],
        found: Iterable[str],
        shown: Iterable[str],
        whole: int | None = None,
    ) -> None:
        """The page held this article's text, or none, and these lines, which lead nowhere.

        It told the URLs in `found`, which nobody had told, and `shown` are all that it links to. `led_by` is the page that
        the request came from. `whole` is the same for pages that say the same in all.
        """
        again, _ = self._marks.verdict(url)
        if whole is not None and self._marks.read(url, whole):
            self._forget(urlsplit(url).netloc)
        bare, raw = self._marks.bare, url
        told, shown = self._marks.new_of(found), self._marks.without(shown)
        url, led_by = bare(url), led_by and bare(led_by)
        for one in found:
            self._copies.tell(one)
        if again:  # what was under way says nothing of its kind
            for one in told:
                self._tell(one, url)
            return
        links = frozenset(map(hash, shown))
        self._reads += 1
        self._told(url, told)
        self._meets(url, shown - told)
        known = links & self._articles.keys()
        listed, usual = self._shown.newly(url, known, is_next=self._is_next(url)), self._host(url).usual + LISTED
        new, extra = self._texts.read(url, led_by, article, lines), self._copies.shows(url, shown, known)
        if new.varies:
            self._linked.add(set(links))
        is_new = new.is_article or (new.differs and not new.is_again)
        is_copy = not is_new and (None if extra is None else min(extra, listed) < usual)
        self._copies.read(raw, set(found), is_article=new.is_article, is_copy=is_copy)
        if new.is_article:
            self._has_article(url, led_by, listed, links)
        elif (new.is_prose and self._may(url, "novel", MOST_NOVEL)) or self._is_list(url, told, known, listed):
            self._is_good(url)
            for name in (form(url), *self._names(url)):
                self._kind(name).lists += 1
        else:
            if not new.varies and new.saying:
                keep(self._says, hash(url), new.saying, MOST_PAGES)
            self._is_vain(url, told, new, listed, shows=listed >= usual)

    def verdict(self, url: str, level: int, depth: int = 0) -> tuple[Verdict, int]:
        """What is to become of a URL, and at which level it waits; `level`: it waited there, and nothing before it is left;
        `depth`: its steps from a start."""
        vain, over = self._weighed(url)
        url = self._marks.bare(url)
        if not vain:
            return Verdict.NOW, 0
        if level < (back := (vain - 1).bit_length() + 1):
            return Verdict.LATER, back
        if not over:
            return Verdict.NOW, 0
        host = self._host(url)
        if self._known(over).is_choice and is_numbered(url) and not self._known(kinds(url)[0]).asked:
            return Verdict.NOW, 0  # what other choices brought says little about one that was never tried
        if level < LAST_LEVEL and self._known(over).promises_any(lambda name: not self._known(name).asked):
            return Verdict.LATER, level + 1
        if not (host.articles >= SITE or host.asked >= BUDGET or depth > DEEP):
            return (Verdict.LATER, LAST_LEVEL) if level < LAST_LEVEL else (Verdict.NOW, 0)
        if host.lost < host.asked // SPARE:
            host.lost += 1
            return Verdict.NOW, 0
        self.refused[over] += 1
        return Verdict.NEVER, 0

    def _weighed(self, url: str) -> tuple[int, str]:
        """How many pages were in vain, as it were, of the URL's kinds; and what it would be given up for, or ""."""
        over, may_be_copy = self._copies.verdict(url)
        again, is_under_way = self._marks.verdict(url)
        is_marked, url, over = self._copies.is_marked(url), self._marks.bare(url), over or again
        bred, endless = self._bred(url), self._is_endless(self._parents.get(hash(url)))
        waits = is_under_way or is_marked or (may_be_copy and not self._known(kinds(url)[0]).fruits)
        vain = VARIANT if over or waits else 0
        if maze := self._maze(url):
            vain, over = max(vain, self._known(maze).times), over or maze
        if self._choices.joins(url) and not self._known(kinds(url)[0]).held:
            known = ((name, self._known(name)) for name in kinds(url))
            barren = (name for name, kind in known if kind.is_barren and not kind.is_wide)
            vain, over = max(vain, MULTIPLIED), over or next(barren, "")
        for name, kind in ((name, self._known(name)) for name in self._names(url)):
            if kind.is_apart:
                vain = max(vain, kind.asked // GROWN)
                over = over or (name if kind.is_bottomless else "")
        own = self._known(kinds(url)[0])
        is_first, is_form = not (own.asked or is_random(url)), self._known(form(url)).is_mostly_good and not own.vain
        for name in self._shapes(url):
            kind = self._known(name)
            if name == tail(url) and kind.fruits:
                continue  # no link written amiss
            if kind.is_spent:
                vain = max(vain, kind.times)
                if not (kind.is_wide and (is_form or (is_first and kind.takes_strangers))):
                    over = over or (name if kind.is_over(self._is_kept, bred=name in bred, endless=endless) else "")
            elif kind.multiplies:
                vain = max(vain, MULTIPLIED)
            elif kind.fruits and name not in (size(url), tail(url)):
                break
        return vain, over

    def _forget(self, host: str) -> None:
        """What the host's kinds have brought is not known: their URLs were marked, and counted for several."""
        for name in [name for name in self._kinds if name.startswith(host)]:
            del self._kinds[name]
        self._says.clear()

    # --- kinds --------------------------------------------------------------------------------------------------------

    def _host(self, url: str) -> Host:
        return self._hosts.setdefault(urlsplit(url).netloc, Host())

    def _kind(self, name: str) -> Kind:
        kind = self._kinds.get(name) or Kind(name.partition("?")[0].endswith("*"), "?" in name and name.endswith("*"))
        keep(self._kinds, name, kind, MOST_KINDS)
        return kind

    def _known(self, name: str) -> Kind:
        return self._kinds.get(name, NO_KIND)

    def _holds(self, name: str) -> bool:
        return 2 * self._known(name).held > self._known(name).asked

    def _is_kept(self, name: str) -> bool:
        return self._known(name).is_kept

    def _names(self, url: str) -> tuple[str, ...]:
        """The kinds that the page counts for: its own, those of the redirect that led to it, and of who told it."""
        return (*self._shapes(url), *self._said(url))

    def _shapes(self, url: str) -> tuple[str, ...]:
        """How long its numbers are; what the URL ends in; its kinds, and those of the redirect that led to it."""
        moved = self._moved.get(url)
        own = kinds(url) if moved is None else tuple(dict.fromkeys((*kinds(url), *kinds(moved))))
        return (*filter(None, (size(url), tail(url))), *own)

    def _said(self, url: str) -> tuple[str, ...]:
        """The kinds of what pages tell that all say exactly the same, as the one did that told the URL: of its pattern, and of
        any; none where it did not."""
        told_by = self._parents.get(hash(url))
        saying = self._says.get(told_by[0]) if told_by else None
        return (f"{saying} in {kinds(url)[0]}", saying) if saying else ()

    def _maze(self, url: str) -> str:
        """The kind of what such pages tell, and they alone, where those say the same again; "" where the URL is of none."""
        if hash(url) in self._linked or hash(url) in self._vouched:
            return ""
        pattern, *whole = self._said(url) or ("",)
        names = [pattern] if self._is_kept(kinds(url)[0]) else [pattern, *whole]
        return next((name for name in names if self._known(name).is_maze), "")

    def _bred(self, url: str) -> frozenset[str]:
        """The kinds of the page that told the URL, and what it is with a query; none where articles link to it, too, or the
        page led to many."""
        told_by = self._parents.get(hash(url))
        if told_by is None or hash(url) in self._vouched:
            return frozenset()
        is_list = self._led.get(told_by[0], 0) > self._host(url).usual + LISTED
        if is_list and not any(self._known(name).multiplies for name in kinds(told_by[1])):
            return frozenset()
        plain = kinds(told_by[1].partition("?")[0])
        return frozenset((*self._names(told_by[1]), *plain, plain[0] + "?*"))

    def _is_endless(self, page: tuple[int, str] | None) -> bool:
        """The page was in vain, and its kind tells its own."""
        return page is not None and page[0] in self._bad and self._known(kinds(page[1])[0]).told > 0

    def _told(self, url: str, told: set[str]) -> None:
        """The page told these URLs, which nobody had told."""
        self._choices.tells(url, told)
        for one in told:
            self._tell(one, url)
        for name, times in Counter(name for one in told for name in (kinds(one)[0], tail(one))).items():
            if name not in ("", kinds(url)[0], tail(url)):
                self._kind(name).listed += times > 1
                self._kind(name).singly += times == 1
        own, names = self._own(url, told), self._names(url)
        for name in names:
            self._kind(name).told += own[name] * (1 + is_random(url))
            self._kind(name).leaves += not own[name]
        for one in told:
            for name in kinds(one):
                self._kind(name).entered += name not in names

    def _meets(self, url: str, known: set[str]) -> None:
        """The page links to these URLs, which others told."""
        apart = [name for name in self._names(url) if self._known(name).may_be_apart]
        if apart:
            of = [(kinds(one), one) for one in known - {url, *(page for _, page in self._above(url))}]
            for name in apart:
                self._kind(name).met += len(self._met.add({hash((name, one)) for names, one in of if name in names}))

    @staticmethod
    def _own(url: str, told: set[str]) -> Counter[str]:
        """The kinds of what the page told."""
        return Counter(name for one in _others(url, told) for name in kinds(one))

    def _tell(self, url: str, page: str) -> None:
        keep(self._parents, hash(url), (hash(page), page), MOST_PAGES)

    # --- good and vain ------------------------------------------------------------------------------------------------

    def _has_article(self, url: str, led_by: str | None, listed: int, links: frozenset[int]) -> None:
        host = self._host(url)
        host.has_article(listed)
        self._kind(form(url)).held += 1
        self._shown.by_article(url)
        keep(self._articles, hash(url), None, MOST_PAGES)
        self._vouched.add(set(links))
        if led_by:
            keep(self._led, hash(led_by), self._led.get(hash(led_by), 0) + 1, MOST_PAGES)
        for page in filter(None, (url, led_by)):
            for kind in map(self._kind, self._names(page)):
                kind.fruits += 1
                kind.held += page == url
                kind.usual = host.usual
        self._is_good(url)

    def _is_good(self, url: str) -> None:
        """The page is good, and with it those on the way to it."""
        self._bad.pop(hash(url), None)
        for name in self._names(url):
            self._kind(name).was_good(self._reads)
        for key, page in list(self._above(url)):
            at = self._bad.pop(key, 0)
            for name in self._names(page) if at else ():
                self._kind(name).was_good(at)

    def _above(self, url: str) -> Iterator[tuple[int, str]]:
        key = hash(url)
        for _ in range(ANCESTORS):
            above = self._parents.get(key)
            if above is None:
                return
            yield above
            key = above[0]

    def _is_vain(self, url: str, told: set[str], new: New, listed: int, *, shows: bool) -> None:
        names, copy = self._names(url), new.is_again or (bool(new.saying) and not (new.differs or shows))
        others = Counter(kinds(one) for one in told if kinds(one)[0] not in names and self._copies.is_other(one, url))
        promises = [one[0] for one, times in others.items() if times >= PROMISED or self._holds(one[0])]
        worth = sum(times for one, times in others.items() if not any(self._known(name).is_spent for name in one))
        deeper = any(is_deeper(one, url) for one in told)
        page = Vain(
            self._reads,
            same=not new.says,
            copy=copy,
            varies=new.varies,
            saying=new.saying,
            ends=not self._family(url, told),
            deeper=deeper,
            hopeful=bool(promises) or (not copy and (deeper or worth >= PROMISED)),
            promises=tuple(promises[:MOST_PROMISES]),
            lists_none=not listed,
        )
        self._host(url).lost += not self._bred(url).isdisjoint(names)
        if page.ends and not copy:
            keep(self._articles, hash(url), None, MOST_PAGES)
        self._was_vain(url, page, self._own(url, told), self._shapes(url))

    def _was_vain(self, url: str, page: Vain, told: Counter[str], shapes: Iterable[str]) -> None:
        keep(self._bad, hash(url), self._reads, MOST_PAGES)
        said = self._said(url)
        for name in (*shapes, *(said if self._says.get(hash(url)) in said else ())):
            self._kind(name).was_vain(page._replace(told=told[name]))

    def _may(self, url: str, what: str, most: int) -> bool:
        """A page may be good for that once more: always where it was told by pages of other kinds, which have an end."""
        own, bred = [self._kind(name) for name in kinds(url)], self._bred(url)
        is_usual = what == "novel" and own[0].fruits
        if not is_usual and any(name in bred and getattr(self._known(name), what) >= most for name in kinds(url)):
            return False
        for kind in own:
            setattr(kind, what, getattr(kind, what) + 1)
        return True

    def _is_list(self, url: str, told: set[str], known: frozenset[int], listed: int) -> bool:
        """It shows more articles than it goes on, and others than lists have shown, or not too many times the same."""
        usual = self._host(url).usual
        goes_on = self._is_next(url) and self._shown.goes_on(url, known, listed, usual)
        if is_random(url) or self._choices.joins(url) or listed <= 2 * self._family(url, told):
            return False
        if goes_on or listed < usual + LISTED:
            return goes_on
        return self._shown.are_others(url, known, listed, usual) or self._may(url, "showed", MOST_SHOWN)

    @staticmethod
    def _family(url: str, told: set[str]) -> int:
        """How many of the told URLs have more in common with the URL than their host."""
        own = {name for name in kinds(url) if name != f"{urlsplit(url).netloc}/*"}
        return sum(not own.isdisjoint(kinds(one)) for one in _others(url, told))

    def _is_next(self, url: str) -> bool:
        told_by = self._parents.get(hash(url))
        return told_by is not None and is_next(url, told_by[1])


def _others(url: str, told: set[str]) -> set[str]:
    """What the page told, but for a few variants of itself: to print it, to sort it."""
    of_itself = {one for one in told if any(variant.base == url for variant in variants(one))}
    return told - of_itself if len(of_itself) < MANY else told

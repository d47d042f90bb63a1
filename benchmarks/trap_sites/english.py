"""English prose by chance, the same for the same seed: headlines, paragraphs, and babble that only sounds like them."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

WORDS: Mapping[str, Sequence[str]] = {
    "who": (
        "the harbour board|a retired teacher|the county council|our neighbour|the ferry company|a young carpenter"
        "|the river trust|an old fisherman|the parish clerk|a group of students|the railway museum|the night porter"
        "|a travelling tailor|the island nurse|the bakery on Mill Street|a panel of surveyors|the choir|the postmaster"
    ).split("|"),
    "did": (
        "rebuilt|measured|sold|painted|refused|borrowed|catalogued|moved|mended|photographed|closed|opened|inherited"
        "|renamed|flooded|insured|mortgaged|dismantled|described|abandoned|leased|restored|weighed|counted"
    ).split("|"),
    "what": (
        "the north pier|three wooden boats|the old cinema|a collection of maps|the town clock|two acres of orchard"
        "|the signal box|a brass telescope|the weir|a set of ledgers|the lifeboat house|the glass works|a steam organ"
        "|the almshouses|a row of cottages|the salt pans|the reading room|a pair of millstones|the tannery|a bell frame"
    ).split("|"),
    "when": (
        "last autumn|before the war|in the wettest June on record|after the vote|over four winters|within a week"
        "|one Sunday morning|during the strike|at the end of the season|long before the bridge|in the spring of {year}"
        "|between {year} and the flood|on the second day|while the road was shut|shortly after midnight"
    ).split("|"),
    "why": (
        "because the lease had run out|so that the channel could be dredged|although nobody had asked for it"
        "|to pay a debt of {sum} pounds|since the timber was rotten|in spite of the surveyor's letter"
        "|as the insurance would not cover the roof|for want of {few} good men|to make room for the new line"
        "|because the tide came {few} feet higher|when the bank asked for its {sum} pounds back"
        "|as {few} families still lived there|so the accounts for {year} were never finished"
    ).split("|"),
    "how": (
        "with great patience|at a loss|by candle light|against advice|for a small fee|in complete silence|twice over"
        "|without a permit|by hand|with borrowed tools|in plain view of the quay|under a tarpaulin|at remarkable speed"
    ).split("|"),
    "year": [str(year) for year in range(1871, 1999)],
    "sum": [str(number) for number in range(120, 9800, 37)],
    "few": "two three five six seven nine eleven fourteen twenty forty".split(),
    "town": "Ashby Carrow Denholm Elsworth Farrow Glenby Hatherley Ingle Kelby Lorne Merrow Norby Orme Pelham".split(),
}
PATTERNS = (
    "{Who} {did} {what} {when}, {why}.",
    "{When} {who} {did} {what} {how}.",
    "In {town}, {who} {did} {what} and {who} {did} {what}, {how}.",
    "What {who} remembers best is that {who} {did} {what} {when}.",
    "{Why}, {who} {did} {what}; {who} never forgave it.",
    "The papers say that {who} {did} {what} {how}, {why}.",
    "It took {few} weeks before {who} {did} {what}, and {sum} pounds more than planned.",
    "Nobody in {town} believed that {who} had {did} {what} {when}.",
    "{Who} came from {town} {when} and {did} {what} {how}.",
)
HEADLINES = (
    "How {who} {did} {what}",
    "{What}: a note from {town}",
    "Why {who} {did} {what}",
    "{Town} and {what}, {year}",
    "{Few} days with {who}",
    "Letter from {town}: {what} {when}",
)


def say(chance: random.Random, pattern: str) -> str:
    """The pattern with each slot filled; a slot in capitals begins with one."""
    while "{" in pattern:
        start, end = pattern.index("{"), pattern.index("}")
        slot = pattern[start + 1 : end]
        word = chance.choice(WORDS[slot.lower()])
        word = word[0].upper() + word[1:] if slot[0].isupper() else word
        pattern = pattern[:start] + word + pattern[end + 1 :]
    return pattern


def headline(seed: str) -> str:
    chance = random.Random(f"headline {seed}")  # noqa: S311 -- a page, no secret
    return say(chance, chance.choice(HEADLINES))


def essay(seed: str, paragraphs: int) -> list[str]:
    """As many paragraphs of three to six sentences."""
    chance = random.Random(f"essay {seed}")  # noqa: S311 -- likewise
    return [
        " ".join(say(chance, chance.choice(PATTERNS)) for _ in range(chance.randint(3, 6))) for _ in range(paragraphs)
    ]


@cache
def _chain() -> Mapping[str, Sequence[str]]:
    """Word → the words that follow it in a sample of the prose."""
    after = defaultdict(list)
    words = " ".join(paragraph for number in range(60) for paragraph in essay(f"chain {number}", 4)).split()
    for word, following in itertools.pairwise(words):
        after[word].append(following)
    return after


def babble(seed: str, words: int) -> str:
    """What a Markov chain of words makes of the prose."""
    chance = random.Random(f"babble {seed}")  # noqa: S311 -- likewise
    chain = _chain()
    said = [chance.choice(sorted(chain))]
    while len(said) < words:
        said.append(chance.choice(chain.get(said[-1]) or sorted(chain)))
    return " ".join(said)


def slug(title: str) -> str:
    """The title as it stands in a URL."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in title.lower()).split())

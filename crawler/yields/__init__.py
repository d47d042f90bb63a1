"""What each kind of URL has brought, and whether one more of it is worth a request.

A trap is endless, and says nothing new: calendars, session ids, endless paths, combinations of filters, mazes of soft 404s,
pages behind the last one. So no kind of trap has to be known. A URL is of several *kinds*, from its pattern up to its folders
and the names of its parameters. A page is *good* where it holds an article whose text is new to its host, or much prose that
is; so are the pages on the way to it. Any other is *vain*. A kind whose pages were vain waits behind everything else of its
host, so that no trap keeps a list waiting. At the end

- a kind with an end, which its own pages do not tell, is fetched to its end, unless its pages are copies and nothing else;
- one that tells new URLs of its own is given up after two pages in vain; after more where it has hope: where it is a chain,
  one page after the other, where its pages say something, or lead to pages of other kinds; or where it was good before;
- what differs from a known URL by a parameter, by something like a session's id or by a name behind it is given up where that
  difference made copies and nothing else; so are redirects to what is known;
- so are names behind any folders of which hardly one page says anything new: a relative link written amiss;
- what pages tell that all say the same, and that say the same again, is given up wherever it lies: a maze of soft 404s;
- a kind that grows out of itself alone waits, the longer the more there was of it; it is given up where its pages tell ever more,
  none of them nothing, and never what another one told: pages that are made up may say what articles say, but have no end.

Of a host that has shown no articles nothing is given up, up to a depth.
"""

from crawler.yields.urls import within
from crawler.yields.yields import LATER, Verdict, Yields

__all__ = ["LATER", "Verdict", "Yields", "within"]

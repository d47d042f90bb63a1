"""The crawl's queue, durable: which pages wait, which are under way, which are done, and how each host is to be treated.

| module | what |
|---|---|
| `model` | pages and hosts as the crawl speaks of them, wherever they are stored |
| `store` | the tables on disk, in one SQLite database a dataset (`database`), those of `captures` and visits (`due`) among them |
| `protocol` | what the crawl asks of a store; `opening` opens the one that a run is told |
| `redis_store` | the same in Redis, for several crawlers, and which of them holds which host (`shared.lua`, `redis_client`) |
| `sharing` | a crawler's share of the hosts; `joining` is what a run tells the others |
| `queues` | which host's turn it is, and which page of it goes first |
| `pace` | when a host is asked, and `judgement`: which page is asked for next, and which waits on or is given up |
| `scheduler` | all of it as Scrapy's scheduler; `lease`: what is under way; `recent` and `waking`: parts of it |
| `twins`, `sparing` | which URLs need not be asked for, as the same page was read under another one |
| `recovery` | what a killed run left: captures and tables agree again |
"""

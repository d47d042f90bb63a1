"""The crawl's queue, durable: which pages wait, which are under way, which are done, and how each host is to be treated.

| module | what |
|---|---|
| `store` | the tables on disk, in one SQLite database a dataset |
| `queues` | which host's turn it is, and which page of it goes first |
| `scheduler` | the two as Scrapy's scheduler |
| `recovery` | what a killed run left: captures and tables agree again |
"""

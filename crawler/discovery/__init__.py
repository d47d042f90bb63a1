"""What sites tell of their pages themselves: sitemaps, feeds, and the results of their search.

`lists` reads bytes and knows no crawl; `finds` says which of what was read is asked for, within budgets.
"""

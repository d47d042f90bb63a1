"""`python -m crawler.cli` is `taoxi`."""

import sys

from crawler.cli import main

sys.exit(main())

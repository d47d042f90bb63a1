"""Let only articles through: lists, home pages, error pages and pages without an article are rejected with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.model import Document, Reason, Rejected

ERROR_WORDS = re.compile(
    r"(?:您|你)?(?:所?(?:访问|查找|请求|浏览|要找)的)?(?:页面|网页|文章|内容|信息|帖子|主题)?(?:不存在|找不到|已(?:被)?(?:删除|下架|失效|过期)|走丢了|不见了|无法访问)|404|not found|page (?:not|can)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RequireArticle:
    """Documents whose kept text reads as an article pass; others are rejected: `min_prose` in characters of Chinese."""

    min_prose: int = 60
    max_links: int = 100
    min_share: float = 0.08

    def __call__(self, document: Document) -> Document | Rejected:
        kept = document.kept
        evidence = document.evidence
        prose = float(sum(evidence.prose[n] for n in kept))
        if prose < self.min_prose:
            return self._rejected(
                document, f"{prose:.0f} characters of running text, of {self.min_prose} that an article needs"
            )
        return document

    def _rejected(self, document: Document, detail: str) -> Rejected:
        texts = document.layout.texts
        head = f"{document.layout.head.title}\n{document.title or ''}\n" + "\n".join(
            texts[:40] if len(texts) < 40 else ()
        )
        if ERROR_WORDS.search(head):
            return Rejected(Reason.ERROR_PAGE, detail)
        if not document.layout.plain and document.evidence.links_in(0, len(texts)) > 0.4:
            return Rejected(Reason.LIST, detail)
        return Rejected(Reason.NO_ARTICLE, detail)

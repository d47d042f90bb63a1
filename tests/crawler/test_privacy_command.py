"""`--mask-personal` and `--hash-names`: what a page tells of people is nowhere in a dataset's files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crawler.cli import main
from pipelines import open_dataset
from pipelines.dataset import Dataset

MOBILE, ID_CARD, WECHAT, QQ, MAIL = "13800138000", "110101199003074514", "abc_123", "123456789", "zhangsan@163.com"
SECRETS = (MOBILE, ID_CARD, WECHAT, QQ, MAIL, "138-0013-8000", "139 0013 9000")
REBUILDS: tuple[tuple[str, tuple[str, ...]], ...] = (  # of "d": in its place, elsewhere from it; and anew
    ("d", ()),
    ("e", ("--from", "d", "--hash-names")),
    ("f", ("--from", "pages", "--hash-names")),
)
NAMES = ("沈星河", "林小舟先生")
PAGE = f"""<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>网贷逾期协商电话{MOBILE}_安心网</title></head>
<body><nav><a href="/">首页</a> 客服电话138-0013-8000</nav>
<article><h1>网贷逾期协商电话{MOBILE}</h1><p>2025-03-05 22:51 来源：安心网</p>
<p>逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，可以加微信：{WECHAT}，再谈方案。</p>
<p>打电话之前，把每月的收入和必要的支出列成表，身份证{ID_CARD}的复印件要写明用途，不懂的问{WECHAT}。</p>
<ul><li>客服热线95588，投诉拨打12378。</li><li>合同编号：13812345678，本金13800元，分十二期还清。</li></ul>
</article>
<h3>精彩评论</h3>
<p>头像 {NAMES[0]}-律师 2025-03-06<br>先核对账单，再打电话139 0013 9000，QQ：{QQ}。</p>
<p>头像 {NAMES[1]} 2025-03-07<br>谢谢@{NAMES[0]}，已经发到{MAIL}了，等您回信。</p>
<p>【责任编辑：陈默 投稿邮箱 {MAIL}】</p></body></html>"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The page, a copy of it, and a page that is rejected."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE, "utf-8")
    (folder / "b.html").write_text(PAGE.replace("安心网", "放心网"), "utf-8")
    (folder / "c.html").write_text(f"<html><body><a href='/'>首页</a> {MOBILE}</body></html>", "utf-8")
    return folder


def build(dataset: Path, *arguments: str | Path, code: int = 0) -> None:
    assert main(["build", str(dataset), *map(str, arguments), "--processes", "1"]) == code


def content_id(dataset: Path) -> str:
    return Dataset(dataset).lineage()[-1].content_id


def everything(dataset: Path) -> str:
    """All that the dataset's files hold, but for its captures and their index."""
    tables = [
        path.read_text("utf-8") if path.suffix != ".parquet" else pd.read_parquet(path).map(repr).to_csv()
        for path in sorted(dataset.rglob("*"))
        if path.is_file() and path.parent.name not in ("captures", "index")
    ]
    return "\n".join(tables)


def test_no_file_of_a_masked_dataset_holds_personal_data(pages: Path, tmp_path: Path) -> None:
    build(tmp_path / "open", "--from", pages)
    assert all(secret in everything(tmp_path / "open") for secret in SECRETS)
    build(tmp_path / "d", "--from", pages, "--mask-personal")
    held = everything(tmp_path / "d")
    assert [secret for secret in SECRETS if secret in held] == []
    assert all(
        told in held for told in ("95588", "12378", "13812345678", "13800元", "网贷逾期协商电话«手机＊＊＊＊＊＊＊»")
    )
    rows = open_dataset(tmp_path / "d").to_pandas().iloc[0]
    assert "abc" not in rows["markdown"]
    assert rows["text"].count("«微信＊＊＊»") == 2
    assert rows["text"].split("\n") == [block["text"] for block in rows["blocks"]]
    assert (len(pd.read_parquet(tmp_path / "d/duplicates")), len(pd.read_parquet(tmp_path / "d/rejects"))) == (1, 1)


def test_hashes_and_decisions_are_those_of_the_text_as_served(pages: Path, tmp_path: Path) -> None:
    (pages / "d.html").write_text(PAGE.replace(WECHAT, "xyz_987"), "utf-8")  # the same once it is masked
    build(tmp_path / "open", "--from", pages)
    build(tmp_path / "d", "--from", pages, "--mask-personal")
    for table in ("documents", "duplicates"):
        one, two = (pd.read_parquet(tmp_path / name / table) for name in ("open", "d"))
        assert one["content_hash"].tolist() == two["content_hash"].tolist()
        assert one["id"].tolist() == two["id"].tolist()
    assert pd.read_parquet(tmp_path / "d/duplicates")["kind"].tolist() == ["exact", "near"]


def test_the_setting_and_the_counts_are_told(pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path / "d", "--from", pages, "--mask-personal", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["masked"] == {"email": 2, "id_card": 2, "mobile": 4, "qq": 2, "wechat": 2}
    commit = Dataset(tmp_path / "d").lineage()[-1]
    assert (commit.masked, commit.privacy) == (told["masked"], {"mask_personal": "1"})
    build(tmp_path / "d", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["content_id"] == commit.content_id
    build(tmp_path / "d")
    assert "masked             12  (mobile 4, email 2" in capsys.readouterr().err


def test_a_rebuild_keeps_the_setting_and_no_older_snapshot_tells_more(pages: Path, tmp_path: Path) -> None:
    build(tmp_path / "d", "--from", pages)
    build(tmp_path / "d", "--mask-personal")
    assert [secret for secret in SECRETS if secret in everything(tmp_path / "d")] == []
    masked = content_id(tmp_path / "d")
    build(tmp_path / "d")
    assert content_id(tmp_path / "d") == masked
    build(tmp_path / "d", "--no-mask-personal")
    assert content_id(tmp_path / "d") != masked
    assert MOBILE in everything(tmp_path / "d")


def test_commenters_have_pseudonyms_that_a_rebuild_gives_again(pages: Path, tmp_path: Path) -> None:
    build(tmp_path / "d", "--from", pages, "--hash-names")
    held = everything(tmp_path / "d")
    assert [name for name in NAMES if name in held] == []
    assert MOBILE in held
    first, copy = (pd.read_parquet(tmp_path / "d" / table).iloc[0] for table in ("documents", "duplicates"))
    authors = [comment["author"] for comment in first["comments"]]
    assert [comment["author"] for comment in copy["comments"]] == authors
    assert len(set(authors)) == 2
    assert all(author.startswith("name-") for author in authors)
    assert first["comments"][0]["role"] == "律师"
    key = tmp_path / "d/names.key"
    assert key.stat().st_mode & 0o077 == 0
    ids = [content_id(tmp_path / "d")]
    for name, arguments in REBUILDS:
        build(tmp_path / name, *(tmp_path / one if one in ("d", "pages") else one for one in arguments))
        ids.append(content_id(tmp_path / name))
    assert ids[0] == ids[1] == ids[2] != ids[3]
    key.unlink()
    build(tmp_path / "d", code=2)
    build(tmp_path / "d", "--no-hash-names")


def test_clean_masks_rows_and_text(pages: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for arguments in ([], ["--json"]):
        assert main(["clean", str(pages), "--mask-personal", *arguments]) == 0
        told = capfdbinary.readouterr()
        assert [secret for secret in SECRETS if secret in told.out.decode()] == []
        assert "«手机＊＊＊＊＊＊＊»" in told.out.decode()
        assert b"masked mobile" in told.err
    assert main(["clean", str(pages / "a.html"), "--mask-personal", "--json"]) == 0
    row = json.loads(capfdbinary.readouterr().out)
    assert row["masked"] == {"mobile": 2, "id_card": 1, "email": 1, "qq": 1, "wechat": 1}

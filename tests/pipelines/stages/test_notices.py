"""Pages that say why they hold no article are rejected with that reason; articles about such things pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Reason, Record, Rejected

SITE = "安心理财网"
TITLES = [
    "网贷逾期三个月怎么协商",
    "信用卡最低还款有什么后果",
    "车贷提前还清要带哪些材料",
    "房贷利率调整从哪天算起",
    "公积金贷款要多久才批下来",
    "征信报告怎样在网上查询",
]
LINKS = "<ul>" + "".join(f"<li><a href=/{n}.html>{title}</a></li>" for n, title in enumerate(TITLES)) + "</ul>"
NAVIGATION = "<div class=nav><a href=/>首页</a> <a href=/a>贷款</a> <a href=/login>登录</a> <a href=/reg>注册</a></div>"
FOOTER = f"<div class=footer>© 2025 {SITE} 备案号：某某备00000001号</div>"


def plain(title: str, body: str) -> str:
    """A page of the notice alone."""
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def framed(title: str, body: str) -> str:
    """The notice in a site's frame: navigation, other articles, footer."""
    return plain(f"{title}-{SITE}", f"{NAVIGATION}<div class=main>{body}</div>{LINKS}{FOOTER}")


FORM = "<form><p>{0}</p><input><p>{1}</p><input type=password><a href=#>{2}</a><button>{3}</button></form>"
REFUSED: dict[str, tuple[str, Reason]] = {
    # proof that a person reads
    "slider": (plain("安全验证", "<h2>安全验证</h2><p>请按住滑块，拖动到最右边</p>"), Reason.CAPTCHA),
    "typed code": (
        plain("请输入验证码", "<p>您的访问过于频繁，请输入下图中的字符继续访问。</p><input>"),
        Reason.CAPTCHA,
    ),
    "search engine's check": (
        plain("站点安全验证", "<div>网络不给力，请稍后重试</div><a href=#>返回首页</a>"),
        Reason.CAPTCHA,
    ),
    "browser check": (
        plain("Just a moment...", "<h1>news.example</h1><p>Verifying you are human. This may take a few seconds.</p>"),
        Reason.CAPTCHA,
    ),
    "browser check in Chinese": (plain("请稍候…", "<p>正在检查您的浏览器，完成后页面会自动打开。</p>"), Reason.CAPTCHA),
    "cookies wanted": (plain("", "<p>Please enable JavaScript and cookies to continue</p>"), Reason.CAPTCHA),
    "robot question": (plain("访问受限", "<p>请先完成下方验证，证明您不是机器人。</p>"), Reason.CAPTCHA),
    "traditional check": (plain("安全驗證", "<p>請完成安全驗證後繼續瀏覽。</p>"), Reason.CAPTCHA),
    "unusual traffic": (plain("Sorry", "<p>We have detected unusual traffic from your network.</p>"), Reason.CAPTCHA),
    "too frequent": (framed("提示", "<p>访问过于频繁，请稍后再来</p>"), Reason.CAPTCHA),
    # drawn by scripts alone
    "script wanted": (
        plain(
            "App", "<p>We're sorry but this app doesn't work properly without JavaScript enabled. Please enable it.</p>"
        ),
        Reason.NO_ARTICLE,
    ),
    "script wanted in Chinese": (
        plain(SITE, "<p>您的浏览器不支持JavaScript，请开启后再访问本站。</p>"),
        Reason.NO_ARTICLE,
    ),
    "still loading": (plain(SITE, "<div id=app>正在加载，请稍候...</div>"), Reason.NO_ARTICLE),
    # shut out
    "firewall": (
        plain("拦截提示", "<p>很抱歉，您的请求疑似攻击行为，已被拦截。</p><p>事件编号：8f1c</p>"),
        Reason.BLOCKED,
    ),
    "firewall of the host": (
        plain("网站防火墙", "<h1>您的请求带有不合法参数，已被网站管理员设置拦截！</h1>"),
        Reason.BLOCKED,
    ),
    "forbidden": (plain("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr>web"), Reason.BLOCKED),
    "blocked in English": (
        plain("Attention", "<h1>Sorry, you have been blocked</h1><p>You are unable to access news.example</p>"),
        Reason.BLOCKED,
    ),
    "country": (plain("提示", "<p>您所在的地区暂不支持访问本服务。</p>"), Reason.BLOCKED),
    "access denied": (
        plain("Access Denied", "<p>You don't have permission to access this on this server.</p>"),
        Reason.BLOCKED,
    ),
    # logins
    "login form": (plain("用户登录", FORM.format("账号", "密码", "忘记密码", "登录")), Reason.LOGIN_REQUIRED),
    "login form without a title": (
        plain(SITE, FORM.format("手机号", "密码", "忘记密码", "登录") + "<a href=#>短信登录</a>"),
        Reason.LOGIN_REQUIRED,
    ),
    "login form in English": (
        plain("Sign in", FORM.format("Username", "Password", "Forgot password?", "Go")),
        Reason.LOGIN_REQUIRED,
    ),
    "login wall": (framed("会员文章", "<p>您需要登录后才能查看本页内容。</p>"), Reason.LOGIN_REQUIRED),
    "forum's wall": (framed("提示信息", "<p>抱歉，您尚未登录，没有权限访问该版块</p>"), Reason.LOGIN_REQUIRED),
    "guests": (framed("提示信息", "<p>抱歉，您所在的用户组没有权限查看此主题。</p>"), Reason.LOGIN_REQUIRED),
    "traditional wall": (plain("會員專區", "<p>請先登入後再繼續閱讀。</p>"), Reason.LOGIN_REQUIRED),
    "English wall": (plain("Members", "<p>You must be logged in to view this topic.</p>"), Reason.LOGIN_REQUIRED),
    "unified login": (plain("统一身份认证平台", "<p>请使用工号登录</p>"), Reason.LOGIN_REQUIRED),
    # missing
    "404": (plain("404 Not Found", "<center><h1>404 Not Found</h1></center>"), Reason.SOFT_404),
    "404 in a frame": (
        framed("页面不存在", "<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除。</p>"),
        Reason.SOFT_404,
    ),
    "contents gone": (framed("提示", "<p>您访问的内容不存在</p><p>3秒后返回首页</p>"), Reason.SOFT_404),
    "withdrawn": (framed("商品详情", "<p>您查看的商品已下架</p>"), Reason.SOFT_404),
    "deleted by its author": (plain("", "<p>该文章已被作者删除</p>"), Reason.SOFT_404),
    "deleted by its publisher": (plain("", "<h2>该内容已被发布者删除</h2>"), Reason.SOFT_404),
    "breach of rules": (plain("", "<p>此内容因违规无法查看</p><p>由用户投诉并经平台审核</p>"), Reason.SOFT_404),
    "account": (plain("提示", "<p>该账号异常，内容暂时无法显示</p>"), Reason.SOFT_404),
    "forum's missing thread": (
        framed("提示信息", "<p>抱歉，指定的主题不存在或已被删除或正在被审核</p>"),
        Reason.SOFT_404,
    ),
    "traditional": (plain("找不到網頁", "<p>很抱歉，您要瀏覽的頁面不存在。</p>"), Reason.SOFT_404),
    "lost its way": (plain("出错了", "<p>哎呀，页面走丢了</p><a href=/>回首页</a>"), Reason.SOFT_404),
    "English": (plain("Oops!", "<p>The page you are looking for no longer exists.</p>"), Reason.SOFT_404),
    # no site
    "domain for sale": (
        plain("news.example", "<p>This domain is for sale.</p><p>Contact the owner.</p>"),
        Reason.PARKED,
    ),
    "domain for sale in Chinese": (plain("域名出售", "<p>该域名正在出售，有意者请联系。</p>"), Reason.PARKED),
    "hosting expired": (plain("提示", "<p>您的虚拟主机已到期，请尽快续费。</p>"), Reason.PARKED),
    "under construction": (plain("网站建设中", "<h1>网站正在建设中，敬请期待</h1>"), Reason.PARKED),
    "default page": (
        plain("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>Further configuration is required.</p>"),
        Reason.PARKED,
    ),
    "panel's default page": (plain("恭喜，站点创建成功！", "<h3>这是默认首页，由系统自动生成。</h3>"), Reason.PARKED),
    "not registered": (plain("提示", "<p>该网站尚未备案，暂时不能打开。</p>"), Reason.PARKED),
    "suspended": (plain("Account Suspended", "<p>This account has been suspended.</p>"), Reason.PARKED),
    # faults
    "server fault": (plain("500 Internal Server Error", "<h1>Internal Server Error</h1>"), Reason.ERROR_PAGE),
    "busy": (plain("提示", "<p>系统繁忙，请稍后再试</p>"), Reason.ERROR_PAGE),
    "maintenance": (plain("系统维护", "<p>为了给您更好的服务，今晚十点到次日六点停机。</p>"), Reason.ERROR_PAGE),
    "database": (plain("Error", "<p>Error establishing a database connection</p>"), Reason.ERROR_PAGE),
    # elsewhere
    "jump": (
        plain("跳转提示", "<p>正在跳转，请稍候……</p><a href=/n>如果没有自动跳转，请点击这里</a>"),
        Reason.REDIRECT,
    ),
    "moved": (plain("公告", "<p>本站已迁移至新址，5秒后自动跳转</p>"), Reason.REDIRECT),
    "English jump": (plain("Redirecting...", "<p>You are being redirected.</p>"), Reason.REDIRECT),
    "refresh": (
        "<html><head><title>欢迎</title><meta http-equiv=refresh content='2; url=/home'></head><p>欢迎光临</p></html>",
        Reason.REDIRECT,
    ),
    "refresh without a word": (
        "<html><head><meta http-equiv='refresh' content='0;url=https://b.test/'></head><body></body></html>",
        Reason.REDIRECT,
    ),
    "script without a word": (
        "<html><body><script>window.location.href = '/m/';</script></body></html>",
        Reason.REDIRECT,
    ),
    "check without a word": (
        "<html><body><script>document.cookie='__jsl_clearance=1';location.reload()</script></body></html>",
        Reason.CAPTCHA,
    ),
    # pay
    "paywall": (framed("会员周报", "<p>本文为付费内容，购买后可阅读全文。</p>"), Reason.PAYWALL),
    "English paywall": (
        plain("Weekly", "<p>This article is for subscribers.</p><p>Subscribe to continue.</p>"),
        Reason.PAYWALL,
    ),
}


BACK = "<p class=btn><a href='javascript:history.back()'>[ 点击这里返回上一页 ]</a></p>"
FORUM = (
    f"{plain('提示信息 - 车友论坛', NAVIGATION + '<div id=messagetext class=alert_info><p>{0}</p>' + BACK + '</div>')}"
)
CENTRED = plain(
    "CMS提示信息",
    "<center><div>CMS 提示信息！</div><br>{0}<br>"
    "<a href='javascript:history.go(-1)'>如果你的浏览器没反应，请点击这里...</a></center>",
)
UNTITLED = plain(SITE, f"{NAVIGATION}<div class=showMsg><div>{{0}}</div>{BACK}</div>{FOOTER}")
MESSAGES = (
    ("抱歉，指定的主题不存在或已被删除或正在被审核", Reason.SOFT_404),
    ("文档不存在或已被删除！", Reason.SOFT_404),
    ("无此标签，可能已经移除！", Reason.SOFT_404),
    ("您需要先登录才能继续本操作", Reason.LOGIN_REQUIRED),
    ("抱歉，您尚未登录，没有权限进行此操作", Reason.LOGIN_REQUIRED),
    ("抱歉，您没有权限访问该版块", Reason.LOGIN_REQUIRED),
    ("只有会员才可以收藏文章，请登录！", Reason.LOGIN_REQUIRED),
    ("感谢您的参与，积分已经到账，现在可以接着看帖。", Reason.NO_ARTICLE),
)


@pytest.mark.parametrize("software", [FORUM, CENTRED, UNTITLED], ids=["forum", "centred", "untitled"])
@pytest.mark.parametrize(("says", "reason"), MESSAGES)
def test_what_software_says_in_place_of_a_page_is_refused(
    software: str, says: str, reason: Reason, rejected: Callable[[str], Rejected]
) -> None:
    assert rejected(software.format(says)).reason is reason


@pytest.mark.parametrize(("html", "reason"), REFUSED.values(), ids=REFUSED)
def test_pages_that_say_why_are_refused_for_it(html: str, reason: Reason, rejected: Callable[[str], Rejected]) -> None:
    told = rejected(html)
    assert told.reason is reason
    assert told.detail


TEXT = {
    "验证码": [
        "收不到验证码的时候，先看手机是不是欠费停机，再看短信有没有被拦到垃圾箱里，这两样占了一大半的原因。",
        "连续点了好几次的话，平台会提示访问过于频繁，这时候等上十分钟再点，比一直点下去要快得多。",
        "页面上写着请完成安全验证的，按住滑块慢慢拖，拖得太快反而会被当成机器，失败三次就换一台设备。",
    ],
    "登录": [
        "很多人的网上银行登录不了，其实是密码输错的次数太多，账户被临时锁住，过二十四小时会自己解开。",
        "页面提示请先登录后查看的，多半是浏览器把登录的记录清掉了，重新登录一次，再勾上记住密码就好。",
        "登录以后还是看不到账单的，打客服电话，报上身份证的后四位，人工可以当场解除限制。",
    ],
    "404": [
        "点开还款的链接，看到页面不存在四个字，先别慌，这并不是说钱没有还上，只是链接过了有效期。",
        "从官方的应用里重新进去，找到还款记录，只要状态是成功，就不用再管那个打不开的网页了。",
        "如果记录里也没有，再把转账的凭证截图发给客服，请他们在两个工作日之内核实清楚。",
    ],
    "域名": [
        "公司的域名到期以后，有三十天的赎回期，这段时间里续费的价格要高一些，但还拿得回来。",
        "过了赎回期，域名就会被公开出售，想再买回来要和别人竞价，价格没有上限。",
        "所以最省心的办法是打开自动续费，再留一个常用的邮箱，到期之前会收到三次提醒。",
    ],
}


def article(title: str, lines: list[str], extra: str = "") -> str:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f"<title>{title}_{SITE}</title>{NAVIGATION}<div class=article><h1>{title}</h1>{body}{extra}</div>{LINKS}{FOOTER}"


LOGIN_BOX = "<div class=login-box><p>登录后可查看全文</p><p>忘记密码</p><p>自动登录</p></div>"
KEPT = {
    "about codes": article("收不到验证码怎么办", TEXT["验证码"]),
    "about logins": article("网上银行登录不了怎么办", TEXT["登录"]),
    "about dead links": article("还款页面显示404怎么办", TEXT["404"]),
    "about domains": article("域名到期了怎么办", TEXT["域名"]),
    "short, about codes": article("收不到验证码怎么办", TEXT["验证码"][:2]),
    "short, about logins": article("登录不了怎么办", TEXT["登录"][:2]),
    "a teaser with a login box": article("房贷利率什么时候下调", TEXT["域名"][:2], LOGIN_BOX),
    "a teaser before a paywall": article("房贷利率什么时候下调", TEXT["404"][:2], "<p>购买会员后可阅读全文</p>"),
    "with a form to comment": article("车贷怎么提前还", TEXT["404"], "<p>请登录后发表评论</p><p>验证码</p>"),
    "with a hidden dialog": article("车贷怎么提前还", TEXT["404"][:2])
    + "<div style='display:none'><h2>用户登录</h2><p>系统繁忙，请稍后再试</p></div>",
    "about messages": article(
        "提示信息", ["抱歉，您尚未登录，没有权限进行此操作。", *TEXT["登录"], *TEXT["404"]], BACK
    ),
    "short, about messages": article(
        "出现提示信息怎么办", TEXT["登录"][:2], f"<blockquote>您需要先登录</blockquote>{BACK}"
    ),
    "short, in a box called so": article(
        "车贷怎么提前还", [], f"<div class=messagetext>{''.join(TEXT['404'][:2])}</div>{BACK}"
    ),
    "that refreshes itself": "<meta http-equiv=refresh content='600'>" + article("车贷怎么提前还", TEXT["404"]),
}


@pytest.mark.parametrize("html", KEPT.values(), ids=KEPT)
def test_articles_about_such_things_pass(html: str, record: Callable[[str], Record]) -> None:
    assert len(record(html).text) > 60


LISTS = {
    "with a login in its frame": plain(SITE, f"{NAVIGATION}<p>请登录后查看</p>{LINKS}{LINKS}{FOOTER}"),
    "of questions about codes": framed("验证码常见问题", LINKS * 3),
}


@pytest.mark.parametrize("html", LISTS.values(), ids=LISTS)
def test_a_list_stays_a_list(html: str, rejected: Callable[[str], Rejected]) -> None:
    assert rejected(html).reason is Reason.LIST

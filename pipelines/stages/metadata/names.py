"""Names on lines about a publication: a person's, a medium's, or none."""

from __future__ import annotations

import re
from functools import lru_cache

HAN = "\u4e00-\u9fff"
SURNAMES = frozenset(
    "毕畢佟仲应應尤闵閔佘麦麥岑俞喻臧戚米晏边邊池沙鞠查荆荊桑蒲廉宣谷苑郦酈敖冀农農公乌烏木帅帥粟闻聞王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸"
    "范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱侯江尹薛闫阎閻段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常汤湯康易乔喬赖賴文施洪季安庄莊鲁魯倪柳祝左纪紀路柯宁寧代华華冉"
    "柴霍阮游耿葛管辛关關岳舒章梅盛焦穆殷尚翟卞简簡单單曲齐齊费費裴詹席蓝藍仇包霍牛童解靳艾瞿商甘房宫宮桂苗欧歐杭鲍鮑卓屈连連聂聶褚涂凌丛叢党滕项項符温溫成骆駱景巫和衣隋楚"
)
COMPOUND_SURNAMES = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "端木",
    "皇甫",
    "慕容",
    "东方",
    "司徒",
    "令狐",
    "尉迟",
)
MEDIUM = re.compile(
    r"(?:网|網|报|報|报道|社|台|臺|刊|志|誌|线|線|新闻|新聞|客户端|客戶端|论坛|論壇|频道|頻道|电视|電視|广播|廣播|财经|財經|体育|娱乐|科技|汽车|房产|教育|健康|旅游|军事"
    r"|通讯|通訊|资讯|資訊|快讯|日讯|商讯|传媒|傳媒|媒体|媒體|融媒|中心|大学|大學|学院|學院|委员会|办公室|办事处|政府|法院|检察院|公安|交警|消防|气象|[^邮]局|厅|廳|部|院|协会|學會|学会|基金会"
    r"|研究所|工作室|观察|觀察|发布|頭條|头条|视频|視頻|文摘|门户|讯|訊|官微|微博|公众号|公眾號|App|News|Times|Post|Daily|Reuters|BBC|CNN|Magazine|Journal|Press|Agency|Media|Wire|Network"
    r"|\.(?:com|cn|net|org))(?:[（(][^()（）]{1,10}[)）])?$",
    re.IGNORECASE,
)
PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
NO_SOURCE = re.compile(
    r"(?:.*[=<>\"].*|\d+|新闻|新聞|首页|首頁|报道|報導|正文|资讯|网络|網絡|網路|互联网|互聯網|网上|转载(?:文章)?|轉載|原创|原創|网友.{0,4}|本站(?:原创|整理)?|本网(?:站)?|本報|本报|整理|综合(?:整理)?|未知|不详|佚名|其他|其它|无|管理员|admin|网络转载|互联网收集"
    rf"|(?:中国)?(?:{PROVINCES})(?:省|市)?|(?:iphone|ipad|android|安卓|苹果|手机|电脑|网页|pc|wap)(?:版|端|客户端)?"
    r"|点击|作者|时间|日期|编辑|微信|官网|http|来源|转载自?|网络综合|null|None|undefined)\W*",
    re.IGNORECASE,
)
NO_PERSON = re.compile(
    r"(?:.*[=<>\"].*|佚名|未知|不详|无名|匿名|无|暂无|本站|本网|admin|administrator|管理员|小编|编辑|編輯|编辑部|责任编辑|原创|转载|网络|互联网|综合|整理|来源|作者|记者|本报记者|通讯员|实习生|新闻|发布|发表|更新"
    r"|摄影|摄|图|文|文图|图文|报道|報導|报导|编译|整合|采写|撰文|特约|实习|见习|首席|译|null|None|undefined|anonymous|guest|author|by|web\s?master|editor|默认|系统|user|root|test|.*@.*|https?:.*|[\W\d_]*)",
    re.IGNORECASE,
)
ROLES = re.compile(
    r"^(?:(?:《[^《》]{1,20}》|["
    + HAN
    + r"A-Za-z]{0,14}?)?(?:特派|特约|特約|实习|實習|见习|見習|首席|全媒体|全媒體|资深|联合)*(?:记者|記者|评论员|評論員|通讯员|通訊員|特派员|撰稿人|撰稿|作者|主笔)\s*[:：/]?\s*)"  # noqa: E501 -- one pattern, one line
)
ROLE_AFTER = re.compile(
    r"(?:\s*[/／]?\s*(?:(?:综合|现场|特约)?(?:报道|報導|报导|專訪|专访)|文|文图|图文|图|摄影|摄|编译|整合|整理|采写|发自.{0,6}|台北|即时|攝影|译|著|撰|撰文|等|(?:即時|綜合|連線|特稿).{0,4}))+$"
)
STRINGER = re.compile("通讯员|通訊員")
IN_BRACKETS = re.compile(r"[(（][^()（）]*(?:[)）]|$)")
LATIN_END = re.compile(
    r"(?:\s*[|•]|\s·|\s+(?:on|in|at|for|and updated|updated|published|posted|last|edited|editor|journalist|contributor|staff writer)\b|\s+\d|,\s|\.\s(?=[A-Z][a-z]+ )).*$",  # noqa: E501 -- one pattern, one line
    re.IGNORECASE,
)
AFFILIATED = re.compile(
    rf"([{HAN}]{{2,3}}?)(?=(?:系|现任|为)?(?:北京|上海|天津|重庆|中国|中央|全国|国家|国务院|清华|复旦|南京|武汉|浙江|广东|[{HAN}]{{2,3}}[省市]|本报|著名|知名)[{HAN}]*(?:大学|学院|院|所|会|部|局|厅|公司|教授|研究员|记者|委员|主任|律师|博士))"
)
GLUED = re.compile(rf"([{HAN}]{{4,12}}?)(?=$|\s|摄|文|发自|报道|实习|通讯员|图)")
HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}[·•．‧][{HAN}·•．‧]{{1,12}}")
SPACED_NAME = re.compile(rf"(?<![{HAN}])([{HAN}]) ([{HAN}])(?![{HAN}])")
BETWEEN = re.compile(r"[\s、，,/／;；&|｜]+|(?<=\S)\s*(?:和|与)\s*(?=\S)")
PLACE_BEHIND = re.compile(r"\x1f\s?([(（])")  # 安心报(北京), of which only the name is a link
SENTENCE_SIGN = re.compile("[，。！？；]")
QUOTES = " \u3000\t\x1f:：-—|·•,，、;；。.《》「」『』【】[]〔〕<>“”\"'＞>/／〓"
LONGEST_SOURCE = 40
LONGEST_AUTHOR = 60
LONGEST_HAN = 12
MOST_NAMES = 6


def is_person(text: str) -> bool:
    """Whether it is a Chinese name by its length and surname."""
    if not 2 <= len(text) <= 4 or text[-1] in "网網报報社台臺刊讯訊":
        return False
    return (text[0] in SURNAMES and len(text) <= 3) or text.startswith(COMPOUND_SURNAMES)


@lru_cache(maxsize=1024)  # a page asks it of the same few names again and again
def is_medium(text: str) -> bool:
    """Whether a name is a newspaper's, a site's or an office's by its last word."""
    return MEDIUM.search(text) is not None and not (is_person(text) and len(text) == 2)


def source_named(text: str) -> str | None:
    """The source's name in what follows 来源：; None where that names none."""
    text = PLACE_BEHIND.sub(r"\1", text.strip(QUOTES))
    match = re.match(r"\S+(?: [A-Za-z0-9&.'-]+)*", text)  # Business Insider is one name, 新华网 参与互动 is not
    name = match[0].strip(QUOTES) if match else ""
    name = "《" * (name.count("》") - name.count("《")) + name + "》" * (name.count("《") - name.count("》"))
    if SENTENCE_SIGN.search(name):
        return None
    if name.count("(") + name.count("（") > name.count(")") + name.count("）"):
        name = re.split(r"[(（]", name)[0].strip(QUOTES)
    name = name.rstrip(")）") if "(" not in name and "（" not in name else name
    return name if 2 <= len(name) <= LONGEST_SOURCE and not NO_SOURCE.fullmatch(name) else None


def authors_named(text: str) -> str | None:
    """The names in what follows 作者：, separated by a space; None where it names nobody."""
    text = SPACED_NAME.sub(
        r"\1\2", ROLES.sub("", IN_BRACKETS.sub(" ", text.strip("()（）[]【】 :：\x1f"))).strip(QUOTES)
    )
    text = STRINGER.split(text)[0] or text
    if affiliated := AFFILIATED.match(text):
        text = affiliated[1]
    names: list[str] = []
    for token in BETWEEN.split(text):
        name = _without_role(ROLES.sub("", token)).strip(QUOTES + "()（）")
        if not name:
            continue
        if NO_PERSON.fullmatch(name) or not HAN_NAME.fullmatch(name) or (names and not _goes_with(name, names[0])):
            break
        names.append(name)
    if names:
        return " ".join(names[:MOST_NAMES])
    return _nickname(text)


def _without_role(name: str) -> str:
    """The name without 报道, 摄, 文 behind it; 蒋文 is a name."""
    return name if is_person(name) and name[-1] not in "摄攝" else ROLE_AFTER.sub("", name)


def _goes_with(name: str, first: str) -> bool:
    """Whether a name may follow the first one in a list: after a person's name, only another person's."""
    return is_person(name) or not is_person(first)


def people_named(text: str) -> str | None:
    """The names after 记者: only Chinese people's, or what could be several of them written in one."""
    names = authors_named(text)
    if names and is_person(names.split()[0]):
        return names
    glued = GLUED.match(text.strip(QUOTES + "()（）"))
    return glued[1] if glued and glued[1][0] in SURNAMES else None


def _nickname(text: str) -> str | None:
    """A name that is none of a Chinese person: up to its first white space, or whole where it is Latin."""
    match = re.match(r"[\x21-\x7e\u00c0-\u024f’]+(?: [\x21-\x7e\u00c0-\u024f’]+)*|[^\s，。！？；]+", text)
    name = LATIN_END.sub("", ROLE_AFTER.sub("", match[0])).strip(QUOTES + "()（）") if match else ""
    longest = LONGEST_AUTHOR if name.isascii() else LONGEST_HAN
    return name if 2 <= len(name) <= longest and not NO_PERSON.fullmatch(name) else None

"""Where a visitor came from, by addresses as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.origins import Origin, origin

SHOP = "https://shop.example/p/1"


@pytest.mark.parametrize(
    ("referrer", "engine", "keyword"),
    [
        (
            "https://www.baidu.com/s?ie=utf-8&f=8&wd=%E5%B7%A5%E4%B8%9A%E9%A3%8E%E6%9C%BA&rsv_pq=a1",
            *("baidu", "工业风机"),
        ),
        ("http://www.baidu.com/s?wd=%B9%A4%D2%B5%B7%E7%BB%FA&ie=gb2312", "baidu", "工业风机"),
        ("https://m.baidu.com/from=844b/s?word=%E9%A3%8E%E6%9C%BA&sa=tb", "baidu", "风机"),
        ("https://www.baidu.com/link?url=x3kQ&wd=&eqid=d5f6a0b30002e0a1", "baidu", ""),
        (
            "https://www.sogou.com/web?query=%E9%A3%8E%E6%9C%BA+%E4%BB%B7%E6%A0%BC",
            "sogou",
            "风机 价格",
        ),
        ("https://m.sogou.com/web/searchList.jsp?keyword=%E9%A3%8E%E6%9C%BA", "sogou", "风机"),
        ("https://www.so.com/s?ie=utf-8&fr=none&q=%E9%A3%8E%E6%9C%BA", "so360", "风机"),
        ("https://yz.m.sm.cn/s?q=%E9%A3%8E%E6%9C%BA&from=smor", "shenma", "风机"),
        ("https://cn.bing.com/search?q=industrial+fan&form=QBLH", "bing", "industrial fan"),
        ("https://www.google.com/", "google", ""),
        ("https://www.google.com.hk/search?q=fan", "google", "fan"),
        ("https://tieba.baidu.com/f?kw=%E9%A3%8E%E6%9C%BA", "", ""),
        ("https://baidu.com.evil.example/s?wd=fan", "", ""),
        ("https://zhihu.com/question/1?q=fan", "", ""),
    ],
)
def test_a_search_engine_and_its_words(referrer: str, engine: str, keyword: str) -> None:
    assert origin(SHOP, referrer) == Origin(engine=engine, keyword=keyword)


def test_a_campaign_is_read_from_the_address() -> None:
    page = (
        f"{SHOP}?utm_source=baidu&utm_medium=cpc&utm_campaign=%E5%8F%8C11&utm_term=%E9%A3%8E%E6%9C%BA"
        "&utm_content=banner-2&bd_vid=8847291052386612345"
    )
    assert origin(page, "") == Origin(
        ad="baidu",
        source="baidu",
        medium="cpc",
        campaign="双11",
        term="风机",
        content="banner-2",
    )


@pytest.mark.parametrize(
    ("query", "ad"),
    [
        ("gclid=EAIaIQobChMI7r2", "google"),
        ("wbraid=CmAKCQ", "google"),
        ("msclkid=4f0e", "bing"),
        ("qhclickid=71ab", "so360"),
        ("gclid=", ""),
        ("fbclid=IwAR0", ""),
    ],
)
def test_a_click_on_an_ad(query: str, ad: str) -> None:
    assert origin(f"{SHOP}?{query}", "").ad == ad


def test_of_the_same_site_the_page_before_counts_too() -> None:
    landing = "https://shop.example/?utm_source=weibo&gclid=a"
    assert origin(SHOP, landing) == Origin(source="weibo", ad="google")
    assert origin(f"{SHOP}?utm_source=mail", landing).source == "mail"
    assert origin(SHOP, "https://other.example/?utm_source=weibo") == Origin()


def test_pages_of_one_script_keep_theirs_after_the_hash() -> None:
    assert origin("https://shop.example/#/fans?utm_source=qq", "").source == "qq"
    assert origin("https://shop.example/#utm_source=qq", "").source == "qq"


@pytest.mark.parametrize("address", ["", SHOP, "http://[::1", "about:blank", "工业风机"])
def test_nothing_is_said_where_there_is_nothing(address: str) -> None:
    assert origin(address, address) == Origin()


@given(st.text(), st.text())
def test_any_text_is_read(page: str, referrer: str) -> None:
    found = origin(f"https://a.cn/?utm_source={page}", f"https://www.baidu.com/s?wd={referrer}")
    assert found.engine == "baidu"
    assert max(map(len, (found.source, found.keyword))) <= 200

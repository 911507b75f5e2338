"""Names in pinyin."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.reading.pinyin import spellings


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        *[("张三", "zhangsan"), ("张三", "zs"), ("单雄信", "shanxiongxin"), ("单雄信", "dxx")],
        *[
            ("曾国藩", "zengguofan"),
            ("曾国藩", "cengguofan"),
            ("解缙", "xiejin"),
            ("仇英", "qiuying"),
        ],
        *[
            ("查良镛", "zhaliangyong"),
            ("尉迟恭", "yuchigong"),
            ("区寄", "ouji"),
            ("朴树", "piaoshu"),
        ],
        *[("万俟卨", "moqixie"), ("澹台镜", "tantaijing"), ("盖叫天", "gejiaotian")],
        *[("吕布", "lvbu"), ("Tom 王小明", "wangxiaoming"), ("欧阳娜娜", "oynn")],
        *[("张先生", "zhangxiansheng"), ("北京晨光科技有限公司", "bjcgkjyxgs")],
    ],
)
def test_a_name_is_spelled_as_people_type_it(name: str, wanted: str) -> None:
    assert wanted in spellings(name)


def test_what_is_no_chinese_name_has_no_spelling() -> None:
    for name in ("", "Tom", "한국", "ひらがな", "138", "😀"):
        assert spellings(name) == ()


def test_many_readings_do_not_make_a_name_endless() -> None:
    assert len(spellings("行重解单尉查")) <= 32
    assert len(spellings("行" * 64)) == 2


def test_the_phrases_of_the_dictionary_are_not_loaded() -> None:
    said = "from app.reading.pinyin import spellings; spellings('张三'); import sys; sys.exit("
    said += "'pypinyin.phrases_dict' in sys.modules)"
    subprocess.run([sys.executable, "-c", said], check=True)

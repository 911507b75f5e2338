"""Made-up texts, names and contacts, the same each time."""

from __future__ import annotations

import itertools
import random
from bisect import bisect

from pypinyin.phrases_dict import phrases_dict

SENTENCES = (
    *("你好，我想咨询一下{}的价格", "请问{}什么时候可以发货", "{}坏了，怎么维修？"),
    *("我想了解{}和{}的区别，请尽快联系我", "订单{}还没有收到", "可以开发票吗，抬头是{}有限公司"),
    *("产品{}的质量问题，需要退货", "你们{}有没有优惠活动", "需要批发{}，请报价"),
    *("麻烦给我回个电话，关于{}", "{}，{}，{}", "上次说的{}现在怎么样了，{}也要一起"),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘单解仇查"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅志文海波鹏飞宇浩欣怡子涵轩雨思远"
)
MAILS = ("qq.com", "163.com", "126.com", "gmail.com", "foxmail.com")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PREFIXES = ("138", "139", "186", "150")


class Words:
    """Words of a dictionary, a few of them often and most seldom, as in any language."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known = sorted(word for word in phrases_dict if 2 <= len(word) <= 4)
        random.Random(1).shuffle(self.known)
        self._sums = list(itertools.accumulate(1 / (n + 20) for n in range(len(self.known))))

    def word(self) -> str:
        return self.known[bisect(self._sums, self.random.random() * self._sums[-1])]

    def content(self) -> str:
        said = (self.random.choice(SENTENCES) for _ in range(self.random.choice((1, 1, 2, 3, 5))))
        return "，".join(
            each.format(*(self.word() for _ in range(each.count("{}")))) for each in said
        )

    def name(self) -> str:
        given = (self.random.choice(GIVEN) for _ in range(self.random.choice((1, 2, 2))))
        return self.random.choice(SURNAMES) + "".join(given)

    def phone(self) -> str:
        return f"{self.random.choice(PREFIXES)}{self.random.randrange(10**8):08}"

    def email(self) -> str:
        local = "".join(self.random.choices(LETTERS, k=self.random.randint(3, 9)))
        return f"{local}{self.random.randrange(10**4)}@{self.random.choice(MAILS)}"

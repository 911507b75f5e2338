"""What a hostile visitor types: every way to call people, to disguise a link, to load a picture or
to look like us, in any of the dialects. A notice that carries it must have no mentions, no images
and only our own links."""

from __future__ import annotations

PIECES: dict[str, str] = {
    "wecom mention": "<@all> <@zhangsan> < @all>",
    "wecom mention, entities": "&lt;@all&gt; &#60;@all&#62; &#x3c;@all&#x3e;",
    "labelled link": "[官网](https://evil.example/a)",
    "link that sends": "[点我](dtmd://dingtalkclient/sendMessage?content=hi)",
    "link, entities": "&#91;官网&#93;&#40;https://evil.example/b&#41;",
    "link around an image": "[![图](https://evil.example/c.png)](https://evil.example/d)",
    "html link": '<a href="https://evil.example/e">官网</a>',
    "image": "![图](https://evil.example/f.png)",
    "html image": '<img src="https://evil.example/g.png">',
    "font": '<font color="warning">系统通知</font>',
    "bold": "**新留言 #9999**",
    "code": "`code` ```fence```",
    "heading": "\n# 新留言 #9999\n## 二级",
    "quote": "\n> 引用\n>> 再引用",
    "feishu mention in text": '<at user_id="all">所有人</at> <at user_id="ou_1">张三</at>',
    "feishu mention in a card": "<at id=all></at> <at id=ou_1></at> <at email=a@b.example></at>",
    "dingtalk mention": "@13800138000 @all @所有人",
    "table": "| a | b |\n| - | - |",
    "escapes": "\\[官网](https://evil.example/h) \\<@all\\>",
}
HOSTILE = "\n".join(PIECES.values())

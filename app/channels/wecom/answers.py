"""What WeCom answers, and what it means."""

from __future__ import annotations

from app.channels.outcomes import BY_WORDS, Rule, Table

CODES = "WeCom's table of return codes, path/90313"
BUSY = Rule(
    codes=(-1,),
    outcome="retry",
    hint="WeCom is busy. It is tried again by itself.",
    source=CODES,
    tries=3,
)
AT_ONCE = Rule(
    codes=(45033,),
    outcome="rate_limited",
    hint="WeCom got too many calls at the same time. What waits is sent afterwards.",
    source=CODES,
    after=(10.0,),
)
UNKNOWN_FORMAT = Rule(
    codes=(40008,),
    outcome="permanent_content",
    hint="WeCom does not know this type of message. Choose another format.",
    source=CODES,
    remedy="fallback",
    field="format",
)
NOTHING_TO_SEND = Rule(
    codes=(44004,),
    outcome="permanent_content",
    hint="The template leaves nothing to send. Put the content into it.",
    source=CODES,
    remedy="fallback",
    field="template",
)
TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(
        BUSY,
        Rule(
            codes=(45009, 45047),
            outcome="rate_limited",
            hint="WeCom allows 20 messages a minute for one robot. What waits is sent afterwards.",
            source=CODES,
            after=(60.0,),
        ),
        AT_ONCE,
        Rule(
            codes=(93000,),
            outcome="gone",
            hint="The key is wrong, or the robot was removed from the group. "
            "Copy the robot's address again; the part after key= is enough.",
            source=CODES,
            field="webhook_url",
        ),
        Rule(
            codes=(93004,),
            outcome="gone",
            hint="The robot is switched off. Switch it on in the group's settings, then here.",
            source=CODES,
        ),
        Rule(
            codes=(93008,),
            outcome="gone",
            hint="The robot is not in the group any more. Add it again, then switch it on here.",
            source=CODES,
        ),
        Rule(
            codes=(60020,),
            outcome="permanent_config",
            hint="The robot only accepts messages from listed addresses. "
            "Add {ip} to the address list in its security settings.",
            source=CODES,
        ),
        UNKNOWN_FORMAT,
        Rule(
            codes=(40058,),
            outcome="permanent_content",
            hint="WeCom does not accept this form: {message}. It is sent as plain text instead.",
            source=CODES,
            remedy="fallback",
        ),
        Rule(
            codes=(40063,),
            outcome="retry",
            hint="WeCom misses something in the message: {message}. It is sent as plain text.",
            source=CODES,
            remedy="fallback",
        ),
        NOTHING_TO_SEND,
        Rule(
            codes=(40033,),
            outcome="permanent_content",
            hint="WeCom does not accept a character in this message. "
            "It is sent without the visitor's text.",
            source=CODES,
            remedy="neutral",
        ),
        *BY_WORDS,
    ),
)

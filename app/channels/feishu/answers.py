"""What Feishu and Lark answer, and what it means."""

from __future__ import annotations

from app.channels.outcomes import BY_WORDS, Rule, Table

ONLY_ADMINS_MENTION_ALL = 11235
SIGNING_ON_HINT = (
    "This robot has signing on. Copy the secret from its security settings into the field here."
)

GUIDE = "Feishu's guide to custom robots"
CODES = "Feishu's list of general codes"
SEEN = "answers that were seen"
REPORTED = "reported, not in the documentation"
RESET_HEADER = "x-ogw-ratelimit-reset"
"""Set by the gateway in front of the platform."""

TABLE = Table(
    # The second pair is how older robots answer; a yes must stand in both.
    keys=(("code", "msg"), ("StatusCode", "StatusMessage")),
    reset_header=RESET_HEADER,
    rules=(
        Rule(
            codes=(19001,),
            outcome="gone",
            hint="Feishu does not know this robot. Copy its address again.",
            source=SEEN,
            field="webhook_url",
        ),
        Rule(
            codes=(19007,),
            outcome="gone",
            hint="The robot is switched off. Switch it on in the group's settings, then here.",
            source=SEEN,
        ),
        Rule(
            codes=(9499,),
            words=("too many",),
            outcome="rate_limited",
            hint="Feishu allows 5 messages a second. What waits is sent afterwards.",
            source=SEEN,
            after=(5.0,),
        ),
        Rule(
            codes=(9499,),
            outcome="permanent_content",
            hint="Feishu does not accept this form. It is sent as plain text instead.",
            source=GUIDE,
            remedy="fallback",
        ),
        Rule(
            codes=(11232,),
            outcome="rate_limited",
            hint="Feishu is overloaded at the moment. What waits is sent afterwards.",
            source=GUIDE,
            after=(2.0, 10.0, 60.0),
        ),
        Rule(
            codes=(11233, 11247, 230020),
            outcome="rate_limited",
            hint="Feishu limits the messages in this group. What waits is sent afterwards.",
            source=CODES,
            after=(10.0, 60.0),
        ),
        Rule(
            codes=(1000004,),
            outcome="rate_limited",
            hint="Feishu limits how often we may call. What waits is sent afterwards.",
            source=REPORTED,
            after=(60.0,),
        ),
        Rule(
            codes=(99991400,),
            outcome="rate_limited",
            hint="Feishu limits how often we may call. What waits is sent afterwards.",
            source="Feishu's page on frequency control",
            after=(60.0,),
            reset_header=RESET_HEADER,
        ),
        Rule(
            codes=(19021,),
            outcome="permanent_config",
            hint="The signature does not match. Copy the secret from the robot's security "
            "settings again; it must be set here exactly when signing is on there.",
            source=GUIDE,
            clock=True,
            field="secret",
            empty_hint=SIGNING_ON_HINT,
        ),
        Rule(
            codes=(19022,),
            outcome="permanent_config",
            hint="The robot only accepts messages from listed addresses. "
            "Add this server's public address to the list in its security settings.",
            source=GUIDE,
        ),
        Rule(
            codes=(19024,),
            outcome="permanent_config",
            hint="The robot only lets messages pass that contain one of its keywords. "
            "Enter a keyword from the robot's security settings here.",
            source=GUIDE,
            field="keywords",
        ),
        Rule(
            codes=(19036,),
            outcome="permanent_content",
            hint="The message is too long for Feishu. It is sent shorter, as plain text.",
            source=CODES,
            remedy="fallback",
        ),
        Rule(
            codes=(11246, 200621),
            outcome="permanent_content",
            hint="Feishu does not accept the card: {message}. It is sent as plain text instead.",
            source=SEEN,
            remedy="fallback",
        ),
        Rule(
            codes=(10003, 19002),
            outcome="retry",
            hint="Feishu could not read the message: {message}. It is sent as plain text.",
            source=SEEN,
            remedy="fallback",
        ),
        Rule(
            codes=(11231,),
            outcome="retry",
            hint="Feishu does not take the message at the moment: {message}. "
            "It is tried again by itself.",
            source=REPORTED,
            remedy="fallback",
        ),
        Rule(
            codes=(ONLY_ADMINS_MENTION_ALL,),
            outcome="permanent_config",
            hint="In this group only admins may mention everybody. Switch that off here.",
            source=CODES,
            field="mention_all",
        ),
        *BY_WORDS,
    ),
)

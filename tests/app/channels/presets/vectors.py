"""What each preset sends and how it reads answers: one vector for each, by the platforms' pages."""

from __future__ import annotations

from typing import Any, NamedTuple

TEXT = "我想咨询一下产品价格"


class Vector(NamedTuple):
    url: str
    sent: dict[str, Any]
    """A part of the request's body, by name."""
    yes: tuple[int, str]
    no: list[tuple[int, str, str, str]]
    """Status and body of a refusal, and what follows: outcome and field."""
    pasted: tuple[str, str] = ("", "")
    """What people paste, and a field that it fills."""


BLOCKED = '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}'
SLOW = (
    '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}'
)
UNKNOWN_CHAT = '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'
TELEGRAM = "123456789:AAExampleExampleExampleExampleExam"
SLACK = "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXXXXXXXXXXXXXX"
DISCORD = "https://discord.com/api/webhooks/1234567890/XXXXXXXXXXXXXXXXXXXX"
TEAMS = (
    "https://prod-00.westeurope.logic.azure.com/workflows/0123456789abcdef/triggers/manual"
    "/paths/invoke?sig=example"
)
SENDKEY = "SCT123456TAbCdEfGhIjKlMnOpQrStUv"
HEX = "0123456789abcdef0123456789abcdef"
BAD_UIDS = (
    '{"code":1000,"msg":"ok","data":[{"uid":"UID_a","code":1000},'
    '{"uid":"UID_b","code":1001,"status":"no"}],"success":true}'
)

VECTORS = {
    "telegram": Vector(
        f"https://api.telegram.org/bot{TELEGRAM}/sendMessage",
        {"chat_id": "-1001234567890"},
        (200, '{"ok":true,"result":{"message_id":5}}'),
        [
            (401, '{"ok":false,"error_code":401}', "permanent_config", "token"),
            (400, UNKNOWN_CHAT, "permanent_config", "chat_id"),
            (403, BLOCKED, "permanent_config", "chat_id"),
            (429, SLOW, "rate_limited", ""),
            (200, '{"ok":false}', "unknown", ""),
        ],
        (f"token {TELEGRAM} 谢谢", "token"),
    ),
    "slack": Vector(
        SLACK,
        {"unfurl_links": False},
        (200, "ok"),
        [
            (404, "no_service", "gone", "webhook_url"),
            (403, "action_prohibited", "permanent_config", ""),
            (400, "invalid_payload", "permanent_content", ""),
            (200, "<html>Welcome</html>", "unknown", ""),
            (500, "rollup_error", "retry", ""),
        ],
        (f"地址：{SLACK}，谢谢", "webhook_url"),
    ),
    "discord": Vector(
        f"{DISCORD}?wait=true",
        {"allowed_mentions": {"parse": []}},
        (200, '{"id":"1234"}'),
        [
            (404, '{"message":"Unknown Webhook","code":10015}', "gone", "webhook_url"),
            (401, '{"message":"Invalid Token","code":50027}', "permanent_config", "webhook_url"),
            (429, '{"message":"limited","retry_after":1.5,"global":false}', "rate_limited", ""),
            (204, "", "unknown", ""),
        ],
        (DISCORD, "webhook_url"),
    ),
    "teams": Vector(
        TEAMS,
        {"type": "message"},
        (202, ""),
        [
            (
                401,
                '{"error":{"code":"InvalidSharedAccessSignature","message":"x"}}',
                "permanent_config",
                "webhook_url",
            ),
            (404, '{"error":{"code":"WorkflowNotFound","message":"x"}}', "gone", "webhook_url"),
            (204, "", "unknown", ""),
        ],
        (TEAMS, "webhook_url"),
    ),
    "ntfy": Vector(
        "https://ntfy.sh/",
        {"topic": "shop-7f3k9qz2", "click": "https://desk.example/inbox/0190"},
        (200, '{"id":"sPs71M8A2T","event":"message","topic":"x"}'),
        [
            (403, '{"code":40301,"http":403,"error":"forbidden"}', "permanent_config", "token"),
            (429, '{"code":42908,"http":429,"error":"daily limit"}', "rate_limited", ""),
            (200, "ok", "unknown", ""),
        ],
        ("https://ntfy.sh/shop-7f3k9qz2", "topic"),
    ),
    "gotify": Vector(
        "https://push.example.com/message",
        {"priority": 5},
        (200, '{"id":25,"appid":5,"message":"x"}'),
        [
            (401, '{"errorCode":401,"errorDescription":"x"}', "permanent_config", "token"),
            (404, "not found", "permanent_config", "server"),
            (200, "<html></html>", "unknown", ""),
        ],
        ("https://push.example.com/message?token=AbCdEfGhIjKlMnO", "token"),
    ),
    "bark": Vector(
        "https://api.day.app/push",
        {"device_key": "AbCdEfGhIjKlMnOpQrStUv"},
        (200, '{"code":200,"message":"success","timestamp":1}'),
        [
            (
                400,
                '{"code":400,"message":"failed to get device token: not found"}',
                "permanent_config",
                "key",
            ),
            (200, '{"code":500,"message":"push failed"}', "retry", ""),
        ],
        ("https://api.day.app/AbCdEfGhIjKlMnOpQrStUv/推送内容", "key"),
    ),
    "serverchan": Vector(
        f"https://sctapi.ftqq.com/{SENDKEY}.send",
        {"title": "新留言 LM-7K3F9Q · 产品咨询"},
        (200, '{"code":0,"message":"","data":{"pushid":"1","error":"SUCCESS","errno":0}}'),
        [
            (
                400,
                '{"code":40001,"message":"[AUTH]错误的Key"}',
                "permanent_config",
                "key",
            ),
            (400, '{"code":40001,"message":"超过当天的发送次数限制[5]"}', "rate_limited", ""),
            (200, '{"code":20001,"message":"?"}', "retry", ""),
        ],
        (f"https://sctapi.ftqq.com/{SENDKEY}.send?title=x", "key"),
    ),
    "pushplus": Vector(
        "https://www.pushplus.plus/send",
        {"token": HEX, "template": "txt"},
        (200, '{"code":200,"msg":"请求成功","data":"9f2"}'),
        [
            (200, '{"code":903,"msg":"无效的用户令牌"}', "permanent_config", "token"),
            (200, '{"code":905,"msg":"账户未进行实名认证"}', "permanent_config", ""),
            (200, '{"code":900,"msg":"用户账号使用受限"}', "rate_limited", ""),
            (200, '{"code":999,"msg":"服务端验证错误"}', "retry", ""),
        ],
        (f"http://www.pushplus.plus/send?token={HEX}&title=x", "token"),
    ),
    "wxpusher": Vector(
        "https://wxpusher.zjiecode.com/api/send/message",
        {"contentType": 1, "uids": ["UID_0123456789abcdefghij"]},
        (200, '{"code":1000,"msg":"ok","data":[{"uid":"UID_a","code":1000}],"success":true}'),
        [
            (200, '{"code":1001,"msg":"appToken 错误","data":null}', "permanent_config", "token"),
            (200, BAD_UIDS, "permanent_config", "uids"),
            (200, '{"code":1000,"msg":"ok","data":[]}', "permanent_config", "uids"),
        ],
        ("我的 AT_0123456789abcdefghijABCDEFGHIJ", "token"),
    ),
    "aliyun_sms": Vector(
        "https://dysmsapi.aliyuncs.com/",
        {"TemplateParam": '{"number":"LM-7K3F9Q"}', "PhoneNumbers": "13800138000"},
        (200, '{"Message":"OK","RequestId":"1","Code":"OK","BizId":"2"}'),
        [
            (
                200,
                '{"Message":"触发天级流控","Code":"isv.BUSINESS_LIMIT_CONTROL"}',
                "rate_limited",
                "",
            ),
            (
                200,
                '{"Message":"x","Code":"isv.SMS_SIGNATURE_ILLEGAL"}',
                "permanent_config",
                "sign_name",
            ),
            (
                404,
                '{"Message":"x","Code":"InvalidAccessKeyId.NotFound"}',
                "permanent_config",
                "access_key_id",
            ),
            (200, '{"Message":"x","Code":"isv.SOMETHING_NEW"}', "retry", ""),
        ],
    ),
    "twilio": Vector(
        "https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef"
        "/Messages.json",
        {"From": "+15005550006", "To": "+15005550009"},
        (201, '{"sid":"SM1","status":"queued","error_code":null}'),
        [
            (401, '{"code":20003,"message":"Authenticate"}', "permanent_config", "token"),
            (400, '{"code":21211,"message":"Invalid To"}', "permanent_config", "to"),
            (400, '{"code":21606,"message":"From"}', "permanent_config", "sender"),
            (200, '{"sid":"SM1"}', "unknown", ""),
        ],
    ),
}

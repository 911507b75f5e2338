"""The five kinds of notification, as the product's own documentation writes them."""

from __future__ import annotations

from typing import Any

WECOM: dict[str, Any] = {
    "type": "wecom",
    "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY",
    "enabled": True,
}
DINGTALK: dict[str, Any] = {
    "type": "dingtalk",
    "webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=YOUR_TOKEN",
    "enabled": True,
}
FEISHU: dict[str, Any] = {
    "type": "feishu",
    "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/YOUR_WEBHOOK_ID",
    "enabled": True,
}
EMAIL: dict[str, Any] = {
    "type": "email",
    "smtp_config": {
        "host": "smtp.example.com",
        "port": 587,
        "secure": True,
        "auth": {"user": "your-email@example.com", "pass": "your-password"},
    },
    "to": ["admin@example.com", "support@example.com"],
    "enabled": True,
}
CUSTOM: dict[str, Any] = {
    "type": "custom",
    "webhook_url": "https://your-server.com/webhook/leavemsg",
    "method": "POST",
    "headers": {"Content-Type": "application/json", "Authorization": "Bearer YOUR_TOKEN"},
    "enabled": True,
}
FIVE = (WECOM, DINGTALK, FEISHU, EMAIL, CUSTOM)
SECRETS = ("YOUR_KEY", "YOUR_TOKEN", "YOUR_WEBHOOK_ID", "your-password")
HOOK: dict[str, Any] = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}


def hook(place: str, **more: Any) -> dict[str, Any]:
    return {"type": "custom", "webhook_url": f"http://127.0.0.1:9/{place}", **more}

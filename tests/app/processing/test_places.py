"""Who runs a server, as far as its name says."""

from __future__ import annotations

from app.processing.places import runs


def test_known_names_say_who_and_where_and_others_nothing() -> None:
    for host, where in (
        ("qyapi.weixin.qq.com", "mainland"),
        ("QYAPI.weixin.qq.com.", "mainland"),
        ("smtp.exmail.qq.com", "mainland"),
        ("oapi.dingtalk.com", "mainland"),
        ("oapi.dingtalk.io", "abroad"),
        ("open.feishu.cn", "mainland"),
        ("open.larksuite.com", "abroad"),
        ("smtp.gmail.com", "abroad"),
        ("dysmsapi.aliyuncs.com", "mainland"),
        ("oss-cn-hangzhou.aliyuncs.com", "mainland"),
        ("oss-cn-hongkong.aliyuncs.com", "unknown"),
        ("oss-ap-southeast-1.aliyuncs.com", "unknown"),
        ("notqq.com", "unknown"),
        ("qq.com.evil.example", "unknown"),
        ("hooks.shop.example", "unknown"),
        ("8.8.8.8", "unknown"),
        ("", "unknown"),
        ("crm", "own"),
        ("10.0.0.7", "own"),
        ("[::1]", "own"),
        ("127.0.0.1", "own"),
        ("crm.internal", "own"),
    ):
        assert runs(host).where == where, host
    assert runs("qyapi.weixin.qq.com").company == "Tencent (WeCom)"

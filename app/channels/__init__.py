"""The kinds of channels: a folder and a line of `CLASSES` each, then a file of `presets` each."""

from __future__ import annotations

from pkgutil import resolve_name

from app.channels import presets
from app.channels.kinds import KINDS

CLASSES = (
    "wecom:WeCom",
    "wecom_app:WeComApp",
    "dingtalk:DingTalk",
    "feishu:Feishu",
    "email:Email",
    "custom:Custom",
)
"""Folder and class, in the order in which people are offered them."""

ENDPOINTS = ("events:EventEndpoint",)
"""Those that no notice goes to, but events."""

for _name in (*CLASSES, *ENDPOINTS):
    _kind = resolve_name(f"{__name__}.{_name}")
    KINDS[_kind.kind] = _kind

for _recipe in presets.built_in():
    presets.register(_recipe)

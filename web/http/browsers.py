"""A User-Agent as browser and system, for people."""

from __future__ import annotations

import re

# The order matters: nearly every browser also claims to be Chrome and Safari.
BROWSERS = (
    ("WeChat", re.compile(r"MicroMessenger/(\d+)")),
    ("WeCom", re.compile(r"wxwork/(\d+)")),
    ("DingTalk", re.compile(r"DingTalk/(\d+)")),
    ("QQ Browser", re.compile(r"M?QQBrowser/(\d+)")),
    ("UC Browser", re.compile(r"UCBrowser/(\d+)")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[^ ]* (?:Mobile/\w+ )?Safari/")),
)
SYSTEMS = (
    ("HarmonyOS", re.compile(r"HarmonyOS|OpenHarmony")),
    ("Android", re.compile(r"Android")),
    ("iPhone", re.compile(r"iPhone|iPod")),
    ("iPad", re.compile(r"iPad")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Macintosh")),
    ("Linux", re.compile(r"Linux|X11")),
)


def name(user_agent: str) -> str:
    """ "Chrome 156 · Windows"; empty when we know neither."""
    found = ((label, pattern.search(user_agent)) for label, pattern in BROWSERS)
    browser = next((f"{label} {match[1]}" for label, match in found if match), "")
    system = next((label for label, pattern in SYSTEMS if pattern.search(user_agent)), "")
    return " · ".join(part for part in (browser, system) if part)

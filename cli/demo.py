"""demo: everything to try, offline: fake vendors on loopback, channels to them, sample messages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

import tasks
from app import (
    channel_settings,
    keyfile,
    messages,
    outside,
    secrets,
    settings,
)
from app.configuration import plan
from app.fields.check import Answers
from app.mail import mailbox_change
from app.mail.mailboxes import Config
from app.people import agents, organizations
from app.settings import Settings
from cli import log, running, server

FAKES_PORT, MAIL_PORT, MAILBOX_PORT = 8099, 1587, 1143
EMAIL, NAME = "demo@leavemsg.example", "小林"
SERVICE = "service@shop.example"
"""From there the shop writes, and there it is answered."""
SAMPLES = (
    ("张三", "13800138000", "", "我想咨询一下产品价格，50 人的团队怎么买？", "产品咨询"),
    (
        "李四",
        "",
        "lisi@example.com",
        "订单 20261120-88 三天了还没有发货，请帮忙查一下。",
        "售后服务",
    ),
    ("", "+86 21 5555 0100", "", "希望能支持开具电子发票。", "投诉与建议"),
    ("王五", "", "", "能加微信发一下报价单吗？", "产品咨询", "wangwu_88"),
    ("Anna Smith", "", "anna@example.com", "Do you ship to Berlin? How long does it take?", "其他"),
)


@click.command()
@click.option(
    "--fakes-port", default=FAKES_PORT, show_default=True, help="Port of the fake vendors."
)
def demo(fakes_port: int) -> None:
    """Try everything without the internet: fake WeCom, DingTalk, Feishu, mail and webhook receivers
    on this machine, channels that send to them, mailboxes that answer, and sample messages. Nothing
    is kept."""
    ports = _Ports(fakes_port, _free(MAIL_PORT), _free(MAILBOX_PORT))
    settings.use(msgspec.structs.replace(_settings(ports), demo=True))
    current = settings.current()
    log.configure("warning")
    with running.only_one(current):
        _empty(current.data_dir)
        try:
            running.run(_demo(current, ports))
        finally:
            _empty(current.data_dir)


class _Ports(NamedTuple):
    fakes: int
    mail: int
    mailbox: int


def _empty(folder: Path) -> None:
    """Only under the lock, whose file stays: another demo may be running."""
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name not in {running.LOCK, keyfile.NAME}:
            each.unlink()


def _free(port: int) -> int:
    """This port, or a free one when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(ports: _Ports) -> Settings:
    """The operator's settings, with the demo's own folder and access to the fakes."""
    theirs = {"DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE"}
    environ = {k: v for k, v in os.environ.items() if k not in theirs}
    folder = settings.data_folder(environ) / "demo"
    return settings.load(
        {
            **environ,
            "LEAVEMSG_DATA_DIR": str(folder),
            "LEAVEMSG_EGRESS_ALLOW": ",".join(f"127.0.0.1/32:{port}" for port in ports),
            "LEAVEMSG_SUBMIT_PER_MINUTE": "0",
            # Who tries it out is as quick as a program, and would look for the message in vain.
            "LEAVEMSG_SUBMIT_SECONDS": "0",
        }
    )


async def _demo(current: Settings, ports: _Ports) -> None:
    stop = running.stop_signal()
    sock = server.listen(current)
    async with contextlib.AsyncExitStack() as stack:
        urls = await stack.enter_async_context(_fakes(ports))
        await stack.enter_async_context(running.database_open(current))
        url = await stack.enter_async_context(running.redis_ready(current))
        await running.first_steps()
        plan.follow()
        password = await _furnish(urls, ports.mailbox)
        base = current.base_url
        running.say(f"The visitor's form    {base}/w/{organizations.FIRST}")
        running.say(f"A host page           {base}/demo/{organizations.FIRST}")
        running.say(f"The inbox             {base}/inbox   {EMAIL}   {password}")
        running.say(f"Mail to visitors      http://127.0.0.1:{ports.fakes}/mailbox")
        running.say(f"What the fakes got    http://127.0.0.1:{ports.fakes}/")
        worker = asyncio.create_task(tasks.run(stop, outside.egress(), url))
        await server.serve_web(current, sock, stop)
        await worker


@contextlib.asynccontextmanager
async def _fakes(ports: _Ports) -> AsyncIterator[list[dict[str, Any]]]:
    """Runs the fakes and yields channels to them. Imported here, as no other command needs them.
    Raises NotStarted."""
    from cli.fakes.imap import FakeImap
    from cli.fakes.post import Post
    from cli.fakes.sink import Sink
    from cli.fakes.vendors import FakeVendors

    async with contextlib.AsyncExitStack() as stack:
        try:
            vendors = await stack.enter_async_context(
                FakeVendors(port=ports.fakes, demo=True, keep=500)
            )
        except OSError:
            raise running.NotStarted(
                f"Port {ports.fakes} is taken. Stop what runs there or choose another with "
                "--fakes-port."
            ) from None
        found: list[dict[str, Any]] = [
            {"type": kind, "name": name, "webhook_url": vendors.address(vendor, "demo")}
            for kind, vendor, name in (
                ("wecom", "wecom", "企业微信 · 销售群"),
                ("dingtalk", "dingtalk", "钉钉 · 值班群"),
                ("feishu", "feishu", "飞书 · 客服群"),
                ("custom", "hook", "CRM"),
            )
        ]
        found.insert(1, _app(vendors.url))
        vendors.mail = await stack.enter_async_context(Sink(ports.mail))
        box = await stack.enter_async_context(FakeImap(port=ports.mailbox))
        vendors.post = Post(vendors.mail, box, SERVICE)
        yield [*found, _mail(ports.mail)]


def _app(server: str) -> dict[str, Any]:
    return {
        "type": "wecom_app",
        "name": "企业微信应用 · 值班",
        "server": server,
        "corpid": "demo",
        "agentid": 1000002,
        "secret": "demo",
        "to_users": ["zhangsan", "lisi"],
        "withdraw": True,
    }


def _mail(port: int) -> dict[str, Any]:
    smtp = {"host": "127.0.0.1", "port": port, "secure": False, "allow_plaintext": True}
    return {
        "type": "email",
        "name": "support@",
        "smtp_config": smtp,
        "from": SERVICE,
        "to": [EMAIL],
    }


async def _furnish(entries: list[dict[str, Any]], mailbox_port: int) -> str:
    """An admin, the channels, the mailbox and some messages; returns the admin's password, new
    every time."""
    org = await organizations.first()
    password = secrets.random_text()[:16]
    await agents.create(org.id, email=EMAIL, password=password, name=NAME)
    for entry in entries:
        await channel_settings.add(org.id, entry, by="demo")
    box = Config(
        name=SERVICE, host="127.0.0.1", port=mailbox_port, tls="none", user=SERVICE, source=True
    )
    await mailbox_change.save(outside.egress(), org.id, None, box, "good", by="demo")
    for number, (name, phone, email, content, category, *wechat) in enumerate(SAMPLES):
        await messages.leave(
            org,
            Answers(
                name=name,
                phone=phone,
                email=email,
                wechat="".join(wechat),
                content=content,
                category=category,
            ),
            messages.Visit(ip="192.0.2.10", user_agent="demo", page_url="https://shop.example/"),
            submission_id=f"demo-{number}",
        )
    return password

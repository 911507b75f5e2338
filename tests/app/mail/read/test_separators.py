"""Lines that begin a quote, and lines that only look like it."""

from __future__ import annotations

from app.mail.read import separators

BEGIN = (
    ["-----Original Message-----"],
    ["------------------ 原始邮件 ------------------"],
    ["---- 回复的原邮件 ----"],
    ["-------- 转发邮件信息 --------"],
    ["---------- Forwarded message ---------"],
    ["Begin forwarded message:"],
    ["##- Please type your reply above this line -##"],
    ["-- 请在此行以上回复 --"],
    ["On Mon, Nov 30, 2026 at 10:00 AM A <a@b.cn> wrote:"],
    ["张三 <a@b.cn> 于2026年11月30日周一 10:00写道："],
    ["Am 30.11.2026 um 10:00 schrieb A B:"],
    ["From: A <a@b.cn>", "Sent: Monday", "To: B", "Subject: x"],
    ["*发件人：*A <a@b.cn>", "*发送时间：*今天", "*主题：*x"],
    ["| 发件人 | A<a@b.cn> |", "| 主题 | x |"],
    ["________________________________", "From: A <a@b.cn>", "Sent: Monday", "Subject: x"],
)
NOT = (
    ["----------"],
    ["原始邮件"],
    ["I wrote:"],
    ["At the shop, he wrote: no"],
    ["发件人：王先生"],
    ["主题：开会", "时间：明天"],
    ["________________________________", "下面是我的地址"],
    [""],
)


def test_beginnings() -> None:
    for lines in BEGIN:
        assert separators.at([*lines, "old"], 0) >= 1, lines
    for lines in NOT:
        assert separators.at([*lines, "more"], 0) == 0, lines

"""Stand-ins for the services that we notify, on loopback, as strict as the real ones.

`vendors.FakeVendors` is WeCom, DingTalk, Feishu and custom receivers; `mail.FakeMail` is SMTP.
`python -m tests.fakes` runs both by hand.
"""

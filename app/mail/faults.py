"""Why no mail comes in, in words."""

from __future__ import annotations

from app.catalogue import N_

FAULTS = {
    "dns_failed": N_("the host name is not known"),
    "connect_failed": N_("nothing answers at this address"),
    "proxy_failed": N_("the outbound proxy does not answer"),
    "proxy_refused": N_("the outbound proxy refuses to connect there"),
    "proxy_unfit": N_("mail cannot go through an outbound proxy with https"),
    "timeout": N_("there was no answer in time"),
    "tls_failed": N_("its certificate is not accepted, or it wants another kind of encryption"),
    "no_starttls": N_("the server offers no STARTTLS"),
    "address_refused": N_("this address may not be connected to"),
    "connection_lost": N_("the server broke off the connection"),
    "login_refused": N_(
        "the server refuses user name and password. Many providers want an authorisation code, "
        "and IMAP switched on in their settings"
    ),
    "unsafe_login": N_("the provider refuses programs. Switch IMAP on in its settings"),
    "no_folder": N_("there is no such folder"),
    "cannot_move": N_("the server cannot move mails to another folder"),
    "not_moved": N_("what was fetched could not be moved to the other folder, and stays"),
    "server_refused": N_("the server refused to list or hand over mails"),
    "not_signed": N_("it came without a password or signature"),
    "wrong_signature": N_("its password or signature is wrong"),
    "old_signature": N_("its signature is too old, or a clock is wrong"),
    "not_a_mail": N_("it was no mail that can be read"),
    "none_yet": N_("no mail has come yet"),
    "secret_unreadable": N_("the stored secret cannot be read: enter it again"),
}
"""By the codes of `app.mail.imap.MailboxFault`, and of what providers posted and was refused."""

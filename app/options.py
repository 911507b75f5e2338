"""The variables of the environment that set the product, each with its default and its meaning."""

from __future__ import annotations

import msgspec

from app.languages import DEFAULT, LANGUAGES


class Option(msgspec.Struct, frozen=True):
    """One variable of the environment. `NAME_FILE` reads a secret from a file."""

    name: str
    default: str
    help: str
    secret: bool = False


OPTIONS = (
    Option("PORT", "8080", "The port that web answers on."),
    Option("DATABASE_URL", "", "postgres://… for PostgreSQL; empty for SQLite.", secret=True),
    Option(
        "REDIS_URL",
        "",
        "redis, rediss, unix, redis+sentinel; empty: bundled.",
        secret=True,
    ),
    Option(
        "LEAVEMSG_DATA_DIR",
        "",
        "Folder of database, key and bundled server; empty: data in the clone,"
        " ~/.local/share/leavemsg for an installed package.",
    ),
    Option("LEAVEMSG_HOST", "127.0.0.1", "The address that web listens on."),
    Option("LEAVEMSG_BASE_URL", "", "The product's own address as people reach it."),
    Option("LEAVEMSG_BACKUP_URL", "", "Another address of it, for widgets when the first is away."),
    Option("LEAVEMSG_SECRET_KEY", "", "32 characters or more; empty: kept in a file.", secret=True),
    Option(
        "LEAVEMSG_OTHER_SECRET_KEYS",
        "",
        "Older keys, or the next one, with spaces between: they decrypt, and never encrypt.",
        secret=True,
    ),
    Option("LEAVEMSG_SECURITY_CONTACT", "", "Whom security.txt names; empty: there is none."),
    Option("LEAVEMSG_EGRESS_ALLOW", "", "Private targets that may be reached: CIDR[:port],…"),
    Option(
        "LEAVEMSG_EGRESS_PROXY",
        "",
        "The proxy that connections to the outside go through; empty: none.",
        secret=True,
    ),
    Option("LEAVEMSG_EGRESS_ADDRESS", "", "The addresses that others see of us, for their lists."),
    Option("LEAVEMSG_CA_FILE", "", "A PEM file of further certificate authorities to trust."),
    Option("LEAVEMSG_IP2REGION", "", "xdb files of ip2region, for IPv4 and IPv6: path,path."),
    Option(
        "LEAVEMSG_FILES_URL",
        "",
        "s3://key:secret@host/bucket for visitors' files; empty: the data folder.",
        secret=True,
    ),
    Option(
        "LEAVEMSG_BACKUPS_TO",
        "",
        "Where backups are kept by themselves: folders and s3://key:secret@host/bucket, with commas"
        " between; empty: none are made.",
        secret=True,
    ),
    Option("LEAVEMSG_BACKUPS_HOURS", "24", "Hours between them."),
    Option("LEAVEMSG_BACKUPS_KEEP", "7", "How many of the newest are kept."),
    Option("LEAVEMSG_BACKUPS_WEEKS", "4", "Of how many weeks the last one is kept, too."),
    Option(
        "LEAVEMSG_BACKUPS_RECIPIENTS",
        "",
        "age1… keys that may open them, with commas between; empty: they are not sealed.",
    ),
    Option("LEAVEMSG_CLAMD", "", "The virus scanner clamd: host:port or /path of its socket."),
    Option("LEAVEMSG_FILES_MB", "5000", "Most that visitors' files may take; 0: no limit."),
    Option("LEAVEMSG_TRUSTED_PROXIES", "", "CIDRs of proxies whose X-Forwarded-For is believed."),
    Option("LEAVEMSG_API_PER_MINUTE", "600", "Requests a minute of one token; 0: no limit."),
    Option("LEAVEMSG_SUBMIT_PER_MINUTE", "5", "Messages a minute from one address; 0: no limit."),
    Option(
        "LEAVEMSG_SUBMIT_FORM_PER_MINUTE", "60", "More a minute on one form go to the spam folder."
    ),
    Option("LEAVEMSG_SUBMIT_SECONDS", "2", "What is sent sooner goes to the spam folder; 0: off."),
    Option("LEAVEMSG_CONNECTIONS", "4000", "Connections at a time; 0: what open files allow."),
    Option(
        "LEAVEMSG_CONNECTIONS_PER_ADDRESS",
        "200",
        "Of them from one address, trusted proxies apart; 0: no limit.",
    ),
    Option(
        "LEAVEMSG_METRICS_TOKEN",
        "",
        "16 characters or more that read /metrics; empty: nobody does.",
        secret=True,
    ),
    Option("LEAVEMSG_METRICS_LISTEN", "", "host:port that tells numbers, too; empty: none."),
    Option("LEAVEMSG_ALLOW_INSECURE_HTTP", "false", "Permit sign-in over plain HTTP from afar."),
    Option("LEAVEMSG_LOG_LEVEL", "info", "debug, info, warning or error."),
    Option("LEAVEMSG_LOG_FULL_IP", "false", "Write whole addresses to the access log."),
    Option(
        "LEAVEMSG_LOCALE", DEFAULT, f"Language of a new organization: {' or '.join(LANGUAGES)}."
    ),
    Option(
        "LEAVEMSG_ORGANIZATIONS",
        "operator",
        "Who makes organizations: operator (by the command line), or owners, too.",
    ),
    Option("LEAVEMSG_TIMEZONE", "Asia/Shanghai", "Time zone of a new organization."),
)

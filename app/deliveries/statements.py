"""SQL text: the statements of every message and notice, where building a query would cost as much
as running it, and those that Piccolo cannot express."""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from app.channels.sender import ANNOUNCED, EVENT, TO_VISITOR
from app.database import columns, names
from app.deliveries.personal.statements import unwanted
from app.deliveries.rows import CHANNEL, DISPATCH, NOTICED, SEALED, TEMPLATE, TRIED
from app.feed.rows import ENDPOINT
from app.tables import (
    Agent,
    Attempt,
    Bucket,
    Channel,
    Delivery,
    Dispatch,
    FeedEvent,
    Message,
    Organization,
    Remark,
    TemplateVersion,
    Trial,
)

o, c, d, s = names(Organization), names(Channel), names(Delivery), names(Dispatch)
a, b, m, t = names(Attempt), names(Bucket), names(Message), names(Trial)
v, v_ = names(TemplateVersion), names(TemplateVersion, "v")
a_, c_, d_, m_ = names(Attempt, "a"), names(Channel, "c"), names(Delivery, "d"), names(Message, "m")
e_, e__, d__ = names(FeedEvent, "e"), names(FeedEvent, "ee"), names(Delivery, "dd")
r_, s_, g_, f_ = names(Remark, "r"), names(Dispatch, "s"), names(Agent, "g"), names(Channel, "f")
other, same, about = names(Delivery, "o"), names(Message, "o"), names(Channel, "b")

AT_ONCE = ("new", "alert", "confirm", "more", EVENT, *ANNOUNCED)
"""Purposes that are due the moment they are owed; the others some time after that."""

LOCKED = (
    Organization.wakes,
    Organization.messages,
    Organization.dedup_window_seconds,
    Organization.rate_limit_per_minute,
    Organization.rate_limit_total_per_minute,
    Organization.locale,
    Organization.timezone,
    Organization.confirm_channel,
    Organization.searched,
    Organization.feed_from,
    Organization.rota,
)
LOCK = (
    f"UPDATE {o} SET {o.wakes} = {o.wakes} + 1, {o.messages} = {o.messages} + ?,"
    f" {o.due_at} = CASE WHEN {o.due_at} < [now] THEN {o.due_at} ELSE [now] END WHERE {o.id} = ?"
    f" RETURNING {columns(*LOCKED)}, [now] AS now"
)
"""With a count of new messages; [now] is the clock of the database, or ? for that of SQLite's
machine."""
LISTENERS = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.only_high)},"
    f" {columns(c.fallback_for, c.fallback_after_seconds)}"
    f" FROM {c} WHERE {c.organization} = ? AND {c.enabled} = ? AND {c.archived_at} IS NULL"
    f" AND {c.kind} <> '{ENDPOINT}' ORDER BY {c.position}"
)
LISTENING = (
    f"{d.channel} IN (SELECT {c.id} FROM {c} WHERE {c.enabled} = ? AND {c.archived_at} IS NULL)"
)
"""A channel that is off or removed is never sent to."""
CANCEL = (
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = ?, {d.done_at} = ?"
    f" WHERE {d.state} = 'pending' AND [these]",
    # A digest goes on while it carries anything else.
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = ?, {d.done_at} = ?"
    f" WHERE {d.state} = 'sending' AND [these] AND {d.dispatch} IN"
    f" (SELECT {s_.id} FROM {s_} WHERE {s_.state} = 'retry' AND {s_.id} IN"
    f" (SELECT {d.dispatch} FROM {d} WHERE {d.state} = 'sending' AND [these])"
    f" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other.dispatch} = {s_.id}"
    f" AND {other.state} = 'sending' AND NOT ([these])))",
    f"UPDATE {s} SET {s.state} = 'cancelled', {s.reason} = ?, {s.finished_at} = ?,"
    f" {s.retry_at} = NULL WHERE {s.state} = 'retry' AND {s.id} IN"
    f" (SELECT {d.dispatch} FROM {d} WHERE {d.state} = 'cancelled' AND [these])"
    f" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other.dispatch} = {s}.{s.id}"
    f" AND {other.state} = 'sending')",
)
CLOSE_DISPATCHES = (
    f"UPDATE {s} SET {s.state} = ?, {s.reason} = ?, {s.finished_at} = ?, {s.retry_at} = NULL"
    " WHERE [these]"
)
CLOSE_DELIVERIES = (
    f"UPDATE {d} SET {d.state} = ?, {d.reason} = ?, {d.done_at} = ?"
    f" WHERE [these] AND {d.state} IN ('sending', 'failed')"
)
FLOODS = f"{d.organization} = ? AND {d.purpose} = 'flood' AND {d.state} = 'pending'"
FLOODS_WAITING = f"SELECT {d.channel} FROM {d} WHERE {FLOODS} AND {d.due_at} > ?"
PUT_OFF_FLOODS = (
    f"UPDATE {d} SET {d.due_at} = ?, {d.rank} = ? WHERE {FLOODS} AND {d.due_at} > ?"
    f" AND {d.created_at} > ?"
)
EMAILERS = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.config, c.enabled)} FROM {c}"
    f" WHERE {c.organization} = ? AND {c.kind} = 'email' AND {c.archived_at} IS NULL"
)
CONFIRMATIONS = (
    f"SELECT {columns(d_.created_at, m_.email)} FROM {d_} JOIN {m_} ON {m_.id} = {d_.message}"
    f" WHERE {d_.organization} = ? AND {d_.purpose} = 'confirm' AND {d_.created_at} > ?"
)

# What one plan sees.

CHANNELS = (
    f"SELECT {columns(*CHANNEL, of='c')}, (SELECT {v_.text} FROM {v_}"
    f" WHERE {v_.organization} = {c_.organization} AND {v_.kind} = {c_.kind}"
    f" AND {v_.channel} IS NULL ORDER BY {v_.created_at} DESC, {v_.id} DESC LIMIT 1)"
    f" AS template_of_kind FROM {c_} WHERE {c_.organization} = ?"
)
USAGE = (
    f"SELECT {a.channel}, {a.bucket}, count(*) AS taken, min({a.blocks_until}) AS first_free,"
    f" max({a.blocks_until}) AS last_free, max({a.started_at}) AS last FROM {a}"
    f" WHERE {a.organization} = ? AND {a.blocks_until} > ?"
    f" GROUP BY {a.channel}, {a.bucket}"
)
TO_VISITORS = f"CASE WHEN {d.purpose} IN {TO_VISITOR} THEN 1 ELSE 0 END"
TEMPLATES = (
    f"SELECT {columns(*TEMPLATE)} FROM {v} WHERE {v.organization} = ? AND {v.channel} IS NULL"
    f" ORDER BY {v.created_at}, {v.id}"
)
WAITING = (
    f"SELECT {d.channel}, {TO_VISITORS} AS visitors, {d.agent},"
    f" sum(CASE WHEN {d.due_at} <= ? THEN 1 ELSE 0 END) AS ready, min({d.rank}) AS rank,"
    f" sum(CASE WHEN {d.due_at} <= ? AND {d.reason} = 'quiet'"
    f" AND {d.purpose} NOT IN {('flood', *ANNOUNCED)} THEN 1 ELSE 0 END) AS rested,"
    f" min(CASE WHEN {d.due_at} > ? THEN {d.due_at} END) AS later FROM {d}"
    f" WHERE {d.organization} = ? AND {d.state} = 'pending'"
    f" GROUP BY {d.channel}, visitors, {d.agent}"
)
CAN_WAIT = (
    f"{d.channel} = ? AND {d.state} = 'pending' AND {d.due_at} <= ?"
    f" AND {d.purpose} NOT IN ('alert', 'confirm', 'reply') AND {d.reason} <> 'replay'"
    f" AND NOT EXISTS (SELECT 1 FROM {m_} WHERE {m_.id} = {d}.{d.message}"
    f" AND {m_.priority} = 'high')"
)
PUT_OFF = f"UPDATE {d} SET {d.due_at} = ?, {d.rank} = ?, {d.reason} = 'quiet' WHERE {CAN_WAIT}"
PUT_OFF_BEFORE = f"{d.channel} = ? AND {d.state} = 'pending' AND {d.reason} = 'quiet'"
END_QUIET = f"UPDATE {d} SET {d.due_at} = ?, {d.rank} = ? WHERE {PUT_OFF_BEFORE} AND {d.due_at} > ?"
PASS = (
    f"UPDATE {d} SET {d.due_at} = ?, {d.rank} = ?, {d.reason} = '' WHERE {PUT_OFF_BEFORE}"
    f" AND {d.due_at} > ? AND EXISTS (SELECT 1 FROM {m_} WHERE {m_.id} = {d}.{d.message}"
    f" AND {m_.priority} = 'high')"
)
"""What got high priority meanwhile."""
FALLBACK_LATER = (
    f"UPDATE {d} SET {d.due_at} = ?, {d.rank} = ? WHERE {d.channel} = ?"
    f" AND {d.state} = 'pending' AND {d.purpose} = 'fallback' AND {d.message} IN"
    f" (SELECT {d_.message} FROM {d_} WHERE {d_.channel} = ? AND {d_.state} = 'pending'"
    f" AND {d_.reason} = 'quiet' AND {d_.due_at} >= ?)"
)
OPEN_DISPATCHES = (
    f"SELECT {columns(s.id, s.channel, s.state, s.lease_until, s.retry_at)} FROM {s}"
    f" WHERE {s.organization} = ? AND {s.state} IN ('sending', 'retry')"
    f" ORDER BY coalesce({s.retry_at}, {s.lease_until})"
)
DISPATCHES = f"SELECT {columns(*DISPATCH)} FROM {s} WHERE [these]"
NOTED_LAST = (
    f"{d_.purpose} = 'mention' AND {m_.status} = 'handled' AND {d_.created_at} >= {m_.handled_at}"
)
"""A note that mentions somebody, of when the message was handled or since."""
OVER = (
    f"SELECT {d_.dispatch}, max(CASE WHEN {d_.agent} IS NOT NULL AND {unwanted('d')} <> '' THEN 0"
    f" WHEN {m_.id} IS NULL OR {m_.status} = 'pending' OR {NOTED_LAST}"
    f" OR {d_.purpose} = 'reply' AND {m_.status} NOT IN ('spam', 'trash')"
    f" OR {d_.purpose} = 'flood' OR ({d_.purpose} = 'repeat' AND EXISTS (SELECT 1 FROM {same}"
    f" WHERE {same.repeat_of} = {m_.id} AND {same.status} = 'pending')) THEN 1 ELSE 0 END)"
    f" AS wanted, min(coalesce(CASE WHEN {d_.agent} IS NOT NULL"
    f" THEN nullif({unwanted('d')}, '') END, {m_.status})) AS why,"
    f" max(CASE WHEN {m_.priority} = 'high' OR {d_.reason} = 'replay' OR {m_.id} IS NULL"
    f" THEN 1 ELSE 0 END) AS urgent FROM {d_} LEFT JOIN {m_} ON {m_.id} = {d_.message}"
    f" WHERE [these] AND {d_.state} = 'sending' GROUP BY {d_.dispatch}"
)
TAKEN_BY_OTHERS = (
    f"SELECT 'taken' AS what, {a.bucket}, count(*) AS taken, min({a.blocks_until}) AS first,"
    f" max({a.started_at}) AS last FROM {a} WHERE [named] AND {a.organization} <> ?"
    f" AND {a.blocks_until} > ? AND {a.blocks_until} < ? GROUP BY {a.bucket}"
    f" UNION ALL SELECT 'taken', {t.bucket}, count(*), min({t.blocks_until}),"
    f" max({t.started_at}) FROM {t} WHERE [named] AND {t.blocks_until} > ?"
    f" AND {t.blocks_until} < ? GROUP BY {t.bucket}"
    f" UNION ALL SELECT 'quiet', {c.bucket}, 0, max({c.blocked_until}), max({c.blocked_until})"
    f" FROM {c} WHERE [named] AND {c.organization} <> ? AND {c.blocked_until} > ?"
    f" GROUP BY {c.bucket}"
)
HOLD = (
    f"INSERT INTO {b} ({b.id}) SELECT named FROM unnest(?::text[]) AS named ORDER BY named"
    f" ON CONFLICT ({b.id}) DO UPDATE SET {b.id} = excluded.{b.id}"
)
FREE_PLACES = (
    f"UPDATE {a} SET {a.blocks_until} = ? WHERE {a.organization} = ? AND {a.blocks_until} > ?"
)

# What one plan decides.

OF_THE_TEAM, OF_AN_AGENT = f"{d.agent} IS NULL", f"{d.agent} = ?"
SINGLES = (
    f"SELECT {columns(d.id, d.purpose, d.template)} FROM {d} WHERE {d.channel} = ? AND [whose]"
    f" AND {d.state} = 'pending' AND {TO_VISITORS} = ? AND {d.due_at} <= ?"
    f" ORDER BY {d.rank}, {d.id}"
)
IN_ORDER = (
    f"SELECT {columns(d_.id, d_.purpose, d_.template)} FROM {d_}"
    f" LEFT JOIN {e_} ON {e_.id} = {d_.about} WHERE {d_.channel} = ? AND {d_.state} = 'pending'"
    f" AND {d_.due_at} <= ? AND NOT EXISTS (SELECT 1 FROM {e__}"
    f" JOIN {d__} ON {d__.about} = {e__.id} AND {d__.purpose} = '{EVENT}'"
    f" WHERE ({e__.message} = {e_.message} OR {e_.message} IS NULL"
    f" AND {e__.channel} = {e_.channel}) AND {d__.channel} = {d_.channel}"
    f" AND {d__.state} IN ('pending', 'sending')"
    f" AND ({e__.number}, {e__.id}) < ({e_.number}, {e_.id}))"
    f" ORDER BY {d_.rank}, {d_.id}"
)
"""What an endpoint is sent next: an event waits for those before it of the same message, or
channel, that still wait or are being sent."""
COMBINE = (
    f"UPDATE {d} SET {d.state} = 'sending', {d.dispatch} = ? WHERE {d.channel} = ?"
    f" AND [whose] AND {d.state} = 'pending' AND {d.due_at} <= ?"
    f" AND {d.purpose} NOT IN {('alert', *TO_VISITOR, 'flood', *ANNOUNCED)}"
    # Implied by the moment it is due; it leads SQLite to the index of what waits.
    f" AND {d.rank} <= ?"
)
COMBINED = f"SELECT count(*) AS size, min({d.purpose}) AS purpose FROM {d} WHERE {d.dispatch} = ?"
RETRY_LATER = f"UPDATE {s} SET {s.retry_at} = ? WHERE {s.id} = ?"
LOOK_AGAIN = f"UPDATE {o} SET {o.due_at} = ? WHERE {o.id} = ?"

# What a send carries.

SUBMITTED = (
    f"SELECT {columns(m_.organization, m_.submission_id)} FROM {d_}"
    f" JOIN {m_} ON {m_.id} = {d_.message} WHERE {d_.dispatch} = ?"
    f" ORDER BY {d_.id}"
)

CARRIED = (
    f"SELECT {columns(*NOTICED, of='m')}, {columns(d_.purpose, d_.about, d_.due_at)},"
    f" {d_.dispatch} FROM {d_}"
    f" JOIN {m_} ON {m_.id} = {d_.message} WHERE [these] ORDER BY {d_.rank}, {d_.id}"
)
EARLIER_CODES = (
    f"SELECT {a.code} FROM {a} WHERE {a.dispatch} = ? AND {a.number} < ? AND {a.code} <> ?"
    f" ORDER BY {a.number}, {a.id}"
)
OTHER_PEOPLE = (
    f"SELECT DISTINCT {same.phone}, {same.email}, {same.wechat}, {m_.phone} AS own_phone,"
    f" {m_.email} AS own_email, {m_.wechat} AS own_wechat"
    f" FROM {same} JOIN {m_} ON {m_.id} = {same.repeat_of}"
    # A correction has been told on its own.
    f" WHERE {same.repeat_of} = ? AND {same.told_at} IS NULL AND {same.status} <> 'spam'"
)

# How a try went.

ENDED = (
    f"SELECT {a_.id} AS attempt, {columns(*SEALED, c_.failures, of='c')},"
    f" EXISTS (SELECT 1 FROM {f_} WHERE {f_.fallback_for} = {c_.id}) AS has_stand_in,"
    f" NOT EXISTS (SELECT 1 FROM {s_} WHERE {s_.id} = {a_.dispatch})"
    f" OR EXISTS (SELECT 1 FROM {d_} JOIN {m_} ON {m_.id} = {d_.message}"
    f" WHERE {d_.dispatch} = {a_.dispatch} AND {m_.erased_at} IS NOT NULL)"
    f" OR EXISTS (SELECT 1 FROM {d_} JOIN {e_} ON {e_.id} = {d_.about}"
    f" WHERE {d_.dispatch} = {a_.dispatch} AND {d_.purpose} = '{EVENT}'"
    f" AND {e_.data} = '{{}}') AS erased"
    f" FROM {a_} JOIN {c_} ON {c_.id} = {a_.channel} WHERE [these]"
)
"""`erased`: the message is gone, and the platform's answer may repeat it."""
ONE_CHANNEL = f"SELECT {columns(*CHANNEL)} FROM {c} WHERE {c.id} = ?"
ONE_DISPATCH = f"SELECT {columns(*DISPATCH)} FROM {s} WHERE {s.id} = ?"
HEALED: dict[Column | str, Any] = {
    Channel.failures: 0,
    Channel.failed_dispatch: None,
    Channel.failing_since: None,
    Channel.paused_until: None,
    Channel.stopped_at: None,
    Channel.announced_at: None,
}
"""A channel's health after a success, a mended configuration or a passed test. A pause that the
platform asked for stays."""
HEAL = (
    f"UPDATE {c} SET {', '.join(f'{columns(each)} = ?' for each in HEALED)}, {c.ok_at} = ?"
    " WHERE [these]"
)
RETRY = (
    f"UPDATE {s} SET {s.state} = ?, {s.tries} = ?, {s.unknowns} = ?, {s.rendering} = ?,"
    f" {s.retry_at} = ?, {s.accepted} = ?, {s.refused} = ? WHERE {s.id} = ?"
)
MARK = (
    f"UPDATE {c} SET {c.failures} = ?, {c.failed_dispatch} = ?, {c.failing_since} = ?,"
    f" {c.paused_until} = ?, {c.stopped_at} = ?, {c.announced_at} = ?, {c.error_at} = ?,"
    f" {c.error_code} = ?, {c.error} = ?, {c.hint} = ?, {c.facts} = ? WHERE {c.id} = ?"
)
BLOCK = (
    f"UPDATE {c} SET {c.blocked_until} = CASE WHEN {c.blocked_until} > ? THEN {c.blocked_until}"
    f" ELSE ? END WHERE {c.organization} = ? AND {c.bucket} = ?"
)
FALLBACKS_OF = (
    f"{d.state} = 'pending' AND {d.purpose} = 'fallback' AND {d.channel} IN (SELECT {c_.id}"
    f" FROM {c_} JOIN {s_} ON {s_.channel} = {c_.fallback_for} WHERE [these dispatches])"
    f" AND {d.message} IN (SELECT {d_.message} FROM {d_} WHERE [their deliveries]"
    f" AND {d_.purpose} NOT IN {TO_VISITOR} AND {d_.agent} IS NULL)"
)
"""Fallback deliveries of the messages that some dispatches carried to the team."""
NOT_NEEDED = (
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = 'not_needed', {d.done_at} = ?"
    f" WHERE {FALLBACKS_OF}"
)
NEEDED = f"UPDATE {d} SET {d.due_at} = ? WHERE {FALLBACKS_OF}"
EARLIER = (
    f"CASE WHEN {d.dispatch} IS NULL THEN {d.earlier} WHEN {d.earlier} = '[]'"
    f" THEN '[\"' || CAST({d.dispatch} AS TEXT) || '\"]'"
    f" ELSE substr({d.earlier}, 1, length({d.earlier}) - 1)"
    f" || ',\"' || CAST({d.dispatch} AS TEXT) || '\"]' END"
)
"""The list of earlier dispatches with the last one put behind it, on either database."""
OWE_AGAIN = (
    f"UPDATE {d} SET {d.earlier} = {EARLIER}, {d.state} = 'pending', {d.reason} = '',"
    f" {d.due_at} = ?, {d.rank} = ?, {d.dispatch} = NULL, {d.done_at} = NULL"
)
TAKE_UP = (
    f"UPDATE {d} SET {d.earlier} = {EARLIER}, {d.state} = 'pending', {d.reason} = '',"
    f" {d.dispatch} = NULL WHERE {d.channel} = ? AND {d.agent} IS NOT NULL"
    f" AND {d.state} = 'sending' AND {d.dispatch} IN"
    f" (SELECT {s_.id} FROM {s_} WHERE {s_.channel} = {d}.{d.channel} AND {s_.state} = 'retry')"
)
"""What agents are mailed and waits for another try, to be planned anew."""
OWE_NEWS_AGAIN = (
    f"{OWE_AGAIN} WHERE {d.purpose} = ? AND {d.message} = ?"
    f" AND {d.state} NOT IN ('pending', 'sending') AND {LISTENING} RETURNING {d.created_at}"
)
REMIND_AGAIN = (
    f"{OWE_AGAIN} WHERE {d.purpose} = ? AND {d.message} = ? AND {d.state} = 'cancelled'"
    f" AND {d.agent} IS NULL AND {d.reason} = ? AND {LISTENING} RETURNING {d.created_at}"
)
OWE_ADDED_SINCE = (
    f"{OWE_AGAIN} WHERE {d.purpose} = 'more' AND [these] AND EXISTS (SELECT 1 FROM {r_}"
    f" WHERE {r_.message} = {d}.{d.message} AND {r_.author} = '' AND {r_.created_at} >"
    f" (SELECT max({a_.started_at}) FROM {a_} WHERE {a_.dispatch} = {d}.{d.dispatch}))"
)

# The log, whose lines join by ids that are no foreign keys, which Piccolo cannot.

LINES = (
    f"SELECT {columns(d_.id, d_.message, d_.channel, d_.purpose, d_.state, d_.reason)},"
    f" {columns(d_.created_at, d_.due_at, d_.done_at, d_.replayed_at, d_.dispatch, d_.earlier)},"
    f" {columns(d_.template, m_.reference, c_.kind, c_.enabled, c_.archived_at, c_.paused_until)},"
    f" {columns(d_.agent, c_.blocked_until, c_.stopped_at, c_.bucket, s_.retry_at, s_.size)},"
    f" {m_.name} AS visitor, {c_.name} AS channel_name, {s_.state} AS dispatch_state,"
    f" {about.name} AS about_name, {about.kind} AS about_kind, {e_.type} AS event,"
    f" {m_.id} AS about_message,"
    f" coalesce(nullif({g_.name}, ''), {g_.email}) AS agent_name FROM {d_}"
    f" JOIN {c_} ON {c_.id} = {d_.channel}"
    f" LEFT JOIN {e_} ON {e_.id} = {d_.about} AND {d_.purpose} = '{EVENT}'"
    f" LEFT JOIN {m_} ON {m_.id} = coalesce({d_.message}, {e_.message})"
    f" LEFT JOIN {s_} ON {s_.id} = {d_.dispatch} LEFT JOIN {about} ON {about.id} = {d_.about}"
    f" LEFT JOIN {g_} ON {g_.id} = {d_.agent}"
)
TESTS = (
    f"SELECT {columns(a_.id, a_.channel)}, {columns(*TRIED, of='a')}, {c_.name} AS channel_name,"
    f" {columns(c_.kind, c_.enabled, c_.archived_at)} FROM {a_}"
    f" JOIN {c_} ON {c_.id} = {a_.channel}"
)
OF_MESSAGE = (
    f"{d_.id} IN (SELECT {d.id} FROM {d} WHERE {d.message} ="
    f" (SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {m.reference} = ?))"
)
"""Written so that SQLite's planner begins with this index."""

OVER_OF_ITS_CHANNEL = (
    f"(SELECT {c.organization} FROM {c} WHERE {c.id} = ?) = ?"
    f" AND {d_.state} IN ('sent', 'failed', 'cancelled')"
)
"""In the words of the index of what is over; SQLite would rather go by the organization's."""
THEIRS = f"SELECT {d_.id} FROM {d_} WHERE [these] ORDER BY {d_.id} DESC LIMIT [most]"
FOUND = f"SELECT * FROM ({THEIRS}) AS found"
COUNTED = (
    "SELECT '[state]' AS state, count(*) AS n FROM"
    " (SELECT 1 FROM [table] WHERE [these] LIMIT [most]) AS [state]_ones"
)

# Replay sets columns from other columns, which Piccolo's update cannot.

FAILED = f"{d.state} = 'failed' AND {d.purpose} NOT IN {(*TO_VISITOR, 'alert', *ANNOUNCED)}"
"""A replay of all leaves out what goes to visitors, which is replayed one by one only, and what is
no news any more."""
OF_THE_CHANNEL = f"{d.reason} NOT IN ('permanent_content', 'outcome_unknown', 'replay_stopped')"
"""Not a refused text, one that may have arrived, or a stopped replay: the channel was to blame."""

AS_SENT = (
    f"COALESCE((SELECT {s_.template} FROM {s_} WHERE {s_.id} = {d}.{d.dispatch}), {d.template})"
)
OPEN = (
    f"{m_.organization} = {d}.{d.organization} AND {m_.status} = 'pending'"
    f" AND {m_.id} BETWEEN {d}.{d.message} AND {d}.{d.message}"
)
"""Its message waits. BETWEEN makes SQLite look in the index of what waits; with "=" it would read
the message itself."""
STILL_OPEN = (
    f"({d.purpose} IN ('flood', '{EVENT}') OR ({d.purpose} <> 'assigned'"
    f" AND EXISTS (SELECT 1 FROM {m_} WHERE {OPEN}))"
    f" OR ({d.purpose} = 'assigned' AND EXISTS (SELECT 1 FROM {m_}"
    f" WHERE {OPEN} AND {m_.assignee} = {d.agent}))"
    f" OR ({d.purpose} = 'repeat' AND EXISTS (SELECT 1 FROM {m_}"
    f" WHERE {m_.repeat_of} = {d}.{d.message} AND {m_.status} = 'pending')))"
)
"""Without handled messages, unless asked for by id, and what somebody has no more; a repeat of one
may still wait. Apart, so that indexes alone answer for nearly all."""
REPLAY = (
    f"UPDATE {d} SET {d.earlier} = {EARLIER}, {d.template} = [template], {d.state} = 'pending',"
    f" {d.reason} = 'replay', {d.replayed_at} = ?, {d.due_at} = ?, {d.rank} = ?,"
    f" {d.dispatch} = NULL, {d.done_at} = NULL WHERE {d.organization} = ? AND [these]"
    f" RETURNING {d.created_at}"
)
END = f"UPDATE {d} SET {d.state} = ?, {d.reason} = ?, {d.done_at} = ? WHERE [these]"
"""Ids are bound as one list: SQLite limits the number of values."""
FIRST_TOLD = (
    f"SELECT {columns(d.id, d.message, d.channel, d.state)} FROM {d}"
    f" WHERE {d.organization} = ? AND {d.purpose} = 'new' AND [these]"
)
TOLD_AGAIN = (
    f"SELECT {columns(d.id, d.earlier, d.dispatch, d.message)} FROM {d}"
    f" WHERE {d.organization} = ? AND {d.replayed_at} = ? AND {d.purpose} = 'new'"
    f" AND {d.state} = 'pending' AND [these]"
)
"""Ids are bound as one list: there may be many."""
ARRIVED = f"SELECT {s.id} FROM {s} WHERE [these] AND {s.state} = 'sent'"
HOW_MANY = f"SELECT count(*) AS n FROM {d} WHERE {d.organization} = ? AND [these]"
HOW_MANY_OF_EACH = (
    f"SELECT {d.channel}, count(*) AS n FROM {d} WHERE {d.organization} = ? AND [these]"
    f" GROUP BY {d.channel}"
)

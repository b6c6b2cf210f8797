"""Every table, as SQLAlchemy Core metadata. Times are seconds since 1970 in UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for a column declared INTEGER."""

Maybe = JSON(none_as_null=True)
"""A JSON value that may be absent: None is stored as NULL, so that queries can ask for it. A step's result is plain JSON
instead, because there None is a result."""

envelopes = Table(
    "envelopes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("envelope_id", String(255), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("handled_at", Float),
    Column("answer", Maybe),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index(
        "ix_envelopes_unhandled",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
    Index("ix_envelopes_received_at", "received_at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("agent", String(80), nullable=False),
    Column("agent_version", String(80), nullable=False),
    Column("status", String(20), nullable=False),
    Column("lane", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("turn", Float, nullable=False, server_default="0"),
    Column("deadline_at", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("updated_at", Float, nullable=False),
    Column("summary", Text, nullable=False),
    Column("input", JSON, nullable=False),
    Column("output", Maybe),
    Column("requester", String(80), nullable=False),
    Column("source", JSON, nullable=False),
    Column("dedup_key", String(255)),
    Column("parent_id", Id),
    Column("lineage_of", Id),
    Column("case_type", String(120), nullable=False, server_default=""),
    Column("wait_kind", String(20)),
    Column("wait_for", Text),
    Column("waiting_since", Float),
    Column("wake_at", Float),
    Column("lease_owner", String(80)),
    Column("lease_until", Float),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("crash_mark", Integer, nullable=False, server_default="0"),
    Column("replays", Integer, nullable=False, server_default="0"),
    Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
    Column("error_code", String(80)),
    Column("error", Text),
    Column("doing", Text),
    Column("used", Maybe),
    Index(
        "ix_jobs_ready",
        "lane",
        text("priority DESC"),
        "turn",
        "deadline_at",
        "id",
        "agent",
        sqlite_where=text("status = 'queued' AND crashes = 0"),
        postgresql_where=text("status = 'queued' AND crashes = 0"),
    ),
    Index(
        "ix_jobs_suspects",
        "lane",
        text("priority DESC"),
        "turn",
        "deadline_at",
        "id",
        sqlite_where=text("status = 'queued' AND crashes > 0"),
        postgresql_where=text("status = 'queued' AND crashes > 0"),
    ),
    Index(
        "ix_jobs_turns",
        "requester",
        "lane",
        "priority",
        "turn",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index(
        "ix_jobs_leases",
        "lease_until",
        sqlite_where=text("status = 'running'"),
        postgresql_where=text("status = 'running'"),
    ),
    Index(
        "ix_jobs_wakes",
        "wake_at",
        sqlite_where=text("wake_at IS NOT NULL"),
        postgresql_where=text("wake_at IS NOT NULL"),
    ),
    Index(
        "uq_jobs_open_dedup_key",
        "dedup_key",
        unique=True,
        sqlite_where=text("dedup_key IS NOT NULL"),
        postgresql_where=text("dedup_key IS NOT NULL"),
    ),
    Index(
        "ix_jobs_parent_id",
        "parent_id",
        sqlite_where=text("parent_id IS NOT NULL"),
        postgresql_where=text("parent_id IS NOT NULL"),
    ),
    Index("ix_jobs_status_finished", "status", "finished_at"),
    Index("ix_jobs_requester", "requester", "id"),
    sqlite_autoincrement=True,  # a number that people have seen is never given again, also after a purge
)

steps = Table(
    "steps",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("result", JSON(none_as_null=False)),
    Column("at", Float, nullable=False),
    Column("took", Float, nullable=False, server_default="0"),
)

events = Table(
    "events",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("payload", Maybe),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
)
"""What was posted to a job that waits, or will wait, for it. The first of a name stays."""

breakers = Table(
    "breakers",
    metadata,
    Column("target", String(120), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_until", Float),
    Column("at", Float, nullable=False),
)
"""Targets that fail: the row is gone once a call gets through again. `open_until` is when one call may try."""

spending = Table(
    "spending",
    metadata,
    Column("agent", String(80), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("jobs", Integer, nullable=False, server_default="0"),
    Column("steps", Integer, nullable=False, server_default="0"),
    Column("tool_calls", Integer, nullable=False, server_default="0"),
    Column("tokens", BigInteger, nullable=False, server_default="0"),
    Column("cost_usd", Float, nullable=False, server_default="0"),
    Column("wall", Float, nullable=False, server_default="0"),
)
"""What each agent used on each day (UTC), for limits per agent."""

effects = Table(
    "effects",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("key", String(80), nullable=False, unique=True),
    Column("tool", String(120), nullable=False),
    Column("access", String(20), nullable=False),
    Column("args", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("escalation_id", Id),
    Column("result", Maybe),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("intended_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("undo_until", Float),
    Column("undone_by", String(80)),
    Column("undo_asked_by", String(80)),
    Column("undo_asked_at", Float),
    UniqueConstraint("job_id", "name"),
    Index(
        "ix_effects_open",
        "state",
        sqlite_where=text("state IN ('intended', 'unknown')"),
        postgresql_where=text("state IN ('intended', 'unknown')"),
    ),
    sqlite_autoincrement=True,
)
"""One row per effect: `state` is intended, done, failed, unknown, undone or skipped."""

escalations = Table(
    "escalations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("case_type", String(120), nullable=False, server_default=""),
    Column("tool", String(120)),
    Column("args", JSON, nullable=False),
    Column("record", String(200)),
    Column("record_version", String(200)),
    Column("nonce", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("question", Text, nullable=False),
    Column("verb", String(80), nullable=False),
    Column("because", Text, nullable=False),
    Column("stop_reason", String(40)),
    Column("choices", Maybe),
    Column("evidence", JSON, nullable=False),
    Column("confidence", Float),
    Column("requester", String(80), nullable=False),
    Column("approvers", JSON, nullable=False),
    Column("quorum", Integer, nullable=False, server_default="1"),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("remind_at", Float),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("decided_at", Float),
    Column("decided_by", String(80)),
    Column("verdict", String(20)),
    Column("answer", Text),
    Column("reason", Text),
    Column("edits", Maybe),
    Column("outcome", Text),
    Column("outcome_at", Float),
    Column("replaced_by", Id),
    Column("assigned_to", String(80)),
    Column("snoozed_until", Float),
    Column("used_at", Float),
    Column("channel", String(40)),
    Column("thread_ts", String(40)),
    Column("passed_on", Integer, nullable=False, server_default="0"),
    Column("climb_at", Float),
    Column("posted_at", Float),
    Column("done_at", Float),
    UniqueConstraint("job_id", "name", "version", name="uq_escalations_job_call"),
    Index(
        "ix_escalations_pending",
        "expires_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_escalations_inbox",
        "agent",
        "tier",
        "kind",
        "tool",
        "case_type",
        "quorum",
        "assigned_to",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_escalations_job_id", "job_id"),
    Index("ix_escalations_name", "name"),
    sqlite_autoincrement=True,
)
"""A question to people. `kind`: approve, choose, effect, shadow, promote. `state`: pending, decided, expired, withdrawn,
replaced. `used_at` is when the approval was spent: it can be spent once."""

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("escalation_id", Id, ForeignKey("escalations.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("person", String(80), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("edits", Maybe),
    Column("door", String(40), nullable=False),
    Column("message", String(80)),
    Column("at", Float, nullable=False),
    Column("on_behalf_of", String(80)),
    Column("took", Float),
    Column("changes", Maybe),
    UniqueConstraint("escalation_id", "version", "person"),
    Index("ix_decisions_person", "person", "id"),
)

details = Table(
    "details",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("escalation_id", Id, ForeignKey("escalations.id", ondelete="CASCADE"), nullable=False),
    Column("by", String(80), nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("answer", Text),
    Column("answered_by", String(80)),
    Column("answered_at", Float),
    Index("ix_details_escalation_id", "escalation_id"),
)
"""What people asked about a question before they decided it, and what they were told."""

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("audience", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_cards_audience", "audience", "at"),
)
"""One row for each card and each person that it was put before: what flood control counts."""

delegations = Table(
    "delegations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("away", String(80), nullable=False),
    Column("to", String(80), nullable=False),
    Column("first_at", Float, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("ended_at", Float),
    Index("ix_delegations_to", "to", "last_at"),
)
"""Who decides for whom while they are away, as people set it themselves."""

grants = Table(
    "grants",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("agent", String(80), nullable=False),
    Column("tool", String(120), nullable=False),
    Column("pattern", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("revoked_at", Float),
    Column("revoked_by", String(80)),
    Column("used", Integer, nullable=False, server_default="0"),
    Index("ix_grants_call", "agent", "tool", "digest"),
)
"""Calls that an owner allowed in advance: one exact pattern each, until a date."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("view", String(60), nullable=False),
    Column("params", JSON, nullable=False),
    Column("channel", String(40)),
    Column("user", String(80)),
    Column("thread_ts", String(40)),
    Column("subject", String(80), nullable=False, server_default=""),
    Column("stream", String(120), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("not_before", Float, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Column("answer", Maybe),
    Column("error", Text),
    Column("job_id", Id),
    Index(
        "ix_outbox_due",
        "urgency",
        "not_before",
        "id",
        sqlite_where=text("state IN ('queued', 'sending')"),
        postgresql_where=text("state IN ('queued', 'sending')"),
    ),
    Index(
        "ix_outbox_stream",
        "stream",
        "id",
        sqlite_where=text("state IN ('queued', 'sending')"),
        postgresql_where=text("state IN ('queued', 'sending')"),
    ),
    Index("ix_outbox_subject", "subject", "state"),
    Index("ix_outbox_created_at", "created_at"),
)
"""Slack calls to make, written in the transaction that caused them. `kind`: post, update, ephemeral, home, session, read.
`view` names the pure view that the sender renders from the rows as they are when it sends. `stream` keeps the order of
messages that must follow each other; `state` is queued, sending, sent, unknown, failed or merged."""

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("subject", String(80), nullable=False),
    Column("role", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("ts", String(40), nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("channel", "ts"),
    Index("ix_messages_subject", "subject", "role"),
)
"""Where our own messages are in Slack, so that they can be updated: subject `escalation:17`, role `card`."""

audit = Table(
    "audit",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("event", String(60), nullable=False),
    Column("job_id", Id),
    Column("actor", String(80), nullable=False),
    Column("data", JSON, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_job_id", "job_id"),
)

audit_texts = Table(
    "audit_texts",
    metadata,
    Column("seq", Id, ForeignKey("audit.seq"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("about", String(80), nullable=False),
    Index("ix_audit_texts_about", "about"),
)
"""What people wrote, beside the chain: the chain holds only its salted hash, so it can be erased and the chain still
verifies."""

controls = Table(
    "controls",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
)
"""Switches that people set: `stop` (everything), `pause:<agent>`, and other small state that must survive a restart."""

schedules = Table(
    "schedules",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("channel", String(40)),
    Column("spec", String(200), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("params", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("done_until", Float, nullable=False),
    Column("last_slot", String(40)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("history", JSON, nullable=False),
    sqlite_autoincrement=True,  # a form that is still open must not reach a new one under an old number
)

slots = Table(
    "slots",
    metadata,
    Column("schedule_id", Id, ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True),
    Column("slot", String(40), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("at", Float, nullable=False),
)
"""One row per local slot of a schedule: sent or missed, never both."""

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("origin", String(255), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("requester", String(80), nullable=False),
    Column("customer", String(120)),
    Column("vip", Boolean, nullable=False, server_default=text("false")),
    Column("customer_queue", String(60)),
    Column("queue", String(60)),
    Column("priority", String(20)),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("channel", String(40)),
    Column("thread_ts", String(40)),
    Column("url", Text),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("due_at", Float),
    Index("ix_tickets_status_due", "status", "due_at"),
    Index("ix_tickets_thread", "channel", "thread_ts"),
)

ticket_entries = Table(
    "ticket_entries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("key", String(80), unique=True),
    Column("at", Float, nullable=False),
    Index("ix_ticket_entries_ticket", "ticket_id", "id"),
)
"""The history of a ticket: created, changed, note, draft, reply."""

desk_writes = Table(
    "desk_writes",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("ticket_id", Id, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("at", Float, nullable=False),
)
"""The desk's own memory of writes by idempotency key: a repeated key changes nothing and gets the same answer."""

customers = Table(
    "customers",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("people", JSON, nullable=False),
    Column("vip", Boolean, nullable=False, server_default=text("false")),
    Column("queue", String(60)),
)

examples = Table(
    "examples",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("task", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("label", String(120), nullable=False),
    Column("weight", Float, nullable=False, server_default="1"),
    Column("wrong", Boolean, nullable=False, server_default=text("false")),
    Column("ref", String(120), nullable=False, server_default=""),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_examples_task", "task", "id"),
)
"""What people's decisions taught: `wrong` rows say which label a text does not have."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("agent", String(80), nullable=False),
    Column("case_type", String(120), nullable=False),
    Column("job_id", Id, nullable=False),
    Column("mode", String(20), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("agreed", Boolean, nullable=False),
    Column("weight", Float, nullable=False, server_default="1"),
    Column("by", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_outcomes_case", "agent", "case_type", "at"),
)
"""What people made of proposals: the record that autonomy is earned by."""

autonomy = Table(
    "autonomy",
    metadata,
    Column("agent", String(80), primary_key=True),
    Column("case_type", String(120), primary_key=True),
    Column("mode", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Float, nullable=False),
)

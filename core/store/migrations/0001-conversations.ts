import { migrationOf } from './migration-of.ts';

/** Contacts, conversations and everything a turn writes. */
export const conversations = migrationOf(
  `CREATE TABLE contacts (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT, email TEXT, phone TEXT, created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE identities (
    tenant_id TEXT NOT NULL, channel TEXT NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, channel, external_id)
  ) WITHOUT ROWID`,
  `CREATE TABLE conversations (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, channel TEXT NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL,
    session_id TEXT NOT NULL, owner TEXT NOT NULL CHECK (owner IN ('bot', 'human', 'paused')), misses INTEGER NOT NULL,
    language TEXT, created_at INTEGER NOT NULL, last_active_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, channel, external_id)
  ) WITHOUT ROWID`,
  'CREATE INDEX conversations_by_activity ON conversations (tenant_id, last_active_at)',
  `CREATE TABLE sessions (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, conversation_id TEXT NOT NULL, channel TEXT NOT NULL, token_hash BLOB,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'closed')), locale TEXT, metadata TEXT NOT NULL, turns INTEGER NOT NULL,
    created_at INTEGER NOT NULL, last_active_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, id TEXT NOT NULL, conversation_id TEXT NOT NULL, session_id TEXT NOT NULL,
    turn_id TEXT, role TEXT NOT NULL, text TEXT NOT NULL, attachments TEXT NOT NULL, actions TEXT NOT NULL,
    citations TEXT NOT NULL, channel TEXT NOT NULL, created_at INTEGER NOT NULL
  )`,
  'CREATE UNIQUE INDEX messages_by_id ON messages (tenant_id, id)',
  'CREATE INDEX messages_by_conversation ON messages (tenant_id, conversation_id, seq)',
  `CREATE TABLE turns (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, conversation_id TEXT NOT NULL, state TEXT NOT NULL, reply_id TEXT,
    revision TEXT NOT NULL, error_code TEXT, trace TEXT NOT NULL, started_at INTEGER NOT NULL, completed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, channel TEXT NOT NULL, conversation_id TEXT NOT NULL,
    external_id TEXT NOT NULL, message_id TEXT NOT NULL, turn_id TEXT NOT NULL, state TEXT NOT NULL, received_at INTEGER NOT NULL
  )`,
  'CREATE UNIQUE INDEX inbox_by_external_id ON inbox (tenant_id, channel, conversation_id, external_id)',
  `CREATE INDEX inbox_open ON inbox (tenant_id, conversation_id, seq) WHERE state = 'open'`,
  'CREATE INDEX inbox_by_age ON inbox (tenant_id, received_at)',
  `CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, id TEXT NOT NULL, conversation_id TEXT NOT NULL, channel TEXT NOT NULL,
    message_id TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL,
    provider_message_id TEXT, reason TEXT, created_at INTEGER NOT NULL
  )`,
  'CREATE UNIQUE INDEX outbox_by_id ON outbox (tenant_id, id)',
  `CREATE INDEX outbox_open ON outbox (tenant_id, conversation_id, seq) WHERE state IN ('waiting', 'sending')`,
  `CREATE INDEX outbox_dead ON outbox (tenant_id, seq) WHERE state = 'dead'`,
  `CREATE TABLE stream_events (
    tenant_id TEXT NOT NULL, session_id TEXT NOT NULL, id INTEGER NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (tenant_id, session_id, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE handoffs (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, conversation_id TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
    requested_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
  ) WITHOUT ROWID`,
  'CREATE INDEX handoffs_by_conversation ON handoffs (tenant_id, conversation_id, requested_at)',
  `CREATE TABLE usage (
    tenant_id TEXT NOT NULL, day TEXT NOT NULL, model TEXT NOT NULL, turns INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, day, model)
  ) WITHOUT ROWID`,
  `CREATE TABLE revisions (
    seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, revision TEXT NOT NULL, canonical TEXT NOT NULL, applied_at INTEGER NOT NULL
  )`,
  'CREATE INDEX revisions_by_tenant ON revisions (tenant_id, seq)',
);

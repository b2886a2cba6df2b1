import { migrationOf } from './migration-of.ts';

/** Conversations that move to another channel, and the queue of outgoing webhooks. */
export const people = migrationOf(
  `CREATE TABLE switches (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, session_id TEXT NOT NULL, conversation_id TEXT NOT NULL, channel TEXT NOT NULL,
    address TEXT NOT NULL, method TEXT NOT NULL CHECK (method IN ('code', 'word')), secret_hash BLOB NOT NULL, tries INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'void')), created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
  ) WITHOUT ROWID`,
  'CREATE INDEX switches_by_session ON switches (tenant_id, session_id, created_at)',
  'CREATE INDEX switches_by_address ON switches (tenant_id, channel, address, created_at)',
  'CREATE INDEX switches_by_age ON switches (tenant_id, created_at)',
  `CREATE INDEX switches_by_word ON switches (tenant_id, channel, secret_hash) WHERE state = 'open' AND method = 'word'`,
  `CREATE TABLE session_links (
    tenant_id TEXT NOT NULL, session_id TEXT NOT NULL, continues TEXT NOT NULL,
    PRIMARY KEY (tenant_id, session_id)
  ) WITHOUT ROWID`,
  'CREATE INDEX sessions_by_conversation ON sessions (tenant_id, conversation_id)',
  'CREATE INDEX turns_by_conversation ON turns (tenant_id, conversation_id)',
  'CREATE INDEX conversations_by_contact ON conversations (tenant_id, contact_id)',
  'CREATE INDEX identities_by_contact ON identities (tenant_id, contact_id)',
  `CREATE INDEX handoffs_requested ON handoffs (tenant_id, requested_at) WHERE state = 'requested'`,
  `CREATE TABLE event_queue (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant_id TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, type TEXT NOT NULL,
    payload TEXT NOT NULL, conversation_id TEXT, state TEXT NOT NULL CHECK (state IN ('waiting', 'failed')), attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL, reason TEXT, created_at INTEGER NOT NULL
  )`,
  `CREATE INDEX event_queue_waiting ON event_queue (tenant_id, url, seq) WHERE state = 'waiting'`,
  'CREATE INDEX event_queue_by_age ON event_queue (tenant_id, created_at)',
);

import { migrationOf } from './migration-of.ts';

/** Consent, albums, edits, what platforms tell of messages, and the log of their requests. */
export const messengers = migrationOf(
  'ALTER TABLE identities ADD COLUMN consent TEXT',
  'ALTER TABLE identities ADD COLUMN consent_at INTEGER',
  `CREATE INDEX identities_opted_out ON identities (tenant_id, channel, contact_id) WHERE consent = 'out'`,
  'ALTER TABLE messages ADD COLUMN edited_at INTEGER',
  'ALTER TABLE inbox ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE inbox ADD COLUMN group_name TEXT',
  `ALTER TABLE outbox ADD COLUMN purpose TEXT NOT NULL DEFAULT 'reply'`,
  'CREATE INDEX outbox_by_message ON outbox (tenant_id, message_id)',
  `CREATE INDEX outbox_by_provider_message ON outbox (tenant_id, channel, provider_message_id)
    WHERE provider_message_id IS NOT NULL`,
  `CREATE TABLE delivery_statuses (
    tenant_id TEXT NOT NULL, channel TEXT NOT NULL, provider_message_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('sent', 'failed', 'delivered', 'read')), reason TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel, provider_message_id)
  ) WITHOUT ROWID`,
  `CREATE TABLE webhook_log (
    seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, at INTEGER NOT NULL, channel TEXT NOT NULL, method TEXT NOT NULL,
    route TEXT NOT NULL, status INTEGER NOT NULL, taken TEXT NOT NULL, detail TEXT NOT NULL, duration_ms REAL NOT NULL,
    headers TEXT NOT NULL, body_bytes INTEGER NOT NULL, shape TEXT NOT NULL
  )`,
  'CREATE INDEX webhook_log_by_tenant ON webhook_log (tenant_id, seq)',
);

import type { ResolvedBot } from '../../../core/contract/index.ts';

/** A resolved definition that opens nothing but what a test adds. */
export function sampleBot(changes: Partial<ResolvedBot> = {}): ResolvedBot {
  const text = { en: 'text' };
  return {
    tenantId: 'acme',
    revision: 'r1',
    name: { en: 'Acme' },
    labels: {},
    timezone: 'UTC',
    languages: { default: 'en', supported: ['en'], detect: false },
    vars: {},
    llm: { use: 'model', with: {}, fallback: [], deadline: { firstTokenMs: 4000, totalMs: 30_000 } },
    prompts: { system: text, greeting: text, unknown: text, failure: text },
    voices: {},
    knowledge: {},
    retrieval: {
      use: 'retrieval',
      with: {},
      embedding: { use: 'embedding', with: {} },
      cite: true,
      onMiss: 'say-unknown',
      perDocument: 3,
    },
    tools: {},
    channels: {},
    session: { idleCloseMs: 1_800_000, coalesceMs: 0, overlap: 'queue', history: 40 },
    escalation: [],
    guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } },
    limits: {
      perContact: { count: 1000, perMs: 60_000 },
      perTenant: { count: 10_000, perMs: 60_000 },
      maxTurns: 1000,
      toolCallsPerTurn: 6,
    },
    events: [],
    tests: [],
    secretValues: [],
    ...changes,
  };
}

import type { Action, Message, SessionState, StreamEvent } from 'polyphon/plugin';

/** `GET …/widget`: how the bot shows itself, before any session exists. Maps are by language. */
export interface Presentation {
  readonly name: Readonly<Record<string, string>>;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly greeting: Readonly<Record<string, string>>;
  readonly suggestions: readonly string[];
  readonly theme: Theme;
  /** The longest text that the server takes, in UTF-16 units; 4000 unless told. */
  readonly maxChars?: number;
}
export interface Theme {
  /** `#rgb` or `#rrggbb`. */
  readonly accent?: string;
  /** In CSS pixels, as a number or as in `12px`. */
  readonly radius?: string | number;
  readonly scheme?: 'auto' | 'light' | 'dark';
}

/** `POST …/sessions`. */
export interface OpenedSession {
  readonly session: string;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** `GET …/sessions/:id`, as far as the panel reads it. */
export interface SessionStatus {
  readonly state: SessionState;
  readonly owner: Owner;
}
export type Owner = 'bot' | 'human' | 'paused';

/** What a person sends. `id` is ours and stays the same over retries. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly action?: Pick<Action, 'id' | 'label'>;
}

export type { Action, Citation, Message, SessionState, StreamEvent } from 'polyphon/plugin';

const eventTypes: ReadonlySet<string> = new Set<StreamEvent['type']>([
  'message.received',
  'reply.started',
  'reply.delta',
  'reply.completed',
  'reply.failed',
  'typing',
  'ownership.changed',
  'session.changed',
]);

/** The event in a frame, or undefined for one that this version does not know (`voice.*`, pings, a newer server's). */
export function readEvent(frame: unknown, type?: string, id?: string): StreamEvent | undefined {
  if (typeof frame !== 'object' || frame === null) return undefined;
  const event: Record<string, unknown> = { ...frame };
  if (type !== undefined && event['type'] === undefined) event['type'] = type;
  if (event['id'] === undefined && id !== undefined) event['id'] = Number(id);
  if (typeof event['type'] !== 'string' || !eventTypes.has(event['type'])) return undefined;
  if (!Number.isInteger(event['id'])) return undefined;
  return event as StreamEvent;
}

/** A message that carries nothing but text, as the panel makes its own before the server has answered. */
export function plainMessage(message: Pick<Message, 'id' | 'role' | 'text'>): Message {
  return { ...message, attachments: [], actions: [], citations: [], channel: '', createdAt: '' };
}

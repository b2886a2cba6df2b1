import type { DeliveryStatus } from '../../../../core/contract/index.ts';
import type { Person, Step } from './people.ts';

/** What the world outside saw of the process, by tenant and conversation. */
export interface Witness {
  readonly people: readonly Person[];
  /** Steps whose every webhook got its 2xx, in order. */
  readonly acknowledged: Map<string, readonly Step[]>;
  readonly consents: Map<string, readonly { readonly kind: 'stop' | 'start'; readonly atMs: number }[]>;
  /** Tokens of albums whose pictures came within the time an album has, without a crash in between. */
  readonly albums: { readonly key: string; readonly tokens: readonly string[] }[];
  /** When a failure was told first, by tenant and the platform's id of the message. */
  readonly failures: Map<string, { readonly atMs: number; readonly reason: string | undefined }>;
  /** When the person wrote what, and when it was posted, of which the last got its 2xx, by tenant and conversation and the platform's id; where windows close. */
  readonly written: Map<string, Map<string, { readonly atMs: number; readonly triesMs: readonly number[] }>>;
  /** Statuses that got their 2xx, by tenant and the platform's id of the message. */
  readonly told: Map<string, readonly DeliveryStatus[]>;
  /** What was wrong before everything was over. */
  readonly objections: string[];
}

import type { ConversationMove, DeliveryStatus, Receipt } from '../../contract/index.ts';

/** One request of a platform as it came, and what was made of it. */
export interface WebhookCall {
  readonly tenantId: string;
  readonly channel: string;
  readonly method: string;
  /** The template, as in `webhook`. */
  readonly route: string;
  readonly status: number;
  readonly taken: WebhookTaken;
  readonly durationMs: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined where the request was refused before its body was read to the end. */
  readonly body: Uint8Array | undefined;
}

export type WebhookTaken =
  | {
      readonly kind: 'accepted';
      readonly receipts: readonly Receipt[];
      readonly statuses: readonly DeliveryStatus[];
      readonly moves?: readonly ConversationMove[];
    }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The request was not carried out; the code says why. */
  | { readonly kind: 'failed'; readonly code: string };

import type { FakeWhatsappApp } from './fake-whatsapp-account.ts';
import type { FakeWhatsappRefusal } from './fake-whatsapp-rules.ts';
import type { FakeWhatsappTemplate } from './fake-whatsapp-template.ts';
import type { FakeWhatsappMessage, FakeWhatsappPerson, FakeWhatsappStatus } from './fake-whatsapp-webhook.ts';

/** Meta's Cloud API on a real port, with its own clock and its own log: the judge of what people got. */
export interface FakeWhatsapp extends AsyncDisposable {
  /** For `with.baseUrl`. */
  readonly baseUrl: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  /** Every request that arrived, also those that were refused. */
  readonly requests: readonly FakeWhatsappRequest[];
  /** What people got, in order. */
  readonly sent: readonly FakeWhatsappSent[];
  /** Ids of messages that were marked read with the sign that the bot writes. */
  readonly typed: readonly string[];
  /** Ids of messages that were marked read, with the sign or without. */
  readonly read: readonly string[];
  /** Where Meta sends what comes for the number: the address of the number, the account or the app; undefined where it sends nothing. */
  readonly callback: string | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lets its clock go on: windows close, pairs may write again. */
  advance(ms: number): void;
  /** Faults of the sends to come, in order; then none again. */
  fail(...faults: readonly FakeWhatsappFault[]): void;
  /** A file that a person sent; gives its id. `url` lies about where it is. */
  addMedia(file: { readonly bytes: Uint8Array; readonly mediaType: string; readonly url?: string }): string;
  /** A message of a person, not yet delivered. Each has its own id. */
  message(from: FakeWhatsappPerson | string, content: Readonly<Record<string, unknown>> | string): FakeWhatsappMessage;
  /**
   * Delivers signed webhooks: each message and status in a body of its own, `times` times, in the order `shuffled` gives. Opens the
   * window of who wrote. `url` is the channel's address, without `/webhook`.
   */
  deliver(url: string, news: FakeWhatsappNews): Promise<readonly Response[]>;
  /** Posts a body with the right signature. */
  post(url: string, body: object | string): Promise<Response>;
  /** Resolves when people have got `count` messages. */
  arrived(count: number): Promise<void>;
}

export interface FakeWhatsappNews {
  readonly messages?: readonly FakeWhatsappMessage[];
  readonly statuses?: readonly FakeWhatsappStatus[];
  /** 1 unless told. */
  readonly times?: number;
  /** In the order given unless told. */
  shuffled?(bodies: readonly object[]): readonly object[];
}

export interface FakeWhatsappRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly refusal: FakeWhatsappRefusal | undefined;
}

export interface FakeWhatsappSent {
  readonly id: string;
  /** The telephone number or the user id. */
  readonly to: string;
  readonly type: string;
  /** The words: of a text, a caption, the body of choices; a template's name. */
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** `none` is no fault; `answer` refuses, with the code that the specification has for the status unless told; `lost` takes the message, and the connection breaks before the answer; `reset` breaks it before. */
export type FakeWhatsappFault =
  | { readonly kind: 'answer'; readonly status: number; readonly code?: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'reset' };

export interface FakeWhatsappOptions {
  readonly phoneNumberId?: string;
  readonly accessToken?: string;
  readonly appSecret?: string;
  readonly verifyToken?: string;
  readonly wabaId?: string;
  /** The app that the token is of; subscribed to the account from the beginning unless `unsubscribed`. */
  readonly app?: FakeWhatsappApp;
  /** Apps of others that are subscribed to the account. */
  readonly otherApps?: readonly FakeWhatsappApp[];
  /** Ids of other numbers of the account. */
  readonly otherNumbers?: readonly string[];
  /** How addresses are asked for their challenge before they are taken; `fetch` unless told. */
  readonly reach?: (address: URL) => Promise<Response>;
  /** The address that the app's dashboard has; none unless told. */
  readonly appCallback?: string;
  /** The app is not subscribed to the account when it begins. */
  readonly unsubscribed?: true;
  readonly templates?: readonly FakeWhatsappTemplate[];
  /** The token may send templates, and not read how they were made. */
  readonly templatesHidden?: true;
  /**
   * What Meta knows a telephone number under, where that is another one, as `551112345678` for `5511912345678`; `by-country`: as it mostly is in
   * Brazil, Mexico and Argentina.
   */
  readonly waIds?: Readonly<Record<string, string>> | 'by-country';
  /** Messages to one person at once, before the limit of one in six seconds; 45 unless told. */
  readonly pairBurst?: number;
}

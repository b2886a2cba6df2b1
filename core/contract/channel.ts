import type { Attachment, InboundMessage, Message, OutboundMessage } from './message.ts';

/** A channel reports; only the kernel dispatches. */
export interface Channel {
  readonly capabilities: Capabilities;
  /** HTTP below `/v1/:tenant/:channel/`. */
  readonly routes?: readonly Route[];
  /**
   * Header lines for what the server answers in the channel's place below its routes, as for a body over `maxBytes`: without
   * `access-control-allow-origin` a browser hides the reason from the page. The request comes without its body. Never throws.
   */
  problemHeaders?(request: Request): Readonly<Record<string, string>>;
  /** WebSockets below `/v1/:tenant/:channel/`. */
  readonly sockets?: readonly SocketRoute[];
  /**
   * Long-lived intake (polling; beside `routes`: asking for what nobody could take when the platform called). Runs until the signal
   * aborts, and only where `opens` says `eager` or the channel is open already. Call `heard` whenever the platform has answered, also with nothing: a
   * channel that failed before is then well again. Without, one that delivers, or goes on for a minute, is.
   */
  listen?(deliver: Deliver, signal: AbortSignal, heard: () => void): Promise<void>;
  /**
   * Absent where the reply travels by the conversation's events only, as in web chat.
   * @param keep For a message that goes out in several parts: stores how far it has come, in the channel's own words of at most 4,000 characters,
   * which come back as `message.progress` with the next try. Wait for it behind each part but the last, and nobody gets a part twice, whatever ends
   * the process. False where the person has opted out meanwhile: send nothing more, and return a rejection for good. Never rejects; absent where
   * nothing is stored.
   */
  send?(message: OutboundMessage, signal: AbortSignal, keep?: KeepProgress): Promise<SendResult>;
  /**
   * The platform's ids of messages it took that may be this one, oldest first: to the same person, with the same content, since
   * `sinceMs` by our clock. Asked when an answer was lost, so that a message which arrived is not sent again; of the ids those are
   * left out that belong to other messages. Absent where the platform cannot be asked.
   */
  find?(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<readonly string[]>;
  edit?(providerMessageId: string, message: OutboundMessage, signal: AbortSignal): Promise<SendResult>;
  /** Shows that the bot is writing. */
  typing?(conversation: string, signal: AbortSignal): Promise<void>;
  /**
   * The form in which a message may go out after `replyWindowMs` has passed: a template the platform has approved. Undefined where
   * the bot has mapped none; then the message is refused by name.
   */
  outsideWindow?(message: OutboundMessage): OutboundMessage | undefined;
  /** How somebody's address on the platform is written by hand, as by a person who goes on there. Absent: anything is tried. */
  readonly addressForm?: AddressForm;
  /**
   * An attachment's bytes, fetched with the channel's own credentials and from the platform's own host only.
   * @throws PolyphonError with a code of status 410 when the platform no longer has it, NET6003 when it is too large.
   */
  fetchMedia?(
    attachment: Attachment,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;
  /** Registration of this channel's address with the platform, for `polyphon webhooks`. */
  readonly registration?: WebhookRegistration;
}

export interface AddressForm {
  /** The address as the platform knows it; undefined for what can be none. Spaces, dots and the like are out of telephone numbers already. */
  read(written: string): string | undefined;
  /**
   * Other ids under which the platform may know whoever is at this one, as a number with a digit more or less than people dial. That it may be
   * so is enough to respect their STOP, and for who proves with a word that they were meant; never to say what was said to another id.
   */
  alike?(id: string): readonly string[];
  /** For who wrote another: what it must be, as in `a telephone number with the country code, as in +49301234567`. */
  readonly words: string;
}

export interface WebhookRegistration {
  /** `url` is this channel's public address, without the route: the plugin knows its own path. */
  set(url: string, signal: AbortSignal): Promise<WebhookState>;
  info(signal: AbortSignal): Promise<WebhookState>;
  delete(signal: AbortSignal): Promise<WebhookState>;
}
export interface WebhookState {
  /** Undefined when none is set, or when the platform does not tell. Never holds a secret. */
  readonly url: string | undefined;
  /** Where the platform lets nobody ask which address is set; the notes say where a person sees it. */
  readonly asked?: 'in-vain';
  /** Updates the platform still holds. */
  readonly pending?: number;
  readonly lastError?: { readonly message: string; readonly at: string };
  /** What keeps messages from coming although the address may be right, in sentences with the next step. */
  readonly problems?: readonly string[];
  /** What keeps messages from going out, as a template that is not approved, in sentences with the next step. */
  readonly outgoingProblems?: readonly string[];
  /** Anything else worth knowing, in sentences. */
  readonly notes: readonly string[];
}

/** Abilities are data: the kernel splits, degrades and falls back by them. */
export interface Capabilities {
  readonly text: {
    /** In UTF-16 units. */
    readonly maxLength: number;
    /** Of the message that carries the actions, where they leave less room; `maxLength` unless told. */
    readonly maxLengthWithActions?: number;
    /**
     * `plain`: the kernel hands over readable text without marks. `markdown`: GitHub's, of which the channel makes what it shows; a part
     * of a longer text is Markdown of its own.
     */
    readonly format: 'plain' | 'markdown';
  };
  /**
   * Kinds of attachments that `send` shows. Core hands over every attachment, whatever stands here, and sends none itself: the suite of
   * `polyphon/testing` holds the channel to it. What cannot be shown is for `send` to tell in words, or to refuse.
   */
  readonly media: readonly Exclude<Attachment['kind'], 'unsupported'>[];
  /** How many buttons one message may carry. */
  readonly buttons: number;
  readonly streaming: 'events' | 'none';
  /** After the person's last message the platform takes free text for so long; absent: always. */
  readonly replyWindowMs?: number;
  /**
   * The channel's statuses name the message they are about (`DeliveryStatus.message`). So long is a message of which the answer was
   * lost kept back for one before it is sent again. Absent: they do not.
   */
  readonly confirmsWithinMs?: number;
  /**
   * What opting out and quiet hours apply to: messages a person pays attention to on a telephone. Core then hears STOP and START, in
   * several languages, where they are a whole message; `InboundMessage.consent` says what the platform means beyond. Absent: no.
   */
  readonly consent?: 'opt-out';
  /**
   * `ours` where the platform itself does not tell a person that STOP or START was heard: the bot then does, once. Where it does for some
   * words only, their messages say so in `InboundMessage.consentNotice`.
   */
  readonly optOutNotice?: 'ours';
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS';
  /** As in `sessions/:id/messages`; parameters match one segment. */
  readonly path: string;
  /** The body limit in bytes; 1 MB unless told. A longer body is answered with 413 before the handler runs. */
  readonly maxBytes?: number;
  /** `operator`: only for who carries an operator token; others are refused before the body is read. Anyone unless told. */
  readonly access?: 'anyone' | 'operator';
  /** Of `request` a copy made by `new Request(request)` has no body; `request.clone()` has, and `call.body` is there anyway. */
  handle(request: Request, call: RouteCall): Promise<Delivery>;
}
export interface RouteCall {
  readonly parameters: Readonly<Record<string, string>>;
  /** Raw body: signatures are checked on it. */
  readonly body: Uint8Array;
  /** The caller's address, as trusted proxies report it. */
  readonly remoteAddress: string;
  /** Aborts when the client leaves or the tenant stops. */
  readonly signal: AbortSignal;
}

/** What a route makes of a request. */
export type Delivery =
  | {
      readonly kind: 'accepted';
      readonly messages: readonly InboundMessage[];
      /** What the platform tells of messages that were sent. Stored with the messages, in the same commit. */
      readonly statuses?: readonly DeliveryStatus[];
      /** What the platform tells of conversations that have another id now. Stored before the messages, in the same commit. */
      readonly moves?: readonly ConversationMove[];
      /** Called when the messages are stored, with one receipt a message, in order. */
      respond(receipts: readonly Receipt[]): Response | Promise<Response>;
    }
  | { readonly kind: 'ignored'; readonly response: Response }
  | {
      readonly kind: 'rejected';
      readonly reason: 'bad-signature' | 'malformed' | 'forbidden';
      /** Where, what, and the next step, for the caller: better than what can be said in general. Never what the right secret is. */
      readonly detail?: string;
      readonly response?: Response;
    };

/** The platform's later word on a message it took. Told more than once is told once. */
export interface DeliveryStatus {
  readonly providerMessageId: string;
  /** `OutboundMessage.id`, where the platform carries it along: it says that the whole message was taken, even if its answer was lost. */
  readonly message?: string;
  /**
   * It is about one of several parts in which the channel sent `message`, and not the last. What went well says nothing of the whole; what
   * failed makes a dead letter of it.
   */
  readonly part?: true;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Of a failure: the platform's code and our name for it, as in `131047 window closed`. */
  readonly reason?: string;
  /** Milliseconds since the epoch, the platform's clock. */
  readonly at?: number;
  /** All ids that the platform tells of the person it went to; first the one that answers come under. */
  readonly recipient?: readonly string[];
}

/**
 * The platform's new id of a conversation, as of a group that it has made a larger one of: what was said goes on there. Told more than
 * once is told once; a conversation `to` that is there already stays as it is.
 */
export interface ConversationMove {
  readonly from: string;
  readonly to: string;
  /**
   * It is a person, and the platform may give the id `from` to somebody else, as a telephone number: it is the person's no more. Who was known
   * under it, in whatever conversation, and wanted no messages, is known under `to`.
   */
  readonly released?: true;
}

/** What became of a reported message. It is durable before the receipt is given. */
export type Receipt =
  | { readonly status: 'stored' | 'duplicate'; readonly message: Message; readonly turnId: string }
  | {
      readonly status: 'refused';
      /** `not-found`: there is no such session, or the message was here and its person has been erased. */
      readonly reason: 'paused' | 'closed' | 'rate-limited' | 'not-found';
      readonly retryAfterMs?: number;
    };

/** `statuses` and `moves` are stored in the same commit as the messages, `moves` before them. */
export type Deliver = (
  messages: readonly InboundMessage[],
  statuses?: readonly DeliveryStatus[],
  moves?: readonly ConversationMove[],
) => Promise<readonly Receipt[]>;

export interface SocketRoute {
  readonly path: string;
  /** Decides before the upgrade. */
  accept(request: Request, call: RouteCall): Promise<SocketAcceptance>;
}
export type SocketAcceptance =
  | {
      readonly kind: 'accepted' /** Returns when the conversation on this socket is over. */;
      run(socket: Socket): Promise<void>;
    }
  | { readonly kind: 'rejected'; readonly response: Response };

export interface Socket {
  /** Text frames as strings, binary frames as bytes. Ends when the peer closes. */
  readonly frames: AsyncIterable<string | Uint8Array>;
  readonly signal: AbortSignal;
  readonly deliver: Deliver;
  /** Bytes accepted by `send` and not yet on the wire. */
  readonly bufferedBytes: number;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

/** What is known after an attempt. Exactly one layer, the outbox, retries. */
export type SendResult =
  | {
      readonly status: 'delivered';
      readonly providerMessageId: string;
      /** The platform's own id of the conversation, where it is another than the message was for: answers come under it. */
      readonly conversation?: string;
      /** For operators: what the message came to in the platform's own measure, as in `2 segments, UCS-2`. Never what was said. */
      readonly note?: string;
    }
  | { readonly status: 'rejected'; readonly reason: string /** Absent: never. */; readonly retryAfterMs?: number }
  | { readonly status: 'uncertain' };

export type KeepProgress = (progress: string) => Promise<boolean>;

import type { OutboundTemplate } from './template.ts';

export type Role = 'contact' | 'bot' | 'operator' | 'system';

export interface Attachment {
  readonly id: string;
  /**
   * `unsupported` comes in only, and alone: something that was sent and that the channel cannot read. `name` is the platform's name of
   * its kind, as in `story`. It is kept for people to see, and the person is told so in the bot's words. Not for what nobody said:
   * reactions (`reply`), edits, statuses, deletions, and what a platform writes itself, as that somebody has joined.
   */
  readonly kind: 'image' | 'audio' | 'video' | 'document' | 'sticker' | 'location' | 'contact' | 'unsupported';
  /** IANA media type. */
  readonly mediaType: string;
  readonly name?: string;
  readonly bytes?: number;
  readonly url?: string;
}

/** Something a person can press: a quick reply or a link. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly url?: string;
}

/** Where an answer comes from. `source` is the key in `knowledge:`. */
export interface Citation {
  readonly source: string;
  readonly document: string;
  readonly chunk: string;
  /** 0 to 1. */
  readonly score: number;
  readonly title: string;
  readonly url?: string;
  /** 1 for the first page. */
  readonly page?: number;
  /** Of a table file: 1 for the first row under its heading. */
  readonly row?: number;
  /** The sentence or the few that carry the answer, as they stand in the document; `…` where something is left out. */
  readonly quote: string;
}

/** A message as it is stored and shown. */
export interface Message {
  readonly id: string;
  readonly role: Role;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly actions: readonly Action[];
  readonly citations: readonly Citation[];
  /** The key in `channels:`. */
  readonly channel: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The name of who wrote it, where several people write in one conversation. */
  readonly author?: string;
  /** What it answers of what was said before, shortened. */
  readonly quotes?: string;
}

/** What a channel decoded from the platform. Without text, attachments and action it says that somebody came in, and is greeted. */
export interface InboundMessage {
  /** The platform's own id of this message (never of the request): the key against duplicates, kept at least 7 days. */
  readonly id: string;
  /** The platform's id of the conversation: a chat, a phone number, a web session. */
  readonly conversation: string;
  readonly contact: {
    /** The platform's id of the person. */
    readonly id: string;
    /**
     * Other ids of the same person on this platform, as one that stands where the telephone number is hidden: who writes under one later is
     * known, their conversation goes on, and STOP holds. Never of somebody else: whoever is known under one becomes one contact with this.
     */
    readonly aliases?: readonly string[];
    readonly name?: string;
    readonly phone?: string;
    readonly email?: string;
    /**
     * The public name of the person on the platform, as in `ada_love` for @ada_love: the platform's word, never the person's. It alone
     * proves a name that was claimed; absent, none is proved.
     */
    readonly username?: string;
  };
  /** `several`: what is written in this place others read too, as in a group. Nobody proves there who they are. Absent: the contact alone. */
  readonly audience?: 'several';
  /** What the place is called where several write: the title of a group. */
  readonly conversationName?: string;
  readonly text?: string;
  readonly attachments?: readonly Attachment[];
  /** A pressed button. */
  readonly action?: { readonly id: string; readonly label?: string };
  /** BCP 47, as the platform knows it. */
  readonly locale?: string;
  /** Milliseconds since the epoch, the platform's clock. */
  readonly sentAt?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Messages that belong together (an album) carry one name and become one turn. */
  readonly group?: string;
  /** The message it answers or was pressed under, by the platform's id. `text` is what the platform repeats of it. */
  readonly quotes?: { readonly id: string; readonly text?: string };
  /**
   * `none`: nobody waits for an answer, as behind a reaction to something that was said. People see it in its conversation and the model
   * among what was said; no turn begins. It opens neither a conversation nor a platform's reply window. Absent: the bot answers.
   */
  readonly reply?: 'none';
  /** The platform's id of the message this one replaces: what was said changes, and nothing is answered again. */
  readonly edits?: string;
  /**
   * What the platform gives a meaning of its own beside STOP and START, which core hears itself; core obeys it, and the bot never sees it:
   * but for a `start` of who had never stopped, with words such as YES, which is an answer.
   */
  readonly consent?: 'stop' | 'start' | 'help';
  /** The platform knows this word of the law and has told the person itself that it was heard: the bot does not, whatever `optOutNotice` says. */
  readonly consentNotice?: 'platform';
}

/** What the outbox hands to a channel. */
export interface OutboundMessage {
  /** Ours; stable over retries. */
  readonly id: string;
  readonly conversation: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly actions: readonly Action[];
  readonly citations: readonly Citation[];
  /** The platform's id of the newest message that this answers; absent where it answers none. */
  readonly answers?: string;
  /** Set where free text is not allowed. */
  readonly template?: OutboundTemplate;
  /** What the channel has kept of it last, in this process or another: how far it has come with a message of several parts. */
  readonly progress?: string;
}

import type { Static, TSchema } from 'typebox';
import type { Channel } from './channel.ts';
import type { ChannelGrants } from './channel-grants.ts';
import type { Embedding } from './embedding.ts';
import type { Model, ModelGrants } from './model.ts';
import type { Reranker } from './reranker.ts';
import type { Retrieval, RetrievalGrants } from './retrieval.ts';
import type { Clock, Http, Logger, Random } from './services.ts';
import type { Source, SourceGrants, TenantFolder } from './source.ts';
import type { SpeechToText, TextToSpeech } from './speech.ts';
import type { Tool } from './tool.ts';

/** What the kernel asks of each kind of plugin. Adding a kind starts here. */
export interface Ports {
  channel: Channel;
  model: Model;
  embedding: Embedding;
  retrieval: Retrieval;
  reranker: Reranker;
  source: Source;
  speechToText: SpeechToText;
  textToSpeech: TextToSpeech;
  tool: Tool;
}

export type PluginKind = keyof Ports;

const every: Readonly<Record<PluginKind, true>> = {
  channel: true,
  embedding: true,
  model: true,
  retrieval: true,
  reranker: true,
  source: true,
  speechToText: true,
  textToSpeech: true,
  tool: true,
};
/** Each kind once: a kind that is in `Ports` and not here does not compile. */
export const pluginKinds = Object.keys(every) as readonly PluginKind[];

/** What a kind receives beside the common context, because its port cannot be served without it. */
export interface Grants {
  channel: ChannelGrants;
  model: ModelGrants;
  embedding: unknown;
  retrieval: RetrievalGrants;
  reranker: unknown;
  source: SourceGrants;
  speechToText: unknown;
  textToSpeech: unknown;
  tool: unknown;
}

/**
 * A plugin is a plain object: identity, the schema of its `with:` block, the kinds it needs, and `open`.
 * Importing its module must have no side effect; heavy SDKs are imported inside `open`.
 */
export interface Plugin<
  Kind extends PluginKind = PluginKind,
  Schema extends TSchema = TSchema,
  Needs extends PluginKind = never,
> {
  /** The version of this contract the plugin was written for. The kernel refuses any other. */
  readonly contract: 1;
  readonly kind: Kind;
  /** Folder, package suffix and `use:` in YAML: one word, three places. */
  readonly name: string;
  /**
   * Schema of `with:`. Unknown keys must be refused (`additionalProperties: false`). A string may carry `secret: true` (a literal
   * is refused, the value hidden in logs) and `unit: 'duration' | 'rate' | 'size' | 'money'` (checked; the plugin gets the string). Of a
   * channel, `exclusive: true` says that the platform has one such account and calls one address for it: two channels that have the
   * same value are warned of.
   */
  readonly schema: Schema;
  /** Kinds of which the tenant's opened ports are handed over. They open first and close after this plugin. */
  readonly needs?: readonly Needs[];
  /** A channel that must run without being called (long polling) says `eager`; all others open on first use. */
  readonly opens?: 'eager' | 'lazy';
  /** Asked instead of `opens` where it depends on `with:`. */
  opensFor?(config: Static<Schema>): 'eager' | 'lazy';
  /**
   * Of a source: mistakes in `with:` that its schema cannot tell, and in the files it names. `polyphon validate` and `dev` warn of them.
   * Without network and before anything is open; `config` has passed the schema. What it throws is passed over: reading says it.
   */
  proofread?(config: Static<Schema>, folder: TenantFolder, signal: AbortSignal): Promise<readonly Mistake[]>;
  open(context: PluginContext<Kind, Schema, Needs>): Promise<Ports[Kind]>;
}

/** What an author is to correct. */
export interface Mistake {
  /** Within `with:`, as in `['pairs', 3]`. */
  readonly at: readonly (string | number)[];
  /** Where and what, one line without a full stop, as in `knowledge/faq.yaml, line 7: the question stands twice`. */
  readonly what: string;
  /** What to do, in lower case and without a full stop. */
  readonly remedy: string;
}

export interface BaseContext<Schema extends TSchema, Needs extends PluginKind> {
  /** Validated, secrets resolved, frozen. */
  readonly config: Static<Schema>;
  readonly tenantId: string;
  /** The author's key of this entry: the key in `channels:`, `tools:` or `knowledge:`; else the kind's name. */
  readonly key: string;
  /** Bound to tenant and plugin; redacts the tenant's secrets by value. */
  readonly log: Logger;
  /** Deadlines, retry, SSRF guard, redaction. */
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when this tenant stops. */
  readonly signal: AbortSignal;
  readonly ports: { readonly [Kind in Needs]: Ports[Kind] };
  /** Released one at a time, last first; also when `open` fails half-way. */
  own<R extends AsyncDisposable | Disposable>(resource: R): R;
}

export type PluginContext<
  Kind extends PluginKind,
  Schema extends TSchema,
  Needs extends PluginKind = never,
> = BaseContext<Schema, Needs> & Grants[Kind];

/** Read from `package.json` (`polyphon` field) of an outside plugin without running its code. */
export interface PluginManifest {
  readonly kind: PluginKind;
  readonly name: string;
  readonly contract: 1;
}

import type { Diagnostic } from '../config/diagnostic.ts';
import type { Channel, Deliver, ErrorCode, Passage, RetrievalQuery, SocketRoute } from '../contract/index.ts';
import type { BackfillReport } from '../knowledge/backfill-report.ts';
import type { IngestOptions, IngestReport } from '../knowledge/ingest-report.ts';

/** What HTTP and the command line see of the kernel. */
export interface Kernel extends AsyncDisposable {
  /** Reads and checks every tenant, opens what is eager, recovers unfinished turns. A failing tenant is in the report, not thrown. */
  start(signal: AbortSignal): Promise<StartReport>;
  readonly state: 'starting' | 'ready' | 'stopping';
  tenants(): readonly TenantSummary[];
  /** @throws PolyphonError TEN2101. */
  tenant(tenantId: string): TenantSummary;
  /**
   * An open channel, kept open until the lease is disposed.
   * @throws PolyphonError TEN2101, TEN2102, TEN2103, PLG2006.
   */
  channel(tenantId: string, key: string, signal: AbortSignal): Promise<ChannelLease>;
  /** What a turn would find. */
  search(tenantId: string, query: BotQuery, signal: AbortSignal): Promise<readonly Passage[]>;
  /**
   * Opens the embedding that the definition asks for, and has it make one vector of a question.
   * @throws PolyphonError TEN2101, TEN2102, PLG2006 with the plugin's own error as cause, EMB8201 to EMB8208, NET6001.
   */
  tryEmbedding(tenantId: string, signal: AbortSignal): Promise<void>;
  /**
   * Opens the model of the definition (`at` 0) or one of its fallbacks (1 and on), and has it begin an answer of one word.
   * @throws PolyphonError TEN2101, TEN2102, PLG2006 with the plugin's own error as cause, MDL5001 to MDL5008, NET6001.
   */
  tryModel(tenantId: string, at: number, signal: AbortSignal): Promise<void>;
  ingest(tenantId: string, options: IngestOptions, signal: AbortSignal): Promise<IngestReport>;
  /** Re-reads one tenant from its files. The last good revision serves on when the candidate fails. */
  reload(tenantId: string, signal: AbortSignal): Promise<ReloadReport>;
  /**
   * Resolves when every document that has changed is read, every source that is due is listed, the vectors of a changed embedding are made
   * (or wait for another attempt), and the questions to try are known.
   */
  knowledgeIdle(): Promise<void>;
  /** Warnings, one at each place, of channels that serve with the same account of a platform. */
  sharedAccounts(): Promise<readonly SharedAccount[]>;
  /** Follows the files; ends when the signal aborts. */
  watch(onReload: (report: ReloadReport) => void, signal: AbortSignal): Promise<void>;
}

export interface BotQuery extends RetrievalQuery {
  /** Only from entries of `knowledge:` with one of these. */
  readonly tags?: readonly string[];
  /** The bot's own hold where the query has none, unless they are `ignored`. */
  readonly filters?: 'ignored';
}

export interface ChannelLease extends Disposable {
  readonly channel: Channel;
  readonly socketRoutes: readonly SocketRoute[];
  /** Makes reported messages durable and starts their turns. */
  readonly deliver: Deliver;
  /** Set while the channel fetches by itself and cannot. */
  readonly failure: ChannelFailure | undefined;
  /** Aborts when the revision this channel belongs to closes: sockets end and their clients come back to the new one. */
  readonly signal: AbortSignal;
}

/** Why a channel that fetches by itself hears nothing. */
export interface ChannelFailure {
  readonly code: ErrorCode;
  /** What is wrong, and the next step. */
  readonly detail: string;
  /** Of the first failure in a row; ISO 8601, UTC. */
  readonly since: string;
}

export interface TenantSummary {
  readonly tenantId: string;
  readonly name: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'serving' | 'failed';
  /** Hash of the revision that serves; undefined when none ever did. */
  readonly revision: string | undefined;
  readonly channels: readonly {
    readonly key: string;
    readonly use: string;
    readonly enabled: boolean;
    /** Set while it fetches by itself and cannot. */
    readonly failure?: ChannelFailure;
  }[];
  readonly languages: { readonly default: string; readonly supported: readonly string[] };
  readonly model: string;
  readonly chunks: number;
  /** Documents that the last reading could not read. */
  readonly unread?: IngestReport['failures'];
  /** Set while vectors that chunks lack are made, or could not be made. */
  readonly backfill?: BackfillState;
  readonly suggestions: readonly string[];
  /** Problems of the files as they are now, also while an older revision serves. */
  readonly diagnostics: readonly Diagnostic[];
  readonly activeTurns: number;
}

export interface BackfillState extends BackfillReport {
  /** The id of the one whose vectors they are. */
  readonly embedding: string;
}

export type SharedAccount = Diagnostic & { readonly tenantId: string };

export interface StartReport {
  readonly serving: number;
  readonly failed: number;
  readonly elapsedMs: number;
}

export interface ReloadReport {
  readonly tenantId: string;
  readonly outcome: 'swapped' | 'unchanged' | 'rejected' | 'added' | 'removed' | 'documents';
  readonly revision: string | undefined;
  /** Semantic differences, as in `retrieval.with.minScore 0.30 -> 0.35`. */
  readonly changes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly elapsedMs: number;
}

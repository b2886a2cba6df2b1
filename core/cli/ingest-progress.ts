import type { IngestProgress } from '../knowledge/ingest-report.ts';
import { commandName } from './command-name.ts';
import type { Shell } from './shell.ts';
import { count, oneLine } from './wording.ts';

/** How often a long reading says where it is, when nobody watches. */
const sayEveryMs = 10_000;

/** Where the reading of one bot is: redrawn in place where somebody watches, elsewhere a line now and then, also while a service is slow. */
export class IngestProgressLine implements Disposable {
  readonly #tenantId: string;
  readonly #shell: Shell;
  readonly #over = new AbortController();
  #last: IngestProgress = { phase: 'listing', done: 0, total: 0 };

  constructor(tenantId: string, shell: Shell) {
    this.#tenantId = tenantId;
    this.#shell = shell;
    if (!shell.terminal.stderr.isTty) void this.#sayNowAndThen().catch(() => {});
  }

  /** Bound, to be handed over. */
  readonly show = (progress: IngestProgress): void => {
    if (progress.phase === 'done') return;
    this.#last = progress;
    const { stderr } = this.#shell.terminal;
    if (!stderr.isTty) return;
    const { done, total, document, phase } = progress;
    const share = total === 0 ? 0 : Math.floor((done / total) * 100);
    const what = oneLine([document ?? phase, ...this.#chunks()].join(', '), Math.max(20, stderr.columns - 30));
    stderr.write(`\r\u001b[2K${this.#shell.note.dim(`${this.#tenantId}  ${String(share).padStart(3)} %  ${what}`)}`);
  };

  /** What an interrupted reading leaves. @param named bots as the person named them, to go on with */
  sayStopped(named: readonly string[], mode: 'apply' | 'dry-run'): void {
    this[Symbol.dispose]();
    const { terminal, say } = this.#shell;
    const { reason } = terminal.signal;
    const stopped = reason instanceof Error ? reason.message : 'Stopped.';
    const kept =
      mode === 'dry-run'
        ? 'Nothing was changed.'
        : `What is read and embedded is kept; \`${[commandName(terminal), 'ingest', ...named].join(' ')}\` goes on there.`;
    say(`${stopped} ${this.#where()}. ${kept}`);
  }

  [Symbol.dispose](): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const { stderr } = this.#shell.terminal;
    if (stderr.isTty) stderr.write('\r\u001b[2K');
  }

  async #sayNowAndThen(): Promise<void> {
    for (;;) {
      await this.#shell.terminal.clock.sleep(sayEveryMs, this.#over.signal);
      this.#shell.say(this.#where());
    }
  }

  /** `lamp-shop: 24 of 150 documents read, 48 chunks stored`. */
  #where(): string {
    const { phase, done, total } = this.#last;
    if (phase === 'listing') return `${this.#tenantId}: its documents are being listed`;
    if (phase === 'embedding') return `${this.#tenantId}: ${done} of ${count(total, 'chunk')} embedded`;
    return [`${this.#tenantId}: ${done} of ${count(total, 'document')} read`, ...this.#chunks()].join(', ');
  }

  #chunks(): readonly string[] {
    const { chunks = 0 } = this.#last;
    return chunks === 0 ? [] : [`${count(chunks, 'chunk')} stored`];
  }
}

import type { BotEvent, Http } from '../contract/index.ts';
import type { ConversationServices } from './conversation-services.ts';
import { EventWebhooks } from './events/event-webhooks.ts';
import type { Mail } from './events/mail.ts';
import { HandoffWatch } from './handoff/handoff-watch.ts';
import { Retention } from './retention.ts';

/** What goes on without a message: only in a process that serves, not in a command that looks. */
export class BackgroundWork {
  readonly #webhooks: EventWebhooks | undefined;
  readonly #handoffs: HandoffWatch;
  readonly #retention: Retention;

  constructor(services: ConversationServices, { http, mail }: { readonly http?: Http; readonly mail?: Mail }) {
    this.#webhooks = http === undefined ? undefined : new EventWebhooks(services, { http, mail });
    this.#handoffs = new HandoffWatch(services);
    this.#retention = new Retention(services);
  }

  begin(tenantIds: readonly string[]): void {
    this.#webhooks?.begin(tenantIds);
    this.#handoffs.begin(tenantIds);
    this.#retention.begin(tenantIds);
  }

  keepEvent(event: BotEvent): void {
    this.#webhooks?.keep(event);
  }

  async drain(signal: AbortSignal): Promise<void> {
    await this.#retention.drain();
    await this.#handoffs.drain();
    await this.#webhooks?.drain(signal);
  }
}

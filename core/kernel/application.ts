import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createDefinitionLoader,
  type DefinitionLoader,
  type DefinitionLoaderOptions,
} from '../config/definition-loader.ts';
import { renderText } from '../config/liquid.ts';
import type { PluginCatalogue } from '../config/plugin-catalogue.ts';
import type { Settings } from '../config/settings.ts';
import { openTenantFolder } from '../config/tenant-folder.ts';
import type { Clock, Random, TenantFolder } from '../contract/index.ts';
import { type ConversationEngine, createConversations } from '../conversation/engine.ts';
import { createEventBus, type EventBus } from '../conversation/events/event-bus.ts';
import { createWebhookJournal, type WebhookJournal } from '../conversation/webhook-log/webhook-journal.ts';
import { createKnowledge, type Knowledge } from '../knowledge/knowledge.ts';
import { createMemoryLedger, type MemoryLedger } from '../knowledge/memory-ledger.ts';
import { textOfFile } from '../knowledge/text-of-file.ts';
import { createHttp } from '../network/http-client.ts';
import { createSmtpMail } from '../network/smtp-mail.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createProcessContainer } from './container.ts';
import type { Kernel } from './face.ts';
import { findPlugins } from './find-plugins.ts';
import { PolyphonKernel } from './kernel.ts';
import { Owned } from './owned.ts';
import { storePath } from './store-path.ts';
import { Suggestions } from './suggestions.ts';
import { createTenantServices } from './tenant-services.ts';
import { countBackfilling, countFailing } from './tenant-summary.ts';

export interface ApplicationOptions {
  readonly settings: Settings;
  /** Absolute. */
  readonly botsDirectory: string;
  /** Absolute; made when it does not exist. `:memory:` keeps the store in memory and caches in the system's temporary folder. */
  readonly dataDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Selects the overlay `bot.<environment>.yaml`. */
  readonly environmentName?: string | undefined;
  /** Where told, warns of definitions that read documents which are not there. */
  readonly documents?: DefinitionLoaderOptions['documents'];
  /** Outside plugins are packages installed here. */
  readonly projectDirectory: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Everything a command or the server works with; disposed in the reverse order of its making. */
export interface Application extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly loader: DefinitionLoader;
  readonly store: Store;
  readonly conversations: ConversationEngine;
  readonly knowledge: Knowledge;
  readonly plugins: PluginCatalogue;
  readonly events: EventBus;
  readonly webhookJournal: WebhookJournal;
}

interface ProcessServices {
  events: EventBus;
  store: Store;
  memory: MemoryLedger;
  knowledge: Knowledge;
  suggestions: Suggestions;
  loader: DefinitionLoader;
  conversations: ConversationEngine;
  kernel: PolyphonKernel;
}

/** Makes the process's services in the order of their needs. Nothing of a tenant is read or opened before `kernel.start`. */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const { settings, botsDirectory, dataDirectory, env, environmentName, clock, random, log, signal } = options;
  const owned = new Owned(log);
  try {
    await mkdir(dataDirectory, { recursive: true });
    const plugins = await findPlugins({ packages: settings.plugins, projectDirectory: options.projectDirectory });
    const http = owned.add(createHttp({ allowPrivate: settings.http.allowPrivate, clock, log: log }));
    const store = owned.add(await openStore({ path: storePath(settings, dataDirectory), clock, log: log }));
    const webhookJournal = owned.add(createWebhookJournal({ store, clock, log }));
    signal.throwIfAborted();
    const folderOf = (tenantId: string): TenantFolder => openTenantFolder(join(botsDirectory, tenantId), textOfFile);

    const indexFolder = (tenantId: string): string => join(dataDirectory, 'cache', 'indexes', tenantId);
    const container = createProcessContainer<ProcessServices>();
    // Asked some ten times a turn, which inversify would each time look up.
    let served: PolyphonKernel | undefined;
    const serving = (): PolyphonKernel => {
      served ??= container.get('kernel');
      return served;
    };
    container.bind('events', [], () => createEventBus(log));
    container.bind('store', [], () => store);
    container.bind('memory', [], () => createMemoryLedger(settings.tenants.memoryBytes));
    container.bind('suggestions', [], () => new Suggestions({ folderOf, log: log }));
    container.bind('loader', [], () =>
      createDefinitionLoader({
        botsDirectory,
        cacheDirectory: join(dataDirectory, 'cache', 'definitions'),
        catalogue: plugins,
        settings,
        env,
        ...(environmentName === undefined ? {} : { environmentName }),
        documents: options.documents,
      }),
    );
    container.bind('knowledge', ['store'], (store) =>
      createKnowledge({ store, clock, log: log, renderRow: (template, row) => renderText(template, row) }),
    );
    container.bind('conversations', ['store', 'events'], (store, events) =>
      createConversations({
        store,
        http,
        ...(settings.mail === undefined ? {} : { mail: createSmtpMail(settings.mail) }),
        clock,
        random,
        log: log,
        events,
        render: renderText,
        maxRunningTurns: settings.tenants.maxTurns,
        weights: settings.tenants.weights,
        leases: {
          acquire: (tenantId) => serving().acquire(tenantId),
          botOf: (tenantId) => serving().botOf(tenantId),
          retentionOf: (tenantId) => serving().retentionOf(tenantId),
        },
      }),
    );
    container.bind(
      'kernel',
      ['loader', 'store', 'conversations', 'events', 'knowledge', 'suggestions', 'memory'],
      (loader, store, conversations, events, knowledge, suggestions, memory) =>
        new PolyphonKernel({
          botsDirectory,
          loader,
          plugins,
          store,
          conversations,
          events,
          knowledge,
          suggestions,
          clock,
          random,
          log: log,
          indexFolder,
          tenantServices: ({ tenantId, secretValues, guardrails }) =>
            createTenantServices({
              tenantId,
              shared: {
                log: log.forTenant(tenantId, secretValues, guardrails.pii.redactLogs),
                http,
                clock,
                random,
                onReranked: (outcome, elapsedMs) => options.metrics.reranking({ tenantId, outcome, elapsedMs }),
                onSearched: (index, elapsedMs) => options.metrics.searched({ index, elapsedMs }),
                container: () => container.tenant(),
              },
              conversations,
              knowledge,
              suggestions,
              memory,
              folder: folderOf(tenantId),
              indexFolder: indexFolder(tenantId),
              render: renderText,
              publicOrigin: settings.server.publicOrigin,
            }),
        }),
    );
    container.seal();
    owned.add(container.get('knowledge'));
    const kernel = owned.add(container.get('kernel'));
    owned.add(container.get('events').subscribe('*', options.metrics.observe));
    options.metrics.readFrom({
      tenants: () => countStates(kernel),
      indexBytes: () => container.get('memory').bytes,
      failingChannels: () => countFailing(kernel.tenants()),
      backfill: () => countBackfilling(kernel.tenants()),
      outboxPending: () => store.unsent().messages,
      activeTurns: () => kernel.tenants().reduce((sum, tenant) => sum + tenant.activeTurns, 0),
    });
    return {
      kernel,
      plugins,
      store,
      events: container.get('events'),
      loader: container.get('loader'),
      conversations: container.get('conversations'),
      knowledge: container.get('knowledge'),
      webhookJournal,
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

function countStates(kernel: Kernel): { readonly serving: number; readonly failed: number } {
  const serving = kernel.tenants().filter((tenant) => tenant.state === 'serving').length;
  return { serving, failed: kernel.tenants().length - serving };
}

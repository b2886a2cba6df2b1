import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createDeliveryDesk, createOperatorDesk } from '../../core/cli/operator-desk.ts';
import { createPeopleDesk } from '../../core/cli/people-desk.ts';
import { readSettings } from '../../core/config/settings.ts';
import type { Clock } from '../../core/contract/index.ts';
import { createHttpServer } from '../../core/http/server.ts';
import { type Application, createApplication } from '../../core/kernel/application.ts';
import type { StartReport } from '../../core/kernel/face.ts';
import { systemClock, systemRandom } from '../../core/kernel/system.ts';
import { createLog } from '../../core/observe/log.ts';
import { createMetrics, type Metrics } from '../../core/observe/metrics.ts';

export interface Deployment extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  readonly botsDirectory: string;
  readonly dataDirectory: string;
  readonly application: Application;
  readonly metrics: Metrics;
  readonly started: StartReport;
  /** Every log line so far. */
  readonly lines: readonly string[];
  readonly adminToken: string;
  write(path: string, text: string): Promise<void>;
}

export interface DeploymentOptions {
  /** Files by path below the bots folder, as in `acme/bot.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
  /** An existing bots folder instead of a new one. */
  readonly botsDirectory?: string;
  readonly dataDirectory?: string;
  readonly settings?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly knowledge?: 'awaited' | 'in the background';
  readonly assetsDirectory?: string;
  /** `debug` unless told. */
  readonly logLevel?: 'debug' | 'info';
  /** Leaves the folder behind, for a deployment after this one. */
  readonly keep?: 'yes';
  /** Of this machine unless told. */
  readonly clock?: Clock;
  /** Puts into the folder of the deployment what has to be there before it opens. */
  prepare?(directory: string): Promise<void>;
}

const adminToken = 'operator-token-of-the-tests';

/** The whole application on a free port, over files in a temporary folder. */
export async function deploy(options: DeploymentOptions = {}): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-whole-'));
  const botsDirectory = options.botsDirectory ?? join(directory, 'bots');
  const dataDirectory = options.dataDirectory ?? join(directory, 'data');
  const write = async (path: string, text: string) => {
    const file = join(botsDirectory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await mkdir(botsDirectory, { recursive: true });
  for (const [path, text] of Object.entries(options.files ?? {})) await write(path, text);
  const settingsPath = join(directory, 'polyphon.yaml');
  await writeFile(settingsPath, options.settings ?? 'polyphon: 1\n');
  await options.prepare?.(directory);

  const { clock = systemClock } = options;
  const lines: string[] = [];
  const stop = new AbortController();
  const { settings, diagnostics } = await readSettings({
    path: settingsPath,
    overrides: { port: 0, botsDirectory, dataDirectory },
    env: options.env ?? {},
    signal: stop.signal,
  });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const log = createLog({ level: options.logLevel ?? 'debug', format: 'json', write: (line) => lines.push(line) });
  const metrics = createMetrics();
  const application = await createApplication({
    settings,
    botsDirectory,
    dataDirectory,
    env: options.env ?? {},
    projectDirectory: directory,
    log,
    metrics,
    clock,
    random: systemRandom,
    signal: stop.signal,
  });
  const server = createHttpServer({
    kernel: application.kernel,
    settings: settings.server,
    clock,
    random: systemRandom,
    log,
    metrics,
    assetsDirectory: options.assetsDirectory ?? join(directory, 'assets'),
    adminTokens: [adminToken],
    conversations: createOperatorDesk(application),
    knowledge: application.knowledge,
    deliveries: createDeliveryDesk(application, clock),
    people: createPeopleDesk(application),
    journal: application.webhookJournal,
    mode: 'dev',
  });
  const { url, port } = await server.listen(stop.signal);
  const started = await application.kernel.start(stop.signal);
  const broken = application.kernel.tenants().filter((tenant) => tenant.state === 'failed');
  if (broken.length > 0) throw new Error(`not serving: ${JSON.stringify(broken.map((tenant) => tenant.diagnostics))}`);
  if (options.knowledge !== 'in the background') await application.kernel.knowledgeIdle();
  return {
    url,
    port,
    directory,
    botsDirectory,
    dataDirectory,
    application,
    metrics,
    started,
    lines,
    adminToken,
    write,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await application[Symbol.asyncDispose]();
      metrics[Symbol.dispose]();
      stop.abort();
      if (options.keep === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

import { existsSync } from 'node:fs';
import type { DefinitionLoader, DefinitionLoaderOptions } from '../config/definition-loader.ts';
import type { PluginCatalogue } from '../config/plugin-catalogue.ts';
import type { Settings } from '../config/settings.ts';
import { PolyphonError } from '../contract/index.ts';
import type { Application } from '../kernel/application.ts';
import { tableColumns } from '../knowledge/table-columns.ts';
import { textOfFile } from '../knowledge/text-of-file.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { environmentOf, warnOfEmptyEnvironment } from './environment.ts';
import { atItsPlace } from './plugin-place.ts';
import type { Shell } from './shell.ts';
import { showErrors } from './show-diagnostics.ts';

/** One deployment as a command line names it: its settings and its folders. */
export interface Deployment {
  readonly settings: Settings;
  readonly settingsPath: string;
  readonly botsDirectory: string;
  readonly dataDirectory: string;
  readonly environmentName: string | undefined;
  /**
   * Warns of documents that are not where a definition looks for them: `find` by the names of files, `look` also by what
   * is in them. The default is to leave folders alone.
   */
  readonly documents?: 'find' | 'look';
}

/** @throws PolyphonError CLI9004 when the settings have errors (they are printed), CLI9003 when there is no bots folder. */
export async function openDeployment(shell: Shell): Promise<Deployment> {
  const deployment = await readDeployment(shell);
  if (existsSync(deployment.botsDirectory)) {
    await warnOfEmptyEnvironment(deployment.environmentName, deployment.botsDirectory, shell);
    return deployment;
  }
  throw new PolyphonError(
    'CLI9003',
    `There is no bots folder at ${deployment.botsDirectory}. \`polyphon new my-bot\` makes one, or name yours with --bots.`,
  );
}

/** As `openDeployment`, whether or not there is a bots folder. */
export async function readDeployment(shell: Shell): Promise<Deployment> {
  const { options, terminal } = shell;
  const settingsPath = shell.path(options.config ?? 'config/polyphon.yaml');
  if (options.config !== undefined && !existsSync(settingsPath)) {
    throw new PolyphonError(
      'CLI9003',
      `--config: there is no file ${settingsPath}. Name the settings file, or leave the option out.`,
    );
  }
  const { readSettings } = await import('../config/settings.ts');
  const { settings, diagnostics } = await readSettings({
    path: settingsPath,
    overrides: {
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.bots === undefined ? {} : { botsDirectory: shell.path(options.bots) }),
      ...(options.data === undefined ? {} : { dataDirectory: shell.path(options.data) }),
    },
    env: terminal.env,
    signal: terminal.signal,
  });
  await showErrors(diagnostics, shell);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
    throw new PolyphonError('CLI9004', 'The settings have errors, shown above. Nothing was started.');
  }
  const botsDirectory = shell.path(options.bots ?? settings.tenants.dir);
  return {
    settings,
    settingsPath,
    botsDirectory,
    dataDirectory: shell.path(options.data ?? 'data'),
    environmentName: environmentOf(shell),
  };
}

/** Definitions only: no store, no network, nothing opened, nothing written. */
export interface Definitions {
  readonly loader: DefinitionLoader;
  readonly plugins: PluginCatalogue;
}

export async function openLoader(deployment: Deployment, shell: Shell): Promise<Definitions> {
  const { createDefinitionLoader } = await import('../config/definition-loader.ts');
  const plugins = await openPlugins(deployment, shell);
  const loader = createDefinitionLoader({
    botsDirectory: deployment.botsDirectory,
    catalogue: plugins,
    settings: deployment.settings,
    env: shell.terminal.env,
    documents: documentsOf(deployment),
    ...(deployment.environmentName === undefined ? {} : { environmentName: deployment.environmentName }),
  });
  return { loader, plugins };
}

function documentsOf({ documents }: Deployment): DefinitionLoaderOptions['documents'] {
  if (documents === undefined) return undefined;
  return { depth: documents === 'look' ? 'contents' : 'names', columnsOf: tableColumns, textOf: textOfFile };
}

export async function openPlugins(deployment: Deployment, shell: Shell): Promise<PluginCatalogue> {
  const { findPlugins } = await import('../kernel/find-plugins.ts');
  const { plugins: packages } = deployment.settings;
  return findPlugins({ packages, projectDirectory: shell.terminal.workingDirectory }).catch(async (error: unknown) => {
    throw await atItsPlace(error, deployment.settingsPath);
  });
}

/** The whole thing, nothing started. The caller disposes it. */
export async function openApplication(
  deployment: Deployment,
  shell: Shell,
  observe: { readonly log: Log; readonly metrics: Metrics },
): Promise<Application> {
  const { createApplication } = await import('../kernel/application.ts');
  return createApplication({
    settings: deployment.settings,
    botsDirectory: deployment.botsDirectory,
    dataDirectory: deployment.dataDirectory,
    env: shell.terminal.env,
    environmentName: deployment.environmentName,
    documents: documentsOf(deployment),
    projectDirectory: shell.terminal.workingDirectory,
    log: observe.log,
    metrics: observe.metrics,
    clock: shell.terminal.clock,
    random: shell.terminal.random,
    signal: shell.terminal.signal,
  }).catch(async (error: unknown) => {
    throw await atItsPlace(error, deployment.settingsPath);
  });
}

/** @throws PolyphonError CLI9003 when another process serves this data folder. */
export async function lockData({ dataDirectory }: Deployment): Promise<Disposable> {
  const { lockForServing } = await import('../store/serving-lock.ts');
  return lockForServing(dataDirectory);
}

/**
 * Log to stderr: lines for people where one watches, JSON elsewhere. `watched`: somebody works on the bots and has to hear what goes wrong.
 * Commands that only look are quiet.
 */
export async function openObserve(
  shell: Shell,
  deployment: Deployment,
  loudness: 'serving' | 'watched' | 'quiet',
): Promise<{ readonly log: Log; readonly metrics: Metrics }> {
  const { createLog } = await import('../observe/log.ts');
  const { createMetrics } = await import('../observe/metrics.ts');
  const { stderr } = shell.terminal;
  return {
    log: createLog({
      level: shell.options.verbose ? 'debug' : levels(deployment.settings)[loudness],
      format: stderr.isTty || loudness !== 'serving' ? 'pretty' : 'json',
      color: stderr.color === 'on' ? 'always' : 'never',
      secretValues: [...deployment.settings.admin.tokens, ...mailSecrets(deployment.settings)],
      write: (line) => stderr.write(line),
    }),
    metrics: createMetrics(),
  };
}

function levels({ observe }: Settings) {
  return { serving: observe.log, watched: observe.log === 'error' ? 'error' : 'warn', quiet: 'error' } as const;
}

/** The address with its password, and the password as it is written there and as it is. */
function mailSecrets({ mail }: Settings): readonly string[] {
  const written = URL.parse(mail?.url ?? '')?.password ?? '';
  return mail === undefined || written === '' ? [] : [mail.url, written, decodeURIComponent(written)];
}

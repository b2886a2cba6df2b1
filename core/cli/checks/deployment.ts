import { existsSync } from 'node:fs';
import { AccountClaims } from '../../config/account-claims.ts';
import { nearest } from '../../config/nearest.ts';
import type { PluginCatalogue } from '../../config/plugin-catalogue.ts';
import { pluginKinds } from '../../contract/plugin.ts';
import { type Definitions, type Deployment, openPlugins } from '../deployment.ts';
import { fewestTokenCharacters, hasShortToken } from '../operator-token.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import { type EventAddresses, eventAddressesOf } from './event-addresses.ts';
import { type Finding, fail, fine, warn } from './finding.ts';
import { type BotModels, modelsOf } from './model-trial.ts';
import type { BotChannels } from './webhooks.ts';

/** The packages under `plugins:` that can be used, and what is wrong with the others. */
export async function checkPackages(
  deployment: Deployment,
  shell: Shell,
): Promise<{ readonly usable: readonly string[]; readonly findings: readonly Finding[] }> {
  const usable: string[] = [];
  const findings: Finding[] = [];
  for (const name of deployment.settings.plugins) {
    try {
      await openPlugins({ ...deployment, settings: { ...deployment.settings, plugins: [name] } }, shell);
      usable.push(name);
    } catch (error) {
      const fact = error instanceof Error ? error.message : String(error);
      findings.push(fail('Plugins', fact, `The other checks go on without "${name}".`));
    }
  }
  return { usable, findings };
}

/** Imports every plugin, so that a broken one is found before a bot needs it. */
export async function checkPlugins(plugins: PluginCatalogue): Promise<readonly Finding[]> {
  const broken: Finding[] = [];
  let sound = 0;
  for (const kind of pluginKinds) {
    for (const name of plugins.names(kind)) {
      try {
        // A folder that may hold either kind of speech answers for one of them only.
        if ((await plugins.find(kind, name)) !== undefined) sound += 1;
      } catch (error) {
        broken.push(
          fail(
            'Plugins',
            error instanceof Error ? error.message : String(error),
            `Correct or remove the plugin "${name}".`,
          ),
        );
      }
    }
  }
  return [...broken, fine('Plugins', `${count(sound, 'plugin')} load`)];
}

export interface CheckedBots {
  readonly findings: readonly Finding[];
  readonly tenantIds: readonly string[];
  /** Those that are valid and have documents to read. */
  readonly reading: readonly string[];
  /** The models of those that are valid. */
  readonly models: readonly BotModels[];
  /** Those with channels that platforms call. */
  readonly called: readonly BotChannels[];
  /** Those that tell addresses on the web what happens. */
  readonly telling: readonly EventAddresses[];
}

/** Definitions and secrets, through the resolver that the runtime uses; and the channels that platforms call. */
export async function checkBots(
  { loader, plugins }: Definitions,
  deployment: Deployment,
  { terminal }: Shell,
): Promise<CheckedBots> {
  if (!existsSync(deployment.botsDirectory)) {
    const fact = `there is no bots folder at ${deployment.botsDirectory}`;
    const finding = fail('Bots', fact, '`polyphon new my-bot` makes one, or name yours with --bots.');
    return { findings: [finding], tenantIds: [], reading: [], models: [], called: [], telling: [] };
  }
  const tenantIds = await loader.list(terminal.signal);
  if (tenantIds.length === 0) {
    const finding = warn('Bots', `${deployment.botsDirectory} is empty`, '`polyphon new my-bot` makes one.');
    return { findings: [finding], tenantIds: [], reading: [], models: [], called: [], telling: [] };
  }
  const accounts = new AccountClaims(plugins);
  const reading: string[] = [];
  const models: BotModels[] = [];
  const called: BotChannels[] = [];
  const telling: EventAddresses[] = [];
  const findings: Finding[] = [];
  let valid = 0;
  let secrets = 0;
  let warnings = 0;
  for (const tenantId of tenantIds) {
    const loaded = await loader.load(tenantId, terminal.signal);
    const { bot, diagnostics } = loaded;
    await accounts.add(loaded);
    const errors = diagnostics.filter((one) => one.severity === 'error');
    for (const error of errors) {
      const about = /secret/i.test(error.summary) ? 'Secrets' : 'Bots';
      findings.push(
        fail(
          about,
          `${tenantId}: ${error.summary} (${error.file}:${error.range.start.line}:${error.range.start.column})`,
          error.detail,
        ),
      );
    }
    warnings += diagnostics.length - errors.length;
    if (bot === undefined) continue;
    valid += 1;
    secrets += bot.secretValues.length;
    models.push(modelsOf(tenantId, bot));
    if (Object.keys(bot.knowledge).length > 0) reading.push(tenantId);
    const keys = Object.entries(bot.channels).flatMap(([key, { enabled, use }]) =>
      enabled && use !== 'web-chat' ? [key] : [],
    );
    if (keys.length > 0) called.push({ tenantId, keys });
    telling.push(eventAddressesOf(tenantId, bot));
  }
  for (const { summary, detail, file, range } of accounts.problems())
    findings.push(warn('Bots', `${summary} (${file}:${range.start.line}:${range.start.column})`, `${detail}.`));
  if (valid > 0)
    findings.push(
      fine(
        'Bots',
        `${valid === tenantIds.length ? '' : `${valid} of `}${count(tenantIds.length, 'definition')} valid${warnings === 0 ? '' : `; \`polyphon validate\` shows ${count(warnings, 'warning')}`}`,
      ),
    );
  if (secrets > 0) findings.push(fine('Secrets', `${count(secrets, 'secret')} found`));
  const callable = called.reduce((sum, { keys }) => sum + keys.length, 0);
  const unread = tenantIds.length - valid;
  findings.push(...checkWeights(deployment, tenantIds), ...checkOrigin(deployment, callable, unread));
  return { findings, tenantIds, reading, models, called, telling };
}

/** A name that is none gives nobody a larger share, and says nothing of it. */
function checkWeights({ settings }: Deployment, tenantIds: readonly string[]): readonly Finding[] {
  return Object.keys(settings.tenants.weights)
    .filter((name) => !tenantIds.includes(name))
    .map((name) => {
      const meant = nearest(name, tenantIds);
      const fact = `\`tenants.weights\` names "${name}", and no bot is called so`;
      const correct = meant === undefined ? 'Correct the name' : `Did you mean "${meant}"? Correct the name`;
      return warn('Fair share', fact, `${correct} in the settings, or remove it.`);
    });
}

/** Providers call back: they need an address that the world can reach, by https. */
function checkOrigin(deployment: Deployment, callable: number, unread: number): readonly Finding[] {
  // Bots with errors may have channels that need one: not known is not well.
  if (deployment.settings.server.publicOrigin === undefined && callable === 0 && unread > 0) return [];
  return [originFinding(deployment, callable)];
}

function originFinding({ settings }: Deployment, callable: number): Finding {
  const { publicOrigin } = settings.server;
  if (publicOrigin === undefined) {
    if (callable === 0) return fine('Public origin', 'not set; web chat alone does not need it');
    return warn(
      'Public origin',
      `not set, and ${count(callable, 'channel')} wait for calls of a provider`,
      'Set `server.publicOrigin` in the settings to the https address of this server.',
    );
  }
  if (publicOrigin.startsWith('http://') && !/^http:\/\/(localhost|127\.)/.test(publicOrigin)) {
    return warn(
      'Public origin',
      `${publicOrigin} is not encrypted`,
      'Put a proxy with a certificate in front and use its https address.',
    );
  }
  return fine('Public origin', publicOrigin);
}

export function checkOperators({ settings }: Deployment): Finding {
  const { tokens } = settings.admin;
  const { host, publicOrigin, trustedProxies } = settings.server;
  const isLocal = ['127.0.0.1', 'localhost', '::1'].includes(host);
  const isPublic = publicOrigin !== undefined || trustedProxies.length > 0;
  if (hasShortToken(settings)) {
    return warn(
      'Operator token',
      `shorter than ${fewestTokenCharacters} characters`,
      'Use a long random one: `openssl rand -base64 32`.',
    );
  }
  if (tokens.length > 0) return fine('Operator token', 'set');
  if (isLocal && !isPublic) {
    return fine('Operator token', 'not set: operator routes answer to this machine in `dev`, and to nobody in `start`');
  }
  return warn(
    'Operator token',
    'not set: operator routes refuse everybody',
    'Set POLYPHON_ADMIN_TOKEN, or `admin.tokens` in the settings.',
  );
}

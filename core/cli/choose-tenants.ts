import type { DefinitionLoader } from '../config/definition-loader.ts';
import { nearest } from '../config/nearest.ts';
import { PolyphonError } from '../contract/index.ts';
import type { Application } from '../kernel/application.ts';
import type { Shell } from './shell.ts';

/** The bots that were named, or all. @throws PolyphonError CLI9002 for a name that no folder has. */
export async function chooseTenants(
  named: readonly string[],
  loader: DefinitionLoader,
  shell: Shell,
): Promise<readonly string[]> {
  const all = await loader.list(shell.terminal.signal);
  for (const name of named) {
    if (!all.includes(name)) throw unknownTenant(name, all);
  }
  return named.length === 0 ? all : [...new Set(named)];
}

export async function chooseTenant(name: string, loader: DefinitionLoader, shell: Shell): Promise<string> {
  const [tenantId = name] = await chooseTenants([name], loader, shell);
  return tenantId;
}

/**
 * As `chooseTenant`, and also a bot whose folder is gone while the store still has people of it: what is known of them can be asked
 * for, and has to be erased, after a client has left.
 */
export async function chooseStoredTenant(
  name: string,
  { loader, store }: Pick<Application, 'loader' | 'store'>,
  shell: Shell,
): Promise<string> {
  const isStored = store.forTenant(name).people.list({ limit: 1 }).length > 0;
  return isStored ? name : await chooseTenant(name, loader, shell);
}

function unknownTenant(name: string, all: readonly string[]): PolyphonError {
  const near = nearest(name, all);
  const shown = all.slice(0, 12).join(', ') + (all.length > 12 ? `, and ${all.length - 12} more` : '');
  const known = all.length === 0 ? 'The bots folder is empty' : `There are: ${shown}`;
  const next = near === undefined ? `\`polyphon new ${name}\` makes it.` : `Did you mean "${near}"?`;
  return new PolyphonError('CLI9002', `No bot is called "${name}". ${known}. ${next}`, { data: { name } });
}

import { Argument } from 'commander';
import { PolyphonError } from '../../contract/index.ts';
import type { Store } from '../../store/open-store.ts';
import { chooseStoredTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { printJson } from '../print-json.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';

interface PersonOptions {
  readonly json?: true;
}

export function addPerson({ program, act }: Registry): void {
  program
    .command('person')
    .description('give out, or erase, everything stored of one person')
    .addArgument(new Argument('<action>', 'what to do').choices(['export', 'erase']))
    .argument('<tenant>', 'the bot')
    .argument('<contact>', 'id of the contact, or an address as in sms:+49301234567')
    .option('--json', 'print JSON, also of what was erased')
    .action(act(person));
}

async function person(
  shell: Shell,
  action: 'export' | 'erase',
  named: string,
  contact: string,
  options: PersonOptions,
): Outcome {
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseStoredTenant(named, application, shell);
  const { store } = application;
  const contactId = contactOf(store, tenantId, contact);
  const { personalData } = store.forTenant(tenantId);
  if (action === 'export') {
    const tables = personalData.export(contactId);
    if (tables === undefined) throw nobody(tenantId, contact);
    // An export is for a program or a file; a person who reads it wants the same.
    printJson(shell, tenantId, { contact: contactId, tables });
    return exitCodes.ok;
  }
  const erased = await store.write(() => personalData.erase(contactId));
  if (erased === undefined) throw nobody(tenantId, contact);
  const rows = Object.values(erased).reduce((sum, count) => sum + count, 0);
  if (options.json) {
    printJson(shell, tenantId, { contact: contactId, erased });
  } else {
    shell.print(`${rows} rows of ${contactId} are erased from ${Object.keys(erased).length} tables.`);
  }
  shell.say('The database is written anew, so that no byte stays behind. Backups are yours to clean.');
  shell.say('If they had sent STOP, a digest of their address stays, so that the bot does not write to them.');
  await scrub(store, shell);
  return exitCodes.ok;
}

/** A process that serves uses the file for moments; between them there is room. */
async function scrub(store: Store, { terminal }: Shell): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.scrub('file');
    } catch (error) {
      if (!(error instanceof PolyphonError) || tries === 10) throw error;
      await terminal.clock.sleep(500, terminal.signal);
    }
  }
}

function contactOf(store: Store, tenantId: string, named: string): string {
  const { people } = store.forTenant(tenantId);
  if (people.byId(named) !== undefined) return named;
  const [, channel, externalId] = /^([^:]+):(.+)$/s.exec(named) ?? [];
  const found = channel === undefined || externalId === undefined ? undefined : people.at({ channel, externalId });
  if (found === undefined) throw nobody(tenantId, named);
  return found;
}

function nobody(tenantId: string, named: string): PolyphonError {
  return new PolyphonError(
    'CLI9007',
    `${tenantId} has no contact "${named}". Name an id, which \`polyphon conversations ${tenantId} --json\` shows, or a channel with an address, as in sms:+49301234567.`,
  );
}

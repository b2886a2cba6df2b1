import type { Shell } from './shell.ts';

/** What a command about one bot prints for programs. */
export function printJson(shell: Shell, tenantId: string, members: object): void {
  shell.print(JSON.stringify({ formatVersion: 1, tenant: tenantId, ...members }, undefined, 2));
}

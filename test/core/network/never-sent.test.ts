import { expect, it } from 'vitest';
import { neverSent } from '../../../core/network/never-sent.ts';

const failed = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });
const wrapped = (cause: unknown) => new TypeError('fetch failed', { cause });

it.each([
  ['a refused connection', wrapped(failed('ECONNREFUSED', 'connect')), true],
  ['connecting that took too long', wrapped(failed('ETIMEDOUT', 'connect')), true],
  ['an open connection that went silent', wrapped(failed('ETIMEDOUT', 'read')), false],
  ['a connection that was reset', wrapped(failed('ECONNRESET', 'read')), false],
  ['all addresses refused', wrapped(new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')])), true],
  ['an unclear one among the addresses', wrapped(new AggregateError([failed('ECONNREFUSED'), failed('EPIPE')])), false],
  ['no address at all', wrapped(new AggregateError([])), false],
  ['no error', 'ECONNREFUSED', false],
])('after %s', (_name, error, sent) => expect(neverSent(error)).toBe(sent));

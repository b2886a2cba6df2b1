import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { botsDirectory, shippedTenants } from './shipped-bots.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy({ botsDirectory });
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

it('brings up every bot of the folder without a key, a network or an error', () => {
  const tenants = deployment.application.kernel.tenants();
  expect(tenants.map(({ tenantId }) => tenantId).toSorted()).toEqual(shippedTenants);
  expect(
    tenants.flatMap(({ tenantId, diagnostics }) =>
      diagnostics.filter(({ severity }) => severity === 'error').map((one) => `${tenantId}: ${JSON.stringify(one)}`),
    ),
  ).toEqual([]);
  expect(tenants.every(({ state }) => state === 'serving')).toBe(true);
  expect(deployment.started).toMatchObject({ serving: shippedTenants.length, failed: 0 });
});

it.each(shippedTenants)('has read at least forty passages of %s', (tenantId) => {
  expect(deployment.application.kernel.tenant(tenantId).chunks).toBeGreaterThanOrEqual(40);
});

it.each(shippedTenants)('suggests a question to try on %s', (tenantId) => {
  expect(deployment.application.kernel.tenant(tenantId).suggestions.length).toBeGreaterThan(0);
});

import { describe, expect, it } from 'vitest';
import { createProcessContainer } from '../../../core/kernel/container.ts';

interface Services {
  clock: { now(): number };
  greeter: { greet(): string };
}

function process(): ReturnType<typeof createProcessContainer<Services>> {
  const container = createProcessContainer<Services>();
  container.bind('clock', [], () => ({ now: () => 7 }));
  container.bind('greeter', ['clock'], (clock) => ({ greet: () => `at ${clock.now()}` }));
  return container;
}

describe('the process container', () => {
  it('makes each service once, from the services it needs', () => {
    const container = process();
    expect(container.get('greeter').greet()).toBe('at 7');
    expect(container.get('greeter')).toBe(container.get('greeter'));
  });

  it('refuses a service that needs what only a tenant has', () => {
    const container = createProcessContainer<Services & { tenantName: string }>();
    expect(() => container.bind('greeter', ['tenantName'], (name) => ({ greet: () => name }))).toThrow(
      /no process service/,
    );
  });

  it('refuses a service after start-up', () => {
    const container = process();
    container.seal();
    expect(() => container.bind('clock', [], () => ({ now: () => 8 }))).toThrow(/after start-up/);
  });

  it("never lets a process service see a tenant's binding of the same name", async () => {
    const container = process();
    container.seal();
    const first = container.tenant();
    first.bindPort('clock', [], async () => ({ now: () => 1111 }));
    await first.port('clock');
    const second = container.tenant();
    second.bindPort('clock', [], async () => ({ now: () => 2222 }));
    expect(container.get('greeter').greet()).toBe('at 7');
    expect(await second.port('clock')).not.toBe(await first.port('clock'));
  });
});

describe('a tenant container', () => {
  it('opens what a port needs first and hands it over', async () => {
    const opened: string[] = [];
    const tenant = process().tenant();
    tenant.bindPort('retrieval', ['embedding'], async (embedding) => {
      opened.push('retrieval');
      return { embedding };
    });
    tenant.bindPort('embedding', [], async () => {
      opened.push('embedding');
      return 'vectors';
    });
    expect(await tenant.port('retrieval')).toEqual({ embedding: 'vectors' });
    expect(opened).toEqual(['embedding', 'retrieval']);
  });

  it('shares one opening between callers that ask at once', async () => {
    let openings = 0;
    const tenant = process().tenant();
    tenant.bindPort('model', [], async () => {
      openings += 1;
      await Promise.resolve();
      return {};
    });
    const [one, two] = await Promise.all([tenant.port('model'), tenant.port('model')]);
    expect(one).toBe(two);
    expect(openings).toBe(1);
  });

  it('tries again after an opening that failed', async () => {
    let attempts = 0;
    const tenant = process().tenant();
    tenant.bindPort('model', [], async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no key yet');
      return 'open';
    });
    await expect(tenant.port('model')).rejects.toThrow('no key yet');
    expect(await tenant.port('model')).toBe('open');
  });
});

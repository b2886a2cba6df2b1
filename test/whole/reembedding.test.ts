import { describe, expect, it } from 'vitest';
import { openai, openShops, question, startEmbeddings } from './lamp-shops.ts';

describe('another embedding', () => {
  it('is made in the background: the old one answers with its vectors, then the new one', async () => {
    const [before, after] = [await startEmbeddings(), await startEmbeddings()];
    const { deployment, search, change } = await openShops({
      services: [before, after],
      embedding: openai(before, 'old', 256),
    });
    const { kernel } = deployment.application;
    await kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);

    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await change(openai(after, 'new', 384));
    await after.arrived(1);
    expect(await search()).toEqual(['lamp.md']);
    expect(before.requests.at(-1)).toMatchObject({ model: 'old', input: [question] });
    expect(kernel.tenant('shop').reembedding).toMatchObject({ embedding: 'openai:new:384', made: 0, missing: 3 });
    expect(await deployment.metrics.text()).toContain('polyphon_tenants_reembedding 1');

    gate.resolve();
    await kernel.knowledgeIdle();
    const asked = before.requests.length;
    expect(await search()).toEqual(['lamp.md']);
    expect(after.requests.at(-1)).toMatchObject({ model: 'new', input: [question] });
    expect(before.requests).toHaveLength(asked);
    expect(kernel.tenant('shop').reembedding).toBeUndefined();
  });
});

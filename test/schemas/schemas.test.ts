import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findPlugins } from '../../core/kernel/find-plugins.ts';
import { generateBotSchema, generateSchemas } from '../../schemas/generate.ts';
import { praxisPlugins } from '../core/config/praxis-plugins.ts';

const builtIn = await findPlugins({ packages: [], projectDirectory: process.cwd() });
const committed = (name: string) => readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8');
const compile = (schema: object) =>
  new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

describe('the schemas for editors', () => {
  it('are committed as `npm run schemas` makes them', async () => {
    for (const [name, text] of await generateSchemas(builtIn))
      expect(committed(name), `${name} is stale: run npm run schemas`).toBe(text);
  });

  it.each([
    ['bots/*/bot*.yaml', 'bot.schema.json'],
    ['bots/_templates/*.yaml', 'bot.schema.json'],
    ['bots/*/tests/*.yaml', 'test.schema.json'],
    ['config/polyphon.yaml', 'settings.schema.json'],
  ])('accept %s', (pattern, schema) => {
    const validate = compile(JSON.parse(committed(schema)));
    const files = globSync(pattern);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      validate(parse(readFileSync(file, 'utf8')));
      expect(validate.errors ?? [], file).toEqual([]);
    }
  });

  it('accept the complete example, and check `with` by `use`', async () => {
    const validate = compile(await generateBotSchema(praxisPlugins));
    const text = readFileSync(new URL('../fixtures/definitions/bots/praxis/bot.yaml', import.meta.url), 'utf8');
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
    for (const mistake of [
      text.replace('minScore: 0.35', 'minScor: 0.35'),
      text.replace('topK: 5', 'topK: 500'),
      text.replace('slot: 30m', 'slot: half an hour'),
      text.replace('mode: stream', 'mode: streaming'),
      text.replace('timeout: 5m', 'timeout: 5'),
      text.replace('session: {', 'sesion: {'),
    ]) {
      expect(validate(parse(mistake))).toBe(false);
    }
  });

  it('take references where a number or a form is asked for', async () => {
    const validate = compile(await generateBotSchema(praxisPlugins));
    validate({
      polyphon: 1,
      session: { history: '${env:N}', idleClose: '${env:T:-30m}' },
      retrieval: { with: { topK: '${env:K}' } },
    });
    expect(validate.errors ?? []).toEqual([]);
  });
});

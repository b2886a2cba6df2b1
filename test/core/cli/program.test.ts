import { describe, expect, it } from 'vitest';
import { run } from './recording-terminal.ts';

describe('polyphon', () => {
  it('prints its help as data', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatchSnapshot();
  });

  it('prints its help and fails as a usage error when nothing is asked', async () => {
    const { code, stdout } = await run([]);
    expect(code).toBe(64);
    expect(stdout).toContain('Usage: polyphon');
  });

  it('says the same of a command by `help` and by `--help`, with what follows the options', async () => {
    for (const words of [[], ['completion']]) {
      expect((await run(['help', ...words])).stdout).toBe((await run([...words, '--help'])).stdout);
    }
    expect((await run([])).stdout).toContain('Exit codes: 0 ok');
    expect((await run(['help', 'completion'])).stdout).toContain('source <(polyphon completion bash)');
  });

  it('prints its version', async () => {
    const { code, stdout } = await run(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    'dev',
    'start',
    'validate',
    'config',
    'plan',
    'apply',
    'ingest',
    'search',
    'chat',
    'test',
    'doctor',
    'schema',
    'new',
    'completion',
    'conversations',
    'trace',
    'webhooks',
    'webhook-log',
    'dead-letters',
    'events',
    'stats',
    'person',
  ])('explains %s with the options of every command', async (name) => {
    const { code, stdout } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: polyphon ${name}`);
    for (const option of ['--config', '--bots', '--data', '--port']) expect(stdout).toContain(option);
  });

  const mistakes: readonly [string, readonly string[], string][] = [
    ['a mistyped command', ['valdate'], 'Did you mean validate?'],
    ['a mistyped option', ['validate', '--strickt'], 'Did you mean --strict?'],
    ['a missing argument', ['config'], "Missing required argument 'tenant'. Usage: polyphon config [options] <tenant>"],
    ['a format there is not', ['validate', '--format', 'xml'], 'Allowed choices are pretty, json, github, sarif'],
    ['a port that is none', ['dev', '--port', '99999'], 'A port is a whole number'],
    ['a share that is none', ['test', '--min-pass', '120'], 'It must be a share'],
    ['one argument too many', ['dev', 'now'], 'Too many arguments'],
  ];
  it.each(mistakes)('answers %s with one sentence, the next step, and 64', async (_, words, sentence) => {
    const { code, stdout, stderr } = await run(words);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error CLI9001 {2}[A-Z].*\n$/);
    expect(stderr).toContain(sentence);
  });
});

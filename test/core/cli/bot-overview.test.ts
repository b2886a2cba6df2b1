import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showBots } from '../../../core/cli/bot-overview.ts';
import { createShell } from '../../../core/cli/shell.ts';
import { makeDeployment } from './deployment-folder.ts';
import { recordingTerminal } from './recording-terminal.ts';

const lampShop = {
  tenantId: 'lamp-shop',
  name: { en: 'The lamp shop' },
  labels: {},
  activeTurns: 0,
  state: 'serving',
  revision: 'abcdef0123',
  languages: { default: 'en', supported: ['en'] },
  model: 'offline',
  channels: [{ key: 'web', use: 'web-chat', enabled: true }],
  chunks: 3,
  diagnostics: [],
  suggestions: ['What does a repair cost?'],
} as const;

describe('the overview of `dev`', () => {
  it('says how the playground is built where it is not, and gives no address that leads nowhere', async () => {
    await using folder = await makeDeployment({ 'assets/widget.js': '' });
    const assetsDirectory = join(folder.path, 'assets');
    const show = async () => {
      const { terminal, written } = recordingTerminal();
      await showBots([lampShop], {
        url: 'http://localhost:3000',
        shell: createShell(terminal, {}),
        logged: 'shown',
        assetsDirectory,
      });
      return written;
    };
    const unbuilt = await show();
    expect(unbuilt.stderr.match(/npm run build/g)).toHaveLength(1);
    expect(unbuilt.stderr).toContain('`polyphon chat lamp-shop` talks without');
    expect(unbuilt.stdout).not.toContain('/play/');

    await folder.write({ 'assets/play.html': '' });
    const built = await show();
    expect(built.stderr).toBe('');
    expect(built.stdout).toContain('http://localhost:3000/play/lamp-shop  What does a repair cost?');
  });
});

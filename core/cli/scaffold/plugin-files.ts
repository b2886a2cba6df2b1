import type { PluginKind } from '../../contract/index.ts';
import { channelParts } from './plugins/channel.ts';
import { otherParts, otherPlugin, otherTest } from './plugins/others.ts';

/** Kinds that a package can be begun for. Retrieval keeps an index of its own, and begins as a copy of one that does. */
export const scaffoldKinds = ['channel', ...Object.keys(otherParts)] as readonly PluginKind[];

/** The folder and the name of the package. */
export function packageName(kind: PluginKind, name: string): string {
  return `polyphon-${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-${name}`;
}

/** The files of a new plugin by their path in its folder: it passes `plugin check` and its own test as it stands. */
export function pluginFiles(kind: PluginKind, name: string, version: string): ReadonlyMap<string, string> {
  const fill = (text: string) => text.replaceAll('__NAME__', name).replaceAll('__KEY__', name.replaceAll('-', '_'));
  const parts = otherParts[kind];
  const sources: readonly (readonly [string, string])[] =
    parts === undefined
      ? [
          ['plugin.js', channelParts.plugin],
          ['fake-platform.js', channelParts.platform],
          ['plugin.test.js', channelParts.test],
        ]
      : [
          ['plugin.js', otherPlugin(kind, parts)],
          ['plugin.test.js', otherTest(parts)],
        ];
  const description = {
    name: packageName(kind, name),
    version: '0.1.0',
    type: 'module',
    exports: './plugin.js',
    files: ['plugin.js'],
    scripts: { test: 'node --test', check: 'polyphon plugin check .' },
    polyphon: { kind, name, contract: 1 },
    peerDependencies: { polyphon: `>=${version}` },
  };
  return new Map([
    ['package.json', `${JSON.stringify(description, undefined, 2)}\n`],
    ...sources.map(([file, text]) => [file, fill(text)] as const),
    ['README.md', readme(kind, name, fill(parts?.use ?? channelParts.use))],
  ]);
}

function readme(kind: PluginKind, name: string, use: string): string {
  return `# ${packageName(kind, name)}

A ${kind} for Polyphon. \`npm test\` runs its test, \`npm run check\` says whether Polyphon would take it.

Install it beside Polyphon, name it in \`config/polyphon.yaml\`, and use it in a \`bot.yaml\`:

\`\`\`yaml
# config/polyphon.yaml
polyphon: 1
plugins: [${packageName(kind, name)}]
\`\`\`

\`\`\`yaml
# bots/my-bot/bot.yaml
${use}
\`\`\`
`;
}

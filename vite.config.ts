import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildEnvironmentOptions, defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const widget = here('./plugins/channels/web-chat/widget');
const assets = here('./dist/plugins/channels/web-chat/assets');

/** One file each, under names that never change: whoever serves them needs no manifest. */
const entry = (
  path: string,
  options: { readonly output: string; readonly format: 'es' | 'iife' },
): BuildEnvironmentOptions => ({
  outDir: assets,
  emptyOutDir: false,
  copyPublicDir: false,
  modulePreload: false,
  cssCodeSplit: true,
  // `light-dark()` and the rest that the style sheets use: browsers of the last two years.
  target: 'es2023',
  cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  rolldownOptions: {
    input: join(widget, path),
    preserveEntrySignatures: 'strict',
    output: {
      format: options.format,
      entryFileNames: options.output,
      assetFileNames: '[name][extname]',
      // What is fetched only by some: the panel's words in another language.
      chunkFileNames: 'panel-[name].js',
    },
  },
});

/** Browser sources only; the server's are compiled by tsc. `vite build` makes the panel, then what depends on it. */
export default defineConfig({
  root: widget,
  base: './',
  publicDir: join(widget, 'play/public'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  environments: {
    panel: { consumer: 'client', build: entry('panel/panel.tsx', { output: 'panel.js', format: 'es' }) },
    loader: {
      consumer: 'client',
      build: {
        ...entry('loader/loader.ts', { output: 'widget.js', format: 'iife' }),
        // As a library it comes without Vite's own code for preloading what `import()` names.
        lib: {
          entry: join(widget, 'loader/loader.ts'),
          formats: ['iife'],
          name: 'polyphonChat',
          fileName: () => 'widget.js',
        },
      },
    },
    play: {
      consumer: 'client',
      build: { ...entry('play/play.tsx', { output: 'play.js', format: 'es' }), copyPublicDir: true },
    },
  },
  builder: {
    async buildApp(builder) {
      const { panel, loader, play } = builder.environments;
      if (!panel || !loader || !play) throw new Error('vite.config.ts: an environment is missing.');
      await builder.build(panel);
      const version = createHash('sha256')
        .update(readFileSync(join(assets, 'panel.js')))
        .digest('hex')
        .slice(0, 12);
      for (const environment of [loader, play]) environment.config.define = { PANEL_VERSION: JSON.stringify(version) };
      await builder.build(loader);
      await builder.build(play);
    },
  },
});

import { type FolderFile, type Plugin, PolyphonError, type SourceDocument, type TenantFolder } from 'polyphon/plugin';
import { schema } from './schema.ts';

/** Media type by the ending of the name. */
const mediaTypes: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  txt: 'text/plain',
  text: 'text/plain',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

const maxBytes = 32 * 1024 * 1024;

/** Documents in the bot's own folder. */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'files',
  schema,
  async open({ config, folder }) {
    return {
      async *list(signal) {
        for (const file of await folder.glob(config.path, signal)) yield documentOf(file, folder, config);
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;

function documentOf(
  file: FolderFile,
  folder: TenantFolder,
  config: { readonly row?: string; readonly language?: string },
): SourceDocument {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const ending = dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
  const mediaType = mediaTypes[ending] ?? 'application/octet-stream';
  return {
    id: file.path,
    title: (dot > 0 ? name.slice(0, dot) : name).replace(/[-_]+/g, ' '),
    mediaType,
    version: `${file.bytes}-${file.modifiedAtMs}`,
    ...(config.row === undefined ? {} : { rowTemplate: config.row }),
    ...(config.language === undefined ? {} : { language: config.language }),
    read: (signal) => {
      if (file.bytes > maxBytes) return Promise.reject(tooLarge(file.bytes));
      return folder.read(file.path, { maxBytes }, signal);
    },
  };
}

function tooLarge(bytes: number): PolyphonError {
  return new PolyphonError(
    'KNW8004',
    `The file has ${Math.ceil(bytes / 1024 / 1024)} MB; the limit is ${maxBytes / 1024 / 1024} MB. Split it into several files.`,
  );
}

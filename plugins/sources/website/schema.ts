import { Type } from 'typebox';

const glob = Type.String({
  minLength: 1,
  maxLength: 300,
  pattern: '^(/|https?://)',
  description: 'A glob over the path, as in /news/**; with https:// in front it lets in pages of another site.',
});

export const schema = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      pattern: '^https?://[^/?#@]+([/?#]|$)',
      maxLength: 2000,
      description: 'The first page. All pages of its site are read unless `include` says otherwise.',
      examples: ['https://praxis.example'],
    }),
    include: Type.Optional(
      Type.Array(glob, { maxItems: 50, description: 'Only pages that match one of these are documents.' }),
    ),
    exclude: Type.Optional(
      Type.Array(glob, { maxItems: 50, description: 'Pages that match one of these are left out.' }),
    ),
    maxPages: Type.Integer({ default: 200, minimum: 1, maximum: 10_000, description: 'Documents at most.' }),
    depth: Type.Integer({
      default: 5,
      minimum: 0,
      maximum: 50,
      description: 'Clicks from the first page at most; 0 reads the first page and the sitemap only.',
    }),
    delay: Type.String({
      unit: 'duration',
      pattern: '^[0-9]+(ms|s)$',
      default: '500ms',
      description: 'From one request to the next; a longer Crawl-delay in robots.txt wins.',
    }),
    maxDuration: Type.String({
      unit: 'duration',
      pattern: '^[0-9]+(s|m|h)$',
      default: '30m',
      description: 'One reading of the site at most. Pages that were not reached stay as they were.',
    }),
    maxPageSize: Type.String({
      unit: 'size',
      pattern: '^[0-9]+(kB|KB|MB)$',
      default: '4MB',
      description: 'A larger page is reported and left out.',
    }),
    userAgent: Type.String({
      default: 'Polyphon',
      minLength: 1,
      maxLength: 200,
      pattern: '^[A-Za-z][ -~]*$',
      description: 'What the site is told, and the name its robots.txt is read for.',
    }),
    language: Type.Optional(
      Type.String({
        pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Language of all pages; otherwise what each page says, else detected.',
      }),
    ),
  },
  { additionalProperties: false },
);

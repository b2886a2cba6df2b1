export interface KnownModel {
  readonly dimensions: number;
  /** What the model was trained to see before a question and before a passage. */
  readonly query: string;
  readonly passage: string;
}

const plain = (dimensions: number): KnownModel => ({ dimensions, query: '', passage: '' });

/** By name without the tag, from the models' cards. */
const models: Readonly<Record<string, KnownModel>> = {
  'all-minilm': plain(384),
  'bge-m3': plain(1024),
  'bge-large': plain(1024),
  embeddinggemma: { dimensions: 768, query: 'task: search result | query: ', passage: 'title: none | text: ' },
  'granite-embedding': plain(384),
  'mxbai-embed-large': {
    dimensions: 1024,
    query: 'Represent this sentence for searching relevant passages: ',
    passage: '',
  },
  'nomic-embed-text': { dimensions: 768, query: 'search_query: ', passage: 'search_document: ' },
  'paraphrase-multilingual': plain(768),
  'snowflake-arctic-embed2': { dimensions: 1024, query: 'query: ', passage: '' },
};

export function knownModel(name: string): KnownModel | undefined {
  return models[name.replace(/:.*$/, '').split('/').at(-1) ?? name];
}

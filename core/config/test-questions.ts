import { parse } from 'yaml';

interface TestFile {
  readonly cases?: readonly {
    readonly turns?: readonly { readonly user?: unknown; readonly expect?: { readonly says?: unknown } }[];
  }[];
}

/**
 * The first question of each case in a bot's test file, save those it must not be able to answer.
 * @throws the parser's error for what is no YAML.
 */
export function readTestQuestions(text: string): readonly string[] {
  const file = parse(text, { maxAliasCount: 0 }) as TestFile | null;
  return (file?.cases ?? []).flatMap(({ turns }) => {
    const first = turns?.[0];
    const asks = typeof first?.user === 'string' && /[?？؟]\s*$/.test(first.user);
    return asks && first?.expect?.says === undefined ? [String(first.user)] : [];
  });
}

/** A few words at a time, so that an answer appears as it is read; a mark is never split. */
export function* wordGroups(text: string, wordsPerGroup: number): Generator<string> {
  const words = text.match(/\S+\s*/gu) ?? [];
  for (let start = 0; start < words.length; start += wordsPerGroup)
    yield words.slice(start, start + wordsPerGroup).join('');
}

/** One segmenter a language: making one costs about a hundred times what splitting a paragraph does. */
const segmenters = new Map<string, Intl.Segmenter>();
/** Languages come from documents; a bound keeps a hostile `lang` attribute from filling the memory. */
const maxSegmenters = 32;

/** Ends that look like the end of a sentence and are not; ICU knows none of them. */
const abbreviation =
  /(?:^|[\s("„«])(?:\p{L}|Nr|Dr|Prof|Hr|Fr|bzw|ca|inkl|exkl|zzgl|ggf|evtl|usw|vgl|Abs|Art|Std|Min|Tel|Str|St|Mr|Mrs|Ms|Inc|Ltd|vs|approx|No|Sr|Sra|Dra|Ud|Uds|pág|núm|Mme|Mlle|env|ул|стр|руб|тыс|им)\.\s*$/u;
/** "am 3." and "Mai". */
const day = /(?:^|\s)(?:[12]?\d|3[01])\.\s*$/;
const month = /^(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)/;

/**
 * Sentences with the text between them kept, so that joined they give the input back. `language` is a BCP 47 tag.
 * A full stop after an abbreviation, an initial or a day of the month does not end a sentence.
 */
export function splitSentences(text: string, language: string): readonly string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenterFor(language).segment(text)) {
    if (open !== '' && !(goesOn(open, segment) && !open.endsWith('\n'))) {
      sentences.push(open);
      open = '';
    }
    open += segment;
  }
  if (open !== '') sentences.push(open);
  return sentences;
}

/** Only the end is looked at: a list of initials would otherwise be read once for each of them. */
function goesOn(open: string, next: string): boolean {
  const before = open.slice(-40);
  return abbreviation.test(before) || (day.test(before) && month.test(next));
}

function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  if (segmenters.size >= maxSegmenters) segmenters.clear();
  const made = makeSegmenter(language);
  segmenters.set(language, made);
  return made;
}

function makeSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'sentence' });
  } catch {
    return new Intl.Segmenter('en', { granularity: 'sentence' });
  }
}

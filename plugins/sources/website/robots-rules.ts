/** `noindex, otherbot: nofollow`: a name ahead of a colon holds for what follows it. */
export function headerRules(header: string, agent: string): readonly string[] {
  let applies = true;
  const rules: string[] = [];
  for (const part of header.toLowerCase().split(',')) {
    const [, name, rest = part] = /^\s*([a-z][\w-]*)\s*:(.*)$/.exec(part) ?? [];
    const isRule = name === undefined || name === 'unavailable_after' || name.startsWith('max-');
    if (!isRule) applies = name === agent.toLowerCase();
    if (applies) rules.push(...words(rest));
  }
  return rules;
}

/** Rules in a text, as in `noindex, nofollow`. */
export function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

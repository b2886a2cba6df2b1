const refusals: readonly { readonly sign: RegExp; readonly words: string; readonly next: string }[] = [
  {
    sign: /\bports?\b/,
    words: 'it calls the ports 443, 80, 88 and 8443 only',
    next: 'Give an address with one of them, which is that of the proxy in front and not of this server',
  },
  {
    sign: /reserved|private/,
    words: 'it calls no address of a private network',
    next: 'Give the public one, or use `mode: polling` where there is none',
  },
  {
    sign: /resolve|getaddrinfo|name or service|no address/,
    words: 'it finds no host of this name',
    next: 'Correct the name, or wait until its record is known everywhere',
  },
  { sign: /https/, words: 'the address is not https', next: 'Give the public https address of this deployment' },
];

/** Why Telegram does not take an address for a webhook; `said` in lower case. */
export function refusedAddress(said: string): { readonly words: string; readonly next: string } {
  const known = refusals.find(({ sign }) => sign.test(said));
  return known ?? { words: 'it does not take the address', next: 'Give the public https address of this deployment' };
}

const failures: readonly { readonly sign: RegExp; readonly words: string }[] = [
  { sign: /\b401\b/, words: 'With 401 the secret was refused: set the webhook again.' },
  { sign: /\b404\b/, words: 'With 404 the server there has no such bot or channel, or it polls.' },
  { sign: /\b413\b/, words: 'With 413 a proxy in front takes no bodies of this size.' },
  { sign: /ssl|certificate/, words: 'Telegram needs a certificate that browsers trust too, with its whole chain.' },
  { sign: /resolve|getaddrinfo/, words: 'Telegram finds no host of this name.' },
  {
    sign: /timed? ?out|refused|reset|connect/,
    words: 'See that the server runs, and that the proxy in front leads to it.',
  },
];

/** What to do about the last delivery that failed, as `getWebhookInfo` tells of it. Telegram keeps it when all is well again. */
export function remedyOf(lastError: string): string | undefined {
  const said = lastError.toLowerCase();
  return failures.find(({ sign }) => sign.test(said))?.words;
}

/** Header lines by what is served. */
export interface HeaderSets {
  readonly api: Readonly<Record<string, string>>;
  readonly page: Readonly<Record<string, string>>;
  /** Scripts and styles that pages of customers load. */
  readonly asset: Readonly<Record<string, string>>;
}

/** No inline script or style, nothing from elsewhere, no frame around it. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function createHeaderSets(publicOrigin: string | undefined): HeaderSets {
  const all = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(publicOrigin?.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
  return {
    api: {
      ...all,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    },
    page: {
      ...all,
      'content-security-policy': pagePolicy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    },
    asset: { ...all, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' },
  };
}

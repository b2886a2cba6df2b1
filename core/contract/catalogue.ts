/**
 * Every error code, what it means and the HTTP status it has when it reaches a caller. Codes are never reused.
 * One block a folder; core/ERRORS.md documents the same list and a test compares the two.
 */
export const catalogue = {
  // Plugins: the kernel finds, checks and opens them.
  PLG2001: { summary: 'no plugin has this name', status: 500 },
  PLG2002: { summary: 'the plugin was written for another version of the contract', status: 500 },
  PLG2003: { summary: 'the module does not export a plugin', status: 500 },
  PLG2004: { summary: 'plugins need each other in a circle', status: 500 },
  PLG2005: { summary: 'a needed kind of plugin is not configured', status: 500 },
  PLG2006: { summary: 'the plugin could not be opened', status: 503 },

  // Tenants.
  TEN2101: { summary: 'no tenant has this name', status: 404 },
  TEN2102: { summary: 'the tenant is not serving', status: 503 },
  TEN2103: { summary: 'the channel is not configured or not enabled', status: 404 },
  TEN2104: { summary: 'the process is stopping', status: 503 },

  // Outgoing requests.
  NET6001: { summary: 'the address may not be reached', status: 502 },
  NET6002: { summary: 'the deadline of an outgoing request passed', status: 504 },
  NET6003: { summary: 'the answer is larger than the limit', status: 502 },
  NET6004: { summary: 'the other side could not be reached', status: 502 },
} as const satisfies Record<string, { readonly summary: string; readonly status: number }>;

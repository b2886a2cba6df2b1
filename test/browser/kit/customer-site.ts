import type { ServerResponse } from 'node:http';

/** A customer's page with a strict policy: no inline script, no inline style, only the bots' origin beside its own. */
export function customerSite(url: URL, response: ServerResponse): void {
  const bots = url.searchParams.get('bots') ?? '';
  const policy = `default-src 'none'; script-src ${bots}; connect-src ${bots} ${bots.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types dompurify`;
  const language = url.searchParams.get('lang') ?? 'en';
  const attributes = [...url.searchParams]
    .filter(([name]) => !['bots', 'lang', 'tenant'].includes(name))
    .map(([name, value]) => ` data-${name}="${value}"`)
    .join('');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
  response.end(
    `<!doctype html><html lang="${language}" dir="${['he', 'ar'].includes(language) ? 'rtl' : 'ltr'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Park Dental</title>` +
      `<main><h1>Park Dental</h1><p>Your practice at the park. <a href="#hours">Opening hours</a></p></main>` +
      `<script src="${bots}/widget.js" data-tenant="${url.searchParams.get('tenant') ?? 'praxis'}"${attributes} async></script></html>`,
  );
}

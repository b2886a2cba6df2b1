/** A route by method and a path template as in `sessions/:id/messages`; a parameter matches one segment. */
export interface PathRoute {
  readonly method: string;
  readonly path: string;
}

export type RouteMatch<Route> =
  | { readonly kind: 'found'; readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  /** The path exists with other methods. */
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' };

type Template = readonly { readonly literal?: string; readonly parameter?: string }[];

/** Routes of a channel live as long as the channel; their templates are split once. */
const compiled = new WeakMap<readonly { readonly path: string }[], readonly Template[]>();

/**
 * The first route that fits; literal segments before parameters where both would. HEAD is answered by GET.
 * `segments` are decoded.
 */
export function matchRoute<Route extends PathRoute>(
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
): RouteMatch<Route> {
  const wanted = method === 'HEAD' ? 'GET' : method;
  let best: { readonly route: Route; readonly template: Template; readonly literals: number } | undefined;
  const allow = new Set<string>();
  for (const [index, template] of templatesOf(routes).entries()) {
    const route = routes[index];
    if (route === undefined || !fits(template, segments)) continue;
    allow.add(route.method);
    if (route.method !== wanted) continue;
    const literals = countLiterals(template);
    if (best === undefined || literals > best.literals) best = { route, template, literals };
  }
  if (best !== undefined)
    return { kind: 'found', route: best.route, parameters: parametersOf(best.template, segments) };
  if (allow.size === 0) return { kind: 'not-found' };
  if (allow.has('GET')) allow.add('HEAD');
  return { kind: 'method-not-allowed', allow: [...allow].sort() };
}

/** As `matchRoute`, for sockets, which have no method. */
export function matchPath<Route extends { readonly path: string }>(
  routes: readonly Route[],
  segments: readonly string[],
): { readonly route: Route; readonly parameters: Readonly<Record<string, string>> } | undefined {
  for (const [index, template] of templatesOf(routes).entries()) {
    const route = routes[index];
    if (route !== undefined && fits(template, segments)) return { route, parameters: parametersOf(template, segments) };
  }
  return undefined;
}

function templatesOf(routes: readonly { readonly path: string }[]): readonly Template[] {
  let templates = compiled.get(routes);
  if (templates === undefined) {
    templates = routes.map((route) =>
      route.path
        .split('/')
        .filter((segment) => segment !== '')
        .map((segment) => (segment.startsWith(':') ? { parameter: segment.slice(1) } : { literal: segment })),
    );
    compiled.set(routes, templates);
  }
  return templates;
}

function fits(template: Template, segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, index) =>
    part.literal === undefined ? segments[index] !== '' : part.literal === segments[index],
  );
}

function countLiterals(template: Template): number {
  return template.reduce((count, part) => count + (part.literal === undefined ? 0 : 1), 0);
}

function parametersOf(template: Template, segments: readonly string[]): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [index, part] of template.entries()) {
    if (part.parameter !== undefined) parameters[part.parameter] = segments[index] ?? '';
  }
  return parameters;
}

/** A body's keys with the types of its values, and no value: `{ "message": { "text": "string" } }`. */
export type BodyShape = string | readonly BodyShape[] | { readonly [key: string]: BodyShape };

/** Bodies beyond this are not read again only for the log. */
export const maxShapedBytes = 65_536;
const maxDepth = 8;
const maxKeys = 60;
/** Over the whole body. */
const maxNodes = 400;
/** Keys that platforms use look like this; anything else may be what somebody wrote. */
const plainKey = /^[A-Za-z_][\w.:-]{0,63}$/;
const longNumber = /\d{5}/;
const text = new TextDecoder('utf-8', { fatal: true });

/** `contentType` decides how the body is read. What cannot be read is named, not shown. */
export function bodyShape(body: Uint8Array, contentType: string): BodyShape {
  if (body.length === 0) return 'empty';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') {
    const keys = new Set(new URLSearchParams(new TextDecoder().decode(body)).keys());
    return shapeOf(Object.fromEntries([...keys].map((key) => [key, ''])), 0, { left: maxNodes });
  }
  try {
    return shapeOf(JSON.parse(text.decode(body)), 0, { left: maxNodes });
  } catch {
    return type === 'application/json' ? 'not JSON' : 'not text that is known';
  }
}

function shapeOf(value: unknown, depth: number, budget: { left: number }): BodyShape {
  budget.left -= 1;
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  if (depth >= maxDepth || budget.left <= 0) return '…';
  if (Array.isArray(value)) return listShape(value, depth, budget);
  const keys = Object.keys(value);
  // Without a prototype a key may be called __proto__.
  const shape: Record<string, BodyShape> = Object.create(null);
  for (const key of keys.slice(0, maxKeys)) {
    const name = plainKey.test(key) && !longNumber.test(key) ? key : '*';
    shape[name] = shapeOf((value as Record<string, unknown>)[key], depth + 1, budget);
  }
  if (keys.length > maxKeys) shape['…'] = `${keys.length - maxKeys} more`;
  return shape;
}

function listShape(list: readonly unknown[], depth: number, budget: { left: number }): BodyShape {
  if (list.length === 0) return [];
  const first = shapeOf(list[0], depth + 1, budget);
  return list.length === 1 ? [first] : [first, `${list.length} in all`];
}

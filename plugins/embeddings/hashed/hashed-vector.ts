import { wordParts } from './word-parts.ts';

/** More text than a passage ever has; the rest is cut. */
const maxLength = 20_000;

/**
 * Each part adds its weight to one dimension, with a sign, both from its hash, so that clashes cancel out on average. A part that is
 * repeated counts by the logarithm. The vector has length 1; a text without a word gives the zero vector, which is like nothing.
 */
export function hashedVector(text: string, dimensions: number): Float32Array {
  const counts = new Map<string, number>();
  for (const part of wordParts(text.slice(0, maxLength))) counts.set(part, (counts.get(part) ?? 0) + 1);
  const vector = new Float32Array(dimensions);
  for (const [part, count] of counts) {
    const hash = hashOf(part);
    const at = (hash >>> 1) % dimensions;
    vector[at] = (vector[at] ?? 0) + ((hash & 1) === 1 ? 1 : -1) * (1 + Math.log(count));
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return vector;
  const scale = 1 / Math.sqrt(squares);
  for (let at = 0; at < dimensions; at += 1) vector[at] = (vector[at] ?? 0) * scale;
  return vector;
}

/** FNV-1a with a final mix: FNV's low bits alone are uneven on short keys. Part of the embedding's id: a change is a new version. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

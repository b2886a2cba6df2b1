/** Links a node. The library's own default; 32 doubles the build for one point of recall. */
export const links = 16;
export const buildEffort = 200;

/** Room for a quarter more, so that the next documents do not move everything. */
export function placesFor(chunks: number): number {
  return Math.max(16, Math.ceil(chunks * 1.25));
}

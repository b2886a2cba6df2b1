import type { Bench, Figure } from './measure.ts';
import { compareSubjects } from './retrieval-comparison.ts';
import { compareWithBare } from './retrieval-overhead.ts';
import { measureTenants } from './retrieval-tenants.ts';

const all = ['1000', '10000', '100000', 'tenants'];

/** Vector libraries side by side at each size, ours over the bare library it stands on, and a thousand tenants (0 measures those alone). */
export const bench: Bench = {
  name: 'retrieval',
  run: async (sizes = []) => {
    const figures: Figure[] = [];
    for (const size of sizes.length > 0 ? sizes : all) {
      if (size === 'tenants' || size === '0') figures.push(...(await measureTenants()));
      else figures.push(...(await compareSubjects(Number(size))), ...(await compareWithBare(Number(size))));
    }
    return figures;
  },
};

import type { HierarchicalNSW } from 'hnswlib-node';

export type NativeModule = { readonly HierarchicalNSW: typeof HierarchicalNSW };

/** How the native part is found; a test hands over one that fails. */
export type LoadNative = () => Promise<NativeModule | undefined>;

let loaded: Promise<NativeModule | undefined> | undefined;

/** The native part is optional: it is built at install, where there is a compiler. Undefined where it is missing. */
export const loadNative: LoadNative = () => {
  loaded ??= import('hnswlib-node').then(
    // The package is CommonJS without named exports at run time, whatever its types say.
    (module) => (module as unknown as { readonly default: NativeModule }).default,
    () => undefined,
  );
  return loaded;
};

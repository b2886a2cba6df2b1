import { Container } from 'inversify';

/**
 * The only file that imports inversify. Two scopes: the process, and one small child for each tenant that has opened something.
 *
 * A process service may need process services only. Inversify resolves the needs of a parent's singleton through the container
 * that asks first, so a parent service that needed something a tenant binds would keep the first tenant's and serve it to all.
 * The types refuse it, `bind` refuses it again, and a test tries.
 *
 * Closing is not left to the container, which deactivates concurrently: whoever makes a resource owns it.
 */
export interface ProcessContainer<Services extends object> {
  bind<Name extends keyof Services & string, const Needs extends readonly (keyof Services & string)[]>(
    name: Name,
    needs: Needs,
    make: (...needed: { [Index in keyof Needs]: Services[Needs[Index]] }) => Services[Name],
  ): void;
  get<Name extends keyof Services & string>(name: Name): Services[Name];
  /** After this no process service can be added: a late `bind` would invalidate every tenant's container. */
  seal(): void;
  tenant(): TenantContainer;
}

export interface TenantContainer {
  /** `needs` are tokens of this tenant; the factory runs once at a time and again after a failure. */
  bindPort(token: string, needs: readonly string[], open: (...needed: readonly unknown[]) => Promise<unknown>): void;
  /** Opens what the token needs first. Concurrent calls share one opening. */
  port(token: string): Promise<unknown>;
}

export function createProcessContainer<Services extends object>(): ProcessContainer<Services> {
  const root = new Container({ defaultScope: 'Singleton' });
  const bound = new Set<string>();
  let sealed = false;
  return {
    bind: (name, needs, make) => {
      if (sealed)
        throw new Error(`Process service '${name}' is bound after start-up. Bind it in core/kernel/application.ts.`);
      const foreign = needs.find((need) => !bound.has(need));
      if (foreign !== undefined) {
        throw new Error(
          `Process service '${name}' needs '${foreign}', which is no process service bound before it. Only tenants may depend on tenant services.`,
        );
      }
      root
        .bind(name)
        .toResolvedValue(make as unknown as (...needed: unknown[]) => unknown, [...needs])
        .inSingletonScope();
      bound.add(name);
    },
    get: (name) => root.get(name),
    seal: () => {
      sealed = true;
      for (const name of bound) root.get(name);
    },
    tenant: () => createTenantContainer(root),
  };
}

function createTenantContainer(root: Container): TenantContainer {
  const container = new Container({ parent: root });
  const open = new Map<string, Promise<unknown>>();
  const once = (token: string, make: () => Promise<unknown>): Promise<unknown> => {
    const known = open.get(token);
    if (known !== undefined) return known;
    const opening = make();
    open.set(token, opening);
    opening.catch(() => open.delete(token));
    return opening;
  };
  return {
    bindPort: (token, needs, make) => {
      // Transient, with the memory here: Inversify would keep a singleton's rejected promise for good.
      container
        .bind(token)
        .toResolvedValue((...needed: unknown[]) => once(token, () => make(...needed)), [...needs])
        .inTransientScope();
    },
    port: (token) => open.get(token) ?? container.getAsync<unknown>(token),
  };
}

import type { Logger } from "../../../base/log.ts";
import { Mutex } from "../../../base/mutex.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import { byMenu, type CompiledService } from "../../../flows/compiler/compiled.ts";
import type { InstalledService, PackageStore } from "../../../flows/node/package-store.ts";

/** What a kiosk offers, and which version of it where that is not what came with the release. */
export type Offered = {
  readonly services: readonly CompiledService[];
  readonly versions: Readonly<Record<string, string>>;
};

/**
 * Where a kiosk's services come from: the release, the fleet's packages, and packages that were installed at the kiosk. A service that
 * two of them have is the fleet's first, then the one installed here.
 */
export class ServiceShelf {
  readonly #store: PackageStore;
  readonly #log: Logger;
  readonly #installing = new Mutex();
  readonly #installed = new Map<string, InstalledService>();
  /** Of the release and the fleet. */
  #base: Offered;

  constructor(options: {
    readonly store: PackageStore;
    readonly services: readonly CompiledService[];
    readonly log: Logger;
  }) {
    this.#store = options.store;
    this.#log = options.log;
    this.#base = { services: options.services, versions: {} };
  }

  get offered(): Offered {
    const fleet = this.#base.versions;
    const own = [...this.#installed.values()].filter(({ service }) => fleet[service.id] === undefined);
    const ids = new Set(own.map(({ service }) => service.id));
    const services = [...this.#base.services.filter(({ id }) => !ids.has(id)), ...own.map(({ service }) => service)];
    return {
      services: services.sort(byMenu),
      versions: { ...fleet, ...Object.fromEntries(own.map((one) => [one.service.id, `local ${one.version}`])) },
    };
  }

  /** Other services of release and fleet. */
  setBase(base: Offered): void {
    this.#base = base;
  }

  /** Takes what is installed and was proved by this release. @returns whether anything is still to be proved. */
  async load(): Promise<boolean> {
    const { ready, unproved, refused } = await this.#store.read();
    for (const one of ready) this.#installed.set(one.service.id, one);
    for (const { file, error } of refused) this.#refuse(file, error);
    return unproved.length > 0;
  }

  /**
   * Proves what is installed and was not proved by this release: after an update, or where the verdict is lost.
   *
   * @returns whether there is more to offer now.
   */
  proveRest(): Promise<boolean> {
    return this.#installing.withLock(async () => {
      const { unproved } = await this.#store.read();
      let more = false;
      for (const opened of unproved) {
        const { service, version } = opened.manifest;
        const proved = await this.#store.prove(opened);
        if (!proved.ok) {
          if (proved.error.code === "common.cancelled") return more;
          this.#refuse(`${service} ${version}`, proved.error);
          continue;
        }
        this.#installed.set(service, proved.value);
        more = true;
      }
      return more;
    });
  }

  /** Verifies, proves and stores a package; it is among `offered` then. */
  install(file: string): Promise<Result<void, CodedError>> {
    return this.#installing.withLock(async () => {
      const installed = await this.#store.install(file);
      if (!installed.ok) {
        this.#refuse(file, installed.error);
        return installed;
      }
      const { service, version } = installed.value;
      this.#installed.set(service.id, installed.value);
      this.#log("service.installed", { service: service.id, version });
      return ok();
    });
  }

  #refuse(file: string, { code, message }: CodedError): void {
    this.#log("service.refused", { file, code, detail: message });
  }
}

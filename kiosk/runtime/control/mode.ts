import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeStatus } from "../../../base/contracts/runtime-control.ts";
import { type Observable, Subject } from "../../../base/observable.ts";

type Mode = RuntimeStatus["mode"];

/**
 * Whether the kiosk takes citizens. Maintenance outlives a restart, by a file: power that comes back must not open a kiosk in
 * which a technician has their hands. Draining does not: it is for an update or a restart that ends with a new process.
 */
export class KioskMode {
  readonly #file: string;
  readonly #mode: Subject<Mode>;
  readonly #closed: Subject<boolean>;

  /** @param directory the runtime's data directory, which exists. */
  constructor(directory: string) {
    this.#file = join(directory, "maintenance");
    this.#mode = new Subject<Mode>(existsSync(this.#file) ? "maintenance" : "in-service");
    this.#closed = new Subject(this.#mode.value !== "in-service");
  }

  get value(): Mode {
    return this.#mode.value;
  }

  /** Whether citizens are turned away. */
  get closed(): Observable<boolean> {
    return this.#closed;
  }

  get observable(): Observable<Mode> {
    return this.#mode;
  }

  set(mode: Mode): void {
    if (mode === "maintenance") writeFileSync(this.#file, "");
    else rmSync(this.#file, { force: true });
    this.#mode.set(mode);
    this.#closed.set(mode !== "in-service");
  }
}

import type { TargetFile } from "@tufjs/models";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FetchFailure } from "./fetcher.ts";
import type { MetadataStore } from "./metadata-store.ts";
import { TrustedMetadata } from "./trusted-metadata.ts";

/** Steps of the root in one cycle; delegations that one look-up visits; bytes of metadata whose length no other metadata say. */
const MAX_ROOT_ROTATIONS = 256;
const MAX_DELEGATIONS = 32;
const MAX_BYTES = { root: 512 * 1024, timestamp: 16 * 1024, snapshot: 2 * 1024 * 1024, targets: 5 * 1024 * 1024 };

export type CycleOptions = {
  /** A metadata file of the repository by its name there, at most `limit` bytes; status 404 when it is not there. */
  readonly get: (name: string, limit: number, signal: AbortSignal) => Promise<Result<Uint8Array, FetchFailure>>;
  readonly store: MetadataStore;
  /** Trusted when the store has no root: from the enrolment. */
  readonly initialRoot: Uint8Array | undefined;
  readonly log: Logger;
};

/** One update cycle: what is on disk, what the repository has, and which of it may be trusted. */
export class MetadataCycle {
  readonly #options: CycleOptions;
  readonly trusted: TrustedMetadata;

  private constructor(options: CycleOptions, trusted: TrustedMetadata) {
    this.#options = options;
    this.trusted = trusted;
  }

  /** @param now milliseconds since the Unix epoch, not below the clock's floor. */
  static async start(options: CycleOptions, now: number): Promise<Result<MetadataCycle, CodedError>> {
    const { store, initialRoot } = options;
    await store.prepare();
    const stored = await store.roots();
    const initial = initialRoot === undefined ? [] : [{ bytes: initialRoot, current: false }];
    let refused = coded("update.no-root");
    for (const { bytes, current } of [...stored, ...initial]) {
      const trusted = TrustedMetadata.start(bytes, now);
      if (!trusted.ok) {
        refused = coded("update.no-root", trusted.error.message);
        continue;
      }
      if (!current) await store.writeRoot(trusted.value.root.version, bytes);
      return ok(new MetadataCycle(options, trusted.value));
    }
    return err(refused);
  }

  /** §5.3 to §5.6 of the client workflow. */
  async refresh(signal: AbortSignal): Promise<Result<void, CodedError>> {
    for (const step of [this.#root, this.#timestamp, this.#snapshot]) {
      const done = await step.call(this, signal);
      if (!done.ok) return done;
    }
    return this.#targets("targets", "root", signal);
  }

  /** The same without the network: only what is on disk, which must not have expired. */
  async loadStored(): Promise<boolean> {
    const { store } = this.#options;
    const roles = await Promise.all(["timestamp", "snapshot", "targets"].map((role) => store.read(role)));
    const [timestamp, snapshot, targets] = roles;
    if (timestamp === undefined || snapshot === undefined || targets === undefined) return false;
    if (!this.trusted.checkRoot().ok || !this.trusted.updateTimestamp(timestamp).ok) return false;
    if (!this.trusted.updateSnapshot(snapshot, true).ok) return false;
    return this.trusted.updateTargets(targets, "targets", "root").ok;
  }

  /** §5.6.7: depth first, in the order in which the delegator names the roles. */
  async find(path: string, signal: AbortSignal): Promise<Result<TargetFile, CodedError>> {
    const unknown = err(coded("update.no-such-target", path));
    const visited = new Set<string>();
    const waiting = [{ role: "targets", delegator: "root" }];
    while (visited.size <= MAX_DELEGATIONS) {
      const next = waiting.pop();
      if (next === undefined) return unknown;
      const { role, delegator } = next;
      if (visited.has(role)) continue;
      const loaded = await this.#targets(role, delegator, signal);
      if (!loaded.ok) return loaded;
      const targets = this.trusted.targets(role);
      if (targets === undefined) throw new Error(`${role} was loaded`);
      if (Object.hasOwn(targets.targets, path)) return ok(targets.targets[path] as TargetFile);
      visited.add(role);
      const children: typeof waiting = [];
      for (const child of targets.delegations?.rolesForTarget(path) ?? []) {
        children.unshift({ role: child.role, delegator: role });
        if (child.terminating) {
          waiting.length = 0;
          break;
        }
      }
      waiting.push(...children);
    }
    return unknown;
  }

  async #root(signal: AbortSignal): Promise<Result<void, CodedError>> {
    const { store, log } = this.#options;
    for (let rotations = 0; rotations < MAX_ROOT_ROTATIONS; rotations++) {
      const before = this.trusted.root;
      const version = before.version + 1;
      const got = await this.#options.get(`${version}.root.json`, MAX_BYTES.root, signal);
      // Not there, or not to be seen: the root that is trusted is the newest.
      if (!got.ok && (got.error.status === 404 || got.error.status === 403)) break;
      if (!got.ok) return err(got.error.error);
      const updated = this.trusted.updateRoot(got.value);
      if (!updated.ok) return updated;
      // §5.3.11: with new keys comes a new count, or nobody could recover from a stolen key's enormous version numbers.
      const rotated = ["timestamp", "snapshot"].some(
        (role) => keysOf(before, role) !== keysOf(this.trusted.root, role),
      );
      if (rotated) await store.remove(["timestamp", "snapshot"]);
      await store.writeRoot(version, got.value);
      log("update.root-changed", { version });
    }
    return this.trusted.checkRoot();
  }

  async #timestamp(signal: AbortSignal): Promise<Result<void, CodedError>> {
    const { store } = this.#options;
    const stored = await store.read("timestamp");
    // Refused or expired: it stays only as what nothing may be older than.
    if (stored !== undefined) this.trusted.updateTimestamp(stored);
    const before = this.trusted.timestamp;
    const got = await this.#options.get("timestamp.json", MAX_BYTES.timestamp, signal);
    if (!got.ok) return err(got.error.error);
    const updated = this.trusted.updateTimestamp(got.value);
    if (!updated.ok) return updated;
    if (this.trusted.timestamp !== before) await store.write("timestamp", got.value);
    return ok();
  }

  async #snapshot(signal: AbortSignal): Promise<Result<void, CodedError>> {
    const { store } = this.#options;
    const stored = await store.read("snapshot");
    if (stored !== undefined && this.trusted.updateSnapshot(stored, true).ok) return ok();
    const meta = this.trusted.timestamp?.snapshotMeta;
    if (meta === undefined) throw new Error("snapshot before timestamp");
    const got = await this.#options.get(
      this.#versioned("snapshot", meta.version),
      meta.length ?? MAX_BYTES.snapshot,
      signal,
    );
    if (!got.ok) return err(got.error.error);
    const updated = this.trusted.updateSnapshot(got.value, false);
    if (!updated.ok) return updated;
    await store.write("snapshot", got.value);
    return ok();
  }

  async #targets(role: string, delegator: string, signal: AbortSignal): Promise<Result<void, CodedError>> {
    const { store } = this.#options;
    if (this.trusted.targets(role) !== undefined) return this.trusted.delegates(delegator, role);
    const meta = this.trusted.snapshot?.meta[`${role}.json`];
    if (meta === undefined) return err(coded("update.mismatch", `${role} is missing in snapshot`));
    const stored = await store.read(role);
    if (stored !== undefined && this.trusted.updateTargets(stored, role, delegator).ok) return ok();
    const got = await this.#options.get(this.#versioned(role, meta.version), meta.length ?? MAX_BYTES.targets, signal);
    if (!got.ok) return err(got.error.error);
    const updated = this.trusted.updateTargets(got.value, role, delegator);
    if (!updated.ok) return updated;
    await store.write(role, got.value);
    return ok();
  }

  #versioned(role: string, version: number): string {
    const name = encodeURIComponent(role);
    return this.trusted.root.consistentSnapshot ? `${version}.${name}.json` : `${name}.json`;
  }
}

type RootOf = TrustedMetadata["root"];

/** The keys that may sign a role, in one comparable text. */
function keysOf(root: RootOf, role: string): string {
  const { keyIDs = [], threshold } = root.roles[role] ?? {};
  return JSON.stringify([threshold, ...[...keyIDs].sort()]);
}

import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { verifyRole } from "./signatures.ts";

type Signed = Root | Timestamp | Snapshot | Targets;
type Accepted<S extends Signed> = Result<Metadata<S>, CodedError>;
type Delegator = Metadata<Root> | Metadata<Targets>;

/**
 * The order and the rules of the client workflow of the TUF specification 1.0.34 (§5.3 to §5.6), without any input or output.
 * Bytes go in; what comes out was signed by the keys that may sign it, is not older than what was trusted, and has not expired.
 */
export class TrustedMetadata {
  /** Milliseconds since the Unix epoch: fixed for the whole update cycle (§5.1). */
  readonly #now: number;
  #root: Metadata<Root>;
  #timestamp: Metadata<Timestamp> | undefined;
  #snapshot: Metadata<Snapshot> | undefined;
  readonly #targets = new Map<string, Metadata<Targets>>();

  private constructor(root: Metadata<Root>, now: number) {
    this.#root = root;
    this.#now = now;
  }

  /** Starts from a root that this machine trusts already; it may have expired, since a newer one may follow. */
  static start(root: Uint8Array, now: number): Result<TrustedMetadata, CodedError> {
    const parsed = parse(MetadataKind.Root, root, "root");
    if (!parsed.ok) return parsed;
    const signed = verify(parsed.value, "root", parsed.value);
    return signed.ok ? ok(new TrustedMetadata(parsed.value, now)) : signed;
  }

  get root(): Root {
    return this.#root.signed;
  }

  get timestamp(): Timestamp | undefined {
    return this.#timestamp?.signed;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot?.signed;
  }

  /** The role's metadata, when they were loaded for any delegator. */
  targets(role: string): Targets | undefined {
    return this.#targets.get(role)?.signed;
  }

  /** First instant at which one of the top-level roles has expired, milliseconds since the Unix epoch. */
  get expires(): number {
    const roles = [this.root, this.timestamp, this.snapshot, this.targets("targets")];
    return Math.min(...roles.map((role) => (role === undefined ? 0 : Date.parse(role.expires))));
  }

  /** §5.3.4 to §5.3.7: signed by the old keys and by its own, and exactly one version on. */
  updateRoot(bytes: Uint8Array): Accepted<Root> {
    const parsed = parse(MetadataKind.Root, bytes, "root");
    if (!parsed.ok) return parsed;
    const next = parsed.value;
    const byOld = verify(this.#root, "root", next);
    if (!byOld.ok) return byOld;
    const byItself = verify(next, "root", next);
    if (!byItself.ok) return byItself;
    const expected = this.root.version + 1;
    if (next.signed.version !== expected)
      return err(coded("update.rollback", `root has version ${next.signed.version} where ${expected} must be`));
    this.#root = next;
    return ok(next);
  }

  /** §5.3.10: after the newest root is known. */
  checkRoot(): Result<void, CodedError> {
    return this.#checkExpiry(this.root, "root");
  }

  /** §5.4.2 to §5.4.4. The same version again is no news: the one that is trusted stays. */
  updateTimestamp(bytes: Uint8Array): Accepted<Timestamp> {
    const parsed = parse(MetadataKind.Timestamp, bytes, "timestamp");
    if (!parsed.ok) return parsed;
    const next = parsed.value;
    const signed = verify(this.#root, "timestamp", next);
    if (!signed.ok) return signed;
    const old = this.#timestamp;
    if (old !== undefined) {
      if (next.signed.version < old.signed.version)
        return err(coded("update.rollback", older("timestamp", next.signed.version, old.signed.version)));
      if (next.signed.version === old.signed.version) return this.#current(old);
      const [before, after] = [old.signed.snapshotMeta.version, next.signed.snapshotMeta.version];
      if (after < before) return err(coded("update.rollback", older("snapshot in timestamp", after, before)));
    }
    // Even an expired one guards against an older one.
    this.#timestamp = next;
    return this.#current(next);
  }

  /**
   * §5.5.2 to §5.5.6.
   *
   * @param stored from this machine's store, where its hash was checked before.
   */
  updateSnapshot(bytes: Uint8Array, stored: boolean): Accepted<Snapshot> {
    if (this.#timestamp === undefined) throw new Error("snapshot before timestamp");
    const meta = this.#timestamp.signed.snapshotMeta;
    if (!stored) {
      const same = attempt("update.mismatch", "snapshot", () => meta.verify(Buffer.from(bytes)));
      if (!same.ok) return same;
    }
    const parsed = parse(MetadataKind.Snapshot, bytes, "snapshot");
    if (!parsed.ok) return parsed;
    const next = parsed.value;
    const signed = verify(this.#root, "snapshot", next);
    if (!signed.ok) return signed;
    for (const [file, { version }] of Object.entries(this.snapshot?.meta ?? {})) {
      const after = next.signed.meta[file]?.version;
      if (after === undefined) return err(coded("update.rollback", `${file} is missing in snapshot`));
      if (after < version) return err(coded("update.rollback", older(`${file} in snapshot`, after, version)));
    }
    // Even one that is not the newest guards against a rollback of the newest.
    this.#snapshot = next;
    if (next.signed.version !== meta.version)
      return err(
        coded("update.mismatch", `snapshot has version ${next.signed.version}, timestamp says ${meta.version}`),
      );
    const fresh = this.#checkExpiry(next.signed, "snapshot");
    return fresh.ok ? ok(next) : fresh;
  }

  /** §5.6.2 to §5.6.5, for `targets` and every delegated role, against the role that delegates to it here. */
  updateTargets(bytes: Uint8Array, role: string, delegator: string): Accepted<Targets> {
    const meta = this.snapshot?.meta[`${role}.json`];
    if (meta === undefined) return err(coded("update.mismatch", `${role} is missing in snapshot`));
    const same = attempt("update.mismatch", role, () => meta.verify(Buffer.from(bytes)));
    if (!same.ok) return same;
    const parsed = parse(MetadataKind.Targets, bytes, role);
    if (!parsed.ok) return parsed;
    const next = parsed.value;
    const signed = verify(this.#delegator(delegator), role, next);
    if (!signed.ok) return signed;
    if (next.signed.version !== meta.version)
      return err(coded("update.mismatch", `${role} has version ${next.signed.version}, snapshot says ${meta.version}`));
    const fresh = this.#checkExpiry(next.signed, role);
    if (!fresh.ok) return fresh;
    this.#targets.set(role, next);
    return ok(next);
  }

  /** Whether a role that is loaded already is signed by what *this* delegator asks for: two may delegate to one name. */
  delegates(delegator: string, role: string): Result<void, CodedError> {
    const loaded = this.#targets.get(role);
    if (loaded === undefined) throw new Error(`${role} is not loaded`);
    return verify(this.#delegator(delegator), role, loaded);
  }

  #delegator(role: string): Delegator {
    if (role === "root") return this.#root;
    const metadata = this.#targets.get(role);
    if (metadata === undefined) throw new Error(`${role} is not loaded`);
    return metadata;
  }

  #current(timestamp: Metadata<Timestamp>): Accepted<Timestamp> {
    const fresh = this.#checkExpiry(timestamp.signed, "timestamp");
    return fresh.ok ? ok(timestamp) : fresh;
  }

  #checkExpiry(signed: Signed, role: string): Result<void, CodedError> {
    if (Date.parse(signed.expires) > this.#now) return ok();
    return err(coded("update.expired", `${role}, at ${signed.expires}`));
  }
}

function parse(kind: MetadataKind.Root, bytes: Uint8Array, role: string): Accepted<Root>;
function parse(kind: MetadataKind.Timestamp, bytes: Uint8Array, role: string): Accepted<Timestamp>;
function parse(kind: MetadataKind.Snapshot, bytes: Uint8Array, role: string): Accepted<Snapshot>;
function parse(kind: MetadataKind.Targets, bytes: Uint8Array, role: string): Accepted<Targets>;
function parse(kind: MetadataKind, bytes: Uint8Array, role: string): Accepted<Signed> {
  return attempt("update.malformed", role, () => {
    const value = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no JSON object");
    // The overloads of the model are by kind; what it gives is of that kind.
    const metadata = Metadata.fromJSON(kind as MetadataKind.Root, value as Parameters<typeof Metadata.fromJSON>[1]);
    if (!Number.isSafeInteger(metadata.signed.version) || metadata.signed.version < 1) throw new Error("bad version");
    return metadata as Metadata<Signed>;
  });
}

function verify(delegator: Delegator, role: string, metadata: Metadata<Signed>): Result<void, CodedError> {
  return attempt("update.not-signed", role, () => verifyRole(delegator, role, metadata));
}

/** The models throw on bad data: that is expected of data from outside. */
function attempt<T>(
  code: "update.malformed" | "update.not-signed" | "update.mismatch",
  role: string,
  work: () => T,
): Result<T, CodedError> {
  try {
    return ok(work());
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(coded(code, `${role}: ${cause}`.slice(0, 300)));
  }
}

function older(what: string, offered: number, seen: number): string {
  return `${what}: version ${offered}, ${seen} was seen`;
}

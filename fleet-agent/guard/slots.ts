import { join } from "node:path";
import {
  type GuardState,
  guardStateSchema,
  type ReleaseManifest,
  releaseManifestSchema,
  SLOTS,
  type Slot,
} from "../../base/contracts/fleet/release.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Disk } from "./disk.ts";

const MANIFEST_LIMIT = 65_536;
const STATE_LIMIT = 65_536;

/** Two directories and the link between them: `<root>/slot-a`, `<root>/slot-b`, `<root>/current`. */
export function createSlots(options: { readonly root: string; readonly stateFile: string; readonly disk: Disk }) {
  const { root, stateFile, disk } = options;
  const current = join(root, "current");
  const name = (slot: Slot) => `slot-${slot}`;
  const directory = (slot: Slot) => join(root, name(slot));

  /** The slot's `release.json`, when every program that it names is there; otherwise what is wrong. */
  function manifest(slot: Slot): Result<ReleaseManifest, CodedError> {
    const file = join(directory(slot), "release.json");
    const parsed = releaseManifestSchema.safeParse(parseJson(disk.read(file, MANIFEST_LIMIT) ?? ""));
    if (!parsed.success) return err(coded("guard.not-whole", `${file}: ${parsed.error.issues[0]?.message}`));
    const programs = Object.values(parsed.data.parts).map((part) => part.program);
    const missing = programs.find((program) => !disk.isFile(join(directory(slot), program)));
    return missing === undefined ? ok(parsed.data) : err(coded("guard.not-whole", `${name(slot)} lacks ${missing}`));
  }

  function linked(): Slot | undefined {
    const target = disk.pointsTo(current);
    return SLOTS.find((slot) => name(slot) === target);
  }

  function written(): GuardState | undefined {
    return guardStateSchema.safeParse(parseJson(disk.read(stateFile, STATE_LIMIT) ?? "")).data;
  }

  /** The state as it was written; without a readable one, what the link and the directories show. */
  function load(): Result<GuardState, CodedError> {
    const state = written();
    if (state !== undefined) return ok(state);
    const active = linked();
    if (active === undefined) return err(coded("guard.no-release", `${current} points to no slot`));
    const running = manifest(active);
    if (!running.ok) return running;
    const found = (slot: Slot) => {
      const there = manifest(slot);
      return there.ok ? { version: there.value.version, sha256: null } : null;
    };
    return ok({ active, slots: { a: found("a"), b: found("b") }, trial: null, rolledBack: null });
  }

  return {
    directory,
    manifest,
    linked,
    load,
    written,
    save: (state: GuardState) => disk.write(stateFile, `${JSON.stringify(state)}\n`),
    point: (slot: Slot) => disk.point(current, name(slot)),
    clear: (slot: Slot) => disk.remove(directory(slot)),
  };
}

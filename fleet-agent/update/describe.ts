import type { TargetFile } from "@tufjs/models";
import { sha256Schema } from "../../base/contracts/fleet/names.ts";
import { type TargetCustom, targetCustomSchema } from "../../base/contracts/fleet/release.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { VerifiedTarget } from "./interface.ts";

/** A verified target as this project describes its own: a release or a service package. */
export function describeTarget(target: TargetFile): Result<VerifiedTarget, CodedError> {
  const { path, length } = target;
  const custom = targetCustomSchema.safeParse(target.custom);
  const sha256 = sha256Schema.safeParse(target.hashes.sha256);
  if (!custom.success || !sha256.success || !Number.isSafeInteger(length))
    return err(coded("update.malformed", `targets: ${path} is neither release nor service package`));
  return ok({ path, length, sha256: sha256.data, custom: custom.data });
}

/**
 * Whether a target is made for this machine: the metadata of a release name the platform it was built for.
 *
 * @param machine `<process.platform>-<process.arch>`.
 */
export function fitsThisMachine(
  custom: TargetCustom,
  machine = `${process.platform}-${process.arch}`,
): Result<void, CodedError<"update.unfit">> {
  if (custom.kind === "service" || custom.platform === machine) return ok();
  return err(coded("update.unfit", `for ${custom.platform}, this machine is ${machine}`));
}

import type { TargetCustom } from "../../base/contracts/fleet/release.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

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

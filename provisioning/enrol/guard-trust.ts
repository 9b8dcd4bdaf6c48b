import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/node/replace-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/**
 * Lays down what the guard of releases believes: the root of trust that came with the enrolment. Only root may write there, so that
 * an agent that was taken over cannot have the guard install what the fleet never signed.
 *
 * @param root TUF root metadata.
 * @param how `keep` what is there, which may be newer; `renew` it for a kiosk that has just come into a fleet.
 */
export function layGuardTrust({
  directory,
  root,
  how,
}: {
  readonly directory: string;
  readonly root: unknown;
  readonly how: "keep" | "renew";
}): Result<void, CodedError> {
  const file = join(directory, "root.json");
  if (how === "keep" && existsSync(file)) return ok();
  try {
    // Metadata of a fleet before would stand against the new root.
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    replaceFile(file, JSON.stringify(root), 0o644);
    return ok();
  } catch (error) {
    return err(coded("provision.file-unreadable", error instanceof Error ? error.message : file));
  }
}

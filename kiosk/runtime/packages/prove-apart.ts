import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { canonicalJson } from "../../../base/canonical-json.ts";
import { parseJson } from "../../../base/json.ts";
import { type OpenedPackage, openPackage } from "../../../base/node/service-package.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

/** The runtime's program, asked with this, proves the package on its standard input instead of running a kiosk. */
export const PROVE_PACKAGE = "--prove-package";

/** A service of many thousand states takes seconds; one that takes longer was made to, milliseconds. */
const PROVED_WITHIN = 300_000;

const answerSchema = z.strictObject({ refused: z.string().optional() });

/**
 * Proves a package in a process of its own: citizens are served meanwhile, and a definition that would keep the checker busy for
 * ever is given up.
 *
 * @param program the runtime's own.
 */
export async function proveApart(
  program: string,
  { manifest, files, signature }: OpenedPackage,
  signal: AbortSignal,
): Promise<Result<void, CodedError>> {
  const unproved = (what: string) => err(coded("service.package-unproved", what));
  const child = spawn(process.execPath, [...process.execArgv, program, PROVE_PACKAGE], {
    stdio: ["pipe", "pipe", "ignore"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROVED_WITHIN)]),
    killSignal: "SIGKILL",
  });
  // A child that is gone takes nothing more; its end says so.
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${canonicalJson({ manifest, files, signature })}\n`);
  const ended = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  const said = await text(child.stdout).catch(() => "");
  await ended;
  const answer = answerSchema.safeParse(parseJson(said));
  if (signal.aborted) return err(coded("common.cancelled", "proof of a package"));
  if (!answer.success) return unproved("the proof did not come to an end");
  return answer.data.refused === undefined ? ok() : unproved(answer.data.refused);
}

/** What the process of its own does. */
export async function proveInput(): Promise<void> {
  const opened = openPackage(await text(process.stdin));
  // Only here: a kiosk's start does not read the checker.
  const { provePackage } = await import("../../../flows/node/prove-package.ts");
  const proved = opened.ok ? provePackage(opened.value) : opened;
  process.stdout.write(JSON.stringify(proved.ok ? {} : { refused: proved.error.message }));
}

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ReadinessReport, readinessReportSchema, VERDICTS } from "../../base/contracts/fleet/readiness.ts";
import { parseJson } from "../../base/json.ts";
import { replaceFile } from "../../base/node/replace-file.ts";
import { ERRORS, type ErrorCode } from "../../base/registry/errors.ts";

const text = z.strictObject({ es: z.string(), en: z.string() });
const code = z.custom<ErrorCode>((value) => typeof value === "string" && Object.hasOwn(ERRORS, value));

/** A check that was made, until its report is written. */
const keptCheckSchema = z.strictObject({
  /** Of its report. */
  id: z.uuid(),
  /** Milliseconds since the Unix epoch. */
  takenAt: z.number(),
  results: z.array(
    z.strictObject({
      ...{ check: z.string(), title: text, verdict: z.enum(VERDICTS), code: code.optional() },
      ...{ detail: text, seconds: z.number() },
    }),
  ),
});
export type KeptCheck = z.infer<typeof keptCheckSchema>;

/** The folder in which checks and reports wait on the kiosk, e.g. `/var/lib/ventanilla/provision`. */
export class Kept {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  saveCheck(check: KeptCheck): void {
    this.write("last-check.json", `${JSON.stringify(check, null, 2)}\n`);
  }

  lastCheck(): KeptCheck | undefined {
    return keptCheckSchema.safeParse(this.read("last-check.json")).data;
  }

  saveReport(report: ReadinessReport): void {
    this.write("last-report.json", `${JSON.stringify(report, null, 2)}\n`);
  }

  lastReport(): ReadinessReport | undefined {
    return readinessReportSchema.safeParse(this.read("last-report.json")).data;
  }

  /** @returns the file's path. */
  write(name: string, content: string | Uint8Array, mode = 0o644): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o755 });
    replaceFile(this.path(name), content, mode);
    return this.path(name);
  }

  /** The JSON of a file; undefined when it is not there or is none. */
  read(name: string): unknown {
    try {
      return parseJson(readFileSync(this.path(name), "utf8"));
    } catch {
      return undefined;
    }
  }
}

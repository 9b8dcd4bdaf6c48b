import type { Logger } from "../base/log.ts";

/** What a log may say of an unexpected error: its kind or the database's code, and the place in our code; never its text. */
export function causeOf(problem: unknown): { readonly cause: string; readonly where: string } {
  const error = problem instanceof Error ? problem : new Error("not an error");
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const place = /\/((?:fleet-server|base)\/[\w./-]+:\d+)/.exec(error.stack ?? "");
  return { cause: code, where: place?.[1] ?? "unknown" };
}

/** Logs an unexpected error of a piece of work that goes on. */
export function logUnexpected(log: Logger, work: string, problem: unknown): void {
  log("fleet.unexpected", { work, ...causeOf(problem) });
}

import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Result } from "../../base/result.ts";
import type { CallFailure, InstitutionId, Operations } from "./connector.ts";

type Asked = Promise<Result<unknown, CallFailure>>;
type Call = (...parameters: never[]) => Asked;

const CALLS = ["ask", "submit", "lookUp"] as const;

/** The same operations, each call to an institution with a log line: which, how it ended, how long it took. */
export function observed(operations: Operations, clock: Clock, log: Logger): Operations {
  return {
    queries: watchAll(operations.queries, clock, log),
    submissions: watchAll(operations.submissions, clock, log),
  };
}

function watchAll<T extends object>(operations: T, clock: Clock, log: Logger): T {
  const watched = Object.entries(operations).map(([name, operation]: [string, Record<string, unknown>]) => {
    const institution = operation.institution;
    if (typeof institution !== "string") return [name, operation];
    const calls = CALLS.filter((call) => typeof operation[call] === "function").map((call) => [
      call,
      watch(
        operation[call] as Call,
        { institution: institution as InstitutionId, operation: `${name}:${call}` },
        clock,
        log,
      ),
    ]);
    return [name, { ...operation, ...Object.fromEntries(calls) }];
  });
  return Object.fromEntries(watched) as T;
}

function watch(
  call: Call,
  about: { readonly institution: InstitutionId; readonly operation: string },
  clock: Clock,
  log: Logger,
): Call {
  return async (...parameters) => {
    const begun = clock.monotonic();
    const end = await call(...parameters);
    const took = Math.round(clock.monotonic() - begun);
    const how = end.ok ? { outcome: "ok" } : { outcome: end.error.effect, code: end.error.error.code };
    log("gateway.institution-call", { ...about, ...how, took });
    return end;
  };
}

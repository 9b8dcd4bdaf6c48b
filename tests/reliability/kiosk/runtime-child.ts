import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { Incidents } from "../../../kiosk/runtime/journal/incidents.ts";
import { Journal } from "../../../kiosk/runtime/journal/journal.ts";
import { Vault } from "../../../kiosk/runtime/journal/vault.ts";
import { ANY_EDGE, countHandles, DIES, type DieAt, type Figures, type Order } from "./orders.ts";

const STANDARD_ERROR = 2;

/**
 * The kiosk's runtime, the same program as `kiosk/runtime/main.ts`, that dies by its own SIGKILL right before or right after a write to the
 * journal: the moments that nobody outside can hit. Where, it is told by `RELIABILITY_DIE` at its start or by a message later.
 */
let dieAt: DieAt | undefined =
  process.env.RELIABILITY_DIE === undefined ? undefined : JSON.parse(process.env.RELIABILITY_DIE);
let seen = 0;

// Orders alone must not keep a process that has nothing more to do.
process.channel?.unref();
process.on("message", (order: Order) => {
  if (order.do === "die") {
    dieAt = order.at;
    seen = 0;
  } else process.send?.(figures());
});

// Whoever tries it has gone, perhaps in the middle of a run: nobody else would end it.
process.on("disconnect", () => process.exit(1));

/** What this process holds, after a full collection where Node was started with `--expose-gc`. */
function figures(): Figures {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss, handles: countHandles() };
}

function edge(when: DieAt["when"], name: string): void {
  if (dieAt === undefined || dieAt.when !== when || (dieAt.edge !== name && dieAt.edge !== ANY_EDGE)) return;
  if (++seen < dieAt.nth) return;
  writeSync(STANDARD_ERROR, `${DIES}${when} ${name}\n`);
  process.kill(process.pid, "SIGKILL");
  // The signal is taken at the next return from the kernel: nothing of ours runs after it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Puts an edge around a method. @param name what the edge is called, from the method's own arguments. */
function cut<T extends object, A extends unknown[]>(
  type: { readonly prototype: T },
  method: keyof T & string,
  name: (self: T, ...parameters: A) => string,
): void {
  const prototype = type.prototype as Record<string, (...parameters: A) => unknown>;
  const whole = prototype[method];
  if (whole === undefined) throw new Error(`there is no ${method} to cut`);
  prototype[method] = function (this: T, ...parameters: A) {
    const called = name(this, ...parameters);
    edge("before", called);
    const result = whole.apply(this, parameters);
    edge("after", called);
    return result;
  };
}

cut(Journal, "openJourney", () => "journey opened");
cut(Journal, "intend", (_, _journey: string, { kind }: { readonly kind: string }) => `${kind} intended`);
cut(Journal, "advance", (journal, key: string, state: string) => `${journal.effect(key).kind} ${state}`);
cut(Journal, "queue", () => "submission queued");
cut(Journal, "delivered", () => "submission delivered");
cut(Journal, "refuse", () => "submission refused");
cut(Journal, "endJourney", () => "journey ended");
cut(Journal, "settleJourney", () => "settled");
cut(Vault, "seal", () => "sealed");
cut(Vault, "destroy", () => "key destroyed");
cut(Incidents, "record", () => "incident recorded");
cut(Incidents, "found", () => "incident finding");
cut(Incidents, "delivered", () => "incident delivered");

await import("../../../kiosk/runtime/main.ts");
// A process that is killed leaves none behind.
flushCompileCache();

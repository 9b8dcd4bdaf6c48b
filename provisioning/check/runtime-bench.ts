import type { Clock } from "../../base/clock.ts";
import {
  controlFailureSchema,
  type DeviceTestRequest,
  deviceTestResultSchema,
  type ModeRequest,
  type RuntimeStatus,
  runtimeStatusSchema,
} from "../../base/contracts/runtime-control.ts";
import { pause } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { ask } from "../http.ts";
import { registered } from "../programs.ts";
import type { Bench } from "./bench.ts";
import { fail, notRun, pass } from "./check.ts";

export type RuntimeBenchOptions = {
  /** The runtime's control socket. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

const ANSWER_WITHIN = 5_000;
const TEST_WITHIN = 90_000;
/** A citizen who is being served is waited for this long. */
const CITIZEN_WITHIN = 600_000;
const LOOK_EVERY = 1_000;

/**
 * Tries devices through the running runtime, which holds their ports. The kiosk is in maintenance meanwhile; then it is as it
 * was before.
 *
 * @returns undefined when no runtime runs.
 */
export async function runtimeBench(options: RuntimeBenchOptions): Promise<Result<Bench | undefined, CodedError>> {
  const { clock, signal } = options;
  const before = await status(options);
  if (before === undefined) return ok(undefined);
  let now = await setMode(options, "maintenance");
  for (const start = clock.monotonic(); now.ok && (now.value.serving || now.value.mode !== "maintenance"); ) {
    if (clock.monotonic() - start > CITIZEN_WITHIN || !(await pause(clock, LOOK_EVERY, signal))) {
      await setMode(options, before.mode);
      return err(coded("readiness.kiosk-busy"));
    }
    const next = await status(options);
    now = next === undefined ? err(coded("provision.runtime-refused", "it ended")) : ok(next);
  }
  if (!now.ok) return now;
  return ok({
    test: async ({ id, kind }, inner) => {
      const test = kind === "receipt-printer" ? "test-print" : "self-test";
      const request: DeviceTestRequest = { test };
      const path = `/v1/devices/${encodeURIComponent(id)}/test`;
      const answer = await call(options, "POST", path, TEST_WITHIN, inner, request);
      if (!answer.ok) return fail(answer.error);
      const result = deviceTestResultSchema.safeParse(answer.value);
      if (!result.success) return fail(coded("provision.runtime-refused", "an answer of another version"));
      const { outcome, code, message } = result.data;
      if (outcome !== "ok")
        return fail(registered(code === undefined ? undefined : { code, message: message ?? code }));
      if (kind === "code-reader")
        return notRun({ es: "conectado; lectura no probada", en: "connected; no code was read" });
      if (kind === "receipt-printer") return pass({ es: "imprimió una hoja de prueba", en: "printed a test paper" });
      if (kind === "payment-terminal")
        return pass({ es: "responde al sondeo; sin venta", en: "answers the poll; no sale" });
      return notRun({
        es: "conectado y sin fallas; no se probó más",
        en: "connected, without faults; not tried further",
      });
    },
    close: async () => void (await setMode({ ...options, signal: AbortSignal.any([]) }, before.mode)),
  });
}

async function status(options: RuntimeBenchOptions): Promise<RuntimeStatus | undefined> {
  const answer = await call(options, "GET", "/v1/status", ANSWER_WITHIN, options.signal);
  return answer.ok ? runtimeStatusSchema.safeParse(answer.value).data : undefined;
}

async function setMode(
  options: RuntimeBenchOptions,
  mode: ModeRequest["mode"],
): Promise<Result<RuntimeStatus, CodedError>> {
  const answer = await call(options, "POST", "/v1/mode", ANSWER_WITHIN, options.signal, { mode } satisfies ModeRequest);
  if (!answer.ok) return answer;
  const parsed = runtimeStatusSchema.safeParse(answer.value);
  return parsed.success ? ok(parsed.data) : err(coded("provision.runtime-refused", "an answer of another version"));
}

async function call(
  { socketPath, clock }: RuntimeBenchOptions,
  method: "GET" | "POST",
  path: string,
  within: number,
  signal: AbortSignal,
  body?: unknown,
): Promise<Result<unknown, CodedError>> {
  const url = `http://localhost${path}`;
  const answer = await ask({ method, url, socketPath, within, signal, clock, ...(body === undefined ? {} : { body }) });
  if (!answer.ok) return err(coded("provision.runtime-refused", answer.error.cause));
  if (answer.value.status < 400) return ok(answer.value.body);
  const failure = controlFailureSchema.safeParse(answer.value.body);
  return err(
    failure.success ? registered(failure.data) : coded("provision.runtime-refused", `status ${answer.value.status}`),
  );
}

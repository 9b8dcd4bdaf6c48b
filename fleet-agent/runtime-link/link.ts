import { Agent } from "node:http";
import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import {
  controlFailureSchema,
  deviceTestResultSchema,
  journeyPageSchema,
  type RuntimeStatus,
  runtimeStatusSchema,
} from "../../base/contracts/runtime-control.ts";
import { parseJson } from "../../base/json.ts";
import type { Logger } from "../../base/log.ts";
import { Subject, sameData } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { exchange, exchangeError } from "../http-exchange.ts";
import type { RuntimeLink } from "./interface.ts";
import { watch } from "./watch.ts";

/** A self-test or a print takes as long as the device does, milliseconds. */
const TEST_WITHIN = 90_000;
const ASK_WITHIN = 10_000;
/** Services are read, compiled and checked. */
const LOAD_WITHIN = 60_000;
const MAX_ANSWER = 1024 * 1024;

export type RuntimeLinkOptions = {
  /** Unix socket of the runtime's control interface. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** Follows the runtime from now on, until `stop`. */
export function createRuntimeLink(options: RuntimeLinkOptions): RuntimeLink & { stop(): Promise<void> } {
  const { socketPath, clock, log } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ending = new AbortController();
  const status = new Subject<RuntimeStatus | undefined>(undefined, sameData);
  let answered: boolean | undefined;
  const watching = watch({
    ...options,
    signal: ending.signal,
    onStatus: (value) => {
      if (answered !== true) log("agent.runtime", { began: true });
      answered = true;
      status.set(value);
    },
    onLost: (error) => {
      if (answered !== false) log("agent.runtime", { began: false, code: error.code });
      answered = false;
      status.set(undefined);
    },
  });

  async function ask<T>(
    schema: z.ZodType<T>,
    path: string,
    body: unknown,
    within: number,
    signal: AbortSignal,
  ): Promise<Result<T, CodedError>> {
    const reply = await exchange(clock, {
      method: body === undefined ? "GET" : "POST",
      url: new URL(path, "http://runtime"),
      socketPath,
      agent,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) }),
      within,
      limit: MAX_ANSWER,
      signal,
    });
    if (!reply.ok) return err(exchangeError("runtime", reply.error));
    const value = parseJson(reply.value.body.toString("utf8"));
    if (reply.value.status >= 400) {
      const failure = controlFailureSchema.safeParse(value);
      const reason = failure.success ? `${failure.data.code}: ${failure.data.message}` : `status ${reply.value.status}`;
      return err(coded("agent.runtime-refused", reason));
    }
    const parsed = schema.safeParse(value);
    return parsed.success ? ok(parsed.data) : err(coded("agent.runtime-answer", path));
  }

  const learn = (answer: Result<RuntimeStatus, CodedError>) => {
    if (answer.ok && answered) status.set(answer.value);
    return answer;
  };
  return {
    status,
    setMode: async (mode, signal) => learn(await ask(runtimeStatusSchema, "/v1/mode", { mode }, ASK_WITHIN, signal)),
    testDevice: (device, test, signal) =>
      ask(deviceTestResultSchema, `/v1/devices/${encodeURIComponent(device)}/test`, { test }, TEST_WITHIN, signal),
    resetDevice: (device, signal) =>
      ask(deviceTestResultSchema, `/v1/devices/${encodeURIComponent(device)}/reset`, {}, TEST_WITHIN, signal),
    loadServices: async (directory, versions, signal) =>
      learn(await ask(runtimeStatusSchema, "/v1/services", { directory, versions }, LOAD_WITHIN, signal)),
    journeys: (after, limit, signal) =>
      ask(journeyPageSchema, `/v1/journeys?after=${after}&limit=${limit}`, undefined, ASK_WITHIN, signal),
    stop: async () => {
      ending.abort();
      await watching;
      agent.destroy();
    },
  };
}

import { Agent } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { type RuntimeStatus, runtimeStatusSchema } from "../../base/contracts/runtime-control.ts";
import { pause } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import { LineReader } from "../../base/json-lines.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import { exchangeError, open } from "../http-exchange.ts";

/** The runtime says something every 15 s; one line may be late. */
const SILENCE = 20_000;
const CONNECT_WITHIN = 5_000;
const MAX_LINE = 256 * 1024;
/** A runtime that is restarted is back within two seconds; one that is broken costs a try every ten. */
const RECONNECT: Schedule = { first: 250, factor: 1.6, cap: 10_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.3 };

/** Follows `/v1/watch` until `signal`: each status as it comes, and the news that the runtime does not answer. */
export async function watch(options: {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onStatus: (status: RuntimeStatus) => void;
  readonly onLost: (error: CodedError) => void;
}): Promise<void> {
  const { clock, random, signal } = options;
  let waits = delays(RECONNECT, random);
  while (!signal.aborted) {
    const error = await follow({
      ...options,
      onStatus: (status) => {
        waits = delays(RECONNECT, random);
        options.onStatus(status);
      },
    });
    if (signal.aborted) return;
    options.onLost(error);
    const { value } = waits.next();
    if (value !== undefined) await pause(clock, value, signal);
  }
}

/** One connection, to its end. */
async function follow(options: {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStatus: (status: RuntimeStatus) => void;
}): Promise<CodedError> {
  const { socketPath, clock, onStatus } = options;
  const connection = new AbortController();
  const signal = AbortSignal.any([options.signal, connection.signal]);
  const agent = new Agent();
  let silence = clock.setTimeout(() => connection.abort(), SILENCE);
  try {
    const opened = await open(clock, {
      method: "GET",
      url: new URL("http://runtime/v1/watch"),
      socketPath,
      agent,
      within: CONNECT_WITHIN,
      signal,
    });
    if (!opened.ok) return exchangeError("runtime", opened.error);
    if (opened.value.statusCode !== 200) return coded("agent.runtime-refused", `status ${opened.value.statusCode}`);
    const reader = new LineReader(MAX_LINE);
    for await (const chunk of opened.value) {
      for (const line of reader.push(chunk)) {
        const status = runtimeStatusSchema.safeParse("text" in line ? parseJson(line.text) : undefined);
        if (!status.success) return coded("agent.runtime-answer", "/v1/watch");
        silence.cancel();
        silence = clock.setTimeout(() => connection.abort(), SILENCE);
        onStatus(status.data);
      }
    }
    return coded("agent.runtime-unreachable", "/v1/watch ended");
  } catch {
    return connection.signal.aborted
      ? coded("agent.runtime-no-answer", `silent for ${SILENCE / 1000} s`)
      : coded("agent.runtime-unreachable", "/v1/watch was cut");
  } finally {
    silence.cancel();
    connection.abort();
    agent.destroy();
  }
}

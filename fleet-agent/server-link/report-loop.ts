import type { Clock } from "../../base/clock.ts";
import { MAX_BATCH, type ReportAnswer, reportAnswerSchema } from "../../base/contracts/fleet/report.ts";
import { heartbeatInterval } from "../../base/contracts/fleet/socket.ts";
import { pause } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import type { Logger } from "../../base/log.ts";
import type { Observable } from "../../base/observable.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Outbox } from "../store/interface.ts";
import { Wake } from "../wake.ts";
import { Backoff } from "./backoff.ts";
import type { ServerClient, ServerFailure } from "./client.ts";

/** Between two batches, milliseconds: what changes in one second goes out together. */
const AT_MOST_EVERY = 1_000;
/** Share of the heartbeat that is random, so that kiosks that started together do not stay together. */
const HEARTBEAT_JITTER = 0.1;
const PATH = "/device/v1/reports";

export type ReportLoopOptions = {
  readonly client: Pick<ServerClient, "request" | "learnClock">;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Seconds between two batches at most. */
  readonly heartbeat: () => number;
  /** Whether the socket is open: heartbeats are rarer then. */
  readonly socketOpen: Observable<boolean>;
  readonly onAnswer: (answer: ReportAnswer) => void;
  /** The server answers for the first time, or again. */
  readonly onReturn: () => void;
  /** Ends a back-off at once: something else has just reached the server. */
  readonly wake: Wake;
};

/** Brings the outbox to the server until `signal`; an empty batch is a heartbeat. */
export async function reportLoop(options: ReportLoopOptions): Promise<void> {
  const { outbox, clock, random, signal, heartbeat, socketOpen, wake } = options;
  const backoff = new Backoff(random);
  const told = new ServerNews(options.log);
  const changes = new Wake();
  const unsubscribe = [
    outbox.waiting.subscribe((waiting) => {
      if (waiting > 0) changes.call();
    }),
    socketOpen.subscribe(() => changes.call()),
  ];
  while (!signal.aborted) {
    const sent = await send(options);
    if (signal.aborted) break;
    if (told.learn(sent)) options.onReturn();
    if (sent.ok) {
      backoff.reset();
      options.onAnswer(sent.value);
      const sentAt = clock.monotonic();
      const share = 1 - HEARTBEAT_JITTER * random();
      const rest = () => sentAt + heartbeatInterval(heartbeat(), socketOpen.value) * 1000 * share - clock.monotonic();
      await pause(clock, AT_MOST_EVERY, signal);
      for (let left = rest(); left > 0 && outbox.waiting.value === 0 && !signal.aborted; left = rest())
        await changes.wait(clock, left, signal);
    } else {
      await wake.wait(clock, backoff.next(sent.error.kind, sent.error.retryAfter), signal);
    }
  }
  for (const end of unsubscribe) end();
}

async function send({ client, outbox, signal }: ReportLoopOptions): Promise<Result<ReportAnswer, ServerFailure>> {
  const reports = outbox.next(MAX_BATCH);
  const reply = await client.request({
    method: "POST",
    path: PATH,
    body: { stream: outbox.stream, session: outbox.session, reports },
    signal,
  });
  if (!reply.ok) return reply;
  const answer = reportAnswerSchema.safeParse(parseJson(reply.value.body.toString("utf8")));
  if (!answer.success) return err({ error: coded("agent.server-answer", PATH), kind: "refused" });
  client.learnClock(answer.data.now);
  outbox.acknowledge(answer.data.acknowledged);
  const last = reports.at(-1)?.sequence ?? 0;
  if (answer.data.acknowledged < last) {
    const detail = `${PATH}: acknowledged ${answer.data.acknowledged} of ${last}`;
    return err({ error: coded("agent.server-answer", detail), kind: "away" });
  }
  return ok(answer.data);
}

/** Logs the server's going and coming, each once. */
class ServerNews {
  readonly #log: Logger;
  #said: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `true` when the server has just begun to answer. */
  learn(result: Result<unknown, ServerFailure>): boolean {
    const now = result.ok ? "" : result.error.error.message;
    const changed = this.#said !== now;
    this.#said = now;
    if (!changed) return false;
    if (result.ok) this.#log("agent.server", { began: true });
    else this.#log("agent.server", { began: false, code: result.error.error.code, reason: now });
    return result.ok;
  }
}

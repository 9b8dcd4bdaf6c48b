import type { Clock } from "../../base/clock.ts";
import { renewalAnswerSchema } from "../../base/contracts/fleet/identity.ts";
import { pause } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import type { Logger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import { Backoff } from "./backoff.ts";
import type { ServerClient, ServerFailure } from "./client.ts";

const PATH = "/device/v1/certificate";
/** Between two looks at the certificate's age, milliseconds; certificates live for weeks. */
const LOOK_EVERY = 3_600_000;

/** Renews the kiosk's certificate when two thirds of its life are over, until `signal`. */
export async function renewalLoop(options: {
  readonly client: ServerClient;
  readonly identity: KioskIdentity;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { client, identity, clock, random, log, signal } = options;
  const backoff = new Backoff(random);
  while (!signal.aborted) {
    let wait = LOOK_EVERY * (1 - 0.2 * random());
    if (identity.renewalDue(client.now())) {
      const renewed = await renew(client, identity, signal);
      if (signal.aborted) return;
      log("agent.renewal", renewed.ok ? { done: true } : { done: false, code: renewed.error.error.code });
      if (renewed.ok) backoff.reset();
      else wait = backoff.next(renewed.error.kind, renewed.error.retryAfter);
    }
    await pause(clock, wait, signal);
  }
}

async function renew(
  client: ServerClient,
  identity: KioskIdentity,
  signal: AbortSignal,
): Promise<Result<void, ServerFailure>> {
  const { csr, install } = await identity.prepareRenewal();
  const reply = await client.request({ method: "POST", path: PATH, body: { csr }, signal });
  if (!reply.ok) return reply;
  const answer = renewalAnswerSchema.safeParse(parseJson(reply.value.body.toString("utf8")));
  if (!answer.success) return err({ error: coded("agent.server-answer", PATH), kind: "refused" });
  const installed = install(answer.data.certificate);
  return installed.ok ? ok() : err({ error: installed.error, kind: "refused" });
}

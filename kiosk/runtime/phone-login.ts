import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { LoginEnd } from "../../base/contracts/phone-login.ts";
import { pause } from "../../base/deadline.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import type { JourneyPorts, PhoneIdentity } from "../../flows/engine/ports.ts";
import type { GatewayClient } from "./gateway/client.ts";

/** Between two looks at the gateway, milliseconds. */
const LOOK_EVERY = 1_000;
/** The gateway ends a login before this; the journey waits longer. Milliseconds. */
const LOGIN_WITHIN = 12 * 60_000;
/** Looks in a row that fail until the gateway counts as gone: the phone goes on meanwhile. */
const MAX_FAILURES = 10;
/** 192 bits: who knows it and is this kiosk learns who logged in. */
const ID_BYTES = 24;

const ENDS: { readonly [E in LoginEnd]: ErrorCode } = {
  expired: "login.expired",
  declined: "login.declined",
  refused: "login.refused",
  "wrong-number": "login.wrong-number",
  unavailable: "login.unavailable",
  absent: "login.unavailable",
};

/** Has the gateway log somebody in by their phone, and follows it. Cancels it there when it ends here without an identity. */
export async function logInByPhone(
  { gateway, clock }: { readonly gateway: GatewayClient; readonly clock: Clock },
  ...[request, { signal, onProgress }]: Parameters<JourneyPorts["logInByPhone"]>
): Promise<Outcome<PhoneIdentity>> {
  const id = randomBytes(ID_BYTES).toString("base64url");
  const outcome = await follow(id);
  // Not waited for: the page that asked is gone, and the gateway ends the login by itself too.
  if (outcome.outcome !== "ok") void gateway.cancelLogin(id);
  return outcome;

  async function follow(login: string): Promise<Outcome<PhoneIdentity>> {
    const begun = await gateway.beginLogin(login, request, signal);
    if (!begun.ok) return failed(signal.aborted ? begun.error : coded("login.unavailable", begun.error.code));
    if (!signal.aborted) onProgress({ step: "shown", ...begun.value });
    const end = clock.monotonic() + LOGIN_WITHIN;
    let opened = false;
    let failures = 0;
    while (clock.monotonic() < end && (await pause(clock, LOOK_EVERY, signal))) {
      const looked = await gateway.loginState(login, signal);
      failures = looked.ok ? 0 : failures + 1;
      if (failures >= MAX_FAILURES) return failed(coded("login.unavailable"));
      if (!looked.ok) continue;
      const state = looked.value;
      if (state.state === "confirmed") return done({ ...withoutAbsent(state.person), login });
      if (state.state === "ended") return failed(coded(ENDS[state.why]));
      if (state.state === "opened" && !opened && !signal.aborted) onProgress({ step: "opened" });
      opened ||= state.state === "opened";
    }
    return failed(signal.aborted ? coded("common.cancelled", "login") : coded("login.expired"));
  }
}

function withoutAbsent({ run, name }: { readonly run: string; readonly name?: string | undefined }) {
  return { run, ...(name === undefined ? {} : { name }) };
}

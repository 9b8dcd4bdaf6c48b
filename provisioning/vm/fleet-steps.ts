import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { BENCH_FLEET, BENCH_KIOSK } from "./bench.ts";
import type { Fleet } from "./fleet.ts";
import type { Guest } from "./guest.ts";
import { waitFor } from "./wait.ts";

/** What the steps with the fleet work on. */
export type FleetScene = {
  readonly fleet: Fleet;
  readonly guest: Guest;
  readonly clock: Clock;
  /** Aborts when the machine is off. */
  readonly gone: AbortSignal;
  readonly say: (line: string) => void;
};

const enrolmentSchema = z.looseObject({ code: z.string(), server: z.string(), caFingerprint: z.string() });
const kioskSchema = z.looseObject({
  connected: z.boolean(),
  service: z.string(),
  release: z.string().nullable(),
  update: z.string().nullable(),
});
export type SeenKiosk = Pick<z.infer<typeof kioskSchema>, "connected" | "service" | "release" | "update">;
const targetsSchema = z.looseObject({
  targets: z.array(z.looseObject({ path: z.string(), kind: z.string(), version: z.string() })),
});
const rolloutSchema = z.looseObject({
  id: z.string(),
  state: z.string(),
  why: z.string(),
  failures: z.array(z.looseObject({ code: z.string(), message: z.string() })),
});

const RING = "general";
/** Emulated, on a machine that others use too: a start of the agent takes half a minute. */
const SEEN_WITHIN = 600_000;
/** Download, unpacking, a start of every part, and the time that a release has to prove itself. */
const ROLLOUT_WITHIN = 1_200_000;
const RIGHTS_WITHIN = 240_000;

/** What speaks against the kiosk's being in service on `release`; undefined when it is. */
export function notInService(seen: SeenKiosk, release: string): string | undefined {
  if (!seen.connected) return "no connection is open";
  if (seen.release !== release) return `it runs ${seen.release}, not ${release}`;
  return seen.service === "in-service" ? undefined : `its service is ${seen.service}`;
}

/** The office makes a one-time code. */
export async function enrolmentCode(fleet: Fleet): Promise<Result<z.infer<typeof enrolmentSchema>, CodedError>> {
  const kiosk = { kiosk: BENCH_KIOSK, place: "ChileAtiende (banco de prueba)", site: "Banco", ring: RING };
  return await fleet.call(enrolmentSchema, "POST", "/enrolments", kiosk);
}

/** Whether what the enrolment left belongs to whom it should, the tool finds it done, and the runtime may read its certificate. */
export async function rightsAreKept(guest: Guest): Promise<Result<string, CodedError>> {
  return await guest.run(
    [
      "set -e",
      "test -s /var/lib/ventanilla/guard/trust/root.json",
      'test "$(stat -c %U:%a /var/lib/ventanilla/guard/trust/root.json)" = root:644',
      'test "$(stat -c %U:%a /var/lib/ventanilla/agent/identity/identity.json)" = ventanilla-agent:600',
      "LANG=en_GB.UTF-8 ventanilla-provision enrol --code AAAA-AAAA-AAAA | grep -q 'Nothing changed'",
      'runuser -u ventanilla-runtime -- sh -ec \'test -r "$0/kiosk.key"; test -r "$0/kiosk.crt"\' /var/lib/ventanilla/credentials',
      "! runuser -u ventanilla-shell -- test -r /var/lib/ventanilla/credentials/kiosk.key",
    ].join("\n"),
    RIGHTS_WITHIN,
  );
}

/** A release for every kiosk, and how its rollout ends. */
export async function rollOut(
  scene: FleetScene,
  { version, ends, runs }: { readonly version: string; readonly ends: "finished" | "halted"; readonly runs: string },
): Promise<Result<string, CodedError>> {
  const { fleet, guest, clock, gone } = scene;
  const targets = await fleet.call(targetsSchema, "GET", "/targets");
  if (!targets.ok) return targets;
  const target = targets.value.targets.find((each) => each.kind === "release" && each.version === version);
  if (target === undefined) return err(coded("vm.no-answer", `the repository has no release ${version}`));
  const begun = await fleet.call(rolloutSchema, "POST", "/rollouts", {
    target: target.path,
    rings: [{ ring: RING, success: 100, error: 0 }],
    silentAfter: 3_600,
  });
  if (!begun.ok) return begun;
  let last = "";
  const ended = await waitFor({ clock, gone }, `the rollout of ${version}`, ROLLOUT_WITHIN, async () => {
    const rollout = await fleet.call(rolloutSchema, "GET", `/rollouts/${begun.value.id}`);
    const kiosk = await fleet.call(kioskSchema, "GET", `/kiosks/${BENCH_KIOSK}`);
    if (!rollout.ok || !kiosk.ok) return undefined;
    const words = `${rollout.value.state}: ${kiosk.value.service}, ${kiosk.value.release}, ${kiosk.value.update ?? "no update"}`;
    if (words !== last) scene.say(words);
    last = words;
    return rollout.value.state === "running" ? undefined : rollout.value;
  });
  if (!ended.ok) return err(coded("vm.no-answer", `${ended.error.message}; the last word: ${last}`));
  const { state, why, failures } = ended.value;
  const reasons = failures.map(({ code }) => code).join(", ");
  if (state !== ends) return err(coded("vm.no-answer", `the rollout is ${state}, not ${ends}: ${why} ${reasons}`));
  const seen = await inService(scene, runs);
  if (!seen.ok) return seen;
  const slot = await activeSlot(guest, runs);
  if (!slot.ok) return slot;
  return ok(`${state}${reasons === "" ? "" : ` (${reasons})`}; ${runs} in service from ${slot.value}`);
}

/** The slot that `current` points to, when it holds `version`. */
export async function activeSlot(guest: Guest, version: string): Promise<Result<string, CodedError>> {
  const told = await guest.run("readlink /opt/ventanilla/current; cat /opt/ventanilla/current/release.json");
  if (!told.ok) return told;
  const [slot = "", ...manifest] = told.value.split("\n");
  return manifest.join("\n").includes(`"version": "${version}"`)
    ? ok(slot)
    : err(coded("vm.command-failed", `${slot} holds ${manifest.join(" ").slice(0, 100)}`));
}

/** Waits until the console's API shows the kiosk in service on `release`. */
export async function inService(
  { fleet, clock, gone }: Pick<FleetScene, "fleet" | "clock" | "gone">,
  release: string,
): Promise<Result<void, CodedError>> {
  let last = "never seen";
  const seen = await waitFor({ clock, gone }, "the kiosk in the console's API", SEEN_WITHIN, async () => {
    const kiosk = await fleet.call(kioskSchema, "GET", `/kiosks/${BENCH_KIOSK}`);
    const against = kiosk.ok ? notInService(kiosk.value, release) : kiosk.error.message;
    last = against ?? last;
    return against === undefined ? true : undefined;
  });
  return seen.ok ? ok() : err(coded("vm.no-answer", `${seen.error.message}; the last word: ${last}`));
}

/** Only the agent reaches the fleet server, and the agent reaches nothing else. */
export async function firewallIsClosed(guest: Guest): Promise<Result<string, CodedError>> {
  const { hostname, port } = new URL(BENCH_FLEET);
  const reach = (user: string, to: number | string) =>
    `timeout 20 runuser -u ${user} -- bash -c 'exec 3<>/dev/tcp/${hostname}/${to}' 2>/dev/null`;
  return await guest.run(
    [
      "set -e",
      `${reach("ventanilla-agent", port)} || { echo 'the agent does not reach the fleet server'; exit 1; }`,
      `! ${reach("ventanilla-runtime", port)} || { echo 'the runtime reaches the fleet server'; exit 1; }`,
      `! ${reach("nobody", port)} || { echo 'anybody reaches the fleet server'; exit 1; }`,
      `! ${reach("ventanilla-agent", 22)} || { echo 'the agent reaches another port'; exit 1; }`,
    ].join("\n"),
    180_000,
  );
}

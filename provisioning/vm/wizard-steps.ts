import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { BENCH_KIOSK } from "./bench.ts";
import { enrolmentCode, type FleetScene, firewallIsClosed, inService, rightsAreKept } from "./fleet-steps.ts";
import type { Guest } from "./guest.ts";
import type { Locator } from "./locate.ts";
import type { Qemu } from "./qemu.ts";
import { waitFor } from "./wait.ts";

const WIZARD = "http://127.0.0.1:4110";
const SHOWN_WITHIN = 900_000;
const DAY_WITHIN = 900_000;
const SCRIPT = "/run/ventanilla-bench/wizard-day.mjs";

const healthSchema = z.looseObject({ shells: z.number() });
const checkSchema = z.looseObject({ check: z.string(), state: z.string(), detail: z.looseObject({ en: z.string() }) });
const daySchema = z.looseObject({
  answers: z.array(z.looseObject({ act: z.string(), ok: z.boolean() })),
  ready: z.boolean().nullable(),
  checks: z.array(checkSchema),
});

/** A machine that nobody has enrolled shows the wizard on its own screen, by itself. */
export async function wizardShows(scene: {
  readonly qemu: Qemu;
  readonly guest: Guest;
  readonly locator: Locator;
  readonly clock: FleetScene["clock"];
  readonly folder: string;
}): Promise<Result<string, CodedError>> {
  const { qemu, guest, locator, clock, folder } = scene;
  const file = join(folder, "screens", "00-wizard.png");
  return await waitFor({ clock, gone: qemu.gone }, "the wizard on the screen", SHOWN_WITHIN, async () => {
    const told = await guest.http(`${WIZARD}/health`);
    const shells = told.ok ? healthSchema.safeParse(parseJson(told.value)).data?.shells : undefined;
    if (shells !== 1) return undefined;
    const taken = await qemu.photograph(file);
    if (!taken.ok || (await locator.isBlank(readFileSync(file)))) return undefined;
    return "by itself, in weston and Chromium";
  });
}

/** Runs inside: what the wizard's page sends while a technician goes through it. Nobody is there to scan something. */
const DAY = (code: string, fingerprint: string) => `
const wizard = ${JSON.stringify(WIZARD)};
let cookie = "";
const act = async (name, input) => {
  const answer = await fetch(wizard + "/api/" + name, {
    method: "POST",
    headers: { "content-type": "application/json", "x-ventanilla-wizard": "1", origin: wizard, cookie },
    body: JSON.stringify(input),
  });
  cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
  return { act: name, ...(await answer.json()) };
};
const acts = [
  ["enter", { code: ${JSON.stringify(code)} }],
  ["enrol", { fingerprint: ${JSON.stringify(fingerprint)} }],
  ["check", { skipScan: true }],
  ["report", { technician: "Ana Núñez" }],
];
const answers = [];
for (const [name, input] of acts) {
  answers.push(await act(name, input));
  if (!answers.at(-1).ok) break;
}
const { open } = await (await fetch(wizard + "/api/state", { headers: { cookie } })).json();
if (answers.every(({ ok }) => ok)) answers.push(await act("finish", {}));
process.stdout.write(JSON.stringify({ answers, ready: open?.ready ?? null, checks: open?.checks ?? [] }));
`;

/** A technician goes through the wizard with the console's code: enrolment, check, report. The screen is the citizens' then. */
export async function wizardDay(
  scene: FleetScene,
  release: string,
  folder: string,
): Promise<Result<string, CodedError>> {
  const { guest, clock, gone } = scene;
  const closed = await firewallIsClosed(guest);
  if (!closed.ok) return closed;
  const made = await enrolmentCode(scene.fleet);
  if (!made.ok) return made;
  const { code, caFingerprint } = made.value;
  const put = await guest.put(SCRIPT, DAY(code, caFingerprint));
  if (!put.ok) return put;
  const told = await guest.run(`/opt/ventanilla/node/bin/node ${SCRIPT}; rm -f ${SCRIPT}`, DAY_WITHIN);
  if (!told.ok) return told;
  writeFileSync(join(folder, "wizard.json"), told.value);
  const day = daySchema.safeParse(parseJson(told.value)).data;
  if (day === undefined) return err(coded("vm.no-answer", `the wizard: ${told.value.slice(-500)}`));
  const refused = day.answers.find((answer) => !answer.ok);
  if (refused !== undefined) return err(coded("vm.no-answer", `the wizard: ${JSON.stringify(refused)}`));
  const failed = day.checks.filter(({ state }) => state === "fail");
  if (day.ready !== true || failed.length > 0)
    return err(
      coded("vm.no-answer", `not ready: ${failed.map(({ check, detail }) => `${check}: ${detail.en}`).join("; ")}`),
    );
  const rights = await rightsAreKept(guest);
  if (!rights.ok) return rights;
  const given = await waitFor({ clock, gone }, "the wizard's end", DAY_WITHIN, async () => {
    const state = await guest.run("systemctl show -P ActiveState ventanilla-wizard.service; ls /run/ventanilla");
    return state.ok && /^inactive/.test(state.value) && !/^wizard/m.test(state.value) ? true : undefined;
  });
  if (!given.ok) return given;
  const seen = await inService(scene, release);
  if (!seen.ok) return seen;
  const passed = day.checks.filter(({ state }) => state === "pass").map(({ check }) => check);
  return ok(`${BENCH_KIOSK} in service on ${release} in the console's API; the check found well: ${passed.join(", ")}`);
}

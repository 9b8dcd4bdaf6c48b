import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { explore, type Reached } from "./explore.ts";
import { CEDULA, DECLINED } from "./people.ts";
import { HANG, type ScriptedPorts } from "./scripted-ports.ts";

const NO = failed(coded("link.lost", "test"));
const UNKNOWN = uncertain(coded("link.lost", "test"));

/** What happens to the world behind the ports. */
export type Script = (ports: ScriptedPorts) => void;

/** Days on which this and that goes wrong. The card is scanned once: going back, the citizen has put it away. */
const DAYS: { readonly [name: string]: Script } = {
  "all well": (ports) => ports.script("scan", done(CEDULA), HANG),
  "no card": (ports) => ports.script("scan", HANG),
  "no reader": (ports) => ports.script("scan", NO),
  "chip awaited": (ports) => ports.script("scan", done(CEDULA), HANG).script("read-chip", HANG),
  "chip moved": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("read-chip", failed(coded("chip-card.removed", "test")), HANG),
  "chip mute": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("read-chip", failed(coded("chip-card.mute", "test")), HANG),
  "chip of another card": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("read-chip", failed(coded("chip-card.key-refused", "test"))),
  "no chip": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("read-chip", failed(coded("chip-card.not-a-document", "test"))),
  "gateway down": (ports) => ports.script("scan", done(CEDULA), HANG).script("lookUp", NO).script("submit", NO),
  "nothing issued": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("fonasa.bono.issue", NO).script("srcei.birth-certificate", UNKNOWN),
  declined: (ports) => ports.script("scan", done(CEDULA), HANG).script("charge", done(DECLINED)),
  "terminal gone": (ports) => ports.script("scan", done(CEDULA), HANG).script("charge", NO),
  "payment unknown": (ports) => ports.script("scan", done(CEDULA), HANG).script("charge", UNKNOWN),
  "no paper": (ports) => ports.script("scan", done(CEDULA), HANG).script("print", NO),
  "silent printer": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("print", done({ printed: 1, confirmed: false })),
  "no paper, no phone": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("print", UNKNOWN)
      .script("delivery.link", NO)
      .script("delivery.email", NO),
};

/** A screen of a service, and the day on which a citizen comes to it. */
export type ScreenOfService = Reached & { readonly service: string; readonly day: string; readonly script: Script };

/** Every screen of every service over all days, each once. `more` are days of the caller's own, for every service. */
export async function everyScreen(
  services: readonly CompiledService[],
  more: { readonly [name: string]: Script } = {},
): Promise<ScreenOfService[]> {
  const reached = await Promise.all(
    services.flatMap(({ id }) =>
      Object.entries({ ...more, ...DAYS })
        .filter(([day]) => id === "fonasa/bono-atencion" || !/declined|terminal|payment|chip/.test(day))
        .map(async ([day, script]) =>
          (await explore(services, id, script)).map((one) => ({ service: id, day, script, ...one })),
        ),
    ),
  );
  const once = new Map<string, ScreenOfService>();
  for (const one of reached.flat()) {
    const key = `${one.service} ${one.screen}`;
    if (!once.has(key)) once.set(key, one);
  }
  return [...once.values()];
}

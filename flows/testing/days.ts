import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { explore, type Reached } from "./explore.ts";
import { CEDULA, DECLINED, PHONE } from "./people.ts";
import { HANG, type ScriptedPorts } from "./scripted-ports.ts";

const NO = failed(coded("link.lost", "test"));
const OK = done({ recorded: true });
const UNKNOWN = uncertain(coded("link.lost", "test"));

const TROUBLES = ["no-paper", "jammed", "cover-open", "full"] as const;

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
  "phone awaited": (ports) => ports.script("scan", HANG).script("log-in", HANG),
  "phone in hand": (ports) => {
    ports.script("scan", HANG).script("log-in", HANG);
    ports.phoneProgress = [PHONE, { step: "opened" }];
  },
  ...Object.fromEntries(
    (["expired", "refused", "wrong-number", "unavailable"] as const).map((why) => [
      `phone: ${why}`,
      (ports: ScriptedPorts) => ports.script("scan", HANG).script("log-in", failed(coded(`login.${why}`, "test"))),
    ]),
  ),
  "scanner: awaits": (ports) => ports.script("scan", done(CEDULA), HANG).script("scan-page", HANG),
  "scanner: one trouble after the other": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("scan-page", ...TROUBLES.map((why) => failed(coded(`document-scanner.${why}`, "test"))), NO),
  "gateway down": (ports) => ports.script("scan", done(CEDULA), HANG).script("lookUp", NO).script("submit", NO),
  "network away": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("consent.record", done({ waiting: true, reference: "S-K-001-000001-A" }))
      .script("chileatiende.contact-request", done({ waiting: true, reference: "S-K-001-000002-B" })),
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
      .script("delivery.email", NO)
      .script("delivery.sms", NO),
  "office: nothing free": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("attention.queues", done({ queues: [] }))
      .script("attention.slots", done({ slots: [] }))
      .script("cases.list", done({ cases: [] })),
  "office: taken meanwhile": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("attention.turn.take", failed(coded("attention.queue-closed", "test")))
      .script("attention.appointment.book", failed(coded("attention.slot-taken", "test"))),
  "office: refuses": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("submit", NO).script("consent.record", OK),
  "office: in doubt": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("submit", UNKNOWN).script("consent.record", OK),
  "office: comes": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("attention.help", done({ state: "coming" })),
  "office: away": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("attention.help", done({ state: "closed" })),
};

/** Days that can make a difference to an office's own services: the others are days of documents and payments. */
const OFFICE = /^(office|all well|gateway down|no paper$|silent|slow)/;

function concerns(service: string, day: string): boolean {
  if (/\/(turno|hora|estado-tramite)$/.test(service)) return OFFICE.test(day);
  if (day.startsWith("scanner")) return service === "chileatiende/reclamo";
  if (day.startsWith("office") || (day === "network away" && service !== "chileatiende/solicitud-contacto"))
    return false;
  return !(service === "fonasa/bono-atencion" ? /phone:|phone (awaited|in)/ : /declined|terminal|payment|chip/).test(
    day,
  );
}

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
        .filter(([day]) => concerns(id, day))
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

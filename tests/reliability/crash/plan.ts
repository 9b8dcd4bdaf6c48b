import { type Random, seeded } from "../../usb-lab/inside/random.ts";
import { MODELS, type Model } from "../kiosk/lane.ts";
import { ANY_EDGE, type DieAt } from "../kiosk/orders.ts";
import { type Reach, reachOf } from "./service.ts";

/** When the runtime is killed. */
export type Kill =
  /** By itself, at a write to the journal. */
  | { readonly by: "edge"; readonly at: DieAt }
  /** From outside, when something is seen on a wire for the `nth` time. */
  | { readonly by: "wire"; readonly event: string; readonly nth: number }
  /** From outside, so many milliseconds after the citizen began, or the process was started or began to serve. */
  | { readonly by: "time"; readonly after: number; readonly from: "start" | "serving" };

/** Who walks, on which kiosk, and where all further chance comes from. */
export type CasePlan = { readonly model: Model; readonly service: string; readonly random: Random };

/** The service that takes money is walked more often than the others. */
const PAID = "fonasa/bono-atencion";
const PAID_SHARE = 0.5;

/** What can be seen from outside the process. */
const TERMINAL_WIRES = ["waiting-card", "pin", "bank", "answering", "idle", "charge decided"].map(
  (phase) => `terminal: ${phase}`,
);
const PRINTER_WIRES = ["printer: paper moves", "printer: paper out"];
const GATEWAY_WIRES = ["gateway: gateway.institution-call", "gateway: gateway.request"];
/** Requests that an institution sees, under the simulators' own names. */
const INSTITUTION_WIRES: Readonly<Record<string, string>> = {
  "fonasa/bono-atencion": "fonasa-bono: request",
  "srcei/certificado-nacimiento": "srcei-certificates: request",
  "chileatiende/reclamo": "chileatiende-reclamos: request",
  "chileatiende/solicitud-contacto": "contact-desk: request",
  "chileatiende/turno": "atencion: request",
  "chileatiende/estado-tramite": "atencion: request",
};

/** Edges that most journeys pass; the others are met where any will do. */
const USUAL_EDGES = ["journey opened", "journey ended", "settled", "key destroyed", "incident recorded"];
const STATES = ["intended", "sent", "done"];
/** How often some of them are seen in one journey. */
const MANY_TIMES: Readonly<Record<string, number>> = {
  "printer: paper moves": 60,
  "gateway: gateway.request": 8,
  "gateway: gateway.institution-call": 4,
  "fonasa-bono: request": 4,
};
/** How many writes there are in a journey that goes well, and in a settlement of one. */
const WRITES_OF_JOURNEY = { paid: 16, free: 9 };
const WRITES_OF_RECOVERY = 6;

/** How long a journey takes here at most, and a start of the runtime, and what it settles, milliseconds. */
const JOURNEY = 1_500;
const START = 800;
const RECOVERY = 600;

export function drawCase(seed: number, number: number, services: readonly string[]): CasePlan {
  const random = seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const model = MODELS[number % MODELS.length] ?? "transbank and presenter";
  const service = random() < PAID_SHARE ? PAID : pick(services, random);
  return { model, service, random };
}

/** The first kill, while a citizen stands there. */
export function drawKill(service: string, random: Random): Kill {
  const reach = reachOf(service);
  const way = random();
  if (way < 0.3) return { by: "edge", at: drawEdge(edgesOf(reach), random) };
  if (way < 0.6)
    return { by: "edge", at: drawAnyEdge(random, reach.paid ? WRITES_OF_JOURNEY.paid : WRITES_OF_JOURNEY.free) };
  if (way < 0.8) return drawWire(wiresOf(service, reach), random);
  return { by: "time", after: random() * JOURNEY, from: "start" };
}

/** A further kill, while the runtime accounts for the one before. */
export function drawFurtherKill(service: string, random: Random): Kill {
  const way = random();
  if (way < 0.6) return { by: "edge", at: drawAnyEdge(random, WRITES_OF_RECOVERY) };
  if (way < 0.75) return { ...drawWire(wiresOf(service, reachOf(service)), random), nth: 1 };
  return random() < 0.5
    ? { by: "time", after: random() * START, from: "start" }
    : { by: "time", after: random() * RECOVERY, from: "serving" };
}

/** How many kills a journey gets as long as something of it is open: one to six. */
export function drawNumberOfKills(random: Random): number {
  return 1 + Math.floor(random() * 6);
}

export function nameOf(kill: Kill): string {
  if (kill.by === "edge") return `${kill.at.when} ${kill.at.edge === ANY_EDGE ? "a write" : kill.at.edge}`;
  return kill.by === "wire" ? kill.event : "any moment";
}

function wiresOf(service: string, { paid, prints }: Reach): string[] {
  const institution = INSTITUTION_WIRES[service];
  return [
    ...(paid ? TERMINAL_WIRES : []),
    ...(prints ? PRINTER_WIRES : []),
    ...(institution === undefined ? [] : [institution]),
    ...GATEWAY_WIRES,
  ];
}

function edgesOf({ paid, prints, waits }: Reach): string[] {
  const kinds = ["submit", ...(prints ? ["print"] : []), ...(paid ? ["charge"] : [])];
  return [
    ...USUAL_EDGES,
    ...kinds.flatMap((kind) => STATES.map((state) => `${kind} ${state}`)),
    ...(paid ? ["sealed"] : []),
    ...(waits ? ["submission queued", "submission delivered"] : []),
  ];
}

function drawWire(wires: readonly string[], random: Random) {
  const event = pick(wires, random);
  return { by: "wire", event, nth: 1 + Math.floor(random() * (MANY_TIMES[event] ?? 1)) } as const;
}

function drawEdge(edges: readonly string[], random: Random): DieAt {
  return { edge: pick(edges, random), when: drawSide(random), nth: random() < 0.75 ? 1 : 2 };
}

function drawAnyEdge(random: Random, most: number): DieAt {
  return { edge: ANY_EDGE, when: drawSide(random), nth: 1 + Math.floor(random() * most) };
}

function drawSide(random: Random): DieAt["when"] {
  return random() < 0.5 ? "before" : "after";
}

export function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error("nothing to pick from");
  return picked;
}

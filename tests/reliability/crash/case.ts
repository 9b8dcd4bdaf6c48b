import { until } from "../../support/until.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { Citizen } from "../kiosk/citizen.ts";
import { insertCard, presentCedula, takePapers } from "../kiosk/hands.ts";
import { ASK_EVERY, type Lane } from "../kiosk/lane.ts";
import type { CaseRecord } from "../part.ts";
import { type Audit, audit, NOTHING, takeStock } from "./audit.ts";
import { drawCase, drawFurtherKill, drawKill, drawNumberOfKills, type Kill, nameOf } from "./plan.ts";
import { drawWeather, type Later, repairAll, type Weather } from "./weather.ts";

export type CaseReport = CaseRecord & {
  readonly service: string;
  readonly weather: string;
  /** Names of the moments at which the runtime died. */
  readonly kills: readonly string[];
  readonly audit: Audit;
  readonly timeline: readonly string[];
};

/** Generous: a machine that does other things beside is slow, and that is no fault of the kiosk. */
const SERVES_WITHIN = 300_000;
const JOURNEY_WITHIN = 300_000;
const SETTLED_WITHIN = 300_000;
const AT_REST = "at rest";

/** One journey with what goes wrong in it, all drawn from `seed` and `number`, and the books held against each other afterwards. */
export async function runCase(
  lane: Lane,
  { seed, number, services }: { readonly seed: number; readonly number: number; readonly services: readonly string[] },
): Promise<CaseReport> {
  const { service, random } = drawCase(seed, number, services);
  lane.forget();
  const kills: string[] = [];
  const later = new Laters();
  let weather: Weather | undefined;
  try {
    if (!lane.runtime.alive) await lane.runtime.boot();
    await lane.serves(SERVES_WITHIN);
    const before = takeStock(lane);
    weather = drawWeather(lane, service, random, later.later);
    lane.note(`case ${number} of seed ${seed}: ${service}, ${weather.name}`);
    await firstKill(lane, service, weather, random, kills);
    if (random() < 0.5) payLate(lane);
    const planned = drawNumberOfKills(random);
    // What has nothing left to settle is killed once more in the middle of its start, and no oftener.
    for (let open = true; kills.length < planned && open; ) {
      open = hasSomethingOpen(lane);
      await furtherKill(lane, drawFurtherKill(service, random), kills);
    }
    later.now();
    await repairAll(lane);
    if (!lane.runtime.alive) await lane.runtime.boot();
    await settled(lane);
    const books = audit(lane, before);
    return { case: number, service, weather: weather.name, kills, audit: books, timeline: keep(lane, books) };
  } catch (problem) {
    const what = problem instanceof Error ? problem.message : String(problem);
    lane.note(`gave up: ${what}`);
    const books = { sums: NOTHING, faults: [what], end: "never came to rest" };
    return { case: number, service, weather: weather?.name ?? "", kills, audit: books, timeline: [...lane.timeline] };
  } finally {
    lane.onEvent = () => undefined;
    later.now();
    await repairAll(lane);
  }
}

/** A citizen goes through the service until the runtime dies, at the latest when they are back home. */
async function firstKill(
  lane: Lane,
  service: string,
  weather: Weather,
  random: Random,
  kills: string[],
): Promise<void> {
  const kill = drawKill(service, random);
  lane.note(`planned: ${JSON.stringify(kill)}`);
  let moment = AT_REST;
  const die = () => {
    moment = nameOf(kill);
    lane.runtime.kill();
  };
  let left = kill.by === "wire" ? kill.nth : Number.POSITIVE_INFINITY;
  lane.onEvent = (event) => {
    weather.onEvent?.(event);
    if (kill.by === "wire" && event === kill.event && --left === 0) die();
  };
  if (kill.by === "edge") lane.runtime.dieAt(kill.at);
  const timer = kill.by === "time" ? setTimeout(die, kill.after) : undefined;
  const citizen = new Citizen(
    lane.viewSocket,
    { service, random, ...(random() < 0.12 ? { leavesAt: 2 + Math.floor(random() * 12) } : {}) },
    {
      presentCedula: () => presentCedula(lane),
      payWithCard: () => (weather.onPay === undefined ? insertCard(lane, weather.card) : weather.onPay()),
      takePapers: () => weather.leavesPapers || takePapers(lane),
    },
    (screen) => {
      lane.note(`screen ${screen.kind} ${screen.title.id}`);
      weather.onScreen?.(screen);
    },
  );
  const late = setTimeout(() => citizen.leave(), JOURNEY_WITHIN);
  const end = await Promise.race([citizen.end, lane.runtime.exited.then(() => "died" as const)]);
  clearTimeout(timer);
  clearTimeout(late);
  citizen.leave();
  // The socket may close a moment before the process is known to have ended.
  if (end === "gone" || end === "died") {
    await lane.runtime.exited;
    moment = lane.runtime.diedAt ?? moment;
  } else {
    lane.note("the planned moment never came");
    moment = AT_REST;
    lane.runtime.kill();
    await lane.runtime.exited;
  }
  // A moment that is seen later is no longer the one that was meant.
  lane.onEvent = (event) => weather.onEvent?.(event);
  kills.push(moment);
}

/** Starts the runtime, which settles what is open, and kills it again while it does. */
async function furtherKill(lane: Lane, kill: Kill, kills: string[]): Promise<void> {
  lane.note(`planned: ${JSON.stringify(kill)}`);
  const heard = lane.onEvent;
  if (kill.by === "wire")
    lane.onEvent = (event) => {
      heard(event);
      if (event === kill.event) lane.runtime.kill();
    };
  let timer: NodeJS.Timeout | undefined;
  const dieAfter = (from: "start" | "serving") => {
    if (kill.by === "time" && kill.from === from) timer = setTimeout(() => lane.runtime.kill(), kill.after);
  };
  const served = await lane.runtime.boot(kill.by === "edge" ? kill.at : undefined, () => dieAfter("start"));
  dieAfter("serving");
  const recovered = served ? settled(lane).then(() => "settled" as const) : Promise.resolve("settled" as const);
  // The process may die under the question.
  await Promise.race([recovered.catch(() => undefined), lane.runtime.exited]);
  clearTimeout(timer);
  lane.onEvent = heard;
  if (lane.runtime.alive) {
    lane.note("the planned moment never came");
    lane.runtime.kill();
    await lane.runtime.exited;
    kills.push("recovering: when settled");
  } else kills.push(`recovering: ${lane.runtime.diedAt ?? nameOf(kill)}`);
}

/** The kiosk has accounted for everything, has told the gateway, and serves the next one. */
async function settled(lane: Lane): Promise<void> {
  await until(
    "everything settled",
    async () => {
      if (!lane.runtime.alive) throw new Error("the runtime died while it settled");
      const health = await lane.health();
      takePapers(lane);
      if (health === undefined) return false;
      const { closed, incidentsWaiting, outbox, devices } = health;
      if (closed || incidentsWaiting + outbox.waiting > 0) return false;
      if (devices.some(({ readiness }) => readiness !== "ready")) return false;
      return lane.journal().journeys.every(({ settled_at }) => settled_at !== null);
    },
    SETTLED_WITHIN,
    ASK_EVERY,
  );
}

/** Whether the dead kiosk has still something to settle, to tell or to hand on. */
function hasSomethingOpen(lane: Lane): boolean {
  const { journeys, incidents, effects } = lane.journal();
  return (
    journeys.some(({ settled_at }) => settled_at === null) ||
    incidents.some(({ delivered_at }) => delivered_at === null) ||
    effects.some(({ state }) => state === "queued")
  );
}

/** A citizen whose kiosk has just died holds the card to the terminal, which still waits for it. */
function payLate(lane: Lane): void {
  if (lane.terminal.terminal.state.value.phase !== "waiting-card") return;
  lane.note("the card comes after the kill");
  insertCard(lane, "credit");
}

function keep(lane: Lane, { faults }: Audit): readonly string[] {
  return faults.length === 0 ? [] : [...lane.timeline];
}

/** What the room does later; whatever is left is done when the case ends. */
class Laters {
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();

  readonly later: Later = (milliseconds, work) => {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      work();
    }, milliseconds);
    this.#waiting.set(timer, work);
  };

  now(): void {
    for (const [timer, work] of this.#waiting) {
      clearTimeout(timer);
      work();
    }
    this.#waiting.clear();
  }
}

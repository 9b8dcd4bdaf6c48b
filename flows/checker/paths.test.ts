import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { silentLogger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { assertOk } from "../../base/result.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { FarWay } from "../engine/context.ts";
import type { JourneyPorts } from "../engine/ports.ts";
import { loadServices } from "../node/load-services.ts";
import type { Availability, Session } from "../session/interface.ts";
import { createSession } from "../session/session.ts";
import { SITE } from "../testing/kiosk.ts";
import { START } from "./facets.ts";
import { nodesAt } from "./position.ts";
import { type Move, type Place, type Walk, walk, wayTo } from "./walk.ts";

/**
 * The proofs are about a walk through a service's machine. Here the real session, with its timers and calls, is led along the ways of that walk: every
 * transition of every service, and what stands on the screen is what the walk says. `VENTANILLA_RUNS` is how many ways; 0 is all.
 */
const RUNS = Number(process.env.VENTANILLA_RUNS ?? "60");
const SEED = Number(process.env.VENTANILLA_SEED ?? String(Date.now() % 1_000_000));
/** Longer than any way: here nobody is asked whether they are still there. */
const NEVER = 1_000_000_000;

type Leg = { readonly from: Place; readonly move: Move; readonly to: Place };
type Waiting = { readonly name: string; readonly answer: (leg: Move) => void };

const services = assertOk(await loadServices(), "the services");

test.each(services)(
  `$id: the session goes where the walk says (seed ${SEED})`,
  async (service) => {
    const walked = walk(service);
    const ways = waysOver(service, walked);
    const chosen = RUNS === 0 ? ways : ways.filter((_, index) => (index * 7_919 + SEED) % ways.length < RUNS);
    let legs = 0;
    for (const way of chosen) {
      await follow(service, way);
      legs += way.length;
    }
    process.stdout.write(
      `paths: ${service.id}, seed ${SEED}, ${chosen.length} of ${ways.length} ways, ${legs} steps\n`,
    );
    expect(legs).toBeGreaterThan(Math.min(RUNS || ways.length, ways.length));
  },
  600_000,
);

/** Ways from the start that together take every transition that real time can take: to each the shortest way, and on along what is new. */
function waysOver(service: CompiledService, { places }: Walk): Leg[][] {
  const left = new Map(places.map((place) => [place, place.on.filter(({ move }) => canHappen(service, place, move))]));
  const ways: Leg[][] = [];
  for (const place of places) {
    const way = wayTo(place);
    const before = way.map(({ move, place: from }, index): Leg => ({ from, move, to: way[index + 1]?.place ?? place }));
    if (before.some(({ from, move }) => !canHappen(service, from, move))) continue;
    const nextFrom = (from: Place): Leg | undefined => {
      const next = left.get(from)?.pop();
      return next === undefined ? undefined : { from, ...next };
    };
    for (let leg = nextFrom(place); leg !== undefined; leg = nextFrom(place)) {
      const legs = [...before];
      for (let next: Leg | undefined = leg; next !== undefined && legs.length < 60; next = nextFrom(next.to))
        legs.push(next);
      ways.push(legs);
    }
  }
  return ways;
}

/** Whether it can happen to a kiosk: of several deadlines the nearest comes first, and the last page is left by itself. */
function canHappen(service: CompiledService, { snapshot, view }: Place, move: Move): boolean {
  if (move.by === "leaving") return view.mode === "citizen";
  if (move.by !== "deadline") return true;
  const delays = nodesAt(service, snapshot).flatMap(({ after }) => after.map(({ delay }) => Number(delay)));
  return move.milliseconds === Math.min(...delays) && delays.length === 1;
}

async function follow(service: CompiledService, way: readonly Leg[]): Promise<void> {
  const clock = new SimulatedClock(new Date(START).getTime());
  const calls: Waiting[] = [];
  const session = createSession({
    services: [service],
    openJourney: () => waitingPorts(calls),
    availability: new Subject(availabilityOn(service, way)),
    clock,
    site: SITE,
    locales: ["es", "en"],
    settings: { idle: NEVER, grace: NEVER, finish: NEVER },
    log: silentLogger,
  });
  session.send({ type: "START" });
  session.send({ type: "OPEN_SERVICE", service: service.id });
  await clock.advance(0);
  const told: string[] = [];
  for (const { move, to } of way) {
    told.push(nameOf(move));
    await happens(session, clock, calls, move);
    expect(seen(session), told.join(" > ")).toEqual(expected(to));
  }
  await session.stop();
}

/** What is there on the day on which the walk goes this way. */
function availabilityOn(service: CompiledService, way: readonly Leg[]): Availability {
  const away = way[0]?.from.snapshot.context.away ?? [];
  const there = (far: FarWay, name: string) => (away.includes(far) ? [] : [name]);
  return {
    devices: new Set(DEVICE_KINDS.filter((kind) => kind !== "document-scanner" || !away.includes("scanner"))),
    institutions: new Set([
      service.institution,
      ...there("clave-unica", "claveunica"),
      ...there("finger", "fingerprint"),
    ]),
    waitable: new Set(),
    closed: false,
  };
}

async function happens(session: Session, clock: SimulatedClock, calls: Waiting[], move: Move): Promise<void> {
  if (move.by === "citizen") session.send(move.intent);
  else if (move.by === "leaving") {
    session.send({ type: "LEAVE" });
    if (session.view.value.overlay !== undefined) session.send({ type: "LEAVE" });
  } else if (move.by === "deadline") await clock.advance(move.milliseconds);
  else calls.findLast(({ name }) => move.by === "news" || name === move.call.name)?.answer(move);
  await clock.advance(0);
}

function seen({ view: { value } }: Session) {
  return { screen: value.screen.kind, title: value.screen.title.id, intents: [...value.intents].sort() };
}

function expected({ snapshot, view }: Place) {
  if (snapshot.status !== "active")
    return { screen: "attract", title: "common/attract.title", intents: ["HELP", "SET_LOCALE", "START"] };
  const leave = view.mode === "citizen" ? ["LEAVE"] : [];
  return {
    screen: view.screen.kind,
    title: view.screen.title.id,
    intents: [...view.intents, "HELP", "SET_LOCALE", ...leave].sort(),
  };
}

/** Ports that wait until the way says what they answer. */
function waitingPorts(calls: Waiting[]): JourneyPorts {
  return new Proxy({} as JourneyPorts, {
    get:
      (_, name: string) =>
      (...parameters: readonly unknown[]) => {
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        const { onProgress } = Object(parameters.at(-1)) as { onProgress?: (news: unknown) => void };
        calls.push({
          name,
          answer: (move) => {
            if (move.by === "news") onProgress?.("progress" in move.news.event ? move.news.event.progress : undefined);
            else if (move.by === "port" && "output" in move.answer) resolve(move.answer.output);
            else reject(new Error("defect"));
          },
        });
        return promise;
      },
  });
}

function nameOf(move: Move): string {
  if (move.by === "citizen") return JSON.stringify(move.intent);
  if (move.by === "port")
    return `${move.call.name}: ${JSON.stringify(Object(move.answer).output ?? "throws").slice(0, 80)}`;
  return move.by === "deadline" ? `${move.milliseconds} ms` : move.by;
}

import type { Intent, Screen, SessionView } from "../../base/contracts/view.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { TestKiosk } from "./kiosk.ts";
import type { ScriptedPorts } from "./scripted-ports.ts";

/** A screen that a citizen can come to, and one way to it. */
export type Reached = { readonly screen: string; readonly way: readonly Intent[]; readonly view: SessionView };

/** What lies over a screen is the same over all: once is enough. */
const OVERLAYS: { readonly [intent: string]: string } = { HELP: "help", LEAVE: "confirm-leave" };

/** Bounds a walk: no service has so many pages in a row. */
const LONGEST_WAY = 16;

/**
 * Every screen of `service` that can be reached by what a citizen can do, when the ports behave as `script` says. Each
 * way is walked from a fresh kiosk, so that what is found does not depend on what was tried before.
 */
export async function explore(
  services: readonly CompiledService[],
  service: string,
  script: (ports: ScriptedPorts) => void,
): Promise<Reached[]> {
  const found = new Map<string, Reached>();
  const open: Intent[][] = [[]];
  for (let way = open.shift(); way !== undefined; way = open.shift()) {
    const overlay = OVERLAYS[way.at(-1)?.type ?? ""];
    if (overlay !== undefined && [...found.values()].some(({ view }) => view.overlay?.kind === overlay)) continue;
    const kiosk = await walk(services, service, script, way);
    const { view } = kiosk;
    const screen = nameOf(view);
    if (found.has(screen) || view.screen.kind === "attract") continue;
    found.set(screen, { screen, way, view });
    if (way.length < LONGEST_WAY) for (const intent of movesOn(view)) open.push([...way, intent]);
  }
  return [...found.values()];
}

/** A fresh kiosk on which the citizen went `way`. */
export async function walk(
  services: readonly CompiledService[],
  service: string,
  script: (ports: ScriptedPorts) => void,
  way: readonly Intent[],
): Promise<TestKiosk> {
  const kiosk = new TestKiosk(services);
  script(kiosk.ports);
  await kiosk.open(service);
  await kiosk.act(...way);
  return kiosk;
}

function nameOf({ screen, overlay }: SessionView): string {
  const reading = screen.kind === "tap-card" && screen.progress !== undefined ? " reading" : "";
  const scanned = screen.kind === "scan-pages" ? ` ${screen.state} ${Math.min(screen.pages.length, 1)}` : "";
  return `${overlay?.kind ?? screen.kind} ${screen.title.id}${"problem" in screen && screen.problem ? ` ${screen.problem.id}` : ""}${reading}${scanned}`;
}

/** What is typed: what is wrong, what can be wrong in a way of its own, and what is right. */
const TYPED: { readonly [I in Extract<Screen, { kind: "ask" }>["input"]]: readonly string[] } = {
  text: ["", "san pedro", "Valdivia"],
  email: ["bad", "a@b.example"],
  number: ["bad", "100"],
  run: ["bad", "12.345.678-5"],
  phone: ["bad", "9 8765 4321"],
  money: ["bad", "0", "12.500"],
  date: ["bad", "31-04-2026", "24-11-2026", "20-11-2026"],
};

/** What a citizen can do on a screen, with one good and, where it can be wrong, one bad value. */
function movesOn({ screen, intents }: SessionView): Intent[] {
  return intents.flatMap((type): Intent[] => {
    switch (type) {
      case "SET_LOCALE":
      case "OPEN_SERVICE":
        return [];
      case "SELECT":
        if (screen.kind === "choose") return screen.options.map(({ id }) => ({ type, option: id }));
        return [{ type, option: "7" }];
      case "SUBMIT":
        return (screen.kind === "ask" ? TYPED[screen.input] : ["bad"]).map((value) => ({ type, value }));
      case "CHOOSE":
        return screen.kind === "choose-many"
          ? [[], screen.options.slice(0, 1), screen.options.slice(-2)].map((some) => ({
              type,
              options: some.map(({ id }) => id),
            }))
          : [];
      case "CHANGE":
        return screen.kind === "review"
          ? screen.rows.filter(({ changeable }) => changeable).map(({ id }) => ({ type, row: id }))
          : [];
      case "REMOVE":
        return screen.kind === "scan-pages" ? screen.pages.map(({ id }) => ({ type, page: id })) : [];
      default:
        return [{ type } as Intent];
    }
  });
}

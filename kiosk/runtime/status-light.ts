import type { Clock, Timer } from "../../base/clock.ts";
import { sameData, type Unsubscribe } from "../../base/observable.ts";
import type { IoBoard, LightColour, LightIntent } from "../../drivers/io-board/interface.ts";

/** The light that shows citizens from afar whether the kiosk serves, by its name in the wiring. */
const NAME = "status";

/** What the light says. `busy`: a citizen is served. */
export type LightState = "available" | "busy" | "closed";

/** Colours in the order in which they are taken, of those that the light has. */
const COLOURS: { readonly [state in LightState]: readonly LightColour[] } = {
  available: ["green", "white", "blue", "cyan"],
  busy: ["yellow", "green", "white", "blue", "cyan"],
  closed: ["red"],
};
/** After a command that the board did not confirm, milliseconds. */
const AGAIN_AFTER = 5_000;
const OUT: LightIntent = { flash: "off" };

/** Keeps one state on the light of one board, whenever the board is there; a board without such a light shows nothing. */
export class StatusLight {
  readonly #board: IoBoard;
  readonly #clock: Clock;
  readonly #colours: readonly LightColour[];
  readonly #unfollow: readonly Unsubscribe[];
  #wanted: LightIntent = OUT;
  #setting: Promise<void> | undefined;
  #stopped = false;
  #again: Timer | undefined;

  constructor(board: IoBoard, clock: Clock) {
    this.#board = board;
    this.#clock = clock;
    this.#colours = board.capabilities.lights.find(({ name }) => name === NAME)?.colours ?? [];
    // A board that was away comes back with its lights out.
    this.#unfollow = [board.status.subscribe(() => this.#set()), board.outputs.subscribe(() => this.#set())];
  }

  show(state: LightState): void {
    const colour = COLOURS[state].find((candidate) => this.#colours.includes(candidate));
    this.#wanted = colour === undefined ? OUT : { flash: "continuous", colour };
    this.#set();
  }

  /** Puts it out, for good. */
  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow) unfollow();
    this.#stopped = true;
    this.#again?.cancel();
    await this.#setting;
    if (this.#colours.length > 0 && this.#board.status.value.readiness === "ready") await this.#board.light(NAME, OUT);
  }

  /** One command at a time. One that failed is given again: a light that says the wrong thing sends people away. */
  #set(): void {
    const { status, outputs } = this.#board;
    const wanted = this.#wanted;
    if (this.#colours.length === 0 || this.#setting !== undefined || status.value.readiness !== "ready") return;
    if (sameData(outputs.value.lights[NAME] ?? OUT, wanted)) return;
    this.#again?.cancel();
    this.#setting = this.#board.light(NAME, wanted).then(({ outcome }) => {
      this.#setting = undefined;
      if (this.#stopped) return;
      if (outcome === "ok") this.#set();
      else this.#again = this.#clock.setTimeout(() => this.#set(), AGAIN_AFTER);
    });
  }
}

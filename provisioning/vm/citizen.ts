import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Guest } from "./guest.ts";
import type { Locator } from "./locate.ts";
import type { Qemu } from "./qemu.ts";

const viewSchema = z.looseObject({
  view: z.looseObject({
    version: z.number(),
    screen: z.looseObject({ kind: z.string() }),
    overlay: z.looseObject({ kind: z.string() }).optional(),
  }),
});

const OPERATOR = "http://127.0.0.1:4400/api/devices";
const VIEW_SOCKET = "/run/ventanilla/view/view.sock";
/** A browser under emulation paints a screen in seconds, and a touch reaches it as late. */
const SCREEN_WITHIN = 300_000;
/** Pictures that differ more do not show the same screen: two of the same differ by 0.001, two like screens by 0.014. */
const LIKE = 0.006;
const TOUCHES = 4;

export type Seen = {
  readonly kind: string;
  readonly version: number;
  readonly overlay: string | undefined;
  readonly message: string;
};

/** Somebody in front of the machine: looks at the screen, touches the glass, puts a card on the reader, takes the paper. */
export class Citizen {
  readonly #parts: {
    readonly qemu: Qemu;
    readonly guest: Guest;
    readonly locator: Locator;
    readonly clock: Clock;
    readonly screens: string;
  };
  #picture = 0;

  constructor(parts: {
    readonly qemu: Qemu;
    readonly guest: Guest;
    readonly locator: Locator;
    readonly clock: Clock;
    readonly screens: string;
  }) {
    this.#parts = parts;
  }

  /** What the runtime shows now. */
  async view(): Promise<Result<Seen, CodedError>> {
    const line = await this.#parts.guest.firstLine(VIEW_SOCKET);
    if (!line.ok) return line;
    const parsed = viewSchema.safeParse(parseJson(line.value));
    if (!parsed.success) return err(coded("vm.no-answer", "the runtime's view is none"));
    const { version, screen, overlay } = parsed.data.view;
    return ok({ kind: screen.kind, version, overlay: overlay?.kind, message: line.value });
  }

  /** Waits until a screen of one of `kinds` stands and is painted on the glass, and photographs it. */
  async sees(...kinds: readonly string[]): Promise<Result<Seen, CodedError>> {
    const { clock } = this.#parts;
    const until = clock.monotonic() + SCREEN_WITHIN;
    let last = "nothing";
    while (clock.monotonic() < until) {
      const seen = await this.view();
      if (seen.ok) {
        last = seen.value.kind;
        if (seen.value.overlay === "still-there") await this.#touch(seen.value, "MORE_TIME");
        else if (kinds.includes(last)) {
          const painted = await this.#painted(seen.value);
          if (painted.ok) {
            await this.photograph(last);
            return seen;
          }
          last = `${last}, not painted: ${painted.error.message}`;
        }
      } else last = seen.error.message;
      await pause(clock, 1_000);
    }
    return err(coded("vm.no-answer", `a screen ${kinds.join(" or ")}; the last one was ${last}`));
  }

  /** Touches a button until the view changes: a touch may fall into a moment in which the page is not drawn yet. */
  async touches(intent: string, label?: RegExp): Promise<Result<void, CodedError>> {
    const before = await this.view();
    if (!before.ok) return before;
    for (let touch = 0; touch < TOUCHES; touch++) {
      const touched = await this.#touch(before.value, intent, label);
      if (!touched.ok) return touched;
      for (let look = 0; look < 15; look++) {
        await pause(this.#parts.clock, 1_000);
        const now = await this.view();
        if (now.ok && (now.value.kind !== before.value.kind || now.value.version > before.value.version)) return ok();
      }
    }
    await this.photograph(`untouched-${intent.toLowerCase()}`);
    return err(
      coded("vm.no-answer", `${intent} on ${before.value.kind}: the screen does not answer to ${TOUCHES} touches`),
    );
  }

  /** The operator's hand on a simulated device. */
  async hand(device: string, action: string, parameters: object = {}): Promise<Result<string, CodedError>> {
    return await this.#parts.guest.http(`${OPERATOR}/${device}/actions/${action}`, parameters);
  }

  /** Waits until what the operator sees of all devices matches. */
  async finds(what: string, matches: (devices: string) => boolean): Promise<Result<void, CodedError>> {
    const { clock, guest } = this.#parts;
    const until = clock.monotonic() + SCREEN_WITHIN;
    while (clock.monotonic() < until) {
      const devices = await guest.http(OPERATOR);
      if (devices.ok && matches(devices.value)) return ok();
      await pause(clock, 1_000);
    }
    return err(coded("vm.no-answer", what));
  }

  /** The failure of what the citizen tried. */
  fails(why: string): Result<never, CodedError> {
    return err(coded("vm.no-answer", why));
  }

  async photograph(name: string): Promise<void> {
    const number = String(++this.#picture).padStart(2, "0");
    await this.#parts.qemu.photograph(join(this.#parts.screens, `${number}-${name}.png`));
  }

  /** Whether the glass shows what the view says. */
  async #painted({ message, version }: Seen): Promise<Result<void, CodedError>> {
    const { qemu, locator, screens } = this.#parts;
    const file = join(screens, "now.png");
    const taken = await qemu.photograph(file);
    if (!taken.ok) return taken;
    try {
      const difference = await locator.difference(message, version, readFileSync(file));
      if (difference <= LIKE) return ok();
      return err(coded("vm.no-answer", `the screen differs by ${difference.toFixed(3)}`));
    } catch (problem) {
      return err(coded("vm.no-answer", problem instanceof Error ? problem.message : "no picture"));
    }
  }

  async #touch(seen: Seen, intent: string, label?: RegExp): Promise<Result<void, CodedError>> {
    const { locator, qemu } = this.#parts;
    try {
      const { x, y } = await locator.find(seen.message, seen.version, intent, label);
      return await qemu.touch(x, y);
    } catch (problem) {
      return err(coded("vm.no-answer", problem instanceof Error ? problem.message : intent));
    }
  }
}

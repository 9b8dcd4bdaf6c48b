import type { KeyMeaning, KeypadProfile } from "../../drivers/keypad/models.ts";
import { type KeyUsage, writeKeys } from "../../drivers/keypad/reports.ts";
import type { HidWire } from "../wire/socket-hid.ts";

/** A keypad at the end of a HID cable. It knows keys by their meaning and sends what its table says. */
export class SimulatedKeypad {
  readonly #profile: KeypadProfile;
  readonly #wire: HidWire;
  readonly #down = new Set<KeyUsage>();

  constructor(profile: KeypadProfile, wire: HidWire) {
    this.#profile = profile;
    this.#wire = wire;
  }

  /** The meanings that are down now. */
  get down(): readonly KeyMeaning[] {
    return this.#profile.keys.filter((key) => this.#down.has(key)).map(({ means }) => means);
  }

  press(means: KeyMeaning): void {
    const key = this.#key(means);
    this.#down.add(key);
    this.#report(key.page);
  }

  release(means: KeyMeaning): void {
    const key = this.#key(means);
    this.#down.delete(key);
    this.#report(key.page);
  }

  /** Headphones go in or out, in whichever way this model tells it. */
  headphones(inserted: boolean): void {
    const has = (means: KeyMeaning) => this.#profile.keys.some((key) => key.means === means);
    if (has("jack")) {
      if (inserted) this.press("jack");
      else this.release("jack");
      return;
    }
    const means = inserted ? "jack-in" : "jack-out";
    this.press(means);
    this.release(means);
  }

  unplug(): void {
    this.#down.clear();
    this.#wire.unplug();
  }

  async plug(): Promise<void> {
    await this.#wire.plug();
  }

  /** Sends a report as it is. */
  send(report: Uint8Array): void {
    this.#wire.send(report);
  }

  #key(means: KeyMeaning): KeypadProfile["keys"][number] {
    const key = this.#profile.keys.find((known) => known.means === means);
    if (key === undefined) throw new Error(`this keypad has no key ${means}`);
    return key;
  }

  #report(page: KeyUsage["page"]): void {
    const form = this.#profile.forms.find((known) => known.form === page);
    if (form === undefined) throw new Error(`this keypad sends no ${page} reports`);
    const usages = [...this.#down].filter((key) => key.page === page).map(({ usage }) => usage);
    this.#wire.send(writeKeys(usages, form));
  }
}

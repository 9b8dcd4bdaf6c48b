import { Subject } from "../../../base/observable.ts";
import { done, failed, type Outcome } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type {
  InputState,
  IoBoard,
  IoBoardCapabilities,
  LightColour,
  LightIntent,
  OutputStates,
} from "../../../drivers/io-board/interface.ts";
import type { PowerState, Ups } from "../../../drivers/ups/interface.ts";
import { FakeDevice } from "./fakes.ts";

/** A housing with a door, a presence sensor and a light that is red or green. */
export class FakeBoard extends FakeDevice implements IoBoard {
  readonly capabilities: IoBoardCapabilities = {
    inputs: [
      { name: "door", kind: "door" },
      { name: "person", kind: "proximity" },
    ],
    lights: [{ name: "status", colours: ["red", "green"] }],
    relays: [],
  };
  readonly inputs = new Subject<{ readonly [name: string]: InputState }>({ door: "closed", person: "not-present" });
  readonly outputs = new Subject<OutputStates>({ lights: { status: { flash: "off" } }, relays: {} });

  constructor(id = "board") {
    super(id, "io-board");
  }

  set(input: "door" | "person", state: InputState): void {
    this.inputs.set({ ...this.inputs.value, [input]: state });
  }

  get colour(): LightColour | undefined {
    return this.outputs.value.lights.status?.colour;
  }

  async light(name: string, intent: LightIntent): Promise<Outcome<void>> {
    this.outputs.set({ lights: { [name]: intent }, relays: {} });
    return done(undefined);
  }

  async relay(name: string): Promise<Outcome<void>> {
    return failed(coded("io-board.no-such-output", name));
  }
}

/** A UPS that says what a test lets it say. */
export class FakeUps extends FakeDevice implements Ups {
  readonly capabilities = { maker: "", product: "" };
  readonly power = new Subject<PowerState>({ source: "mains", low: false, shutdown: false, since: 0 });

  constructor(id = "ups") {
    super(id, "ups");
  }

  says(state: Partial<PowerState>): void {
    this.power.set({ ...this.power.value, ...state });
  }

  async refresh(): Promise<Outcome<PowerState>> {
    return done(this.power.value);
  }
}

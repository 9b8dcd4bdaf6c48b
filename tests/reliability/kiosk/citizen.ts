import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { INPUT_KINDS, Intent, IntentType, Screen } from "../../../base/contracts/view.ts";
import { serverMessageSchema, type ViewState } from "../../../kiosk/contract/messages.ts";
import type { Random } from "../../usb-lab/inside/random.ts";

/** What a hand does beside the screen. */
export type Hands = {
  presentCedula(): void;
  payWithCard(): void;
  takePapers(): void;
};

export type Habits = {
  /** Opened as soon as it is offered. */
  readonly service: string;
  readonly random: Random;
  /** Goes away at this step, when the kiosk lets people go there; never without it. */
  readonly leavesAt?: number;
};

/** Nothing happened for so long: the citizen touches again, milliseconds. */
const IMPATIENT_AFTER = 1_500;
const LOOK_EVERY = 200;
/** What is pressed on a screen that this citizen has no habit for, in this order. */
const ONWARD: readonly IntentType[] = ["CONTINUE", "ACCEPT", "CONFIRM", "SKIP", "FINISH", "RETRY"];
/** Answers to any `ask`, by kind of input. The text is a commune, so that it is an answer to each part of an address. */
const ANSWERS: { readonly [I in (typeof INPUT_KINDS)[number]]: () => string } = {
  text: () => "Valdivia",
  email: () => "alguien@example.org",
  number: () => "1",
  run: () => "12345678-5",
  phone: () => "9 8765 4321",
  money: () => "1000",
  date: () => new Date().toISOString().slice(0, 10),
};

/** One citizen at the runtime's unix socket, from the attract screen back to it, whatever comes in between. */
export class Citizen {
  readonly #socket: Socket;
  readonly #hands: Hands;
  readonly #habits: Habits;
  readonly #onScreen: (screen: Screen) => void;
  readonly #end = Promise.withResolvers<"home" | "gone">();
  readonly #timer: NodeJS.Timeout;
  #view: ViewState | undefined;
  #answered = "";
  #answeredAt = 0;
  #steps = 0;
  #began = false;
  #leaving = false;

  constructor(path: string, habits: Habits, hands: Hands, onScreen: (screen: Screen) => void) {
    this.#habits = habits;
    this.#hands = hands;
    this.#onScreen = onScreen;
    this.#socket = connect(path);
    const lines = createInterface({ input: this.#socket });
    lines.on("line", (line) => this.#receive(line));
    for (const end of [lines, this.#socket]) end.on("error", () => undefined);
    this.#socket.on("close", () => this.#end.resolve("gone"));
    this.#timer = setInterval(() => this.#act(), LOOK_EVERY);
    void this.#end.promise.then(() => this.leave());
  }

  /** `home`: the attract screen, or a closed kiosk, after a journey; `gone`: the runtime is. */
  get end(): Promise<"home" | "gone"> {
    return this.#end.promise;
  }

  leave(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }

  #receive(line: string): void {
    const message = serverMessageSchema.parse(JSON.parse(line));
    if (message.type === "view") {
      const before = this.#view?.screen;
      this.#view = message.view;
      const { screen } = message.view;
      if (before === undefined || signature(before) !== signature(screen)) this.#onScreen(screen);
    } else this.#answered = "";
    this.#act();
  }

  #act(): void {
    const view = this.#view;
    if (view === undefined) return;
    const { screen, overlay } = view;
    if (screen.kind === "attract" || screen.kind === "out-of-service") {
      if (this.#began) {
        this.#end.resolve("home");
        return;
      }
    }
    const asked = `${signature(screen)} ${overlay?.kind ?? ""}`;
    if (asked === this.#answered && performance.now() - this.#answeredAt < IMPATIENT_AFTER) return;
    const intent = this.#answer(view);
    if (intent === undefined || !view.intents.includes(intent.type)) return;
    if (asked !== this.#answered) this.#steps++;
    this.#answered = asked;
    this.#answeredAt = performance.now();
    this.#socket.write(`${JSON.stringify({ type: "intent", id: randomUUID(), view: view.version, intent })}\n`);
  }

  #answer({ screen, overlay, intents }: ViewState): Intent | undefined {
    if (overlay?.kind === "still-there") return { type: "MORE_TIME" };
    if (overlay?.kind === "help") return { type: "CLOSE_HELP" };
    if (overlay?.kind === "confirm-leave") return { type: "LEAVE" };
    const { leavesAt, service, random } = this.#habits;
    if (this.#began && leavesAt !== undefined && this.#steps >= leavesAt && intents.includes("LEAVE")) {
      this.#leaving = true;
      return { type: "LEAVE" };
    }
    switch (screen.kind) {
      case "attract":
        return { type: "START" };
      case "services": {
        if (this.#leaving) return { type: "LEAVE" };
        const offered = screen.services.some(({ id, unavailable }) => id === service && unavailable === undefined);
        if (!offered) return undefined;
        this.#began = true;
        return { type: "OPEN_SERVICE", service };
      }
      case "identify":
        this.#once(screen, () => this.#hands.presentCedula());
        return undefined;
      case "choose": {
        const option = screen.options[Math.floor(random() * screen.options.length)];
        return option === undefined ? undefined : { type: "SELECT", option: option.id };
      }
      case "ask":
        return { type: "SUBMIT", value: ANSWERS[screen.input]() };
      case "choose-many":
        return { type: "CHOOSE", options: screen.options.slice(0, 1).map(({ id }) => id) };
      case "pay":
        if (screen.prompt === "present-card") this.#once(screen, () => this.#hands.payWithCard());
        return undefined;
      case "deliver":
        // As people do: a hand that pulls before the printer has told that the paper is there lets the kiosk look for it for seconds.
        if (screen.instruction.id.endsWith("deliver.take")) this.#hands.takePapers();
        return undefined;
      case "problem": {
        const action = screen.actions[Math.floor(random() * screen.actions.length)];
        return action === undefined ? undefined : { type: action.intent };
      }
      case "survey":
      case "tap-card":
      case "place-finger":
        return { type: "SKIP" };
      case "finish":
        return { type: "FINISH" };
      default: {
        const type = ONWARD.find((onward) => intents.includes(onward));
        return type === undefined ? undefined : ({ type } as Intent);
      }
    }
  }

  /** Does something beside the screen once, and again when nothing comes of it. */
  #once(screen: Screen, act: () => void): void {
    const asked = signature(screen);
    if (this.#answered === asked && performance.now() - this.#answeredAt < 2 * IMPATIENT_AFTER) return;
    this.#answered = asked;
    this.#answeredAt = performance.now();
    this.#steps++;
    act();
  }
}

/** What makes a screen another one for whoever looks at it. */
function signature(screen: Screen): string {
  const parts = [screen.kind, screen.title.id];
  if (screen.kind === "pay") parts.push(screen.prompt);
  if ("problem" in screen && screen.problem !== undefined) parts.push(screen.problem.id);
  return parts.join(" ");
}

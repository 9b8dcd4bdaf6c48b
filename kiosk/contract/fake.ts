import type { Link, LinkListener, OpenLink } from "./client.ts";
import type { ClientMessage, ServerMessage, ViewState } from "./messages.ts";

/** Plays the runtime's side of the contract in one process: tests push views and look at the intents that came. */
export class FakeRuntime {
  readonly intents: ClientMessage[] = [];
  /** How many links were opened, ever. */
  opened = 0;
  /** How often a client wrote over what it had sent. */
  wiped = 0;
  #listener: LinkListener | undefined;

  readonly openLink: OpenLink = (listener): Link => {
    this.opened += 1;
    this.#listener = listener;
    return {
      send: (message) => void this.intents.push(message),
      wipe: () => void this.wiped++,
      close: () => {
        this.#listener = undefined;
      },
    };
  };

  get linked(): boolean {
    return this.#listener !== undefined;
  }

  publish(view: ViewState): void {
    this.deliver({ type: "view", view } satisfies ServerMessage);
  }

  /** Hands over a message as it is, valid or not. */
  deliver(data: unknown): void {
    this.#listener?.message(data);
  }

  drop(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.closed();
  }
}

/** A valid view to build others from: the attract screen in Spanish. */
export function sampleView(changes: Partial<ViewState> = {}): ViewState {
  return {
    version: 1,
    kiosk: { id: "kiosk-1", place: "ChileAtiende Valdivia" },
    screenWidth: 268,
    screen: {
      kind: "attract",
      title: { id: "attract.title", text: "Bienvenida, bienvenido" },
      call: { id: "attract.call", text: "Toque la pantalla para comenzar" },
    },
    intents: ["START", "SET_LOCALE", "HELP"],
    locale: "es",
    locales: [
      { id: "es", name: "Español" },
      { id: "en", name: "English" },
    ],
    audio: [],
    ...changes,
  };
}

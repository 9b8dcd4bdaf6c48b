import type { Clock, Timer } from "../../base/clock.ts";
import type { SessionView } from "../../base/contracts/view.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, type Unsubscribe } from "../../base/observable.ts";
import type { InputKind, InputState, IoBoard } from "../../drivers/io-board/interface.ts";
import { StatusLight } from "./status-light.ts";

/*
 * What the housing's contacts and lights are to the kiosk, by the kinds and names of the wiring. What a board does not know (`unknown`)
 * changes nothing.
 */

/** Whether a service door is open: hands are in the kiosk. */
export function watchDoors(
  boards: readonly IoBoard[],
  log: Logger,
): { readonly open: Observable<boolean>; readonly stop: Unsubscribe } {
  const isOpen = () => statesOf(boards, "door").includes("open");
  const open = new Subject(isOpen());
  const stop = follow(boards, () => {
    if (isOpen() !== open.value) log("runtime.door", { open: isOpen() });
    open.set(isOpen());
  });
  return { open, stop };
}

export type PresenceOptions = {
  readonly boards: readonly IoBoard[];
  /** Whether a citizen is served. */
  readonly serving: Observable<boolean>;
  /** Called when the citizen who is served seems to have gone: once for each time that somebody goes. */
  readonly onAway: () => void;
  /** How long nobody must stand there, beyond the time in which the board believes it, milliseconds. */
  readonly awayAfter: number;
  readonly clock: Clock;
};

/** Follows whether somebody stands before the kiosk. Whoever the sensors have not seen in this session is not taken for gone. */
export function watchPresence({ boards, serving, onAway, awayAfter, clock }: PresenceOptions): Unsubscribe {
  let seen = false;
  let leaving: Timer | undefined;
  const look = () => {
    const states = statesOf(boards, "proximity");
    if (serving.value && states.includes("present")) seen = true;
    if (serving.value && seen && states.every((state) => state === "not-present")) {
      leaving ??= clock.setTimeout(() => {
        leaving = undefined;
        seen = false;
        onAway();
      }, awayAfter);
    } else {
      leaving?.cancel();
      leaving = undefined;
    }
  };
  const unfollow = [
    follow(boards, look),
    serving.subscribe(() => {
      seen = false;
      look();
    }),
  ];
  look();
  return () => {
    leaving?.cancel();
    for (const stop of unfollow) stop();
  };
}

export type LightOptions = {
  readonly boards: readonly IoBoard[];
  readonly view: Observable<Pick<SessionView, "screen">>;
  /** Whether a citizen is served. */
  readonly serving: Observable<boolean>;
  readonly clock: Clock;
};

/** Shows at each board's status light whether citizens can be served. `stop` puts the lights out, while the boards still listen. */
export function showStatus({ boards, view, serving, clock }: LightOptions): { stop(): Promise<void> } {
  const lights = boards.map((board) => new StatusLight(board, clock));
  const shine = () => {
    const state = serving.value ? "busy" : view.value.screen.kind === "out-of-service" ? "closed" : "available";
    for (const light of lights) light.show(state);
  };
  const unfollow = [view.subscribe(shine), serving.subscribe(shine)];
  shine();
  return {
    async stop() {
      for (const stop of unfollow) stop();
      await Promise.all(lights.map((light) => light.stop()));
    },
  };
}

function follow(boards: readonly IoBoard[], look: () => void): Unsubscribe {
  const subscriptions = boards.map(({ inputs }) => inputs.subscribe(look));
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

function statesOf(boards: readonly IoBoard[], kind: InputKind): InputState[] {
  return boards.flatMap(({ capabilities, inputs }) =>
    capabilities.inputs.flatMap((input) => (input.kind === kind ? (inputs.value[input.name] ?? "unknown") : [])),
  );
}

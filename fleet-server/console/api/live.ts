import { signal } from "@preact/signals";
import type { Clock, Timer } from "../../../base/clock.ts";
import { type LiveEvent, liveEventSchema } from "../../api/contract/live.ts";

/** Whether changes are told at once, and since when they are not. */
export type LiveState =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "reconnecting"; readonly since: number };

export const live = signal<LiveState>({ state: "connecting" });

type Listener = (event: LiveEvent | "again") => void;
const listeners = new Set<Listener>();

/** Tells of every change, and with `"again"` that some may have been missed. Returns what ends it. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/**
 * Holds the stream of changes. The browser reopens a stream that was cut, but gives up on one that was refused; then this asks
 * again, each time after a longer pause. Returns what ends it.
 */
export function followLive(address: string, clock: Clock): () => void {
  let source: EventSource | undefined;
  let timer: Timer | undefined;
  let pause = FIRST_PAUSE;
  let lost = false;

  const tell = (event: LiveEvent | "again") => {
    for (const listener of [...listeners]) listener(event);
  };
  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      live.value = { state: "live" };
      pause = FIRST_PAUSE;
      if (lost) tell("again");
      lost = false;
    };
    source.onmessage = (message) => {
      const event = liveEventSchema.safeParse(read(message.data));
      if (event.success) tell(event.data);
    };
    source.onerror = () => {
      lost = true;
      if (live.peek().state !== "reconnecting") {
        live.value = { state: "reconnecting", since: clock.now() };
        tell("again");
      }
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = clock.setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  };
  open();
  return () => {
    timer?.cancel();
    source?.close();
    live.value = { state: "connecting" };
  };
}

function read(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

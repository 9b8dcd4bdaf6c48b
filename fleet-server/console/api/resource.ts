import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Timer } from "../../../base/clock.ts";
import type { Result } from "../../../base/result.ts";
import type { LiveEvent } from "../../api/contract/live.ts";
import { browserClock } from "../app/browser-clock.ts";
import { live, onLive } from "./live.ts";
import type { Problem } from "./problem.ts";

export type Resource<T> = {
  /** The last good answer: it stays while a later try fails, with `at` to say how old it is. */
  readonly data: T | undefined;
  readonly at: number | undefined;
  readonly problem: Problem | undefined;
  readonly refresh: () => void;
};

/** Milliseconds in which changes are joined to one request. */
const JOIN = 250;
/** Milliseconds between two looks while changes are not told, and while they are: a lost event costs no more than this. */
const LOOK = { reconnecting: 10_000, connecting: 10_000, live: 120_000 } as const;

/**
 * What the server says, asked again whenever something that `concerns` it changed. `key` names what is asked for: another key
 * drops the answer.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<Result<T, Problem>>,
  concerns: (event: LiveEvent) => boolean,
): Resource<T> {
  const [answer, setAnswer] = useState<{ key: string; data?: T; at?: number; problem?: Problem | undefined }>({ key });
  const latest = useRef({ load, concerns });
  latest.current = { load, concerns };
  const again = useRef(() => {});

  useEffect(() => {
    const end = new AbortController();
    let timer: Timer | undefined;
    let running = false;
    let wanted = false;
    const plan = (milliseconds: number) => {
      timer?.cancel();
      timer = browserClock.setTimeout(ask, milliseconds);
    };
    const ask = () => {
      if (running) {
        wanted = true;
        return;
      }
      running = true;
      latest.current.load(end.signal).then(
        (result) => {
          running = false;
          setAnswer((before) => {
            const kept = before.key === key ? before : { key };
            return result.ok
              ? { key, data: result.value, at: browserClock.now(), problem: undefined }
              : { ...kept, problem: result.error };
          });
          plan(wanted ? JOIN : LOOK[live.peek().state]);
          wanted = false;
        },
        () => {
          running = false;
        },
      );
    };
    again.current = ask;
    ask();
    const stop = onLive((event) => {
      if (event === "again" || latest.current.concerns(event)) {
        if (running) wanted = true;
        else plan(JOIN);
      }
    });
    return () => {
      stop();
      timer?.cancel();
      end.abort();
    };
  }, [key]);

  const current: { data?: T; at?: number; problem?: Problem | undefined } = answer.key === key ? answer : {};
  const refresh = useCallback(() => again.current(), []);
  return { data: current.data, at: current.at, problem: current.problem, refresh };
}

export const aboutKiosks = (event: LiveEvent) => event.type === "kiosks";
export const aboutKiosk = (id: string) => (event: LiveEvent) =>
  event.type === "kiosks" && (event.kiosks.length === 0 || event.kiosks.includes(id));

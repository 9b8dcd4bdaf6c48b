import type { SessionView } from "../../base/contracts/view.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { Session, SessionOptions } from "./interface.ts";

/** A session whose services can be exchanged between two citizens. */
export interface ReplaceableSession extends Session {
  /** What is offered now. */
  readonly services: Observable<readonly CompiledService[]>;
  /** Offers `services` from the next citizen on: at once when nobody is served. Of two calls meanwhile the last one counts. */
  replace(services: readonly CompiledService[]): void;
}

/**
 * Keeps one session after another, each with its own services. The citizen who is being served keeps the session that they began
 * with: a procedure never changes under their hands.
 */
export function createReplaceableSession(
  create: (options: SessionOptions) => Session,
  options: SessionOptions,
): ReplaceableSession {
  let session = create(options);
  let next: readonly CompiledService[] | undefined;
  let stopped = false;
  const services = new Subject(options.services);
  const view = new Subject<SessionView>(session.view.value, sameData);
  const serving = new Subject(session.serving.value);
  let unfollow = follow();

  function follow(): () => void {
    const subscriptions = [
      session.view.subscribe((value) => view.set(value)),
      session.serving.subscribe((value) => {
        serving.set(value);
        // Not within the session's own notification: it would be stopped under its feet.
        if (!value) void Promise.resolve().then(exchange);
      }),
    ];
    view.set(session.view.value);
    serving.set(session.serving.value);
    return () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }

  function exchange(): void {
    if (stopped || next === undefined || session.serving.value) return;
    const old = session;
    unfollow();
    session = create({ ...options, services: next });
    services.set(next);
    next = undefined;
    unfollow = follow();
    void old.stop();
  }

  return {
    view,
    serving,
    services,
    send: (intent) => session.send(intent),
    away: () => session.away(),
    replace(wanted) {
      next = wanted;
      exchange();
    },
    async stop() {
      stopped = true;
      unfollow();
      await session.stop();
    },
  };
}

import { createActor } from "xstate";
import type { Intent, SessionView } from "../../base/contracts/view.ts";
import { Subject, sameData } from "../../base/observable.ts";
import type { JourneyEvent } from "../engine/context.ts";
import { localTime } from "../engine/format.ts";
import { isAvailable } from "./availability.ts";
import { machineClock } from "./clock-adapter.ts";
import type { Session, SessionOptions } from "./interface.ts";
import { createSessionMachine, JOURNEY_INTENTS } from "./machine.ts";
import { journeySnapshot, sessionView } from "./view.ts";

/** The kiosk's front. It runs from the moment that it is made until `stop`. */
export function createSession(options: SessionOptions): Session {
  const { services, availability, clock, log } = options;
  const machine = createSessionMachine({ ...options, availability: availability.value });
  const actor = createActor(machine, { clock: machineClock(clock) });
  const render = () => sessionView(actor.getSnapshot(), options, clock.monotonic());
  const view = new Subject<SessionView>(render(), sameData);
  const serving = new Subject(false);

  let journey = { service: "", place: "", startedAt: 0 };
  const subscription = actor.subscribe((snapshot) => {
    view.set(render());
    serving.set(snapshot.matches("serving"));
    const { opened, place, last } = snapshot.context;
    const state = place.replace(/[^\w-]+/g, " ").trim();
    if (opened !== null && place !== journey.place) log("journey.moved", { service: opened.service, state });
    if (opened === null && journey.service !== "") {
      const { service, place: state, startedAt } = journey;
      if (last === "crashed") log("journey.crashed", { service, state });
      else log("journey.ended", { service, result: last ?? "abandoned", duration: clock.monotonic() - startedAt });
    }
    journey = { ...journey, service: opened?.service ?? "", place };
  });
  const stopWatching = availability.subscribe((value) => actor.send({ type: "AVAILABILITY", availability: value }));
  actor.start();

  return {
    view,
    serving,
    send(intent: Intent): boolean {
      if (!view.value.intents.includes(intent.type)) return false;
      if (intent.type === "OPEN_SERVICE") {
        const service = services.find(({ id }) => id === intent.service);
        if (service === undefined || !isAvailable(service, actor.getSnapshot().context.availability)) return false;
        journey = { service: service.id, place: "", startedAt: clock.monotonic() };
        log("journey.opened", { service: service.id, locale: view.value.locale });
        const startedAt = localTime(clock.now());
        actor.send({ type: "OPENED", service: service.id, ports: options.openJourney(service.id), startedAt });
      } else {
        const running = journeySnapshot(actor.getSnapshot());
        if (isForJourney(intent) && running !== undefined && !running.can(intent)) return false;
        actor.send(intent);
      }
      actor.send({ type: "TOUCHED" });
      return true;
    },
    away() {
      actor.send({ type: "AWAY" });
    },
    async stop() {
      stopWatching();
      subscription.unsubscribe();
      actor.stop();
    },
  };
}

function isForJourney(intent: Intent): intent is Intent & JourneyEvent {
  return JOURNEY_INTENTS.some((type) => type === intent.type);
}

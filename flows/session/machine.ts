import { type AnyActorRef, assign, raise, type Snapshot, sendTo, setup } from "xstate";
import type { Clock } from "../../base/clock.ts";
import type { Intent, Locale } from "../../base/contracts/view.ts";
import type { CompiledService, JourneySnapshot, JourneyView } from "../compiler/compiled.ts";
import type { JourneyMachine } from "../compiler/journey-machine.ts";
import type { JourneyEvent, Site } from "../engine/context.ts";
import type { JourneyPorts, JourneyResult } from "../engine/ports.ts";
import { awayOf, isAvailable } from "./availability.ts";
import type { Availability, SessionSettings } from "./interface.ts";

export type SessionContext = {
  readonly availability: Availability;
  readonly locale: Locale;
  /** Set only while a journey runs. Of the citizen nothing is here: it lives and ends with the journey's own actor. */
  readonly opened: { readonly service: string; readonly ports: JourneyPorts; readonly startedAt: string } | null;
  readonly mode: JourneyView["mode"];
  readonly losesOnLeave: boolean;
  /** The citizen does something that takes longer than a page: on their phone. */
  readonly patient: boolean;
  /** State of the journey, to see that it moved. */
  readonly place: string;
  /** How the journey before ended, for the log. */
  readonly last: JourneyResult | "crashed" | null;
  /** When the kiosk acts by itself, on the monotonic clock. */
  readonly deadline: number | null;
};

export type SessionEvent =
  | Intent
  | { readonly type: "AVAILABILITY"; readonly availability: Availability }
  /** A service that is available was opened, and its ports are there. */
  | { readonly type: "OPENED"; readonly service: string; readonly ports: JourneyPorts; readonly startedAt: string }
  /** The citizen did something, or the journey moved on. */
  | { readonly type: "TOUCHED" }
  /** The citizen seems to have gone. */
  | { readonly type: "AWAY" }
  /** The citizen leaves, or has gone. */
  | { readonly type: "GO" };

/** What lies over the screen. */
export type SessionTag = "asking" | "help" | "confirmLeave";

export type SessionMachineOptions = {
  readonly services: readonly CompiledService[];
  readonly availability: Availability;
  readonly clock: Clock;
  readonly site: Site;
  readonly locales: readonly Locale[];
  readonly settings: SessionSettings;
};

/** Longest time in which an abandoned journey settles itself; then the next citizen is served, and the journal settles it. */
const DELAY_SETTLING = 15 * 60_000;

/** How many times the idle time a citizen has who must look at their phone: a second factor may come by e-mail. */
const PATIENCE = 4;

/** What the journey takes; the rest is the session's own. */
export const JOURNEY_INTENTS = [
  "CONTINUE",
  "BACK",
  "ACCEPT",
  "REFUSE",
  "TYPE_RUN",
  "SCAN",
  "REMOVE",
  "USE_PHONE",
  "SUBMIT",
  "SELECT",
  "CHOOSE",
  "CHANGE",
  "CONFIRM",
  "RETRY",
  "SKIP",
  "FINISH",
] as const;

/** Passes `message`, or else the event itself, on to the journey. */
function tellJourney(message?: JourneyEvent) {
  return sendTo<SessionContext, SessionEvent, undefined, AnyActorRef, SessionEvent, never>(
    "journey",
    ({ event }: { event: SessionEvent }) => message ?? event,
  );
}

export type SessionMachine = ReturnType<typeof createSessionMachine>;

/** One machine for the kiosk's front. `place`: where the citizen is. `presence`: whether one is there. `overlay`: what lies above. */
export function createSessionMachine(options: SessionMachineOptions) {
  const { services, clock, settings, site } = options;
  const nobody = {
    opened: null,
    mode: "citizen" as const,
    losesOnLeave: false,
    patient: false,
    place: "",
    deadline: null,
    locale: options.locales[0] ?? ("es" as const),
  };
  const canServe = (context: SessionContext) => services.some((service) => isAvailable(service, context.availability));

  const machines: Record<string, JourneyMachine> = Object.fromEntries(services.map(({ id, machine }) => [id, machine]));
  const session = setup({
    types: { context: {} as SessionContext, events: {} as SessionEvent, tags: "asking" as SessionTag },
    actors: machines,
    delays: {
      idle: ({ context }) => settings.idle * (context.patient ? PATIENCE : 1),
      grace: settings.grace,
      finish: settings.finish,
      settling: DELAY_SETTLING,
    },
  });
  type SessionState = Parameters<typeof session.createStateConfig>[0];
  type SessionTransition = {
    readonly guard: (state: { readonly context: SessionContext }) => boolean;
    readonly target: string;
  };

  const deadlineIn = (milliseconds: number | null) =>
    session.assign({ deadline: () => (milliseconds === null ? null : clock.monotonic() + milliseconds) });
  const follow = (service: CompiledService, update: Snapshot<unknown>) => {
    const snapshot = update as JourneySnapshot;
    const { mode, losesOnLeave, screen } = service.view(snapshot);
    return { mode, losesOnLeave, patient: screen.kind === "phone-login", place: JSON.stringify(snapshot.value) };
  };
  const journeyOf = (service: CompiledService): SessionState => ({
    id: service.id,
    invoke: {
      id: "journey",
      src: service.id,
      input: ({ context }) => {
        if (context.opened === null) throw new Error("a journey without ports");
        const { ports, startedAt } = context.opened;
        return { ports, startedAt, site, locale: context.locale, away: awayOf(context.availability) };
      },
      onDone: { target: "#attract", actions: assign(({ event }) => ({ last: event.output.result })) },
      onError: { target: "#attract", actions: assign({ last: "crashed" as const }) },
      onSnapshot: [
        {
          guard: ({ context, event }) => context.place !== follow(service, event.snapshot).place,
          actions: [assign(({ event }) => follow(service, event.snapshot)), raise({ type: "TOUCHED" })],
        },
        { actions: assign(({ event }) => follow(service, event.snapshot)) },
      ],
    },
    on: {
      ...Object.fromEntries(JOURNEY_INTENTS.map((type) => [type, { actions: tellJourney() }])),
      SET_LOCALE: { actions: [assign({ locale: ({ event }) => event.locale }), tellJourney()] },
    },
  });

  const place: SessionState = {
    initial: "menu",
    states: {
      menu: {
        always: { guard: ({ context }) => !canServe(context), target: "#outOfService" },
        on: {
          OPENED: services.map((service) => ({
            guard: ({ event }: { event: { service: string } }) => event.service === service.id,
            target: `#${service.id}`,
            actions: assign(({ event }: { event: Extract<SessionEvent, { type: "OPENED" }> }) => ({
              opened: { service: event.service, ports: event.ports, startedAt: event.startedAt },
            })),
          })),
        },
      },
      ...Object.fromEntries(services.map((service) => [service.id, journeyOf(service)])),
    },
  };

  /** The citizen leaves: a journey is told and settles itself, from the menu there is nothing to settle. */
  const go = [
    { guard: ({ context }: { context: SessionContext }) => context.opened === null, target: "#attract" },
    {
      guard: ({ context }: { context: SessionContext }) => context.mode !== "busy",
      target: "leaving",
      actions: tellJourney({ type: "ABANDON" }),
    },
  ];
  const presence: SessionState = {
    initial: "present",
    states: {
      present: {
        entry: deadlineIn(null),
        always: [
          { guard: ({ context }) => context.mode === "busy", target: "held" },
          { guard: ({ context }) => context.mode === "finished", target: "finished" },
        ],
        after: { idle: "asking" },
        on: { TOUCHED: { target: "present", reenter: true }, AWAY: "asking", GO: go },
      },
      /** Money moves or paper is printed: nobody is hurried, and nobody can leave. */
      held: { entry: deadlineIn(null), always: { guard: ({ context }) => context.mode !== "busy", target: "present" } },
      asking: {
        tags: "asking",
        entry: deadlineIn(settings.grace),
        after: { grace: go },
        on: { TOUCHED: "present", LEAVE: { actions: raise({ type: "GO" }) }, GO: go },
      },
      finished: {
        entry: deadlineIn(settings.finish),
        after: { finish: { target: "leaving", actions: tellJourney({ type: "FINISH" }) } },
        on: { TOUCHED: { target: "finished", reenter: true } },
      },
      leaving: { entry: deadlineIn(null), after: { settling: "#attract" } },
    },
  };

  const overlay: SessionState = {
    initial: "none",
    states: {
      none: {
        on: {
          HELP: "help",
          LEAVE: [
            { guard: ({ context }) => context.losesOnLeave && context.mode === "citizen", target: "confirmLeave" },
            { actions: raise({ type: "GO" }) },
          ],
        },
      },
      help: { tags: "help", on: { CLOSE_HELP: "none", GO: "none" } },
      confirmLeave: {
        tags: "confirmLeave",
        always: { guard: ({ context }) => context.mode !== "citizen", target: "none" },
        on: { STAY: "none", LEAVE: { target: "none", actions: raise({ type: "GO" }) }, GO: "none" },
      },
    },
  };

  /**
   * Help where nobody is served: it closes by itself after the idle time, and no session begins with it. Whoever chose another
   * language in it is served in that language, as on the attract screen itself.
   */
  const helpAside = (id: string, begin: SessionTransition[]): Pick<SessionState, "initial" | "states"> => ({
    initial: "plain",
    states: {
      plain: { on: { HELP: "helping" } },
      helping: {
        tags: "help",
        after: { idle: { target: `#${id}`, reenter: true } },
        on: {
          SET_LOCALE: { actions: assign({ locale: ({ event }) => event.locale }) },
          TOUCHED: { target: "helping", reenter: true },
          CLOSE_HELP: [...begin, { target: "plain" }],
        },
      },
    },
  });

  return session.createMachine({
    id: "session",
    context: { ...nobody, last: null, availability: options.availability },
    initial: "attract",
    on: {
      AVAILABILITY: { actions: assign({ availability: ({ event }) => event.availability }) },
      SET_LOCALE: { actions: assign({ locale: ({ event }) => event.locale }) },
    },
    states: {
      attract: {
        id: "attract",
        entry: assign(nobody),
        always: { guard: ({ context }) => !canServe(context), target: "outOfService" },
        ...helpAside("attract", [{ guard: ({ context }) => context.locale !== nobody.locale, target: "#serving" }]),
        on: {
          START: "serving",
          SET_LOCALE: { target: "serving", actions: assign({ locale: ({ event }) => event.locale }) },
        },
      },
      outOfService: {
        id: "outOfService",
        entry: assign({ ...nobody, locale: ({ context }: { context: SessionContext }) => context.locale }),
        always: { guard: ({ context }) => canServe(context), target: "attract" },
        ...helpAside("outOfService", []),
      },
      serving: { id: "serving", type: "parallel", states: { place, presence, overlay } },
    },
  });
}

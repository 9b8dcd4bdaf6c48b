import type { SnapshotFrom } from "xstate";
import type { IntentType, Locale, Overlay, Screen, SessionView } from "../../base/contracts/view.ts";
import type { CompiledService, JourneySnapshot } from "../compiler/compiled.ts";
import { common, LANGUAGE_NAMES } from "../texts/common.ts";
import { audioOf } from "./audio.ts";
import { cardOf } from "./availability.ts";
import type { SessionMachine } from "./machine.ts";

export type SessionSnapshot = SnapshotFrom<SessionMachine>;

export type ViewFacts = { readonly services: readonly CompiledService[]; readonly locales: readonly Locale[] };

type Front = {
  readonly screen: Screen;
  readonly intents: readonly IntentType[];
  readonly step?: SessionView["step"];
  readonly service?: SessionView["service"];
};

/** What the citizen sees: nothing but a function of the machines' snapshots and, for the time that is left, of `now`. */
export function sessionView(snapshot: SessionSnapshot, { services, locales }: ViewFacts, now: number): SessionView {
  const { locale, deadline } = snapshot.context;
  const front = frontOf(snapshot, services);
  const overlay = overlayOf(snapshot, locale);
  const intents = overlay === undefined ? front.intents : OVERLAY_INTENTS[overlay.kind];
  return {
    screen: front.screen,
    ...(overlay === undefined ? {} : { overlay }),
    intents: [...intents, "SET_LOCALE"],
    locale,
    locales: locales.map((id) => ({ id, name: LANGUAGE_NAMES[id] })),
    audio: audioOf(front.screen, overlay),
    ...(deadline === null ? {} : { deadlineIn: Math.max(0, Math.round(deadline - now)) }),
    ...(front.step === undefined ? {} : { step: front.step }),
    ...(front.service === undefined ? {} : { service: front.service }),
  };
}

export function journeySnapshot(snapshot: SessionSnapshot): JourneySnapshot | undefined {
  const child = snapshot.children.journey;
  return child === undefined ? undefined : (child.getSnapshot() as JourneySnapshot);
}

const OVERLAY_INTENTS: { readonly [K in Overlay["kind"]]: readonly IntentType[] } = {
  "still-there": ["MORE_TIME", "LEAVE"],
  help: ["CLOSE_HELP"],
  "confirm-leave": ["STAY", "LEAVE"],
};

function overlayOf(snapshot: SessionSnapshot, locale: Locale): Overlay | undefined {
  const { say, paragraphs } = common(locale);
  if (snapshot.hasTag("asking"))
    return { kind: "still-there", title: say("still-there.title"), body: paragraphs("still-there.body") };
  if (snapshot.hasTag("help")) {
    const data = snapshot.context.opened === null ? [] : paragraphs("help.data");
    return { kind: "help", title: say("help.title"), body: [...paragraphs("help.body"), ...data] };
  }
  if (snapshot.hasTag("confirmLeave"))
    return { kind: "confirm-leave", title: say("leave.title"), body: paragraphs("leave.body") };
  return undefined;
}

function frontOf(snapshot: SessionSnapshot, services: readonly CompiledService[]): Front {
  const { locale, opened, availability } = snapshot.context;
  const { say, paragraphs } = common(locale);
  const journey = journeySnapshot(snapshot);
  const service = services.find(({ id }) => id === opened?.service);
  if (journey !== undefined && service !== undefined) {
    const { screen, intents, step, mode } = service.view(journey);
    return {
      screen,
      intents: [...intents, "HELP", ...(mode === "citizen" ? ["LEAVE" as const] : [])],
      step,
      service: service.name(locale),
    };
  }
  if (snapshot.matches("attract"))
    return {
      screen: { kind: "attract", title: say("attract.title"), call: say("attract.call") },
      intents: ["START", "HELP"],
    };
  if (snapshot.matches("outOfService"))
    return {
      screen: {
        kind: "out-of-service",
        title: say("closed.title"),
        body: paragraphs("closed.body"),
        works: paragraphs("closed.works"),
        elsewhere: paragraphs("closed.elsewhere"),
      },
      intents: ["HELP"],
    };
  const cards = services.map((one) => cardOf(one, availability, locale));
  // What can be done here and now is on the first page, even when little is left of the menu.
  const open = cards.filter(({ unavailable }) => unavailable === undefined);
  const closed = cards.filter(({ unavailable }) => unavailable !== undefined);
  return {
    screen: {
      kind: "services",
      title: say("services.title"),
      services: [...open, ...closed],
    },
    intents: ["OPEN_SERVICE", "HELP", "LEAVE"],
  };
}

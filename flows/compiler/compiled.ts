import type { SnapshotFrom } from "xstate";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { IntentType, Locale, Screen, ServiceCard, Text } from "../../base/contracts/view.ts";
import type { FarWay } from "../engine/context.ts";
import type { Definition } from "./definition.ts";
import type { JourneyMachine } from "./journey-machine.ts";

export type JourneySnapshot = SnapshotFrom<JourneyMachine>;

/** What a journey shows, and what it allows the session to do. */
export type JourneyView = {
  readonly screen: Screen;
  readonly intents: readonly IntentType[];
  readonly step?: { readonly current: number; readonly total: number };
  /** See `JourneyTag`. */
  readonly mode: "citizen" | "busy" | "finished";
  /** Whether leaving now would lose what the citizen entered. */
  readonly losesOnLeave: boolean;
};

/** A service definition that was checked and turned into one machine. */
export interface CompiledService {
  /** `<institution>/<service>`, e.g. `fonasa/bono-atencion`. */
  readonly id: string;
  readonly institution: string;
  /** On the menu: the lowest stands first. */
  readonly order: number;
  readonly requires: ReadonlySet<DeviceKind>;
  /** Ways of identification without which it cannot be given. */
  readonly needsWays: ReadonlySet<FarWay>;
  /** Of a service that works off line: the submissions that wait then. */
  readonly offLine: ReadonlySet<string> | undefined;
  readonly definition: Definition;
  readonly machine: JourneyMachine;
  /** The screen is a pure function of the machine's snapshot. */
  readonly view: (snapshot: JourneySnapshot) => JourneyView;
  readonly name: (locale: Locale) => Text;
  readonly card: (locale: Locale) => ServiceCard;
}

/** The order of services on the menu. */
export function byMenu(a: CompiledService, b: CompiledService): number {
  return a.order - b.order || (a.id < b.id ? -1 : 1);
}

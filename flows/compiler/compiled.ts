import type { SnapshotFrom } from "xstate";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { IntentType, Locale, Screen, ServiceCard, Text } from "../../base/contracts/view.ts";
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
  readonly requires: ReadonlySet<DeviceKind>;
  readonly definition: Definition;
  readonly machine: JourneyMachine;
  /** The screen is a pure function of the machine's snapshot. */
  readonly view: (snapshot: JourneySnapshot) => JourneyView;
  readonly name: (locale: Locale) => Text;
  readonly card: (locale: Locale) => ServiceCard;
}

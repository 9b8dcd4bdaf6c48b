import type { Clock } from "../../base/clock.ts";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Intent, Locale, SessionView } from "../../base/contracts/view.ts";
import type { Logger } from "../../base/log.ts";
import type { Observable } from "../../base/observable.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { Site } from "../engine/context.ts";
import type { JourneyPorts } from "../engine/ports.ts";

/** What a service may need, and whether it is there now. */
export type Availability = {
  /** Kinds of device that can serve at this moment. */
  readonly devices: ReadonlySet<DeviceKind>;
  /** Institutions that the gateway reaches, e.g. `fonasa`. */
  readonly institutions: ReadonlySet<string>;
  /** Submissions that may wait on this kiosk until the gateway is back; `base/contracts/outbox.ts`. */
  readonly waitable: ReadonlySet<string>;
  /** An effect of an earlier citizen is still being settled, or staff closed the kiosk: nobody is served. */
  readonly closed: boolean;
};

export type SessionSettings = {
  /** Milliseconds without a touch until the citizen is asked whether they are still there. */
  readonly idle: number;
  /** Milliseconds that the question stands before the session ends; at least 20 s (WCAG 2.2.1). */
  readonly grace: number;
  /** Milliseconds that the last page stays. */
  readonly finish: number;
};

export type SessionOptions = {
  readonly services: readonly CompiledService[];
  /** Ports of one journey, with its own identity and key; called when a citizen opens a service. */
  readonly openJourney: (service: string) => JourneyPorts;
  readonly availability: Observable<Availability>;
  readonly clock: Clock;
  /** Printed on papers: where the kiosk is, and whether the institutions behind it are simulated. */
  readonly site: Site;
  /** Offered to citizens, the first by default. */
  readonly locales: readonly Locale[];
  readonly settings: SessionSettings;
  readonly log: Logger;
};

/** One kiosk's front: attract screen, menu, the journey of one citizen after another. Knows no device and no screen. */
export interface Session {
  readonly view: Observable<SessionView>;
  /** Takes what the citizen did; `false` when it is not enabled now (nothing happened then). */
  send(intent: Intent): boolean;
  /**
   * The citizen seems to have gone: the question whether they are still there comes at once. Nothing happens where nobody is asked: money
   * moves, the last page stands, nobody is served.
   */
  away(): void;
  /** Whether a citizen is being served: updates and restarts wait for `false`. */
  readonly serving: Observable<boolean>;
  /** Ends at once; what is under way is settled by the journal at the next start. */
  stop(): Promise<void>;
}

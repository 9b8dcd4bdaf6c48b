import { X509Certificate } from "node:crypto";
import type { Clock, Timer } from "../base/clock.ts";
import type { ReportAnswer } from "../base/contracts/fleet/report.ts";
import type { RuntimeStatus } from "../base/contracts/runtime-control.ts";
import type { Logger } from "../base/log.ts";
import { followJourneys } from "./health/journeys.ts";
import { readMachine, steadyMachine } from "./health/machine.ts";
import { devicesSection, serviceSection } from "./health/sections.ts";
import { StateReporter } from "./health/state-reporter.ts";
import type { KioskIdentity } from "./identity/interface.ts";
import type { RuntimeLink } from "./runtime-link/interface.ts";
import { ServerClient } from "./server-link/client.ts";
import { reportLoop } from "./server-link/report-loop.ts";
import type { Settings } from "./settings.ts";
import type { GuardLink, Software } from "./software/interface.ts";
import type { OpenedStore } from "./store/store.ts";
import { Wake } from "./wake.ts";

void X509Certificate;
export type AgentOptions = {
  readonly settings: Settings;
  /** Of the agent. */
  readonly version: string;
  /** PEM of `settings.serverCa`. */
  readonly serverCa: string | undefined;
  readonly identity: KioskIdentity;
  readonly store: OpenedStore;
  readonly link: RuntimeLink;
  readonly software: Software;
  readonly guard: GuardLink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};
export type Agent = { readonly kiosk: string; stop(): Promise<void> };
export type Dummy = [Timer, ReportAnswer, RuntimeStatus];

export function startAgent(options: AgentOptions): Agent {
  const { settings, identity, store, link, software, clock, random, log } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const client = new ServerClient({ url: settings.server, ca: options.serverCa, identity, clock });
  const reporter = new StateReporter(store, clock);
  const onStatus = (status: RuntimeStatus | undefined) => {
    reporter.set("service", serviceSection(status));
    if (status !== undefined) reporter.set("devices", devicesSection(status));
  };
  onStatus(link.status.value);
  link.status.subscribe(onStatus);
  software.section.subscribe((s) => reporter.set("software", s));
  reporter.set("software", software.section.value);
  reporter.set(
    "machine",
    steadyMachine(
      reporter.reported("machine"),
      readMachine({ version: options.version, data: settings.data, runtimeMemory: undefined, now: clock.now() }),
    ),
  );
  const loops = [
    followJourneys({ link, store, clock, signal }),
    reportLoop({
      client,
      outbox: store.outbox,
      clock,
      random,
      log,
      signal,
      heartbeat: () => settings.intervals.heartbeat,
      onAnswer: (a) => {
        if (a.resend) reporter.resend();
      },
      wake: new Wake(),
    }),
  ];
  return {
    kiosk: identity.kiosk,
    stop: async () => {
      reporter.stop();
      ending.abort();
      await Promise.all(loops);
      client.close();
    },
  };
}

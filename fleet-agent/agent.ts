import type { Clock } from "../base/clock.ts";
import type { Desired } from "../base/contracts/fleet/desired.ts";
import type { ReportAnswer } from "../base/contracts/fleet/report.ts";
import type { Logger } from "../base/log.ts";
import { Subject } from "../base/observable.ts";
import { execute } from "./commands/executors.ts";
import { CommandRunner } from "./commands/runner.ts";
import { followHealth } from "./health/follow.ts";
import { followJourneys } from "./health/journeys.ts";
import { StateReporter } from "./health/state-reporter.ts";
import type { KioskIdentity } from "./identity/interface.ts";
import type { RuntimeLink } from "./runtime-link/interface.ts";
import { ServerClient } from "./server-link/client.ts";
import { DesiredFollower } from "./server-link/desired-loop.ts";
import { renewalLoop } from "./server-link/renewal.ts";
import { reportLoop } from "./server-link/report-loop.ts";
import { socketLoop } from "./server-link/socket.ts";
import type { Settings } from "./settings.ts";
import type { GuardLink, Software } from "./software/interface.ts";
import type { OpenedStore } from "./store/store.ts";
import { Wake } from "./wake.ts";

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

export type Agent = {
  readonly kiosk: string;
  /** Lets go of everything that the agent began; what was handed in stays open for its owner. */
  stop(): Promise<void>;
};

/** A server that always asks for everything gets it this often, milliseconds. */
const RESEND_AT_MOST_EVERY = 60_000;

/** Puts the agent together and lets it run: reports, desired state, commands, the socket, the certificate. */
export function startAgent(options: AgentOptions): Agent {
  const { settings, version, identity, store, link, software, clock, random, log } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let { intervals } = settings;
  const client = new ServerClient({ url: settings.server, ca: options.serverCa, identity, clock });
  const reporter = new StateReporter(store, clock);
  const wakes = { reports: new Wake(), desired: new Wake(), socket: new Wake(), machine: new Wake() };
  const commands = new CommandRunner({
    identity,
    store,
    clock,
    log,
    now: () => client.now(),
    execute: (id, command, inner) => execute(id, command, { ...options, client, logs: settings.logs }, inner),
  });
  const follower = new DesiredFollower(
    {
      client,
      identity,
      values: store.values,
      clock,
      random,
      log,
      interval: () => intervals.desired,
      onDesired: (desired: Desired) => {
        if (desired.intervals.machine !== intervals.machine) wakes.machine.call();
        intervals = desired.intervals;
        software.pursue(desired);
        for (const jws of desired.commands) void commands.receive(jws);
      },
    },
    wakes.desired,
  );
  let resentAt = Number.NEGATIVE_INFINITY;
  const onAnswer = (answer: ReportAnswer) => {
    follower.hear(answer.desired);
    if (!answer.resend || clock.monotonic() - resentAt < RESEND_AT_MOST_EVERY) return;
    resentAt = clock.monotonic();
    log("agent.resend");
    reporter.resend();
  };

  store.outbox.append({ type: "event", event: "process.started", fields: { part: "agent", version } });
  commands.settle();
  const socketOpen = new Subject(false);
  const shared = { client, identity, store, outbox: store.outbox, socketOpen, link, clock, random, log, signal };
  const work = [
    followHealth({
      ...shared,
      reporter,
      software,
      version,
      data: settings.data,
      interval: () => intervals.machine,
      wake: wakes.machine,
    }),
    followJourneys(shared),
    reportLoop({
      ...shared,
      heartbeat: () => intervals.heartbeat,
      wake: wakes.reports,
      onAnswer,
      onReturn: () => {
        commands.resume();
        wakes.desired.call();
        wakes.socket.call();
      },
    }),
    follower.run(signal),
    socketLoop({
      ...shared,
      wake: wakes.socket,
      onOpen: () => wakes.reports.call(),
      onCommand: (jws) => void commands.receive(jws),
      onDesired: () => wakes.desired.call(),
    }),
    renewalLoop(shared),
  ];
  return {
    kiosk: identity.kiosk,
    stop: async () => {
      ending.abort();
      await Promise.all([commands.stop(), ...work]);
      reporter.stop();
      client.close();
    },
  };
}

import type { Clock } from "../../base/clock.ts";
import type { RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import type { RuntimeLink } from "../runtime-link/interface.ts";
import type { ServerClient } from "../server-link/client.ts";
import type { Software } from "../software/interface.ts";
import type { AgentStore } from "../store/interface.ts";
import type { Wake } from "../wake.ts";
import { readMachine, steadyMachine } from "./machine.ts";
import { devicesSection, serviceSection } from "./sections.ts";
import type { StateReporter } from "./state-reporter.ts";

/** At its start the agent gives the runtime this long to answer before it says that it does not, milliseconds. */
const FIRST_WORD_WITHIN = 5_000;
const BOOT = "runtime.boot";

/** Keeps the reporter's sections up to date with what each part says, and samples the machine, until `signal`. */
export async function followHealth(options: {
  readonly reporter: StateReporter;
  readonly link: RuntimeLink;
  readonly software: Software;
  readonly identity: KioskIdentity;
  readonly client: ServerClient;
  readonly store: AgentStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the agent. */
  readonly version: string;
  /** Directory whose disk is watched. */
  readonly data: string;
  /** Seconds between two samples of the machine. */
  readonly interval: () => number;
  /** Takes a sample now. */
  readonly wake: Wake;
}): Promise<void> {
  const { reporter, link, software, identity, client, store, clock, signal, wake } = options;
  const onStatus = (status: RuntimeStatus | undefined) => {
    reporter.set("service", serviceSection(status));
    if (status === undefined) return;
    reporter.set("devices", devicesSection(status));
    if (noteBoot(store, status)) wake.call();
  };
  const onSecurity = () => {
    const { clockOffset, mutualTls } = client.security.value;
    // After a start the connection is seen before the server's clock is heard: what is not known yet is no news.
    const offset = clockOffset ?? reporter.reported("security")?.clockOffset ?? null;
    reporter.set("security", { clockOffset: offset, mutualTls, certificateExpires: identity.expires.value });
  };
  const unsubscribe = [
    link.status.subscribe(onStatus),
    software.section.subscribe((section) => reporter.set("software", section)),
    client.security.subscribe(onSecurity),
    identity.expires.subscribe(onSecurity),
  ];
  reporter.set("software", software.section.value);
  if (link.status.value !== undefined) onStatus(link.status.value);
  const firstWord = clock.setTimeout(() => onStatus(link.status.value), FIRST_WORD_WITHIN);
  while (!signal.aborted) {
    const facts = readMachine({ ...options, runtimeMemory: link.status.value?.memory, now: clock.now() });
    reporter.set("machine", steadyMachine(reporter.reported("machine"), facts));
    await wake.wait(clock, options.interval() * 1000, signal);
  }
  firstWord.cancel();
  for (const end of unsubscribe) end();
}

/** Whether this is another start of the runtime than the last one that was seen; one that came by surprise is an event. */
function noteBoot(store: AgentStore, { boot, version }: RuntimeStatus): boolean {
  const before = store.values.get(BOOT);
  if (before === boot) return false;
  store.transaction(() => {
    store.values.set(BOOT, boot);
    if (before !== undefined)
      store.outbox.append({ type: "event", event: "agent.runtime-restarted", fields: { version } });
  });
  return true;
}

import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { tcpChannel } from "../transport/tcp.ts";
import { parseUpsAddress } from "../ups/address.ts";
import { NutUps } from "../ups/driver.ts";
import { adviseOnPower, POWER_ADVICE } from "../ups/policy.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { RESET_SUMMARY, resetDevice } from "./reset.ts";

export const upsCli: CliKind = {
  kind: "ups",
  models: ["nut"],
  defaultModel: "nut",
  commands: {
    status: { summary: "ask the UPS daemon once; --port is name@host:port as NUT writes it", options: {}, run: status },
    watch: {
      summary: "tell every change until --timeout or Ctrl-C; the outcome is the last state",
      options: {},
      run: watch,
    },
    reset: { summary: RESET_SUMMARY, options: {}, run: reset },
  },
};

function makeUps(port: string): NutUps {
  const address = parseUpsAddress(port);
  if (!address.ok) throw new UsageError(address.error.message);
  const { ups, host, port: number } = address.value;
  return new NutUps({
    id: port,
    ups,
    open: tcpChannel({ host, port: number }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
}

function describe(ups: NutUps): Record<string, unknown> {
  const power = ups.power.value;
  const advice = adviseOnPower(power, systemClock.now());
  const { link, readiness, conditions } = ups.status.value;
  return { ...power, link, readiness, conditions, ...ups.capabilities, advice, ...POWER_ADVICE[advice] };
}

async function status({ port, signal }: CliContext): Promise<CliOutcome> {
  const ups = makeUps(port);
  ups.start();
  const outcome = await ups.refresh({ signal });
  const result = describe(ups);
  await ups.stop();
  return outcome.outcome === "ok" ? { outcome: "ok", result } : { ...outcome, result };
}

async function reset(context: CliContext): Promise<CliOutcome> {
  const ups = makeUps(context.port);
  ups.start();
  const outcome = await resetDevice(ups, context);
  await ups.stop();
  return outcome;
}

async function watch({ port, signal, event }: CliContext): Promise<CliOutcome> {
  const ups = makeUps(port);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => end(), { once: true });
  const unsubscribe = [
    ups.power.subscribe((power) =>
      event({ event: "power", ...power, advice: adviseOnPower(power, systemClock.now()) }),
    ),
    ups.status.subscribe(({ link, readiness, conditions }) =>
      event({ event: "status", link, readiness, conditions: conditions.map(({ code }) => code) }),
    ),
  ];
  ups.start();
  await ended;
  for (const stop of unsubscribe) stop();
  const result = describe(ups);
  await ups.stop();
  return { outcome: "ok", result };
}

import { silentLogger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import { tcpChannel } from "../transport/tcp.ts";
import { SHOW_ALL } from "../transport/trace/redaction.ts";
import { parseUpsAddress } from "../ups/address.ts";
import { NutUps } from "../ups/driver.ts";
import type { PowerState } from "../ups/interface.ts";
import { adviseOnPower, POWER_ADVICE, type PowerAdviceName } from "../ups/policy.ts";
import { benchCommands, type Verdict } from "./bench.ts";
import { until } from "./device.ts";
import { type CliContext, type CliKind, UsageError } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** That somebody has to pull the mains plug, and to put it back, in an assembly check, milliseconds. */
const PLUG_WITHIN = 60_000;

/** `npm run driver -- ups …`; the port is `name@host[:port]`, as NUT writes it. */
export const upsCli: CliKind = {
  kind: "ups",
  models: ["nut"],
  elsewhere: { nut: "network" },
  defaultModel: "nut",
  portMeaning: "name@host[:port] of the UPS, as NUT writes it",
  redaction: () => SHOW_ALL,
  commands: benchCommands({
    options: {},
    device: (context) => ok(upsOf(context)),
    ask: (ups, { signal }) => ups.refresh({ signal }),
    describe: (ups, context) => {
      const advice = advise(ups.power.value, context);
      return { ...ups.power.value, ...ups.capabilities, advice, ...POWER_ADVICE[advice] };
    },
    tell: (ups, context) => [
      ups.power.subscribe((power) => context.event({ event: "power", ...power, advice: advise(power, context) })),
    ],
    proof: { what: "somebody pulls the mains plug and puts it back", ask: "pull-mains-plug", run: pullPlug },
  }),
};

function advise(power: PowerState, context: CliContext): PowerAdviceName {
  return adviseOnPower(power, reachOf(context).clock.now());
}

function upsOf(context: CliContext): NutUps {
  const { clock, random, channel } = reachOf(context);
  const address = parseUpsAddress(context.port);
  if (!address.ok) throw new UsageError(`--port: ${address.error.message}`);
  const { ups, host, port } = address.value;
  const open = channel(tcpChannel({ host, port }, clock));
  return new NutUps({ id: context.port, ups, open, clock, random, log: silentLogger });
}

/** That a kiosk stays on without mains is the one thing a UPS is there for. */
async function pullPlug(ups: NutUps, context: CliContext): Promise<Verdict> {
  if (!(await until(ups.power, ({ source }) => source === "battery", PLUG_WITHIN, context)))
    return never("the UPS never said that it is on battery");
  context.event({ ask: "put-mains-plug" });
  if (!(await until(ups.power, ({ source }) => source === "mains", PLUG_WITHIN, context)))
    return never("the UPS never said that the mains are back");
  const { charge } = ups.power.value;
  return { verdict: "pass", detail: `carried the load${charge === undefined ? "" : `; battery ${charge} %`}` };
}

function never(detail: string): Verdict {
  const error = coded("common.deadline", detail);
  return { verdict: "fail", detail: error.message, error };
}

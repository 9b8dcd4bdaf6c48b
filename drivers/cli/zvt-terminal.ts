import { silentLogger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { zvtChannel } from "../payment-terminal/zvt/channel.ts";
import { ZvtTerminal } from "../payment-terminal/zvt/driver.ts";
import { DEFAULT_PORT, type ZvtModelName } from "../payment-terminal/zvt/models.ts";
import { type ZvtSettingsInput, zvtSettingsSchema } from "../payment-terminal/zvt/settings.ts";
import { parseHostPort } from "../transport/tcp.ts";
import type { CliContext } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** What only ZVT terminals need to be told. */
export const ZVT_OPTIONS = {
  password: { meaning: "ZVT: the terminal's merchant password, six digits (default 000000)" },
  currency: { meaning: "ZVT: ISO 4217 number, four digits (default 0152, pesos)" },
  "minor-digits": {
    meaning: "ZVT: digits that amounts on the wire have behind the point (default 0)",
    number: { min: 0, max: 3 },
  },
} as const;

/** Part of `--timeout` that is kept to ask the terminal what became of a sale, milliseconds. */
const KEPT_FOR_QUESTIONS = 8_000;

/** A ZVT terminal over TCP (`host:port`, or `host` for port 20007) or on a serial line. */
export function zvtTerminalOf(context: CliContext): Result<ZvtTerminal, CodedError<"common.bad-input">> {
  const { clock, random, channel } = reachOf(context);
  const model = context.model as ZvtModelName;
  if (model === "zvt-tcp" && parseHostPort(context.port, DEFAULT_PORT) === undefined)
    return err(coded("common.bad-input", `--port ${context.port} is not host:port`));
  const settings = zvtSettingsSchema.safeParse(settingsOf(context.options));
  if (!settings.success)
    return err(
      coded(
        "common.bad-input",
        settings.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
      ),
    );
  const baudRate = context.options.baud === undefined ? undefined : Number(context.options.baud);
  const open = zvtChannel(model, context.port, baudRate, clock);
  return ok(
    new ZvtTerminal({
      ...{
        id: "payment-terminal",
        model,
        open: channel(open),
        settings: settings.data,
        clock,
        random,
        log: silentLogger,
      },
    }),
  );
}

function settingsOf(options: CliContext["options"]): ZvtSettingsInput {
  const { currency, password } = options;
  const number = (name: string) => (typeof options[name] === "string" ? Number(options[name]) : undefined);
  const [answer, response, minorDigits, total = 0] = ["ack-timeout", "response-timeout", "minor-digits", "timeout"].map(
    number,
  );
  const rest = total * 1_000 - KEPT_FOR_QUESTIONS;
  const completion = response ?? (rest > KEPT_FOR_QUESTIONS && rest < 180_000 ? rest : undefined);
  return {
    voucher: options.voucher === true,
    // A command by hand sends nothing else: what the terminal has stored is asked only when a sale is in doubt.
    baseline: false,
    profile: {
      ...(typeof currency === "string" && { currency }),
      ...(minorDigits !== undefined && { minorDigits }),
    },
    ...(typeof password === "string" && { password }),
    ...(answer !== undefined && { ack: answer, answer }),
    ...(completion !== undefined && { completion }),
  };
}

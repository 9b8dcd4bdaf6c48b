import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { failed, type Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CommandOptions } from "../device.ts";
import type { PaymentTerminal, ReversalResult } from "../payment-terminal/interface.ts";
import { TransbankTerminal } from "../payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../payment-terminal/transbank/models.ts";
import { transbankRedaction } from "../payment-terminal/transbank/redaction.ts";
import { meaningOf, NO_SALE } from "../payment-terminal/transbank/response-codes.ts";
import { type TransbankSettings, transbankSettingsSchema } from "../payment-terminal/transbank/settings.ts";
import { ZvtTerminal } from "../payment-terminal/zvt/driver.ts";
import { ZVT_MODELS, type ZvtModelName } from "../payment-terminal/zvt/models.ts";
import { zvtRedaction } from "../payment-terminal/zvt/redaction.ts";
import { meaningOf as meaningOfZvt } from "../payment-terminal/zvt/result-codes.ts";
import { serialChannel } from "../transport/serial.ts";
import { benchCommands, proved } from "./bench.ts";
import type { CliCommand, CliContext, CliKind, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";
import { ZVT_OPTIONS, zvtTerminalOf } from "./zvt-terminal.ts";

const COMMON = {
  baud: {
    meaning: "bits per second (default: 19200 for Autoservicio, 115200 for Integrado, 9600 for ZVT)",
    number: { min: 300, max: 4_000_000 },
  },
  "ack-timeout": {
    meaning: "milliseconds until ACK or NAK (default 2000), ZVT: until the answer (5000)",
    number: { min: 50, max: 150_000 },
  },
  "response-timeout": {
    meaning: "milliseconds from ACK to the end of a sale (default 150000), ZVT: from the last sign of work (180000)",
    number: { min: 100, max: 600_000 },
  },
  ...ZVT_OPTIONS,
} as const;

/** Part of `--timeout` that is kept to ask the terminal what became of a sale, milliseconds. */
const KEPT_FOR_QUESTIONS = 8_000;
/** How long a terminal that can be asked to break off a sale is given to do so, milliseconds; less than the program's own grace. */
const BREAK_OFF = 2_000;

type CliTerminal = PaymentTerminal & {
  /** By the terminal's number of a sale alone, for people who know what they do. */
  refund(operationNumber: string | undefined, options?: CommandOptions): Promise<Outcome<ReversalResult>>;
};

const isZvt = (model: string) => Object.hasOwn(ZVT_MODELS, model);

/** What only ZVT has a command for. */
function zvt<T>(
  name: string,
  run: (terminal: ZvtTerminal, context: CliContext) => Promise<Outcome<T>>,
): (terminal: CliTerminal, context: CliContext) => Promise<Outcome<T>> {
  return async (terminal, context) =>
    terminal instanceof ZvtTerminal ? await run(terminal, context) : failed(coded("payment.unsupported", name));
}

function command<T>(
  summary: string,
  options: CliCommand["options"],
  run: (terminal: CliTerminal, context: CliContext) => Promise<Outcome<T>>,
  result: (value: T, context: CliContext) => Record<string, unknown>,
): CliCommand {
  return {
    summary,
    options: { ...options, ...COMMON },
    run: (context) =>
      withTerminal(context, async (terminal) =>
        render(await run(terminal, context), (value) => result(value, context)),
      ),
  };
}

/** A card payment terminal by hand. Sends nothing but the command, unless a sale falls into doubt. */
export const paymentTerminalCli: CliKind = {
  kind: "payment-terminal",
  models: [...Object.keys(TRANSBANK_MODELS), ...Object.keys(ZVT_MODELS)],
  elsewhere: { "zvt-tcp": "network" },
  portMeaning: "device file; host:port of a terminal on the network (zvt-tcp, port 20007 when left out)",
  defaultModel: "transbank-autoservicio",
  redaction: (model) =>
    isZvt(model) ? zvtRedaction(model as ZvtModelName) : transbankRedaction(model as TransbankModelName),
  commands: {
    poll: command(
      "is the terminal there and answering",
      {},
      (terminal, { signal }) => terminal.poll({ signal }),
      () => ({ answering: true }),
    ),
    sale: command(
      "charge a card; asks the terminal by itself when the end is in doubt",
      {
        // What the terminal takes of them is the driver's to say.
        amount: { meaning: "whole pesos", required: true, number: { min: 0, max: Number.MAX_SAFE_INTEGER } },
        ticket: { meaning: "unique per attempt; 20 characters at most (Integrado: 6)", required: true },
        commerce: { meaning: "commerce code of a multicode sale" },
        voucher: { meaning: "ask for the voucher's text", flag: true },
        goods: {
          meaning: "ZVT: what is told the terminal once the bank has approved; not-issued gives the money back",
          choices: ["issued", "not-issued"],
        },
      },
      (terminal, { model, options, signal, event, reach }) =>
        terminal.sale(
          {
            amount: integer(options.amount),
            ticket: text(options.ticket) ?? "",
            startedAt: reachOf({ reach }).clock.now(),
            ...(text(options.commerce) !== undefined && { commerceCode: text(options.commerce) ?? "" }),
          },
          {
            signal,
            onPrompt: (prompt, code) =>
              event({ event: "prompt", prompt, code, ...(!isZvt(model) && { meaning: meaningOf(code) }) }),
            ...(options.goods !== undefined && {
              onApproved: async ({ authorizationCode }) => {
                event({ event: "approved", authorizationCode });
                return options.goods === "issued" ? "issued" : "not-issued";
              },
            }),
          },
        ),
      (sale, { model }) => ({
        ...sale,
        meaning: (isZvt(model) ? meaningOfZvt : meaningOf)(sale.responseCode),
      }),
    ),
    "last-sale": command(
      "what the terminal charged last",
      { voucher: { meaning: "ask for the voucher's text", flag: true } },
      (terminal, { signal }) => terminal.lastSale({ signal }),
      (sale, { model }) =>
        sale !== undefined
          ? { found: true, ...sale }
          : { found: false, ...(!isZvt(model) && { responseCode: NO_SALE }) },
    ),
    refund: command(
      "give money back: the last sale (Autoservicio), or the one of this number (Integrado; ZVT: reversal)",
      { operation: { meaning: "operation number (Integrado), receipt number (ZVT)" } },
      (terminal, { options, signal }) => terminal.refund(text(options.operation), { signal }),
      (refund) => ({ status: "approved", ...refund }),
    ),
    close: command(
      "close the terminal's day (ZVT: end of day)",
      { voucher: { meaning: "ask for the voucher's text", flag: true } },
      (terminal, { signal }) => terminal.closeDay({ signal }),
      (closed) => ({ ...closed }),
    ),
    totals: command(
      "count and sum of the day's sales (Integrado, ZVT)",
      {},
      (terminal, { signal }) => terminal.totals({ signal }),
      (totals) => ({ ...totals }),
    ),
    details: command(
      "every sale of the day (Integrado)",
      {},
      (terminal, { signal }) => terminal.details({ signal }),
      (sales) => ({ count: sales.length, sales }),
    ),
    "load-keys": command(
      "load the terminal's keys from the host",
      {},
      (terminal, { signal }) => terminal.loadKeys({ signal }),
      () => ({ loaded: true }),
    ),
    initialise: command(
      "initialise the terminal and wait for the result (Autoservicio, ZVT)",
      {},
      (terminal, { signal }) => terminal.initialise({ signal }),
      () => ({ initialised: true }),
    ),
    credit: command(
      "give an amount to a card, without an earlier sale (ZVT)",
      { amount: { meaning: "whole pesos", required: true, number: { min: 0, max: Number.MAX_SAFE_INTEGER } } },
      zvt("credit", (terminal, { options, signal }) => terminal.credit(integer(options.amount), { signal })),
      (credit) => ({ status: "approved", ...credit }),
    ),
    diagnosis: command(
      "have the terminal call its host (ZVT)",
      {},
      zvt("diagnosis", (terminal, { signal }) => terminal.diagnosis({ signal })),
      () => ({ diagnosed: true }),
    ),
    "log-off": command(
      "end the registration: the terminal serves itself again (ZVT)",
      {},
      zvt("log-off", (terminal, { signal }) => terminal.logOff({ signal })),
      () => ({ loggedOff: true }),
    ),
    abort: command(
      "tell an idle terminal to give up what stands on its screen (ZVT)",
      {},
      zvt("abort", (terminal, { signal }) => terminal.abort({ signal })),
      () => ({ aborted: true }),
    ),
    ...benchCommands({
      options: COMMON,
      device: terminalOf,
      ask: (terminal, { signal }) => terminal.poll({ signal }),
      proof: {
        what: "the terminal answers a poll; nothing is sold",
        run: async (terminal, { signal }) => proved(await terminal.poll({ signal }), () => "answered"),
      },
    }),
  },
};

async function withTerminal(
  context: CliContext,
  work: (terminal: CliTerminal) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const made = terminalOf(context);
  if (!made.ok) return { outcome: "error", error: made.error };
  const terminal = made.value;
  terminal.start();
  const ended = new AbortController();
  // Whoever stops the program gets an honest answer at once: a sale that has left ends as unknown. Where the terminal can be
  // asked to break off, its answer is waited for a moment.
  const onAbort = () => {
    if (isZvt(context.model)) void pause(reachOf(context).clock, BREAK_OFF, ended.signal).then(() => terminal.stop());
    else void terminal.stop();
  };
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(terminal);
  } finally {
    context.signal.removeEventListener("abort", onAbort);
    ended.abort();
    await terminal.stop();
  }
}

function terminalOf(context: CliContext): Result<CliTerminal, CodedError<"common.bad-input">> {
  if (isZvt(context.model)) return zvtTerminalOf(context);
  const model = TRANSBANK_MODELS[context.model as TransbankModelName];
  const settings = transbankSettingsSchema.partial().safeParse(settingsOf(context.options));
  const baudRate = context.options.baud === undefined ? model.defaultBaudRate : integer(context.options.baud);
  if (!settings.success) return err(coded("common.bad-input", settings.error.issues.map(issueText).join("; ")));
  if (!(baudRate > 0)) return err(coded("common.bad-input", "baud"));
  const { clock, random, channel } = reachOf(context);
  const terminal = new TransbankTerminal({
    id: "payment-terminal",
    model: model.name,
    open: channel(serialChannel({ path: context.port, baudRate }, clock)),
    settings: settings.data as Partial<TransbankSettings>,
    ...{ clock, random, log: silentLogger },
  });
  return ok(terminal);
}

function settingsOf(options: CliContext["options"]): Record<string, unknown> {
  const total = integer(options.timeout) * 1000;
  const response = integer(options["response-timeout"]);
  return {
    voucher: options.voucher === true,
    ...(options["ack-timeout"] !== undefined && { ack: integer(options["ack-timeout"]) }),
    ...(Number.isFinite(response)
      ? { response }
      : total > 2 * KEPT_FOR_QUESTIONS && total < 160_000 && { response: total - KEPT_FOR_QUESTIONS }),
  };
}

function issueText({ path, message }: { path: PropertyKey[]; message: string }): string {
  return `${path.join(".")}: ${message}`;
}

function render<T>(outcome: Outcome<T>, result: (value: T) => Record<string, unknown>): CliOutcome {
  return outcome.outcome === "ok" ? { outcome: "ok", result: result(outcome.value) } : outcome;
}

/** `NaN` for anything that is not written as a whole number. */
function integer(value: string | boolean | undefined): number {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : Number.NaN;
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

import { readFile } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { decodeText } from "../code-reader/text.ts";
import type { ReceiptDocument } from "../receipt-printer/document.ts";
import { parseDocument } from "../receipt-printer/document-json.ts";
import { createReceiptPrinter } from "../receipt-printer/driver.ts";
import type { ReceiptPrinter } from "../receipt-printer/interface.ts";
import { EPSON_TM, PROFILES, type PrinterProfile } from "../receipt-printer/profile.ts";
import { RECEIPT_PRINTER_REDACTION } from "../receipt-printer/redaction.ts";
import { printerChannel } from "../transport/printer-port.ts";
import { benchCommands, proved } from "./bench.ts";
import type { CliContext, CliKind, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";

const DEFAULT_BAUD = "38400";
/** How long a printer may need to be found and to answer twice, milliseconds. */
const STATUS_WITHIN = 10_000;
const TAKE_WITHIN_SECONDS = "60";
const FLOW_CONTROLS = ["none", "rts-cts", "xon-xoff"] as const;

const LINE_OPTIONS = {
  baud: { meaning: `bits per second of the line (${DEFAULT_BAUD})` },
  "flow-control": { meaning: `${FLOW_CONTROLS.join(", ")} (none)` },
  columns: { meaning: "characters per line, when it is not the model's usual number" },
} as const;

/** At a workbench nobody may be there to take it, milliseconds. */
const TAKE_TEST_WITHIN = 10_000;
const TEST_TICKET: ReceiptDocument = {
  blocks: [
    { type: "text", text: "PRUEBA", align: "center", bold: true },
    { type: "text", text: "Sin valor para trámites", align: "center" },
    { type: "text", text: "áéíóúñü ÁÉÍÓÚÑÜ ¿? ¡! $ 1234567890" },
  ],
};

/** `npm run driver -- receipt-printer …`. */
export const receiptPrinterCli: CliKind = {
  kind: "receipt-printer",
  models: Object.keys(PROFILES),
  defaultModel: EPSON_TM.model,
  redaction: () => RECEIPT_PRINTER_REDACTION,
  commands: {
    ...benchCommands({
      options: LINE_OPTIONS,
      checkOptions: { "no-paper": { meaning: "print nothing", flag: true } },
      device: printerOf,
      ask: (printer, { signal }) => printer.refresh({ signal }),
      proof: {
        what: "one short ticket is printed",
        run: async (printer, { options, signal }) =>
          options["no-paper"] === true
            ? { verdict: "not-run", detail: "nothing was printed, as asked" }
            : proved(await printer.print(TEST_TICKET, { signal, takeWithin: TAKE_TEST_WITHIN }), ({ confirmed }) =>
                confirmed ? "printed, and the printer confirmed it" : "printed as far as anyone knows",
              ),
      },
    }),
    print: {
      summary: "prints one ticket",
      options: {
        ...LINE_OPTIONS,
        text: { meaning: "the text to print", personal: true },
        file: { meaning: "a text file (UTF-8, else ISO 8859-1), or a ticket as .json", personal: true },
        "wait-taken": { meaning: "with a presenter: wait until the ticket is taken, else retract it", flag: true },
        "take-within": { meaning: `seconds to wait for that (${TAKE_WITHIN_SECONDS})` },
      },
      run: (context) => withPrinter(context, (printer) => print(printer, context)),
    },
    status: {
      summary: "shows link, readiness and conditions",
      options: LINE_OPTIONS,
      run: (context) => withPrinter(context, (printer) => status(printer, context)),
    },
  },
};

async function withPrinter(
  context: CliContext,
  work: (printer: ReceiptPrinter) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const made = printerOf(context);
  if (!made.ok) return { outcome: "error", error: made.error };
  const printer = made.value;
  printer.start();
  try {
    return await work(printer);
  } finally {
    await printer.stop();
  }
}

function printerOf(context: CliContext): Result<ReceiptPrinter, BadInput> {
  const settings = readSettings(context);
  if (!settings.ok) return settings;
  const { profile, baudRate, flowControl } = settings.value;
  const { clock, random, channel } = reachOf(context);
  const printer = createReceiptPrinter({
    id: "receipt-printer",
    profile,
    open: channel(printerChannel({ path: context.port, baudRate, flowControl }, clock)),
    ...{ clock, random },
    log: silentLogger,
    lineRate: baudRate,
    // At a workbench a printer that only listens is still worth a try; the outcome says that nobody knows.
    sendWhenSilent: true,
  });
  return ok(printer);
}

async function print(printer: ReceiptPrinter, context: CliContext): Promise<CliOutcome> {
  const document = await readTicket(context.options);
  if (!document.ok) return { outcome: "error", error: document.error };
  const takeWithin = Number(context.options["take-within"] ?? TAKE_WITHIN_SECONDS) * 1000;
  if (!(takeWithin > 0)) return { outcome: "error", error: coded("common.bad-input", "--take-within") };
  let told = "";
  const unsubscribe = printer.status.subscribe(({ conditions }) => {
    const codes = conditions.map(({ code }) => code);
    if (codes.join() !== told) context.event({ event: "conditions", conditions: codes });
    told = codes.join();
  });
  const outcome = await printer.print(document.value, {
    signal: context.signal,
    onProgress: (progress) => context.event({ event: "progress", progress }),
    ...(context.options["wait-taken"] === true ? { takeWithin } : {}),
  });
  unsubscribe();
  return toCli(outcome);
}

async function status(printer: ReceiptPrinter, context: CliContext): Promise<CliOutcome> {
  const { signal } = context;
  const reached = await printer.refresh({ signal });
  if (printer.status.value.link !== "connected") return toCli(reached);
  const known = await untilStatus(printer, knows, STATUS_WITHIN, { clock: reachOf(context).clock, signal });
  const result = { ...printer.status.value };
  if (known && printer.status.value.conditions.every(({ code }) => code !== "not-answering"))
    return { outcome: "ok", result };
  return { outcome: "error", result, error: coded(signal.aborted ? "common.cancelled" : "printer.not-answering") };
}

function knows({ provisional, conditions }: ReceiptPrinter["status"]["value"]): boolean {
  return !provisional || conditions.some(({ code }) => code === "not-answering");
}

/** Waits for a status; `false` when it does not come in time. */
async function untilStatus(
  printer: ReceiptPrinter,
  holds: (status: ReceiptPrinter["status"]["value"]) => boolean,
  milliseconds: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const met = new AbortController();
  const unsubscribe = printer.status.subscribe((value) => {
    if (holds(value)) met.abort();
  });
  if (!holds(printer.status.value)) await pause(clock, milliseconds, AbortSignal.any([met.signal, signal]));
  unsubscribe();
  return holds(printer.status.value);
}

function toCli(outcome: Outcome<object> | Outcome<void>): CliOutcome {
  if (outcome.outcome === "ok") return { outcome: "ok", result: { ...(outcome.value ?? {}) } };
  const { error } = outcome;
  return { outcome: outcome.outcome, error };
}

type Settings = {
  readonly profile: PrinterProfile;
  readonly baudRate: number;
  readonly flowControl: (typeof FLOW_CONTROLS)[number];
};

type BadInput = CodedError<"common.bad-input">;

function readSettings({ model, options }: CliContext): Result<Settings, BadInput> {
  const profile = PROFILES[model];
  if (profile === undefined) return err(coded("common.bad-input", `model ${model}`));
  const baudRate = Number(options.baud ?? DEFAULT_BAUD);
  if (!Number.isInteger(baudRate) || baudRate < 300) return err(coded("common.bad-input", `--baud ${options.baud}`));
  const columns = Number(options.columns ?? profile.columns);
  if (!Number.isInteger(columns) || columns < 16 || columns > 100)
    return err(coded("common.bad-input", `--columns ${options.columns}`));
  const flowControl = FLOW_CONTROLS.find((known) => known === (options["flow-control"] ?? "none"));
  if (flowControl === undefined) return err(coded("common.bad-input", `--flow-control ${options["flow-control"]}`));
  return ok({ profile: { ...profile, columns }, baudRate, flowControl });
}

async function readTicket({ text, file }: CliContext["options"]): Promise<Result<ReceiptDocument, BadInput>> {
  if (typeof text === "string" && file === undefined) return ok({ blocks: [{ type: "text", text }] });
  if (typeof file !== "string" || text !== undefined) return err(coded("common.bad-input", "one of --text and --file"));
  let content: string;
  try {
    content = decodeText(await readFile(file)).replace(/^\uFEFF/, "");
  } catch (error) {
    return err(coded("common.bad-input", `--file ${file}: ${error instanceof Error ? error.message : error}`));
  }
  return file.endsWith(".json") ? parseDocument(content) : ok({ blocks: [{ type: "text", text: content }] });
}

import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Root } from "../devices/root.ts";
import type { ConfiguredDevice } from "../kiosk-files.ts";
import { type ProgramOutcome, type Programs, runHelp, runProgram } from "../programs.ts";
import { type Finding, fail, notRun, pass } from "./check.ts";

/** What a person at the kiosk must do while a check waits. */
export type Ask = { readonly device: string; readonly ask: "scan" };

/** A place where devices are tried one by one. */
export interface Bench {
  /** Tries a device as far as it goes without a sale and without a citizen. */
  test(device: ConfiguredDevice, signal: AbortSignal): Promise<Finding>;
  /** Gives the devices back to whom they belong. */
  close(): Promise<void>;
}

export type DriverBenchOptions = {
  readonly clock: Clock;
  readonly root: Root;
  readonly programs: Programs;
  /** Of the kiosk and its place, for the test paper. */
  readonly paper: string;
  /** Code readers are only connected to: nobody is there to scan. */
  readonly skipScan: boolean;
  /** Seconds that somebody has to scan something. */
  readonly scanWithin: number;
  readonly onAsk?: (ask: Ask) => void;
};

/** Of the driver CLI's `bench-check`. */
const verdicts = z.array(z.object({ check: z.string(), verdict: z.string() }));

const ANSWER_WITHIN = 20_000;
const PRINT_WITHIN = 60_000;

/** Tries devices through the driver CLI, which opens the configured port and no other. */
export function driverBench(options: DriverBenchOptions): Bench {
  const drive = (
    device: ConfiguredDevice,
    command: readonly string[],
    within: number,
    signal: AbortSignal,
    onEvent?: (event: Readonly<Record<string, unknown>>) => void,
  ) => {
    const { kind, model, port, baud } = device;
    // Not every port is a file: a page printer's is an address.
    const where = ["--model", model, "--port", port.startsWith("/") ? options.root.path(port) : port];
    const line = baud === undefined ? [] : ["--baud", String(baud)];
    const [name = "", ...rest] = command;
    return runProgram([...options.programs.driver, kind, name, ...where, ...line, ...rest], {
      ...{ clock: options.clock, within, signal },
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  };
  type Test = (device: ConfiguredDevice, signal: AbortSignal) => Promise<Finding>;
  const tests: { readonly [kind in ConfiguredDevice["kind"]]?: Test } = {
    "payment-terminal": async (device, signal) => {
      const polled = await drive(device, ["poll"], ANSWER_WITHIN, signal);
      return judge(polled, () => pass({ es: "responde al sondeo; sin venta", en: "answers the poll; no sale" }));
    },
    "receipt-printer": async (device, signal) => {
      const status = await drive(device, ["status"], ANSWER_WITHIN, signal);
      if (status.outcome !== "ok") return fail(status.error);
      const printed = await drive(device, ["print", "--text", options.paper], PRINT_WITHIN, signal);
      return judge(printed, ({ printed: pages, confirmed }) =>
        confirmed === true
          ? pass({ es: `imprimió ${pages} y lo confirmó`, en: `printed ${pages} and confirmed it` })
          : pass({ es: "imprimió; no puede confirmarlo", en: "printed; it cannot confirm" }),
      );
    },
    "code-reader": async (device, signal) => {
      const connected = new AbortController();
      const within = options.skipScan ? ANSWER_WITHIN : options.scanWithin * 1_000;
      const until = options.skipScan ? AbortSignal.any([signal, connected.signal]) : signal;
      const read = await drive(device, ["read"], within, until, ({ link }) => {
        if (link !== "connected" || connected.signal.aborted) return;
        connected.abort();
        if (!options.skipScan) options.onAsk?.({ device: device.id, ask: "scan" });
      });
      if (options.skipScan && connected.signal.aborted && read.outcome !== "ok")
        return notRun({ es: "conectado; lectura no probada", en: "connected; no code was read" });
      // What was scanned may be somebody's card: only what kind of code it was is kept.
      return judge(read, ({ kind }) => pass({ es: `leyó un código (${kind})`, en: `read a code (${kind})` }));
    },
  };
  /** What the driver CLI itself checks of a kind; nothing when it does not know the kind. */
  const assemblyCheck = async (device: ConfiguredDevice, signal: AbortSignal): Promise<Finding | undefined> => {
    const known = await runHelp([...options.programs.driver, device.kind, "bench-check", "--help"], {
      ...{ clock: options.clock, signal },
    });
    if (!known.includes("bench-check")) return undefined;
    const alone = options.skipScan && known.includes("--unattended") ? ["--unattended"] : [];
    const within = ANSWER_WITHIN + options.scanWithin * 1_000;
    const checked = await drive(device, ["bench-check", ...alone], within, signal, ({ ask }) => {
      if (ask !== undefined) options.onAsk?.({ device: device.id, ask: "scan" });
    });
    return judge(checked, ({ checks }) => {
      const proof = verdicts.safeParse(checks).data?.find(({ check }) => check === "proof");
      return proof?.verdict === "pass"
        ? pass({ es: "conectado, sin fallas, y pasó su prueba", en: "connected, without faults, and passed its proof" })
        : notRun({ es: "conectado y sin fallas; no se probó más", en: "connected, without faults; not tried further" });
    });
  };
  return {
    test: async (device, signal) =>
      (await (tests[device.kind] ?? assemblyCheck)(device, signal)) ??
      notRun({ es: "aún no hay prueba para esta clase de equipo", en: "there is no test for this kind of device yet" }),
    close: async () => undefined,
  };
}

function judge(outcome: ProgramOutcome, found: (result: Readonly<Record<string, unknown>>) => Finding): Finding {
  return outcome.outcome === "ok" ? found(outcome.result) : fail(outcome.error);
}

import { randomUUID } from "node:crypto";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { allPassed, type CheckResult } from "../check/check.ts";
import { checkKiosk } from "../check/kiosk-check.ts";
import type { KeptCheck } from "../report/kept.ts";
import { actionOf } from "../spanish.ts";
import type { Language, Text } from "../text.ts";
import { type Command, type Context, textOption } from "./context.ts";

export const CHECK_OPTIONS = {
  "skip-scan": { type: "boolean" },
  "scan-within": { type: "string" },
  "allow-port": { type: "string", multiple: true },
} as const;

export const checkCommand: Command = {
  summary: {
    es: "prueba cada equipo, las conexiones y la máquina",
    en: "tries every device, the connections and the machine",
  },
  usage: [
    {
      es: "--skip-scan            no espera que alguien pase un código por el lector",
      en: "--skip-scan            does not wait for somebody to scan something",
    },
    {
      es: "--scan-within S        segundos que espera esa lectura (60)",
      en: "--scan-within S        seconds to wait for that (60)",
    },
    {
      es: "--allow-port N         puerto que puede estar abierto; se puede repetir",
      en: "--allow-port N         a port that may be open; can be repeated",
    },
  ],
  options: CHECK_OPTIONS,
  run: async (context) => {
    const checked = await runCheck(context);
    if (!checked.ok) return checked;
    context.give(checked.value);
    return ok(allPassed(checked.value.results) ? 0 : 1);
  },
};

/** Runs the check, tells of it as it goes on, and keeps it for the report. */
export async function runCheck(context: Context): Promise<Result<KeptCheck, CodedError>> {
  const { files, language, say, clock } = context;
  const [kiosk, agent] = [files.kiosk(), files.agent()];
  if (!kiosk.ok) return kiosk;
  if (!agent.ok) return agent;
  const within = textOption(context, "scan-within");
  if (within !== undefined && !/^\d{1,4}$/.test(within)) return err(coded("common.bad-input", "--scan-within"));
  const ports = portsOf(context.values["allow-port"]);
  if (ports === undefined) return err(coded("common.bad-input", "--allow-port"));
  const takenAt = clock.now();
  const results = await checkKiosk({
    ...{ kiosk: kiosk.value, agent: agent.value, root: context.root, programs: context.programs, run: context.run },
    ...{ clock, signal: context.signal, skipScan: context.values["skip-scan"] === true, allowedPorts: ports },
    ...(within === undefined ? {} : { scanWithin: Number(within) }),
    onProgress: (progress) => {
      if (progress.state === "done") say(line(progress.result, language));
    },
    onAsk: ({ device }) =>
      say({
        es: `  → Pase un código por el lector «${device}».`,
        en: `  → Scan something with the reader “${device}”.`,
      }),
  });
  if (!results.ok) return results;
  const check = { id: randomUUID(), takenAt, results: [...results.value] };
  files.kept.saveCheck(check);
  say("");
  say(summary(check.results));
  return ok(check);
}

function portsOf(value: Context["values"][string]): number[] | undefined {
  const texts = Array.isArray(value) ? value : [];
  const ports = texts.map(Number);
  return ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536) ? ports : undefined;
}

const SYMBOLS = { pass: "✓", fail: "✗", "not-run": "–" } as const;
const TITLE_WIDTH = 40;

function line({ title, verdict, code, detail, seconds }: CheckResult, language: Language): string {
  const head = `${SYMBOLS[verdict]} ${title[language].padEnd(TITLE_WIDTH)} ${detail[language]}`;
  const time = seconds >= 1 ? ` [${seconds.toFixed(1)} s]` : "";
  return code === undefined ? `${head}${time}` : `${head}${time}\n    ${code}: ${actionOf(code)[language]}`;
}

function summary(results: readonly CheckResult[]): Text {
  const count = (verdict: CheckResult["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const [passed, failed, notRun] = [count("pass"), count("fail"), count("not-run")];
  return {
    es: `${passed} bien, ${failed} con falla, ${notRun} sin probar. ${failed === 0 ? "El tótem está listo." : "El tótem NO está listo."}`,
    en: `${passed} passed, ${failed} failed, ${notRun} not run. ${failed === 0 ? "The kiosk is ready." : "The kiosk is NOT ready."}`,
  };
}

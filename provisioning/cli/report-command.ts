import { ok } from "../../base/result.ts";
import { makeReport } from "../report/report.ts";
import { CHECK_OPTIONS, runCheck } from "./check-command.ts";
import { type Command, textOption } from "./context.ts";

/** A check that is older is made again; milliseconds. */
const FRESH = 60 * 60 * 1000;

export const reportCommand: Command = {
  summary: { es: "escribe el informe de puesta en marcha", en: "writes the readiness report" },
  usage: [
    { es: "--technician NOMBRE    quién hizo la puesta en marcha", en: "--technician NAME      who made the kiosk" },
    {
      es: "--fresh                revisa de nuevo, aunque la última revisión sea reciente",
      en: "--fresh                checks again even when the last check is recent",
    },
  ],
  options: { ...CHECK_OPTIONS, technician: { type: "string" }, fresh: { type: "boolean" } },
  run: async (context) => {
    const { files, clock, root, run, language, values } = context;
    const kiosk = files.kiosk();
    if (!kiosk.ok) return kiosk;
    const last = files.kept.lastCheck();
    const usable = last !== undefined && values.fresh !== true && clock.now() - last.takenAt < FRESH;
    const check = usable ? ok(last) : await runCheck(context);
    if (!check.ok) return check;
    const technician = textOption(context, "technician") ?? process.env.SUDO_USER ?? process.env.USER ?? "?";
    const report = await makeReport({ ...check.value, kiosk: kiosk.value, technician, root, run, language });
    files.kept.saveReport(report);
    context.give(report);
    return ok(0);
  },
};

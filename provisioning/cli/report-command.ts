import { ok } from "../../base/result.ts";
import { allPassed } from "../check/check.ts";
import { uploadReport, writeReport } from "../report/write.ts";
import { CHECK_OPTIONS, runCheck } from "./check-command.ts";
import { type Command, textOption } from "./context.ts";

/** A check that is older is made again; milliseconds. */
const FRESH = 60 * 60 * 1000;

export const reportCommand: Command = {
  summary: { es: "escribe el informe de puesta en marcha", en: "writes the readiness report" },
  usage: [
    { es: "--technician NOMBRE    quién hizo la puesta en marcha", en: "--technician NAME      who made the kiosk" },
    {
      es: "--upload               lo envía firmado a la flota; sin red, repita esto más tarde",
      en: "--upload               sends it signed to the fleet; without network, say it again later",
    },
    {
      es: "--fresh                revisa de nuevo, aunque la última revisión sea de hace menos de una hora",
      en: "--fresh                checks again even when the last check is less than an hour old",
    },
  ],
  options: {
    ...CHECK_OPTIONS,
    technician: { type: "string" },
    upload: { type: "boolean" },
    fresh: { type: "boolean" },
  },
  run: async (context) => {
    const { files, clock, root, run, language, values, say, give } = context;
    const [kiosk, agent] = [files.kiosk(), files.agent()];
    if (!kiosk.ok) return kiosk;
    if (!agent.ok) return agent;
    const last = files.kept.lastCheck();
    const usable = last !== undefined && values.fresh !== true && clock.now() - last.takenAt < FRESH;
    const check = usable ? ok(last) : await runCheck(context);
    if (!check.ok) return check;
    const technician =
      textOption(context, "technician") ??
      (usable ? files.kept.lastReport()?.technician : undefined) ??
      process.env.SUDO_USER ??
      process.env.USER ??
      "?";
    const written = await writeReport(
      { ...check.value, kiosk: kiosk.value, technician, root, run, language },
      files.kept,
    );
    say({ es: `Informe: ${written.pdf}`, en: `Report: ${written.pdf}` });
    if (values.upload === true) {
      const sent = await uploadReport(written.json, agent.value, context);
      if (!sent.ok) {
        say({ es: "El informe queda guardado y no se ha enviado.", en: "The report is kept and was not sent." });
        return sent;
      }
      say({ es: "Enviado a la flota.", en: "Sent to the fleet." });
    }
    give(written.report);
    return ok(allPassed(check.value.results) ? 0 : 1);
  },
};

import { PDFDocument, StandardFonts } from "pdf-lib";
import type { ReadinessReport } from "../../base/contracts/fleet/readiness.ts";
import { ERRORS, type ErrorCode } from "../../base/registry/errors.ts";
import { KIND_NAMES } from "../devices/kind-names.ts";
import { actionOf } from "../spanish.ts";
import { type Fonts, Sheet } from "./sheet.ts";
import { checkTitle, VERDICT_WORDS } from "./words.ts";

export type PdfOptions = {
  /** What each check is called and what it found, in Spanish, by the check's name. */
  readonly words: Readonly<Record<string, { readonly title: string; readonly detail: string }>>;
  /** IANA name; the kiosk's. */
  readonly timezone: string;
};

/** The readiness report on A4, in Spanish, for the folder at the office. The same report makes the same bytes. */
export async function reportPdf(report: ReadinessReport, { words, timezone }: PdfOptions): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const fonts: Fonts = {
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  const takenAt = new Date(report.takenAt);
  const when = new Intl.DateTimeFormat("es-CL", { dateStyle: "long", timeStyle: "short", timeZone: timezone }).format(
    takenAt,
  );
  document.setTitle(`Informe de puesta en marcha ${report.kiosk}`);
  document.setAuthor(report.technician);
  document.setLanguage("es");
  for (const set of [document.setCreationDate, document.setModificationDate]) set.call(document, takenAt);

  const sheet = new Sheet(document, fonts);
  heading(sheet, report, when);
  verdict(sheet, report);
  machine(sheet, report);
  devices(sheet, report);
  checks(sheet, report, words);
  signature(sheet, report, when);
  sheet.foot(`Informe ${report.id} · ${report.kiosk}`);
  return await document.save();
}

function heading(sheet: Sheet, { kiosk, place }: ReadinessReport, when: string): void {
  sheet.text("Informe de puesta en marcha", { size: 20, bold: true });
  sheet.space(4);
  sheet.text(`Tótem ${kiosk} · ${place}`, { size: 13 });
  sheet.text(when, { size: 10, pale: true });
  sheet.space(10);
}

function verdict(sheet: Sheet, { checks: all }: ReadinessReport): void {
  const count = (wanted: string) => all.filter((check) => check.verdict === wanted).length;
  const failed = count("fail");
  const words =
    failed === 0 ? "Listo para atender" : failed === 1 ? "No está listo: una falla" : `No está listo: ${failed} fallas`;
  const counts = `${count("pass")} pruebas bien, ${failed} con falla, ${count("not-run")} sin probar`;
  sheet.banner(failed === 0 ? "pass" : "fail", words, counts);
}

function machine(sheet: Sheet, { machine: box, versions }: ReadinessReport): void {
  sheet.title("Equipo");
  sheet.pairs([
    ["Nombre", box.hostname],
    ["Modelo", box.product ?? "no lo dice"],
    ["Número de serie", box.serial ?? "no lo dice"],
    ["Sistema", box.os],
    ...Object.entries(versions).map(([name, version]): [string, string] => [`Versión de ${name}`, version]),
  ]);
}

function devices(sheet: Sheet, { devices: all }: ReadinessReport): void {
  sheet.title("Dispositivos");
  if (all.length === 0) {
    sheet.text("Ninguno configurado.", { size: 9.5 });
    return;
  }
  sheet.table(
    [
      { heading: "Nombre", share: 0.14 },
      { heading: "Qué es", share: 0.2 },
      { heading: "Modelo", share: 0.2 },
      { heading: "Identidad y puerto", share: 0.46 },
    ],
    all.map(({ device, kind, model, identity, port }) => ({
      cells: [device, KIND_NAMES[kind].es, model, identity === null ? port : `${identity}\n${port}`],
    })),
  );
}

function checks(sheet: Sheet, { checks: all }: ReadinessReport, words: PdfOptions["words"]): void {
  sheet.title("Pruebas");
  sheet.table(
    [
      { heading: "Resultado", share: 0.17 },
      { heading: "Prueba", share: 0.29 },
      { heading: "Detalle", share: 0.44 },
      { heading: "Segundos", share: 0.1, right: true },
    ],
    all.map(({ check, verdict: found, code, detail, seconds }) => ({
      symbol: found,
      cells: [
        VERDICT_WORDS[found],
        words[check]?.title ?? checkTitle(check),
        withAction(words[check]?.detail ?? detail, code),
        seconds.toFixed(1).replace(".", ","),
      ],
    })),
  );
}

function withAction(detail: string, code: string | undefined): string {
  if (code === undefined) return detail;
  const action = Object.hasOwn(ERRORS, code) ? `\nQué hacer: ${actionOf(code as ErrorCode).es}` : "";
  return `${detail}${action}\n${code}`;
}

function signature(sheet: Sheet, { technician }: ReadinessReport, when: string): void {
  sheet.keepTogether(80);
  sheet.space(34);
  sheet.line(0.45);
  sheet.text(technician, { size: 10, bold: true });
  sheet.text(`Puesta en marcha por · ${when}`, { size: 8.5, pale: true });
}

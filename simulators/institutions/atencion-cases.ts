import type { Json } from "../operator.ts";

type Case = { readonly [name: string]: Json } & { readonly case: string };

/** Procedures of people who do not exist, by RUN. Who is not here has asked for nothing. */
const CASES: { readonly [run: string]: readonly Case[] } = {
  "12345678-5": [
    {
      case: "SUB-2026-004512",
      name: "Subsidio Único Familiar",
      institution: "Instituto de Previsión Social",
      state: "waits-for-you",
      openedOn: "2026-11-03",
      updatedOn: "2026-11-24",
      steps: [
        { label: "Usted hizo la solicitud", date: "2026-11-03", state: "done" },
        { label: "Revisaron su solicitud", date: "2026-11-24", state: "done" },
        { label: "Usted entrega el papel que falta", date: null, state: "current" },
        { label: "Deciden si recibe el subsidio", date: null, state: "pending" },
      ],
      actor: "citizen",
      next: "Traiga el certificado de alumno regular de su hijo o hija.",
    },
    {
      case: "BON-2026-018833",
      name: "Bono Base Familiar",
      institution: "Instituto de Previsión Social",
      state: "approved",
      openedOn: "2026-09-14",
      updatedOn: "2026-10-30",
      steps: [
        { label: "Usted hizo la solicitud", date: "2026-09-14", state: "done" },
        { label: "Aprobaron el bono", date: "2026-10-30", state: "done" },
        { label: "Primer pago", date: null, state: "current" },
      ],
      actor: "institution",
      next: "Le pagarán en su CuentaRUT.",
    },
  ],
  "11111111-1": [
    {
      case: "PGU-2026-000771",
      name: "Pensión Garantizada Universal",
      institution: "Instituto de Previsión Social",
      state: "in-review",
      openedOn: "2026-11-16",
      updatedOn: "2026-11-18",
      steps: [
        { label: "Usted hizo la solicitud", date: "2026-11-16", state: "done" },
        { label: "Revisan sus datos", date: "2026-11-18", state: "current" },
        { label: "Le avisan la decisión", date: null, state: "pending" },
      ],
      actor: "institution",
      next: "Le avisarán antes del 15 de enero.",
    },
  ],
};

export function casesOf(run: string): readonly Case[] {
  return CASES[run] ?? [];
}

/** A case as a list shows it. */
export function summaryOf({ case: id, name, institution, state, updatedOn }: Case): { readonly [name: string]: Json } {
  return { case: id, name: name ?? "", institution: institution ?? "", state: state ?? "", updatedOn: updatedOn ?? "" };
}

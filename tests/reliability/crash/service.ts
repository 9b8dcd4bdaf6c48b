import type { Screen } from "../../../base/contracts/view.ts";
import type { InstitutionServer } from "../../../simulators/institutions/institution-server.ts";
import type { Lane } from "../kiosk/lane.ts";

/** What a service reaches outside: which moments it can be killed at, and what can go wrong for it. */
export type Reach = {
  /** Takes money, and writes what belongs to it. */
  readonly paid: boolean;
  readonly prints: boolean;
  /** Its submission may wait on the kiosk. */
  readonly waits: boolean;
  readonly institution: (lane: Lane) => InstitutionServer;
  /** Kind of the screen right before the institution is asked for what the citizen came for. */
  readonly asksAt: Screen["kind"];
};

const FREE = { paid: false, prints: true, waits: false } as const;

/** Every service that is shipped; `crash.ts` refuses to run when one is missing. */
export const REACHES: Readonly<Record<string, Reach>> = {
  "fonasa/bono-atencion": { ...FREE, paid: true, asksAt: "pay", institution: ({ institutions }) => institutions.bono },
  "srcei/certificado-nacimiento": {
    ...FREE,
    asksAt: "review",
    institution: ({ institutions }) => institutions.srcei,
  },
  "chileatiende/turno": {
    ...{ ...FREE, prints: false },
    asksAt: "choose",
    institution: ({ institutions }) => institutions.atencion,
  },
  "chileatiende/reclamo": { ...FREE, asksAt: "review", institution: ({ institutions }) => institutions.reclamos },
  "chileatiende/solicitud-contacto": {
    ...{ ...FREE, waits: true },
    asksAt: "review",
    institution: ({ institutions }) => institutions.contactDesk,
  },
  "chileatiende/estado-tramite": {
    ...{ ...FREE, prints: false },
    asksAt: "consent",
    institution: ({ institutions }) => institutions.atencion,
  },
};

/** @throws Error for a service that nobody has described here. */
export function reachOf(service: string): Reach {
  const reach = REACHES[service];
  if (reach === undefined) throw new Error(`the crash matrix does not know ${service}: describe it in REACHES`);
  return reach;
}

import type { Clock } from "../../base/clock.ts";
import type { SimulatedDevice } from "../operator.ts";
import { ATENCION_OFFICE, ATENCION_TOKEN, Atencion } from "./atencion.ts";
import { ChileatiendeReclamos, RECLAMOS_TOKEN } from "./chileatiende-reclamos.ts";
import { CLAVEUNICA_DEMO, ClaveUnica } from "./claveunica.ts";
import { CONTACT_DESK_TOKEN, ContactDesk } from "./contact-desk.ts";
import { FINGERPRINTS_TOKEN, Fingerprints } from "./fingerprints.ts";
import { FIRMAGOB_DEMO, FirmaGob } from "./firmagob.ts";
import { FONASA_BONO_TOKEN, FonasaBono } from "./fonasa-bono.ts";
import { FonasaCertificador } from "./fonasa-certificador.ts";
import { NOTIFY_DEMO, Notify } from "./notify.ts";
import { SRCEI_TOKEN, SrceiCertificates } from "./srcei-certificates.ts";

export type InstitutionPorts = {
  readonly certificador?: number;
  readonly bono?: number;
  readonly srcei?: number;
  readonly contactDesk?: number;
  readonly reclamos?: number;
  readonly notify?: number;
  readonly claveUnica?: number;
  readonly atencion?: number;
  readonly fingerprints?: number;
  readonly firmaGob?: number;
};

export type Institutions = {
  readonly certificador: FonasaCertificador;
  readonly bono: FonasaBono;
  readonly srcei: SrceiCertificates;
  readonly contactDesk: ContactDesk;
  readonly reclamos: ChileatiendeReclamos;
  readonly notify: Notify;
  readonly claveUnica: ClaveUnica;
  readonly atencion: Atencion;
  readonly fingerprints: Fingerprints;
  readonly firmaGob: FirmaGob;
  readonly devices: readonly SimulatedDevice[];
  readonly urls: {
    readonly certificador: string;
    readonly bono: string;
    readonly srcei: string;
    readonly contactDesk: string;
    readonly reclamos: string;
    readonly notify: string;
    readonly claveUnica: string;
    readonly atencion: string;
    readonly fingerprints: string;
    readonly firmaGob: string;
  };
  /** The `institutions` part of a gateway configuration that reaches these simulators. */
  readonly gatewayConfig: ReturnType<typeof gatewayConfig>;
  stop(): Promise<void>;
};

/** Starts every simulated institution on loopback; a port that is not given is any free one. */
export async function startInstitutions(options: { clock: Clock; ports?: InstitutionPorts }): Promise<Institutions> {
  const { clock, ports = {} } = options;
  const certificador = new FonasaCertificador({ clock, port: ports.certificador ?? 0 });
  const bono = new FonasaBono({ clock, port: ports.bono ?? 0 });
  const srcei = new SrceiCertificates({ clock, port: ports.srcei ?? 0 });
  const reclamos = new ChileatiendeReclamos({ clock, port: ports.reclamos ?? 0 });
  const contactDesk = new ContactDesk({ clock, port: ports.contactDesk ?? 0 });
  const notify = new Notify({ clock, port: ports.notify ?? 0 });
  const atencion = new Atencion({ clock, port: ports.atencion ?? 0 });
  const claveUnica = new ClaveUnica({ clock, port: ports.claveUnica ?? 0 });
  const fingerprints = new Fingerprints({ clock, port: ports.fingerprints ?? 0 });
  const firmaGob = new FirmaGob({ clock, port: ports.firmaGob ?? 0 });
  const devices = [
    certificador,
    bono,
    srcei,
    reclamos,
    contactDesk,
    notify,
    atencion,
    claveUnica,
    fingerprints,
    firmaGob,
  ];
  const stop = async () => {
    await Promise.all(devices.map((device) => device.stop()));
  };
  try {
    for (const device of devices) await device.start();
  } catch (problem) {
    await stop();
    throw problem;
  }
  const urls = {
    certificador: certificador.endpoint,
    bono: bono.url,
    srcei: srcei.url,
    reclamos: reclamos.url,
    contactDesk: contactDesk.url,
    notify: notify.url,
    claveUnica: claveUnica.issuer,
    atencion: atencion.url,
    fingerprints: fingerprints.url,
    firmaGob: firmaGob.url,
  };
  return {
    ...{ certificador, bono, srcei, reclamos, contactDesk, notify, claveUnica, atencion, fingerprints, firmaGob },
    devices,
    urls,
    gatewayConfig: gatewayConfig(urls),
    stop,
  };
}

function gatewayConfig(urls: Institutions["urls"]) {
  return {
    fonasa: {
      certificador: { url: urls.certificador, entidad: 99_999_999, claveEntidad: "demo" },
      bono: { url: urls.bono, token: FONASA_BONO_TOKEN },
    },
    srcei: { url: urls.srcei, token: SRCEI_TOKEN },
    chileatiende: {
      complaints: { url: urls.reclamos, token: RECLAMOS_TOKEN },
      attention: { url: urls.atencion, token: ATENCION_TOKEN, office: ATENCION_OFFICE },
      contact: { url: urls.contactDesk, token: CONTACT_DESK_TOKEN },
    },
    notify: { url: urls.notify, ...NOTIFY_DEMO },
    claveunica: { issuer: urls.claveUnica, ...CLAVEUNICA_DEMO },
    fingerprint: { url: urls.fingerprints, token: FINGERPRINTS_TOKEN },
    firmagob: { url: urls.firmaGob, ...FIRMAGOB_DEMO },
  };
}

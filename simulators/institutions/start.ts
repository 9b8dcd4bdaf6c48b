import type { Clock } from "../../base/clock.ts";
import type { SimulatedDevice } from "../operator.ts";
import { FONASA_BONO_TOKEN, FonasaBono } from "./fonasa-bono.ts";
import { FonasaCertificador } from "./fonasa-certificador.ts";
import { NOTIFY_DEMO, Notify } from "./notify.ts";
import { SRCEI_TOKEN, SrceiCertificates } from "./srcei-certificates.ts";

export type InstitutionPorts = {
  readonly certificador?: number;
  readonly bono?: number;
  readonly srcei?: number;
  readonly notify?: number;
};

export type Institutions = {
  readonly certificador: FonasaCertificador;
  readonly bono: FonasaBono;
  readonly srcei: SrceiCertificates;
  readonly notify: Notify;
  readonly devices: readonly SimulatedDevice[];
  readonly urls: {
    readonly certificador: string;
    readonly bono: string;
    readonly srcei: string;
    readonly notify: string;
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
  const notify = new Notify({ clock, port: ports.notify ?? 0 });
  const devices = [certificador, bono, srcei, notify];
  const stop = async () => {
    await Promise.all(devices.map((device) => device.stop()));
  };
  try {
    for (const device of devices) await device.start();
  } catch (problem) {
    await stop();
    throw problem;
  }
  const urls = { certificador: certificador.endpoint, bono: bono.url, srcei: srcei.url, notify: notify.url };
  return { certificador, bono, srcei, notify, devices, urls, gatewayConfig: gatewayConfig(urls), stop };
}

function gatewayConfig(urls: Institutions["urls"]) {
  return {
    fonasa: {
      certificador: { url: urls.certificador, entidad: 99_999_999, claveEntidad: "demo" },
      bono: { url: urls.bono, token: FONASA_BONO_TOKEN },
    },
    srcei: { url: urls.srcei, token: SRCEI_TOKEN },
    notify: { url: urls.notify, ...NOTIFY_DEMO },
  };
}

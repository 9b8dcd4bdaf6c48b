import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { SERIAL_KINDS } from "../../base/contracts/device-status.ts";
import type { WizardInput, WizardState } from "../../base/contracts/wizard.ts";
import { Mutex } from "../../base/mutex.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { allPassed, type CheckProgress } from "../check/check.ts";
import { checkKiosk } from "../check/kiosk-check.ts";
import type { Runner } from "../check/services.ts";
import type { Files } from "../cli/context.ts";
import { bindDevice, modelsOf } from "../devices/bind.ts";
import { identifyDevice } from "../devices/identify.ts";
import { findPlugged, listPlugged } from "../devices/plugged.ts";
import type { Root } from "../devices/root.ts";
import { enrolKiosk, type Identity, readIdentity } from "../enrol/enrol.ts";
import { startAgent, startRuntime, stopRuntime } from "../kiosk-units.ts";
import type { Programs } from "../programs.ts";
import { uploadReport, writeReport } from "../report/write.ts";
import { actionOf } from "../spanish.ts";
import type { Text } from "../text.ts";

export type WizardContext = {
  readonly root: Root;
  readonly files: Files;
  readonly programs: Programs;
  readonly run: Runner;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Directory of the kiosk's identity, where agent.yaml does not say it. */
  readonly identity: string;
  /** Starts and stops the kiosk's units; absent where the wizard is not the one on the kiosk's screen. */
  readonly units?: Runner | undefined;
};

type Open = NonNullable<WizardState["open"]>;

const IDENTIFY_WITHIN = 30;
const SCAN_WITHIN = 45;

/** What the wizard does, step by step; the same functions as the command line's. One thing at a time. */
export class Wizard {
  readonly #context: WizardContext;
  readonly #turn = new Mutex();
  #identity: Identity | undefined;
  readonly #models: Open["models"] = {};
  #checks: Open["checks"] = [];
  #ready: boolean | null = null;

  constructor(context: WizardContext) {
    this.#context = context;
  }

  /** Learns who this kiosk is and which drivers there are. */
  async start(): Promise<Result<void, CodedError>> {
    const { programs, clock, signal } = this.#context;
    const identity = await this.learnIdentity();
    if (!identity.ok) return identity;
    for (const kind of SERIAL_KINDS) this.#models[kind] = await modelsOf(kind, { programs, clock, signal });
    return ok();
  }

  /** Reads who this kiosk is; the identity may have come another way meanwhile. */
  async learnIdentity(): Promise<Result<void, CodedError>> {
    const identity = await readIdentity(this.#enrolContext());
    if (!identity.ok) return identity;
    this.#identity = identity.value;
    return ok();
  }

  get enrolled(): boolean {
    return this.#identity !== undefined;
  }

  state(): Open {
    const { root, files } = this.#context;
    const [kiosk, agent] = [files.kiosk(), files.agent()];
    const configured = kiosk.ok ? kiosk.value.devices : [];
    const plugged = listPlugged(root).filter((device) => device.class === "serial");
    return {
      hostname: root.text("/etc/hostname") ?? "",
      kiosk: this.#identity?.kiosk ?? (kiosk.ok ? kiosk.value.kiosk.id : ""),
      place: this.#identity?.place ?? (kiosk.ok ? kiosk.value.kiosk.place : ""),
      enrolled: this.enrolled,
      server: agent.ok ? (agent.value?.server ?? null) : null,
      authority: agent.ok && agent.value?.serverCa !== undefined,
      devices: plugged.map(({ path, identity, usb, suggestion }) => ({
        ...{ path, identity, name: [usb?.manufacturer, usb?.name].filter((part) => part).join(" ") },
        looksLike: suggestion?.looksLike ?? null,
        boundTo: configured.find(({ port }) => root.exists(port) && root.real(port) === root.real(path))?.id ?? null,
      })),
      configured: configured.map(({ id, kind, model, port }) => ({ id, kind, model, port })),
      ...{ models: this.#models, checks: this.#checks, ready: this.#ready },
    };
  }

  /** @param code the one that opened the session. */
  enrol({ server, fingerprint }: WizardInput<"enrol">, code: string): Promise<Result<Text, CodedError>> {
    return this.#turn.withLock(async () => {
      const agent = this.#context.files.agent();
      if (!agent.ok) return agent;
      // What the installation said stands: nobody at the screen can lead the kiosk to another fleet.
      const [named, ca] = [agent.value?.server ?? server, agent.value?.serverCa];
      if (named === undefined) return err(coded("common.bad-input", "server"));
      const trust = ca !== undefined ? { ca } : fingerprint === undefined ? {} : { fingerprint };
      const done = await enrolKiosk({ server: named, code, ...trust }, this.#enrolContext());
      if (!done.ok) return done;
      const identity = await this.learnIdentity();
      if (!identity.ok) return identity;
      const { kiosk, place, before } = done.value;
      if (this.#context.units !== undefined) await startAgent(this.#context.units, before);
      return ok({ es: `Este equipo es ahora ${kiosk}, ${place}.`, en: `This machine is now ${kiosk}, ${place}.` });
    });
  }

  identify({ path, kind, model }: WizardInput<"identify">): Promise<Result<Text, CodedError>> {
    return this.#turn.withLock(async () => {
      const { root, programs, clock, signal } = this.#context;
      const device = findPlugged(listPlugged(root), path);
      if (device === undefined || device.class !== "serial") return err(coded("provision.port-absent", path));
      await this.#freePorts();
      const within = IDENTIFY_WITHIN;
      return await identifyDevice(device, { kind, model }, { root, programs, clock, signal, within });
    });
  }

  bind({ path, kind, model, id }: WizardInput<"bind">): Promise<Result<Text, CodedError>> {
    return this.#turn.withLock(async () => {
      const { root, files, programs, clock, signal } = this.#context;
      await this.#freePorts();
      const bound = await bindDevice(
        { id, kind, model, meant: path },
        { root, kioskFile: files.kioskFile, programs, clock, signal },
      );
      if (!bound.ok) return bound;
      this.#ready = null;
      return ok(
        bound.value.bySocket
          ? { es: "Guardado. Déjelo siempre en este mismo enchufe.", en: "Kept. Leave it in this socket." }
          : { es: "Guardado.", en: "Kept." },
      );
    });
  }

  check({ skipScan }: WizardInput<"check">): Promise<Result<Text, CodedError>> {
    return this.#turn.withLock(async () => {
      const { root, files, programs, run, clock, signal, units } = this.#context;
      const [kiosk, agent] = [files.kiosk(), files.agent()];
      if (!kiosk.ok) return kiosk;
      if (!agent.ok) return agent;
      this.#checks = [];
      this.#ready = null;
      await this.#freePorts();
      const takenAt = clock.now();
      const results = await checkKiosk({
        ...{ kiosk: kiosk.value, agent: agent.value, root, programs, run, clock, signal },
        ...{ skipScan, scanWithin: SCAN_WITHIN },
        onProgress: (progress) => this.#progress(progress),
        beforeServices: async () => {
          if (units !== undefined) await startRuntime(units);
        },
        onAsk: ({ device }) => this.#change(`device.${device}`, { state: "asks-to-scan" }),
      });
      if (!results.ok) return results;
      files.kept.saveCheck({ id: randomUUID(), takenAt, results: [...results.value] });
      this.#ready = allPassed(results.value);
      return ok(
        this.#ready
          ? { es: "El tótem está listo.", en: "The kiosk is ready." }
          : { es: "El tótem todavía no está listo.", en: "The kiosk is not ready yet." },
      );
    });
  }

  /** Writes the report of the last check and sends it; without network it is kept and can be sent later. */
  report({ technician }: WizardInput<"report">): Promise<Result<Text, CodedError>> {
    return this.#turn.withLock(async () => {
      const { files, root, run } = this.#context;
      const [kiosk, agent, check] = [files.kiosk(), files.agent(), files.kept.lastCheck()];
      if (!kiosk.ok) return kiosk;
      if (!agent.ok) return agent;
      if (check === undefined) return err(coded("common.bad-input", "no check was made"));
      const options = { ...check, kiosk: kiosk.value, technician, root, run, language: "es" } as const;
      const written = await writeReport(options, files.kept);
      const sent = await uploadReport(written.json, agent.value, this.#context);
      return ok(
        sent.ok
          ? { es: "Informe guardado y enviado a la flota.", en: "The report is kept and was sent to the fleet." }
          : {
              es: "Informe guardado. No se pudo enviar: hágalo después con «provision report --upload».",
              en: "The report is kept. It could not be sent: do it later with `provision report --upload`.",
            },
      );
    });
  }

  /** On the kiosk's own screen no citizen is served: the devices are the technician's, and the runtime takes them again afterwards. */
  async #freePorts(): Promise<void> {
    if (this.#context.units !== undefined) await stopRuntime(this.#context.units);
  }

  #progress(progress: CheckProgress): void {
    if (progress.state === "running") {
      const { check, title } = progress;
      this.#checks = [...this.#checks, { check, title, state: "running" }];
      return;
    }
    const { check, verdict, detail, code } = progress.result;
    this.#change(check, { state: verdict, detail, ...(code === undefined ? {} : { action: actionOf(code) }) });
  }

  #change(name: string, change: Partial<Open["checks"][number]>): void {
    this.#checks = this.#checks.map((check) => (check.check === name ? { ...check, ...change } : check));
  }

  #enrolContext() {
    const { files, programs, clock, signal, identity } = this.#context;
    const agent = files.agent();
    const directory = (agent.ok ? agent.value?.identity : undefined) ?? identity;
    const trust = files.guardTrust();
    return { identity: directory, guardTrust: trust.ok ? trust.value : undefined, programs, clock, signal };
  }
}

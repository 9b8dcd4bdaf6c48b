import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aborted } from "../../base/deadline.ts";
import { createNotifier } from "../../base/node/sd-notify.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Runner } from "../check/services.ts";
import { asAgent, hasSystemd } from "../kiosk-units.ts";
import { run } from "../process.ts";
import type { Programs } from "../programs.ts";
import { Entry, makeWizardCode } from "../wizard/entry.ts";
import { holdScreen } from "../wizard/screen.ts";
import { startWizardServer } from "../wizard/server.ts";
import { Wizard } from "../wizard/wizard.ts";
import { type Command, type Context, textOption } from "./context.ts";

/** Not one of those that browsers refuse (WHATWG Fetch, "bad port": 4190 is). */
const PORT = 4110;
const IDENTITY = "/var/lib/ventanilla/agent/identity";

/** Tells the kiosk's window to show the wizard. */
const FLAG = "/run/ventanilla/wizard";
/** Lets the unit start on a kiosk that is enrolled. */
const ASKED = "/run/ventanilla/wizard-asked";
const UNIT = "ventanilla-wizard.service";
/** A unit's start may take as long as systemd lets it. */
const UNITS_WITHIN = 150_000;

const runUnits: Runner = (command) => run(command, { within: UNITS_WITHIN });

/** The unit of the wizard may not become another user: systemd does it. */
function withoutRights(programs: Programs): Programs {
  return { ...programs, agent: asAgent(programs.agent), agentSwitches: true };
}

/** Whether the kiosk is enrolled; learns it too when it was done outside of the wizard, which leaves the guard a new trust. */
function identityWatch(wizard: Wizard, trust: string | undefined): () => boolean {
  const laidAt = () =>
    trust === undefined ? undefined : statSync(join(trust, "root.json"), { throwIfNoEntry: false })?.mtimeMs;
  const before = laidAt();
  let learning = false;
  return () => {
    if (!wizard.enrolled && !learning && laidAt() !== before) {
      learning = true;
      void wizard.learnIdentity().finally(() => {
        learning = false;
      });
    }
    return wizard.enrolled;
  };
}

async function askForScreen({ root, files, run: brief }: Context): Promise<Result<void, CodedError>> {
  if (!hasSystemd(root)) return err(coded("common.bad-input", "--screen: this machine has no systemd"));
  const agent = files.agent();
  if (!agent.ok) return agent;
  if (agent.value === undefined) return err(coded("common.bad-input", "--screen: this kiosk belongs to no fleet"));
  writeFileSync(root.path(ASKED), "");
  const started = await brief(["systemctl", "start", "--no-block", UNIT]);
  return started.ok ? ok() : err(coded("install.command-failed", started.error.message));
}

/** Beside the bundled tool, or where `scripts/build-wizard.ts` puts it. */
function builtPage(): string | undefined {
  const places = [join(import.meta.dirname, "wizard"), join(import.meta.dirname, "../../out/wizard")];
  return places.find((place) => existsSync(join(place, "index.html")));
}

export const wizardCommand: Command = {
  summary: { es: "los mismos pasos en la pantalla del tótem", en: "the same steps on the kiosk's own screen" },
  usage: [
    {
      es: "--code                 muestra el código que abre el asistente de un tótem ya enrolado",
      en: "--code                 shows the code that opens the wizard of a kiosk that is enrolled",
    },
    {
      es: "--screen               muestra el asistente en la pantalla de este tótem, y el código que lo abre",
      en: "--screen               shows the wizard on this kiosk's screen, and the code that opens it",
    },
    {
      es: "--hold-screen          lo que ejecuta ventanilla-wizard.service",
      en: "--hold-screen          what ventanilla-wizard.service runs",
    },
    {
      es: "--port N               en vez de 4110; solo en este equipo",
      en: "--port N               instead of 4110; on this machine only",
    },
  ],
  options: {
    ...{ code: { type: "boolean" }, port: { type: "string" } },
    ...{ screen: { type: "boolean" }, "hold-screen": { type: "boolean" } },
  },
  run: async (context) => {
    const { files, clock, root, signal, say, give, values } = context;
    if (values.screen === true) {
      const asked = await askForScreen(context);
      if (!asked.ok) return asked;
    }
    if (values.code === true || values.screen === true) {
      const code = makeWizardCode(files.kept, clock);
      say({
        es: `Código: ${code} (una vez, en la próxima media hora)`,
        en: `Code: ${code} (once, within half an hour)`,
      });
      give({ code });
      return ok(0);
    }
    const port = Number(textOption(context, "port") ?? PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return err(coded("common.bad-input", "--port"));
    const page = builtPage();
    if (page === undefined)
      return err(coded("provision.file-unreadable", "out/wizard: build it with scripts/build-wizard.ts"));
    const identity = root.path(IDENTITY);
    const units = values["hold-screen"] === true && hasSystemd(root) ? runUnits : undefined;
    const programs = units === undefined ? context.programs : withoutRights(context.programs);
    const wizard = new Wizard({ root, files, programs, run: context.run, clock, signal, identity, units });
    const started = await wizard.start();
    if (!started.ok) return started;
    const finishing = new AbortController();
    const finished = AbortSignal.any([finishing.signal, signal]);
    const entry = new Entry(files.kept, clock);
    const server = await startWizardServer({ wizard, entry, port, page, clock, onFinish: () => finishing.abort() });
    say(`wizard ${server.url}`);
    give({ url: server.url });
    if (units === undefined) await aborted(finished);
    else {
      const notifier = createNotifier({ clock });
      notifier.ready();
      const trust = files.guardTrust();
      const enrolled = identityWatch(wizard, trust.ok ? trust.value : undefined);
      const open = () => entry.open;
      await holdScreen({ enrolled, open, flag: root.path(FLAG), run: units, clock, finished, stopped: signal });
      notifier.close();
    }
    await server.close();
    return ok(0);
  },
};

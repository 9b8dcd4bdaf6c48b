import { existsSync } from "node:fs";
import { join } from "node:path";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import { Entry, makeWizardCode } from "../wizard/entry.ts";
import { startWizardServer } from "../wizard/server.ts";
import { Wizard } from "../wizard/wizard.ts";
import { type Command, textOption } from "./context.ts";

const PORT = 4190;
const IDENTITY = "/var/lib/ventanilla/agent/identity";

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
      es: "--port N               en vez de 4190; solo en este equipo",
      en: "--port N               instead of 4190; on this machine only",
    },
  ],
  options: { code: { type: "boolean" }, port: { type: "string" } },
  run: async (context) => {
    const { files, clock, root, programs, run, signal, say, give, values } = context;
    if (values.code === true) {
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
    const wizard = new Wizard({ root, files, programs, run, clock, signal, identity: root.path(IDENTITY) });
    const started = await wizard.start();
    if (!started.ok) return started;
    const { promise: finished, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    const entry = new Entry(files.kept, clock);
    const server = await startWizardServer({ wizard, entry, port, page, onFinish: resolve });
    say(`wizard ${server.url}`);
    give({ url: server.url });
    await finished;
    await server.close();
    return ok(0);
  },
};

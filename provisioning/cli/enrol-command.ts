import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import { nameServer } from "../enrol/agent-file.ts";
import { enrolKiosk, hintsOf } from "../enrol/enrol.ts";
import { hasSystemd, startAgent } from "../kiosk-units.ts";
import { type Command, textOption } from "./context.ts";

const IDENTITY = "/var/lib/ventanilla/agent/identity";

export const enrolCommand: Command = {
  summary: { es: "le da al equipo su identidad en la flota", en: "gives this machine its identity in the fleet" },
  usage: [
    {
      es: "--server URL           dirección del servidor de la flota",
      en: "--server URL           address of the fleet server",
    },
    {
      es: "--code CÓDIGO          el de un solo uso, de la consola",
      en: "--code CODE            the one-time code from the console",
    },
    {
      es: "--ca-fingerprint HEX   huella de la CA que muestra la consola, o",
      en: "--ca-fingerprint HEX   the CA's fingerprint that the console shows, or",
    },
    {
      es: "--ca ARCHIVO           el certificado de la CA (PEM)",
      en: "--ca FILE              the CA's certificate (PEM)",
    },
    {
      es: "--replace              deja la identidad de antes",
      en: "--replace              gives up the identity it had",
    },
    {
      es: "--identity CARPETA     en vez de la de agent.yaml",
      en: "--identity FOLDER      instead of the one in agent.yaml",
    },
  ],
  options: {
    ...{ server: { type: "string" }, code: { type: "string" }, ca: { type: "string" } },
    ...{ "ca-fingerprint": { type: "string" }, identity: { type: "string" }, replace: { type: "boolean" } },
  },
  run: async (context) => {
    const { root, programs, clock, signal, files, say, give, values } = context;
    const agent = files.agent();
    if (!agent.ok) return agent;
    const trust = files.guardTrust();
    if (!trust.ok) return trust;
    const [code, fingerprint] = [textOption(context, "code"), textOption(context, "ca-fingerprint")];
    const ca = textOption(context, "ca");
    const server = textOption(context, "server") ?? agent.value?.server;
    if (server === undefined) return err(coded("common.bad-input", "--server: the fleet server's address"));
    if (code === undefined) return err(coded("common.bad-input", "--code: the one-time code from the console"));
    if (ca !== undefined && !existsSync(ca)) return err(coded("common.bad-input", `--ca: there is no file ${ca}`));
    const identity = textOption(context, "identity") ?? agent.value?.identity ?? root.path(IDENTITY);
    say({ es: `Pidiendo la identidad a ${server} …`, en: `Asking ${server} for the identity …` });
    const done = await enrolKiosk(
      {
        ...{ server, code, replace: values.replace === true },
        ...(ca === undefined ? {} : { ca }),
        ...(fingerprint === undefined ? {} : { fingerprint }),
      },
      { identity, guardTrust: trust.value, programs, clock, signal },
    );
    if (!done.ok) {
      for (const hint of hintsOf(done.error)) say(hint);
      return done;
    }
    const { kiosk, place, before } = done.value;
    if (!before && agent.value !== undefined) {
      const named = nameServer(files.agentFile, server, ca === undefined ? undefined : resolve(ca));
      if (!named.ok) return named;
    }
    if (hasSystemd(root)) await startAgent(context.run, before);
    say(
      before
        ? {
            es: `Este equipo ya es ${kiosk} (${place}). Nada cambió.`,
            en: `This machine is ${kiosk} (${place}) already. Nothing changed.`,
          }
        : { es: `Este equipo es ahora ${kiosk} (${place}).`, en: `This machine is now ${kiosk} (${place}).` },
    );
    const kioskFile = files.kiosk();
    if (kioskFile.ok && kioskFile.value.kiosk.id !== kiosk)
      say({
        es: `Atención: la configuración lo llama ${kioskFile.value.kiosk.id}. Corrija kiosk.id en ${files.kioskFile}.`,
        en: `Mind: the settings call it ${kioskFile.value.kiosk.id}. Correct kiosk.id in ${files.kioskFile}.`,
      });
    give(done.value);
    return ok(0);
  },
};

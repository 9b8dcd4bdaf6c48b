import { DEVICE_KINDS, type DeviceKind, SERIAL_KINDS } from "../../base/contracts/device-status.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { bindDevice } from "../devices/bind.ts";
import { identifyDevice, type SpokenTo, watchUnplug } from "../devices/identify.ts";
import { findPlugged, listPlugged } from "../devices/plugged.ts";
import { type Command, type Context, textOption } from "./context.ts";
import { listDevices } from "./device-list.ts";

const WITHIN = 60;

export const devicesCommand: Command = {
  summary: { es: "muestra qué hay enchufado, y qué es cada cosa", en: "shows what is plugged in, and what is what" },
  usage: [
    {
      es: "devices                                    la lista",
      en: "devices                                    the list",
    },
    {
      es: "devices identify                           desenchufe algo: dice qué era",
      en: "devices identify                           pull something out: it says what that was",
    },
    {
      es: "devices identify PUERTO --kind CLASE       la impresora imprime su nombre, el lector espera un código, el terminal responde",
      en: "devices identify PORT --kind KIND          a printer prints its name, a reader waits for a code, a terminal answers",
    },
    {
      es: "devices bind NOMBRE --kind CLASE --model M --port PUERTO | --by IDENTIDAD [--baud N]",
      en: "devices bind NAME --kind KIND --model M --port PORT | --by IDENTITY [--baud N]",
    },
    { es: `CLASE: ${SERIAL_KINDS.join(", ")}`, en: `KIND: ${SERIAL_KINDS.join(", ")}` },
  ],
  options: {
    kind: { type: "string" },
    model: { type: "string" },
    port: { type: "string" },
    by: { type: "string" },
    baud: { type: "string" },
    within: { type: "string" },
  },
  run: async (context) => {
    const [action, ...rest] = context.positionals;
    if (rest.length > 1) return err(coded("common.bad-input", `unexpected argument "${rest[1]}"`));
    if (action === undefined) return ok(listDevices(context));
    if (action === "identify") return await identify(context, rest[0]);
    if (action === "bind") return await bind(context, rest[0]);
    return err(coded("common.bad-input", `devices knows identify and bind, not "${action}"`));
  },
};

async function identify(context: Context, meant: string | undefined): Promise<Result<number, CodedError>> {
  const { root, programs, clock, signal, say, give, language } = context;
  const within = Number(textOption(context, "within") ?? WITHIN);
  if (!(within > 0 && within <= 600)) return err(coded("common.bad-input", "--within: seconds, 600 at most"));
  if (meant === undefined) {
    const onReady = () =>
      say({ es: "Desenchufe ahora lo que quiere conocer …", en: "Pull out now what you want to know …" });
    const gone = await watchUnplug({ root, clock, signal, within, onReady });
    if (!gone.ok) return gone;
    say({
      es: `Era ${gone.value.path} (${gone.value.identity}).`,
      en: `It was ${gone.value.path} (${gone.value.identity}).`,
    });
    give(gone.value);
    return ok(0);
  }
  const device = findPlugged(listPlugged(root), meant);
  if (device === undefined || device.class !== "serial") return err(coded("provision.port-absent", meant));
  const kind = kindOption(context);
  if (!kind.ok) return kind;
  const baud = baudOption(context);
  if (!baud.ok) return baud;
  const model = textOption(context, "model");
  const as: SpokenTo = { kind: kind.value, ...(model === undefined ? {} : { model }), ...baud.value };
  const onReady = () => say({ es: "Pase ahora un código por el lector …", en: "Scan something with the reader now …" });
  const done = await identifyDevice(device, as, {
    ...{ root, programs, clock, signal, within },
    ...(kind.value === "code-reader" ? { onReady } : {}),
  });
  if (!done.ok) return done;
  say(done.value);
  give({ ...device, kind: kind.value, said: done.value[language] });
  return ok(0);
}

async function bind(context: Context, id: string | undefined): Promise<Result<number, CodedError>> {
  const { root, programs, clock, signal, files, say, give } = context;
  const [model, port, by] = ["model", "port", "by"].map((name) => textOption(context, name));
  const meant = port ?? by;
  if (id === undefined || model === undefined || meant === undefined || (port !== undefined && by !== undefined))
    return err(coded("common.bad-input", "devices bind NAME --kind KIND --model M, and one of --port and --by"));
  const kind = kindOption(context);
  if (!kind.ok) return kind;
  const baud = baudOption(context);
  if (!baud.ok) return baud;
  const { kioskFile } = files;
  const bound = await bindDevice(
    { id, kind: kind.value, model, meant, ...baud.value },
    { root, kioskFile, programs, clock, signal },
  );
  if (!bound.ok) return bound;
  const { identity, changed, bySocket } = bound.value;
  say({ es: `«${id}» es ahora ${identity}`, en: `“${id}” is now ${identity}` });
  say(`  ${bound.value.port}`);
  if (bySocket)
    say({
      es: "  No tiene número de serie propio: se conoce por el enchufe. Déjelo siempre en ese mismo.",
      en: "  It has no serial number of its own: it is known by its socket. Leave it in this one.",
    });
  if (changed)
    say({
      es: "  El tótem lo usa desde su próximo inicio: systemctl restart ventanilla-runtime",
      en: "  The kiosk uses it from its next start on: systemctl restart ventanilla-runtime",
    });
  give(bound.value);
  return ok(0);
}

function kindOption(context: Context): Result<DeviceKind, CodedError> {
  const given = textOption(context, "kind");
  const kind = DEVICE_KINDS.find((known) => known === given);
  if (kind !== undefined) return ok(kind);
  return err(coded("common.bad-input", `--kind is one of ${SERIAL_KINDS.join(", ")}; only you can say what it is`));
}

function baudOption(context: Context): Result<{ readonly baud?: number }, CodedError> {
  const given = textOption(context, "baud");
  if (given === undefined) return ok({});
  const baud = Number(given);
  return Number.isInteger(baud) && baud >= 300 && baud <= 4_000_000
    ? ok({ baud })
    : err(coded("common.bad-input", "--baud: bits per second"));
}

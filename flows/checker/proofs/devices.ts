import type { DeviceKind } from "../../../base/contracts/device-status.ts";
import { told } from "../../../base/told.ts";
import type { Definition } from "../../compiler/definition.ts";
import type { JourneyCall } from "../../engine/journey.ts";
import type { Call } from "../position.ts";
import { type Proof, refusedFile } from "../proof.ts";

/** The device that a call works with. Whatever a journey may use it must require, so that a kiosk without it does not offer the service. */
const DEVICE_OF: { readonly [C in JourneyCall]: DeviceKind | undefined } = {
  scan: "code-reader",
  // A code can be typed, too.
  scanCode: undefined,
  readChip: "chip-card-reader",
  verifyFinger: "fingerprint-reader",
  logInByPhone: undefined,
  scanPage: "document-scanner",
  lookUp: undefined,
  submit: undefined,
  charge: "payment-terminal",
  // Whoever gives money back has charged it.
  refund: undefined,
  print: "receipt-printer",
  incident: undefined,
  settle: undefined,
};

function deviceOf({ name, input }: Call, step: string, { steps }: Definition): DeviceKind | undefined {
  const own = steps.find(({ id }) => id === step);
  const { chip, finger }: { chip?: string; finger?: string } = own?.kind === "identify" ? own : {};
  // What is only offered is a help that the journey can do without.
  if (name === "readChip" && chip === "offered") return undefined;
  if (name === "verifyFinger" && finger === "offered") return undefined;
  if (name === "scanPage" && own?.kind === "ask" && own.optional) return undefined;
  // Who can sign in another way as well can do without this one.
  if ((name === "readChip" || name === "scan") && own?.kind === "sign" && own.with.length > 1) return undefined;
  return "pages" in input ? "page-printer" : DEVICE_OF[name];
}

/** Papers that say again what the screen says: an incident's number, a turn, where a case stands. */
function canDoWithout(call: Call | undefined, step: string): boolean {
  return step === "incident" || /^print-(turn|status)-\d+$/.test(String(call?.input.effect));
}

/** The devices that the service requires are those that it uses: no less, and no more. */
export const devices: Proof = (subject) => {
  const { places, service } = subject.walk;
  const needed = new Map<DeviceKind, string>();
  for (const { call, step } of places) {
    const device = call === undefined ? undefined : deviceOf(call, step, service.definition);
    if (device !== undefined && !canDoWithout(call, step)) needed.set(device, step);
  }
  const { requires } = service.definition;
  return [
    ...[...needed]
      .filter(([device]) => !requires.includes(device))
      .map(([device, step]) =>
        refusedFile(
          subject,
          "devices.undeclared",
          ["requires"],
          told(`"${step}" needs a ${device}`, `"${step}" necesita ${device}`),
          told(`Add ${device} to requires.`, `Agregue ${device} a requires.`),
        ),
      ),
    ...requires.flatMap((device, index) =>
      needed.has(device)
        ? []
        : [
            refusedFile(
              subject,
              "devices.unneeded",
              ["requires", index],
              told(`no step needs a ${device}`, `ningún paso necesita ${device}`),
              told("Remove it from requires.", "Quítelo de requires."),
            ),
          ],
    ),
  ];
};

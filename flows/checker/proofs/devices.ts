import type { DeviceKind } from "../../../base/contracts/device-status.ts";
import type { Definition } from "../../compiler/definition.ts";
import type { JourneyCall } from "../../engine/journey.ts";
import type { Call } from "../position.ts";
import { type Proof, refusedFile } from "../proof.ts";

/** The device that a call works with. Whatever a journey may use it must require, so that a kiosk without it does not offer the service. */
const DEVICE_OF: { readonly [C in JourneyCall]: DeviceKind | undefined } = {
  scan: "code-reader",
  readChip: "chip-card-reader",
  lookUp: undefined,
  submit: undefined,
  charge: "payment-terminal",
  refund: "payment-terminal",
  print: "receipt-printer",
  incident: undefined,
  settle: undefined,
};

function deviceOf({ name, input }: Call, step: string, { steps }: Definition): DeviceKind | undefined {
  // A chip that is only offered is a help that the journey can do without.
  const offered = steps.some((one) => one.id === step && one.kind === "identify" && one.chip === "offered");
  if (name === "readChip" && offered) return undefined;
  return name === "print" && "pages" in input ? "page-printer" : DEVICE_OF[name];
}

/** The devices that the service requires are those that it uses: no less, and no more. */
export const devices: Proof = (subject) => {
  const { places, service } = subject.walk;
  const needed = new Map<DeviceKind, string>();
  for (const { call, step } of places) {
    const device = call === undefined ? undefined : deviceOf(call, step, service.definition);
    // An incident's paper is a help that the journey can do without.
    if (device !== undefined && step !== "incident" && !needed.has(device)) needed.set(device, step);
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
          `"${step}" needs a ${device}`,
          `Add ${device} to requires.`,
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
              `no step needs a ${device}`,
              "Remove it from requires.",
            ),
          ],
    ),
  ];
};

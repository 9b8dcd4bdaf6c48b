import { TransbankTerminal } from "../../../drivers/payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../../../drivers/payment-terminal/transbank/models.ts";
import { zvtChannel } from "../../../drivers/payment-terminal/zvt/channel.ts";
import { ZvtTerminal } from "../../../drivers/payment-terminal/zvt/driver.ts";
import type { ZvtModelName } from "../../../drivers/payment-terminal/zvt/models.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import type { DeviceOptions, ModelFactories } from "../devices.ts";

/** Between two polls of an idle terminal, milliseconds: a dead line is noticed before a citizen wants to pay. */
const HEARTBEAT = 30_000;

const transbank = (model: TransbankModelName) => (options: DeviceOptions<"payment-terminal">) =>
  new TransbankTerminal({
    ...options,
    model,
    open: serialChannel(
      { path: options.port, baudRate: options.baud ?? TRANSBANK_MODELS[model].defaultBaudRate },
      options.clock,
    ),
    settings: {
      heartbeat: HEARTBEAT,
      ...(options.saleWithin === undefined ? {} : { response: options.saleWithin * 1000 }),
    },
  });

const zvt = (model: ZvtModelName) => (options: DeviceOptions<"payment-terminal">) =>
  new ZvtTerminal({
    ...options,
    model,
    open: zvtChannel(model, options.port, options.baud, options.clock),
    settings: {
      heartbeat: HEARTBEAT,
      ...(options.saleWithin === undefined
        ? {}
        : { completion: options.saleWithin * 1000, longest: options.saleWithin * 1000 }),
    },
  });

export const paymentTerminals: ModelFactories<"payment-terminal"> = {
  "transbank-autoservicio": transbank("transbank-autoservicio"),
  "transbank-integrado": transbank("transbank-integrado"),
  "zvt-tcp": zvt("zvt-tcp"),
  "zvt-serial": zvt("zvt-serial"),
};

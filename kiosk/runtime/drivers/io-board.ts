import { DEFAULT_BAUD_RATE, ModbusIoBoard } from "../../../drivers/io-board/modbus/driver.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import type { ModelFactories } from "../devices.ts";

export const ioBoards: ModelFactories<"io-board"> = {
  "modbus-rtu": (options) =>
    new ModbusIoBoard({
      ...options,
      open: serialChannel({ path: options.port, baudRate: options.baud ?? DEFAULT_BAUD_RATE }, options.clock),
    }),
};

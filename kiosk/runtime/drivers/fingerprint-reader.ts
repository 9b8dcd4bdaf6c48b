import { SensorReader } from "../../../drivers/fingerprint-reader/driver.ts";
import { SENSOR_SOCKET_MODEL, socketSensor } from "../../../drivers/fingerprint-reader/sensor-socket.ts";
import { socketReports } from "../../../drivers/transport/hid-socket.ts";
import type { ModelFactories } from "../devices.ts";

export const fingerprintReaders: ModelFactories<"fingerprint-reader"> = {
  [SENSOR_SOCKET_MODEL]: (options) =>
    new SensorReader({
      ...options,
      open: socketSensor(socketReports({ path: options.port }, options.clock), options.clock),
    }),
};

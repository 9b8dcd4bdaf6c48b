/** A cable between a simulated device and a driver, seen from the device: `PtyWire` is one, `MemoryWire` another. */
export interface Wire {
  /** Where the driver finds the other end. */
  readonly path: string;
  readonly plugged: boolean;
  /** Sets the consumer of what the driver writes. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Sets the consumer of the driver's closing, where the cable lets the device see it (TCP does, a serial line does not). */
  onHangUp?(listener: () => void): void;
  plug(): void;
  /** Pulls the cable. Bytes under way are lost. */
  unplug(): void;
  /** Sends bytes to the driver, in order; lost when the cable is out. */
  write(bytes: Uint8Array): Promise<void>;
}

import type {
  DeviceTestRequest,
  DeviceTestResult,
  JourneyPage,
  RuntimeStatus,
} from "../../base/contracts/runtime-control.ts";
import type { Observable } from "../../base/observable.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

/** The runtime on the other side of the unix socket. */
export interface RuntimeLink {
  /** Undefined while the runtime does not answer. */
  readonly status: Observable<RuntimeStatus | undefined>;
  setMode(mode: RuntimeStatus["mode"], signal: AbortSignal): Promise<Result<RuntimeStatus, CodedError>>;
  testDevice(
    device: string,
    test: DeviceTestRequest["test"],
    signal: AbortSignal,
  ): Promise<Result<DeviceTestResult, CodedError>>;
  resetDevice(device: string, signal: AbortSignal): Promise<Result<DeviceTestResult, CodedError>>;
  loadServices(
    directory: string,
    versions: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<RuntimeStatus, CodedError>>;
  journeys(after: number, limit: number, signal: AbortSignal): Promise<Result<JourneyPage, CodedError>>;
}

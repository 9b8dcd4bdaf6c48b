import type { UpdateClient } from "./interface.ts";

/** An update client that is made at its first use: between updates it would only take memory. */
export function whenNeeded(make: () => Promise<UpdateClient>): UpdateClient {
  let made: Promise<UpdateClient> | undefined;
  const client = () => {
    made ??= make();
    return made;
  };
  return {
    refresh: async (signal) => (await client()).refresh(signal),
    find: async (path, signal) => (await client()).find(path, signal),
    download: async (target, signal) => (await client()).download(target, signal),
  };
}

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DeviceDescription } from "../../simulators/operator.ts";
import { DeviceCard } from "./device-card.tsx";
import type { Language } from "./words.ts";

/** Narrowest column, CSS pixels. */
const COLUMN = 300;
/** What name, state and edges of a card take of its height, in buttons. */
const HEAD = 6;

/** Devices in as many columns as there is room for. A card keeps its column whatever its device does: nobody's button moves away under the hand. */
export function Cards({ devices, language }: { devices: readonly DeviceDescription[]; language: Language }) {
  const place = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(1);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const measure = () => setRoom(Math.max(1, Math.floor(element.clientWidth / COLUMN)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="cards" ref={place}>
      {inColumns(devices, room).map(([first, ...others]) => (
        <div class="column" key={first.id}>
          {[first, ...others].map((device) => (
            <DeviceCard key={device.id} device={device} language={language} />
          ))}
        </div>
      ))}
    </div>
  );
}

type Column = [DeviceDescription, ...DeviceDescription[]];

/** Each device into the column that is shortest so far, by what never changes about it. */
function inColumns(devices: readonly DeviceDescription[], room: number): readonly Column[] {
  const columns: { readonly members: Column; height: number }[] = [];
  for (const device of devices) {
    const height = HEAD + device.actions.length;
    const shortest = columns.toSorted((one, other) => one.height - other.height)[0];
    if (columns.length < room || shortest === undefined) columns.push({ members: [device], height });
    else {
      shortest.members.push(device);
      shortest.height += height;
    }
  }
  return columns.map(({ members }) => members);
}

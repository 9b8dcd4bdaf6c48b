import { Fragment } from "preact";
import type { MachineSection } from "../../../../base/contracts/fleet/state.ts";
import type { KioskDetail } from "../../../api/contract/kiosks.ts";
import { CodedWords } from "../../components/coded-words.tsx";
import { Pairs, Section } from "../../components/section.tsx";
import { Since } from "../../components/since.tsx";
import { date, dayTime, duration, number } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { targetTitle } from "../../words/target-title.ts";

/** What runs, beside what should. */
export function Software({ kiosk }: { readonly kiosk: KioskDetail }) {
  const words = kioskTexts.value;
  const releases = releasesTexts.value;
  const { updateStates } = t.value;
  const { software } = kiosk.state;
  const services = [
    ...new Set([...Object.keys(software?.packages ?? {}), ...Object.keys(kiosk.desired.services)]),
  ].sort();
  const rows: (readonly [string, string | undefined, string | null | undefined])[] = [
    [t.value.targetKinds.release, software?.release, kiosk.desired.release],
    ...services.map((id) => [id, software?.packages[id] ?? words.builtIn, kiosk.desired.services[id]] as const),
  ];
  return (
    <Section title={words.software}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{releases.what}</th>
            <th scope="col">{words.runs}</th>
            <th scope="col">{words.desired}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, runs, desired]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{runs ?? t.value.unknown}</td>
              <td>
                {desired == null || desired === runs ? (
                  <span class="soft">{words.same}</span>
                ) : (
                  <strong>{desired}</strong>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {software && (
        <Pairs
          pairs={[
            [
              words.update,
              <Fragment key="update">
                <span>{wordFor(updateStates, software.update.state)}</span>
                {software.update.target && software.update.state !== "idle" && (
                  <span class="soft"> · {targetTitle(software.update.target)}</span>
                )}
                {software.update.code && (
                  <div>
                    <CodedWords code={software.update.code} message={software.update.message ?? null} />
                  </div>
                )}
              </Fragment>,
            ],
            [words.slot, software.slot?.toUpperCase()],
            [words.metadata, software.metadataExpires && dayTime(software.metadataExpires)],
          ]}
        />
      )}
    </Section>
  );
}

/** Certificate, clock, and what the path shows of the connection. */
export function Security({ kiosk }: { readonly kiosk: KioskDetail }) {
  const words = kioskTexts.value;
  const { yes } = t.value;
  const current = kiosk.certificates.find((certificate) => certificate.current);
  const earlier = kiosk.certificates.filter((certificate) => certificate !== current);
  const security = kiosk.state.security;
  return (
    <Section title={words.security}>
      <Pairs
        pairs={[
          [words.certificate, current ? date(current.expiresAt) : words.noCertificate],
          [words.clock, security?.clockOffset == null ? undefined : duration(Math.abs(security.clockOffset))],
          [words.tls, security?.mutualTls == null ? undefined : security.mutualTls ? yes : words.tlsNo],
        ]}
      />
      {current && (
        <details>
          <summary>{words.identifiers}</summary>
          <Pairs
            pairs={[
              [words.serial, <code key="serial">{current.serial}</code>],
              [words.thumbprint, <code key="thumbprint">{current.thumbprint}</code>],
            ]}
          />
        </details>
      )}
      {earlier.length > 0 && (
        <details>
          <summary>{words.earlier}</summary>
          <ul class="plain">
            {earlier.map(({ thumbprint, serial, expiresAt, revokedAt, reason }) => (
              <li key={thumbprint}>
                <code>{serial}</code> · {revokedAt === null ? date(expiresAt) : words.revokedAt(date(revokedAt))}
                {reason && ` · ${reason}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

export function Machine({ machine }: { readonly machine: MachineSection | null }) {
  if (!machine) return null;
  const words = kioskTexts.value;
  const { parts } = t.value;
  const memory = Object.entries(machine.memory).map(([part, used]) => `${wordFor(parts, part)} ${number(used)} MB`);
  return (
    <Section title={words.machine}>
      <Pairs
        pairs={[
          [words.booted, <Since key="booted" at={machine.bootedAt} full />],
          [words.os, `${machine.os} (${machine.platform})`],
          [words.agent, machine.agent],
          [words.disk, `${number(machine.diskFreePercent)} %`],
          [words.memory, `${number(machine.memoryFreePercent)} %`],
          [words.temperature, machine.temperature === null ? undefined : `${number(machine.temperature)} °C`],
          [words.memoryOf, memory.join(", ")],
        ]}
      />
    </Section>
  );
}

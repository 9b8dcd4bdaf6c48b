import type { Facts, Finding } from "./facts.ts";

/** Update metadata is renewed long before; what comes this near its end was not renewed. */
const METADATA_NEAR = 2 * 3_600_000;

/** What runs, and how updates went. */
export function software(facts: Facts): Finding[] {
  const { software: section, lastUpdate, now } = facts;
  if (section === undefined) return [];
  const { update, metadataExpires } = section;
  const findings: Finding[] = [];
  if (lastUpdate?.result === "rolled-back")
    findings.push({ code: "update-rolled-back", subject: lastUpdate.target, detail: lastUpdate.code });
  else if (update.state === "failed")
    findings.push({ code: "update-failed", subject: update.target ?? "", detail: update.code ?? "" });
  else if (lastUpdate?.result === "failed")
    findings.push({ code: "update-failed", subject: lastUpdate.target, detail: lastUpdate.code });
  for (const [subject, version] of Object.entries(facts.assigned)) {
    const runs = subject === "release" ? section.release : section.packages[subject];
    if (runs !== version) findings.push({ code: "version-behind", subject, detail: `${runs ?? "–"} → ${version}` });
  }
  if (metadataExpires !== undefined && metadataExpires <= now)
    findings.push({ code: "metadata-expired", subject: "", detail: "", since: metadataExpires });
  else if (metadataExpires !== undefined && metadataExpires - now < METADATA_NEAR)
    findings.push({ code: "metadata-expiring", subject: "", detail: "" });
  return findings;
}

/** Share of a certificate's life that is left when its renewal must have failed. */
const LIFE_LEFT = 0.15;
/** Milliseconds. */
const CLOCK_WRONG = 120_000;

/** Identity, certificate and clock. */
export function security(facts: Facts): Finding[] {
  const { certificate, now, clonedAt, knockedAt } = facts;
  const findings: Finding[] = [];
  if (clonedAt !== null) findings.push({ code: "identity-cloned", subject: "", detail: "", since: clonedAt });
  if (knockedAt !== null) findings.push({ code: "identity-knocking", subject: "", detail: "", since: knockedAt });
  if (certificate !== null) {
    const left = certificate.expiresAt - now;
    if (left <= 0)
      findings.push({ code: "certificate-expired", subject: "", detail: "", since: certificate.expiresAt });
    else if (left < LIFE_LEFT * (certificate.expiresAt - certificate.issuedAt))
      findings.push({
        code: "certificate-expiring",
        subject: "",
        detail: new Date(certificate.expiresAt).toISOString(),
      });
  }
  const offset = facts.security?.clockOffset ?? null;
  if (offset !== null && Math.abs(offset) > CLOCK_WRONG)
    findings.push({ code: "clock-wrong", subject: "", detail: `${Math.round(offset / 1_000)} s` });
  if (facts.mutualTls === false) findings.push({ code: "no-client-certificate", subject: "", detail: "" });
  return findings;
}

import { expect, test } from "vitest";
import { fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { decodeCommand, encodeCommand, encodeResponse } from "../apdu/apdu.ts";
import { deriveKey } from "../crypto/cipher.ts";
import { CURVES, type Curve, decodePoint, encodePoint, sharedSecret } from "../crypto/curves.ts";
import { bacKeys, bacMessaging, openProof, sealProof } from "./bac.ts";
import { bacSeed, mrzInformation, paceSecret } from "./key.ts";
import { mapGenerator, openNonce, paceKeys, paceToken, publicKeyOn, sealNonce } from "./pace.ts";
import { paceOid, readSecurityInfos } from "./security-infos.ts";

/** The worked examples of ICAO Doc 9303-11: appendix D (Basic Access Control) and appendix G.1 (PACE, ECDH generic mapping). */
const BAC_CARD = {
  kind: "mrz",
  documentNumber: "L898902C",
  birthDate: "1969-08-06",
  expiryDate: "1994-06-23",
} as const;
const CHIP = { own: fromHex("4608F91988702212"), material: fromHex("0B4F80323EB3191CB04970CB4052790B") };
const TERMINAL = { own: fromHex("781723860C06C226"), material: fromHex("0B795240CB7049B01C19B33E32804F0B") };

test("appendix D.2: the keys of Basic Access Control come from the machine-readable zone", () => {
  expect(mrzInformation(BAC_CARD)).toBe("L898902C<369080619406236");
  const seed = bacSeed(BAC_CARD);
  expect(toHex(seed)).toBe("239ab9cb282daf66231dc5a4df6bfbae");
  expect(toHex(bacKeys(seed).encryption)).toBe("ab94fdecf2674fdfb9b391f85d7f76f2");
  expect(toHex(bacKeys(seed).mac)).toBe("7962d9ece03d1acd4c76089dce131543");
});

test("appendix D.3: both sides prove that they know the key", () => {
  const keys = bacKeys(bacSeed(BAC_CARD));
  const command = sealProof(keys, { own: TERMINAL.own, other: CHIP.own, material: TERMINAL.material });
  expect(toHex(command)).toBe("72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f25f1448eea8ad90a7");
  const answer = fromHex("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449");
  expect(openProof(keys, answer)).toEqual({ own: CHIP.own, other: TERMINAL.own, material: CHIP.material });
  expect(openProof(keys, answer.with(3, 0))).toBeUndefined();
});

test("appendix D.4: EF.COM is selected and read under secure messaging", () => {
  const terminal = bacMessaging(CHIP, TERMINAL);
  const card = bacMessaging(CHIP, TERMINAL);
  const exchange = (plain: string, secured: string, answer: string, data: string) => {
    const command = decodeCommand(fromHex(plain));
    if (command === undefined) throw new Error(plain);
    const wrapped = terminal.wrapCommand(command);
    expect(toHex(encodeCommand(wrapped))).toBe(secured.toLowerCase());
    expect(card.unwrapCommand(wrapped)).toMatchObject({ ok: true, value: { ins: command.ins, p2: command.p2 } });
    const response = card.wrapResponse({ data: fromHex(data), sw: 0x9000 });
    expect(toHex(encodeResponse(response))).toBe(answer.toLowerCase());
    expect(terminal.unwrapResponse(response)).toEqual({ ok: true, value: { data: fromHex(data), sw: 0x9000 } });
  };
  exchange(
    "00A4020C02011E",
    "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
    "990290008E08FA855A5D4C50A8ED9000",
    "",
  );
  exchange(
    "00B0000004",
    "0CB000000D9701048E08ED6705417E96BA5500",
    "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
    "60145F01",
  );
  exchange(
    "00B0000412",
    "0CB000040D9701128E082EA28A70F3C7B53500",
    "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    "04303130365F36063034303030305C026175",
  );
});

const PACE = {
  key: { kind: "mrz", documentNumber: "T22000129", birthDate: "1964-08-12", expiryDate: "2010-10-31" },
  nonce: fromHex("3F00C4D39D153F2B2A214A078D899B22"),
  mapTerminal: 0x7f4ef07b9ea82fd78ad689b38d0bc78cf21f249d953bc46f4c6e19259c010f99n,
  mapChip: 0x498ff49756f2dc1587840041839a85982be7761d14715fb091efa7bce9058560n,
  terminal: 0xa73fb703ac1436a18e0cfa5abb3f7bec7a070e7a6788486bee230c4a22762595n,
  chip: 0x107cf58696ef6155053340fd633392ba81909df7b9706f226f32086c7aff974an,
} as const;

function curve(name: string): Curve {
  const found = CURVES.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

test("appendix G.1: the protocol is read from EF.CardAccess", () =>
  expect(readSecurityInfos(fromHex("31143012060A04007F0007020204020202010202010D"))).toEqual({
    ok: true,
    value: [{ kind: "pace", oid: paceOid("aes128"), cipher: "aes128", mapping: "generic", parameterId: 13 }],
  }));

test("appendix G.1: PACE with generic mapping agrees on the standard's keys and tokens", () => {
  expect(mrzInformation(PACE.key)).toBe("T22000129364081251010318");
  const secret = paceSecret(PACE.key);
  expect(toHex(secret)).toBe("7e2d2a41c74ea0b38cd36f863939bfa8e9032aad");
  expect(toHex(deriveKey("aes128", secret, "password"))).toBe("89ded1b26624ec1e634c1989302849dd");
  const sealed = fromHex("95A3A016522EE98D01E76CB6B98B42C3");
  expect(openNonce("aes128", secret, sealed)).toEqual(PACE.nonce);
  expect(sealNonce("aes128", secret, PACE.nonce)).toEqual(sealed);

  const brainpool = curve("brainpoolP256r1");
  const { BASE } = brainpool.points;
  const toChip = publicKeyOn(BASE, PACE.mapTerminal);
  expect(toHex(toChip)).toBe(
    "047acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e544552dcb6725218799115b55c9baa6d9f6bc3a9618e70c25af71777a9c4922d",
  );
  const generator = mapGenerator(brainpool, PACE.nonce, PACE.mapChip, toChip);
  if (generator === undefined) throw new Error("no generator");
  expect(toHex(encodePoint(generator))).toBe(
    "048ced63c91426d4f0eb1435e7cb1d74a46723a0af21c89634f65a9ae87a9265e28c879506743f8611ac33645c5b985c80b5f09a0b83407c1b6a4d857ae76fe522",
  );
  const toTerminal = publicKeyOn(BASE, PACE.mapChip);
  expect(mapGenerator(brainpool, PACE.nonce, PACE.mapTerminal, toTerminal)?.equals(generator)).toBe(true);

  const terminalKey = publicKeyOn(generator, PACE.terminal);
  const chipKey = publicKeyOn(generator, PACE.chip);
  expect(toHex(terminalKey.subarray(1, 33))).toBe("2db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c");
  expect(toHex(chipKey.subarray(1, 33))).toBe("9e880f842905b8b3181f7af7caa9f0efb743847f44a306d2d28c1d9ec65df6db");
  const other = decodePoint(brainpool, chipKey);
  if (other === undefined) throw new Error("no point");
  expect(toHex(sharedSecret(brainpool, PACE.terminal, other))).toBe(
    "28768d20701247dae81804c9e780ede582a9996db4a315020b2733197db84925",
  );
  const keys = paceKeys(brainpool, "aes128", PACE.terminal, chipKey);
  if (keys === undefined) throw new Error("no keys");
  expect(toHex(keys.encryption)).toBe("f5f0e35c0d7161ee6724ee513a0d9a7f");
  expect(toHex(keys.mac)).toBe("fe251c7858b356b24514b3bd5f4297d1");
  expect(toHex(paceToken("aes128", keys, paceOid("aes128"), chipKey))).toBe("c2b0bd78d94ba866");
  expect(toHex(paceToken("aes128", keys, paceOid("aes128"), terminalKey))).toBe("3abb9674bce93c08");
});

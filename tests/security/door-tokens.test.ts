/** Convex does not believe the door blindly: these calls go past it, straight to the deployment. */
import { createHmac, generateKeyPairSync } from "node:crypto";
import { createFunctionApi } from "@moorage/engine/http";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { CONTRACTS } from "@moorage/shared/contracts/registry";
import { SCOPES } from "@moorage/shared/scopes";
import { importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConvex } from "../support/hosts.ts";
import { allFunctions } from "../support/samples.ts";

const { engine, bindings } = createConvex();
const api = createFunctionApi(engine);
const signingKey = JSON.parse(bindings.MOORAGE_SIGNING_KEY) as { kid: string; x: string; y: string };
const seconds = () => Math.floor(Date.now() / 1000);
const base64url = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

let keyId: string;
let apiKey: string;
let proof: string;
let otherProof: string;

/** The token the door would make, but for what a test changes. */
const rightClaims = () => ({
  iss: bindings.MOORAGE_ISSUER,
  aud: bindings.MOORAGE_AUDIENCE,
  sub: keyId,
  proof,
  iat: seconds(),
  exp: seconds() + 300,
});
type Claims = Record<string, unknown>;
const rightHeader = { alg: "ES256", typ: "JWT", kid: signingKey.kid };

async function sign(changes: Claims = {}, header: object = {}, key: object = signingKey): Promise<string> {
  return await new SignJWT({ ...rightClaims(), ...changes })
    .setProtectedHeader({ ...rightHeader, ...header })
    .sign(await importJWK(key, "ES256"));
}

function without(...names: string[]): Claims {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

const forged = (header: object, signature: (input: string) => string, claims: Claims = {}) => {
  const input = `${base64url({ ...rightHeader, ...header })}.${base64url({ ...rightClaims(), ...claims })}`;
  return `${input}.${signature(input)}`;
};

const stranger = () => ({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  kid: signingKey.kid,
});

async function send(path: string, args: object, authorization: string | undefined) {
  const response = await api.fetch(
    new Request(`https://convex.test/api/${CONTRACTS.get(path)!.kind}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify({ path, format: "json", args: [args] }),
    }),
  );
  return { http: response.status, text: await response.text() };
}

beforeAll(async () => {
  const [mine, other] = [createApiKey(), createApiKey()];
  keyId = mine.keyId;
  apiKey = mine.text;
  proof = await proofOf(mine.secret);
  otherProof = await proofOf(other.secret);
  const keys = await Promise.all(
    [mine, other].map(async (key) => ({
      keyId: key.keyId,
      name: "test",
      scopes: [...SCOPES],
      proofHash: await proofHashOf(await proofOf(key.secret)),
    })),
  );
  await engine.mutation("tenants:provision", { tenant: "t", keys });
});
afterAll(() => engine.close());

const ATTACKS: [string, () => Promise<string | undefined> | string | undefined][] = [
  ["without a token", () => undefined],
  ["with an empty token", () => "Bearer "],
  ["with the caller's own API key", () => `Bearer ${apiKey}`],
  ["with a wrong issuer", async () => `Bearer ${await sign({ iss: "https://door.example" })}`],
  ["with a wrong audience", async () => `Bearer ${await sign({ aud: "moorage-other" })}`],
  ["without an audience", async () => `Bearer ${await sign(without("aud"))}`],
  ["with an expired token", async () => `Bearer ${await sign({ iat: seconds() - 400, exp: seconds() - 100 })}`],
  ["with a token that never ends", async () => `Bearer ${await sign(without("exp"))}`],
  ["with algorithm none", () => `Bearer ${forged({ alg: "none" }, () => "")}`],
  ["with an empty signature", () => `Bearer ${forged({}, () => "")}`],
  [
    "with a signature made of the public key as a password",
    () => {
      const hmac = (input: string) =>
        createHmac("sha256", signingKey.x + signingKey.y)
          .update(input)
          .digest("base64url");
      return `Bearer ${forged({ alg: "HS256" }, hmac)}`;
    },
  ],
  ["signed by another key under the door's kid", async () => `Bearer ${await sign({}, {}, stranger())}`],
  ["with a kid that is not the door's", async () => `Bearer ${await sign({}, { kid: "other" })}`],
  [
    "with claims changed after signing",
    async () => {
      const [header, , signature] = (await sign()).split(".");
      return `Bearer ${header}.${base64url({ ...rightClaims(), exp: seconds() + 9_999 })}.${signature}`;
    },
  ],
  ["rightly signed, with no proof", async () => `Bearer ${await sign(without("proof"))}`],
  ["rightly signed, with a wrong proof", async () => `Bearer ${await sign({ proof: "A".repeat(43) })}`],
  ["rightly signed, with another key's proof", async () => `Bearer ${await sign({ proof: otherProof })}`],
  ["rightly signed, with a list of proofs", async () => `Bearer ${await sign({ proof: [proof] })}`],
  [
    "rightly signed, with the hash of the proof",
    // All that the database knows of a key: whoever reads it must not pass with it.
    async () => `Bearer ${await sign({ proof: await proofHashOf(proof) })}`,
  ],
  ["rightly signed, for a key that does not exist", async () => `Bearer ${await sign({ sub: createApiKey().keyId })}`],
];

describe("a call straight to Convex", () => {
  it("succeeds with the door's token and the key's proof, so that the refusals below mean something", async () => {
    const { http, text } = await send("memory:list", {}, `Bearer ${await sign()}`);
    expect([http, JSON.parse(text)]).toMatchObject([200, { status: "success" }]);
  });

  it.each(ATTACKS)("%s is refused by every function", async (_name, authorization) => {
    for (const { contract, args } of allFunctions()) {
      const { http, text } = await send(contract.path, args("k570000000000000000000000000"), await authorization());
      if (http === 200)
        expect([contract.path, JSON.parse(text)]).toMatchObject([
          contract.path,
          { status: "error", errorData: { code: "unauthenticated" } },
        ]);
      else expect([contract.path, http]).toEqual([contract.path, 401]);
      expect(text).not.toContain(proof);
    }
  });

  it("left nothing behind", async () => {
    const { text } = await send("memory:list", {}, `Bearer ${await sign()}`);
    expect(JSON.parse(text).value.memories).toEqual([]);
  });

  it("cannot reach what is internal, even with the door's token", async () => {
    const authorization = `Bearer ${await sign()}`;
    for (const path of [
      "tenants:provision",
      "keys:end",
      "keys:store",
      "keys:authenticate",
      "audit:sealSome",
      "receipts:expire",
    ]) {
      for (const kind of ["query", "mutation", "action"]) {
        const response = await api.fetch(
          new Request(`https://convex.test/api/${kind}`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization },
            body: JSON.stringify({ path, format: "json", args: [{}] }),
          }),
        );
        expect(await response.text()).not.toContain('"success"');
      }
    }
  });
});

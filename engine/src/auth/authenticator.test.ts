import type { AuthConfig } from "convex/server";
import type { CryptoKey, JWTHeaderParameters, JWTPayload } from "jose";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createAuthenticator } from "./authenticator.ts";

const ISSUER = "https://issuer.example";
let rsa: CryptoKey;
let ec: CryptoKey;
let jwks: string;

beforeAll(async () => {
  const [rsaPair, ecPair] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("ES256")]);
  rsa = rsaPair.privateKey;
  ec = ecPair.privateKey;
  const keys = [
    { ...(await exportJWK(rsaPair.publicKey)), kid: "rsa", alg: "RS256", use: "sig" },
    { ...(await exportJWK(ecPair.publicKey)), kid: "ec", alg: "ES256", use: "sig" },
  ];
  jwks = JSON.stringify({ keys });
});

const dataUrl = (): string => `data:text/plain;charset=utf-8;base64,${Buffer.from(jwks).toString("base64")}`;
const seconds = (): number => Math.floor(Date.now() / 1000);

function customJwt(overrides: object = {}): AuthConfig {
  const provider = { type: "customJwt", issuer: ISSUER, jwks: dataUrl(), algorithm: "ES256", applicationID: "app" };
  return { providers: [{ ...provider, ...overrides } as AuthConfig["providers"][number]] };
}

async function sign(claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  const payload = { iss: ISSUER, sub: "u1", aud: "app", exp: seconds() + 60, iat: seconds(), ...claims };
  const protectedHeader = { alg: "ES256", kid: "ec", ...header };
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(protectedHeader.alg === "RS256" ? rsa : ec);
}

const invalidHeader = { name: "AuthenticationError", code: "InvalidAuthHeader" };

describe("a custom JWT", () => {
  it("gives the identity with every claim under its own name, nested ones flattened", async () => {
    const authenticate = createAuthenticator(customJwt());
    const token = await sign({
      email: "a@b.c",
      email_verified: true,
      nets: ["n1"],
      org: { id: 7, role: { name: "admin" } },
      fva: [1, 2],
      jti: "x",
      tokenIdentifier: "forged",
      subject: "forged",
    });
    expect(await authenticate(token)).toEqual({
      tokenIdentifier: `${ISSUER}|u1`,
      subject: "u1",
      issuer: ISSUER,
      email: "a@b.c",
      email_verified: true,
      nets: ["n1"],
      "org.id": 7,
      "org.role.name": "admin",
    });
  });

  it("may be signed with RS256 where the provider says so", async () => {
    const authenticate = createAuthenticator(customJwt({ algorithm: "RS256" }));
    const token = await sign({}, { alg: "RS256", kid: "rsa" });
    expect((await authenticate(token)).subject).toBe("u1");
    await expect(authenticate(await sign())).rejects.toMatchObject(invalidHeader);
  });

  it.each<[string, string, string]>([
    ["a slash at the end of the configured issuer", `${ISSUER}/`, ISSUER],
    ["a slash at the end of the token's issuer", ISSUER, `${ISSUER}/`],
    ["no scheme in the token's issuer", ISSUER, "issuer.example"],
  ])("is accepted with %s", async (_what, issuer, iss) => {
    const authenticate = createAuthenticator(customJwt({ issuer }));
    expect(await authenticate(await sign({ iss }))).toMatchObject({ issuer: iss, tokenIdentifier: `${iss}|u1` });
  });

  it("needs the application ID among its audiences, where one is configured", async () => {
    const authenticate = createAuthenticator(customJwt());
    expect((await authenticate(await sign({ aud: ["other", "app"] }))).subject).toBe("u1");
    await expect(authenticate(await sign({ aud: "other" }))).rejects.toMatchObject({ code: "NoAuthProvider" });
    const open = createAuthenticator(customJwt({ applicationID: undefined }));
    expect((await open(await sign({ aud: "other" }))).subject).toBe("u1");
  });

  it.each<[string, () => Promise<string>, string]>([
    ["without a kid", () => sign({}, { kid: undefined as unknown as string }), "missing a 'kid'"],
    ["with an unknown kid", () => sign({}, { kid: "other" }), "header is 'other'"],
    ["that has expired", () => sign({ exp: seconds() - 6 }), "Token expired"],
    ["without expiry", () => sign({ exp: undefined as unknown as number }), "Missing expiry"],
    ["not yet valid", () => sign({ nbf: seconds() + 60 }), "Token not yet valid"],
    ["issued in the future", () => sign({ iat: seconds() + 60 }), "Token issued in the future"],
    ["without subject", () => sign({ sub: undefined as unknown as string }), "Missing subject"],
    ["without issuer", () => sign({ iss: undefined as unknown as string }), "Missing issuer"],
    [
      "whose claims were changed",
      async () => {
        const [header, , signature] = (await sign()).split(".");
        const claims = { iss: ISSUER, sub: "admin", aud: "app", exp: seconds() + 60 };
        return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      },
      "does this key match",
    ],
    ["that is no JWT", async () => "nonsense", "Could not parse JWT payload"],
    [
      "that is not signed",
      async () => {
        const claims = { iss: ISSUER, sub: "u1", aud: "app", exp: seconds() + 60 };
        const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
        return `${encode({ alg: "none", kid: "ec" })}.${encode(claims)}.`;
      },
      "does this key match",
    ],
  ])("%s is refused", async (_what, token, message) => {
    const authenticate = createAuthenticator(customJwt());
    const rejection = expect(authenticate(await token())).rejects;
    await rejection.toMatchObject({ ...invalidHeader, message: expect.stringContaining(message) });
  });

  it("is accepted up to five seconds after its expiry, also when it is known", async () => {
    const authenticate = createAuthenticator(customJwt());
    const token = await sign({ exp: seconds() - 3 });
    await authenticate(token);
    vi.useFakeTimers({ now: Date.now() + 10_000, toFake: ["Date"] });
    try {
      await expect(authenticate(token)).rejects.toMatchObject({ message: expect.stringContaining("expired") });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a JWKS URL", () => {
  const serve = (body: () => string, init: ResponseInit) => {
    let requests = 0;
    const fetch = (async () => {
      requests++;
      return new Response(body(), init);
    }) as typeof globalThis.fetch;
    return { fetch, requests: () => requests };
  };
  const config = (): AuthConfig => customJwt({ jwks: "https://issuer.example/jwks" });

  it("is fetched once for many tokens", async () => {
    const server = serve(() => jwks, { headers: { "content-type": "application/jwk-set+json; charset=utf-8" } });
    const authenticate = createAuthenticator(config(), server);
    await authenticate(await sign());
    await authenticate(await sign({ sub: "u2" }));
    expect(server.requests()).toBe(1);
  });

  it("must answer 200 with JSON", async () => {
    const html = serve(() => "<html>", { headers: { "content-type": "text/html" } });
    await expect(createAuthenticator(config(), html)(await sign())).rejects.toMatchObject({
      ...invalidHeader,
      message: expect.stringContaining("Invalid Content-Type 'text/html'"),
    });
    const missing = serve(() => "", { status: 404 });
    await expect(createAuthenticator(config(), missing)(await sign())).rejects.toMatchObject({
      ...invalidHeader,
      message: expect.stringContaining("HTTP 404"),
    });
  });
});

describe("an auth config", () => {
  it("without providers accepts no token", async () => {
    await expect(createAuthenticator(undefined)(await sign())).rejects.toMatchObject({ code: "NoAuthProvider" });
  });

  it("with an algorithm Convex does not know or a broken JWKS is refused", () => {
    expect(() => createAuthenticator(customJwt({ algorithm: "EdDSA" }))).toThrow('Unsupported algorithm "EdDSA"');
    expect(() => createAuthenticator(customJwt({ jwks: "nowhere" }))).toThrow("Invalid JWKS URL 'nowhere'");
    expect(() => createAuthenticator(customJwt({ jwks: "data:,x" }))).toThrow("Invalid JWKS data URL");
  });
});

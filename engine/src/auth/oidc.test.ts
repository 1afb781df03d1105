import type { CryptoKey, JWTPayload } from "jose";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createAuthenticator } from "./authenticator.ts";

const ISSUER = "https://login.example/";
const CONFIGURATION = "https://login.example/.well-known/openid-configuration";
const KEYS = "https://keys.example/all";
const pairs: Record<string, { publicKey: CryptoKey; privateKey: CryptoKey }> = {};
let jwks: string;

beforeAll(async () => {
  for (const alg of ["RS256", "EdDSA", "ES256"]) pairs[alg] = await generateKeyPair(alg);
  const keys = Object.entries(pairs).map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid }));
  jwks = JSON.stringify({ keys: await Promise.all(keys) });
});

const seconds = (): number => Math.floor(Date.now() / 1000);

async function sign(claims: JWTPayload = {}, alg = "RS256"): Promise<string> {
  const payload = { iss: ISSUER, sub: "u1", aud: "app", exp: seconds() + 60, iat: seconds(), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg, kid: alg }).sign(pairs[alg]?.privateKey as CryptoKey);
}

/** Where the configuration, or another answer, is found; what was asked for is in `asked`. */
function openWith(configuration: () => Response = () => Response.json({ issuer: ISSUER, jwks_uri: KEYS })) {
  const asked: string[] = [];
  const fetch = (async (url: string | URL) => {
    asked.push(String(url));
    return String(url) === KEYS ? new Response(jwks) : configuration();
  }) as typeof globalThis.fetch;
  const config = { providers: [{ domain: "https://login.example", applicationID: "app" }] };
  return { asked, authenticate: createAuthenticator(config, { fetch }) };
}

describe("an OpenID Connect token", () => {
  it("gives the identity with its claims under Convex's names, others under their own", async () => {
    const token = await sign({
      name: "Ada",
      email_verified: true,
      picture: "https://a.example/ada.png",
      locale: "en",
      updated_at: 86_400,
      address: { formatted: "Here 1" },
      nonce: "n",
      org: { role: "admin" },
      tokenIdentifier: "forged",
    });
    expect(await openWith().authenticate(token)).toEqual({
      tokenIdentifier: `${ISSUER}|u1`,
      subject: "u1",
      issuer: ISSUER,
      name: "Ada",
      emailVerified: true,
      pictureUrl: "https://a.example/ada.png",
      language: "en",
      updatedAt: "1970-01-02T00:00:00.000Z",
      address: "Here 1",
      "org.role": "admin",
    });
  });

  it("may be signed with EdDSA, and needs its provider's configuration and keys only once", async () => {
    const { authenticate, asked } = openWith();
    for (const sub of ["u1", "u2"]) expect((await authenticate(await sign({ sub }, "EdDSA"))).subject).toBe(sub);
    expect(asked).toEqual([CONFIGURATION, KEYS]);
  });

  it.each<[string, () => Promise<string>]>([
    ["has expired", () => sign({ exp: seconds() - 1 })],
    ["names no time it was issued at", () => sign({ iat: undefined as never })],
    ["is for others, too", () => sign({ aud: ["app", "other"] })],
    ["is signed with another algorithm", () => sign({}, "ES256")],
    ["is signed with another key", async () => `${(await sign()).slice(0, -4)}AAAA`],
  ])("that %s is refused", async (_what, token) => {
    await expect(openWith().authenticate(await token())).rejects.toMatchObject({
      code: "Unauthenticated",
      message: expect.stringContaining("Could not verify OIDC token claim"),
    });
  });

  it("for another application has no provider", async () => {
    const { authenticate, asked } = openWith();
    await expect(authenticate(await sign({ aud: "other" }))).rejects.toMatchObject({ code: "NoAuthProvider" });
    expect(asked).toEqual([]);
  });

  it.each<[string, () => Response]>([
    ["is not there", () => new Response("", { status: 404 })],
    ["is no JSON", () => new Response("<html>")],
    ["is another issuer's", () => Response.json({ issuer: "https://other.example", jwks_uri: KEYS })],
    ["cannot be reached", () => Response.error()],
  ])("whose provider's configuration %s is refused, and asks again the next time", async (_what, answer) => {
    let isBroken = true;
    const { authenticate } = openWith(() => (isBroken ? answer() : Response.json({ issuer: ISSUER, jwks_uri: KEYS })));
    const token = await sign();
    await expect(authenticate(token)).rejects.toMatchObject({
      code: "AuthProviderDiscoveryFailed",
      message: expect.stringContaining(`Auth provider discovery of ${ISSUER} failed`),
    });
    isBroken = false;
    expect((await authenticate(token)).subject).toBe("u1");
  });
});

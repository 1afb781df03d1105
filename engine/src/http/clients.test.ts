/** Convex's own HTTP client, in the releases an app may have installed. */
import { ConvexHttpClient as Client48 } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexHttpClient as Client17 } from "convex-1-17/browser";
import { ConvexHttpClient as Client31 } from "convex-1-31/browser";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { ADMIN_KEY, startApp } from "./fixture.ts";

const send = makeFunctionReference<"mutation", { text: string }>("messages:send");
const list = makeFunctionReference<"query", Record<string, never>, string[]>("messages:list");
const echo = makeFunctionReference<"query", { value: unknown }>("values:echo");
const relay = makeFunctionReference<"action", { value: unknown }>("values:relay");
const whoAmI = makeFunctionReference<"query", Record<string, never>, { subject: string } | null>("values:whoAmI");
const withData = makeFunctionReference<"query">("failures:withData");

describe.each([
  ["1.48", Client48],
  ["1.31", Client31 as unknown as typeof Client48],
  ["1.17", Client17 as unknown as typeof Client48],
])("ConvexHttpClient %s", (_release, Client) => {
  it("calls functions with every kind of value", async () => {
    const { url } = await startApp();
    const client = new Client(url);
    await client.mutation(send, { text: "hi" });
    expect(await client.query(list, {})).toEqual(["hi"]);
    const value = { big: -5n, bytes: new Uint8Array([1, 2]).buffer, list: [null, true, "é"], nan: Number.NaN };
    expect(await client.query(echo, { value })).toEqual(value);
    expect(await client.action(relay, { value })).toEqual(value);
  });

  it("gets errors as errors, with their data", async () => {
    const { url } = await startApp();
    const client = new Client(url);
    await expect(client.query(withData)).rejects.toMatchObject({ data: { code: "not_found", big: 7n } });
    await expect(client.mutation(send, {} as { text: string })).rejects.toThrow("ArgumentValidationError");
  });

  it("proves who it is with a token", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const keys = [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }];
    const jwks = `data:application/json;base64,${Buffer.from(JSON.stringify({ keys })).toString("base64")}`;
    const issuer = "https://issuer.example";
    const { url } = await startApp({
      engine: { auth: { providers: [{ type: "customJwt", issuer, jwks, algorithm: "ES256" }] } },
    });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: "k1" })
      .setIssuer(issuer)
      .setSubject("u1")
      .setExpirationTime("1m")
      .sign(privateKey);
    const client = new Client(url);
    expect(await client.query(whoAmI, {})).toBeNull();
    client.setAuth(token);
    expect(await client.query(whoAmI, {})).toMatchObject({ subject: "u1", tokenIdentifier: `${issuer}|u1` });
    client.setAuth(`${token}x`);
    await expect(client.query(whoAmI, {})).rejects.toThrow("InvalidAuthHeader");
  });

  it("acts as a user with the admin key", async () => {
    const { url } = await startApp();
    // Of the client's internal methods, the one its command line uses.
    const client = new Client(url) as InstanceType<typeof Client> & {
      setAdminAuth(key: string, user?: object): void;
    };
    client.setAdminAuth(ADMIN_KEY, { subject: "u2", issuer: "https://x" });
    expect(await client.query(whoAmI, {})).toMatchObject({ subject: "u2" });
  });
});

it("consistentQuery reads one state of the database", async () => {
  const { url } = await startApp();
  const client = new Client48(url);
  await client.mutation(send, { text: "first" });
  expect(await client.consistentQuery(list, {})).toEqual(["first"]);
  await new Client48(url).mutation(send, { text: "second" });
  expect(await client.consistentQuery(list, {})).toEqual(["first"]);
  expect(await client.query(list, {})).toEqual(["first", "second"]);
});

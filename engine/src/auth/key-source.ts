import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import { createLocalJWKSet, createRemoteJWKSet, customFetch } from "jose";
import { AuthenticationError } from "./authentication-error.ts";

const JWKS_TYPES = new Set(["application/json", "application/jwk-set+json"]);

/** `data:[<type>][;base64],<content>`; the type is not looked at. */
function readDataUrl(url: string): JSONWebKeySet {
  const comma = url.indexOf(",");
  const content = url.slice(comma + 1);
  const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, comma));
  const text = isBase64
    ? Buffer.from(decodeURIComponent(content), "base64").toString("utf8")
    : decodeURIComponent(content);
  return JSON.parse(text) as JSONWebKeySet;
}

function checkResponse(url: string, response: Response): Response {
  const type = response.headers.get("content-type") ?? "unknown";
  if (response.status !== 200) {
    throw new AuthenticationError(
      "InvalidAuthHeader",
      `Could not fetch JWKS from URL '${url}': HTTP ${response.status}. Check that the URL is correct and accessible.`,
    );
  }
  if (!JWKS_TYPES.has((type.split(";")[0] as string).trim().toLowerCase())) {
    throw new AuthenticationError(
      "InvalidAuthHeader",
      `Invalid Content-Type '${type}' when fetching JWKS from '${url}'. Expected 'application/json' or 'application/jwk-set+json'.`,
    );
  }
  return response;
}

/** Where a provider's public keys come from: its `data:` URL, or its URL, fetched when needed and kept for a while. */
export function createKeySource(jwks: string, fetch: typeof globalThis.fetch): JWTVerifyGetKey {
  if (!jwks.startsWith("data:")) {
    return createRemoteJWKSet(new URL(jwks), {
      [customFetch]: async (url, options) => checkResponse(jwks, await fetch(url, options)),
    });
  }
  try {
    return createLocalJWKSet(readDataUrl(jwks));
  } catch (cause) {
    throw new Error(
      "Invalid JWKS data URL. Check that the data URL is properly formatted and contains valid base64-encoded JSON.",
      { cause },
    );
  }
}

// A real OpenID Connect provider, with accounts whose claims a test chooses, and with keys that a
// test can see: so it can make tokens that are nearly right.
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from "jose";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface Key {
  id: string;
  sign: CryptoKey;
  jwk: JWK;
}

export async function key(id: string): Promise<Key> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { id, sign: privateKey, jwk: { ...(await exportJWK(privateKey)), kid: id, alg: "RS256", use: "sig" } };
}

export type Claims = Record<string, unknown>;

export interface Running {
  issuer: string;
  /** Puts other keys in the place of those so far. */
  rotate(to: Key): Promise<void>;
  stop(): Promise<void>;
}

export const CLIENT = { client_id: "desk", client_secret: "a secret of the test" };

/** Starts a provider for the service at `desk`; `accounts` are the claims of each sign-in name. */
export async function provider(first: Key, desk: string, accounts: Record<string, Claims>): Promise<Running> {
  // The port is needed before the provider, whose name it is a part of.
  const server: Server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const made = (key: Key) => {
    const provider = new Provider(issuer, {
      jwks: { keys: [key.jwk] },
      clients: [{ ...CLIENT, redirect_uris: [`${desk}/sign-in/done`], grant_types: ["authorization_code"], response_types: ["code"] }],
      claims: { openid: ["sub", "partner", "cloud", "roles", "email"] },
      conformIdTokenClaims: false,
      cookies: { keys: ["a key of the test"] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    });
    return provider.callback();
  };
  let answer = made(first);
  return {
    issuer,
    rotate: async (to) => void (answer = made(to)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A token as the provider would sign it, but for what a test changes. */
export function token(by: Key, claims: Claims, header: Record<string, string> = {}) {
  const now = Math.floor(Date.now() / 1000);
  const usual = { aud: "subscription-desk", iat: now, exp: now + 300, sub: "script", partner: "demo", roles: ["admin_agent"] };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: "RS256", kid: by.id, ...header }).sign(by.sign);
}

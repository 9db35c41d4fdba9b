import type { webcrypto } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";

export interface TokenOrder {
  claims: Record<string, unknown>;
  /** `none`: unsigned; `HS256`: signed with a secret that anybody could have. */
  alg?: "RS256" | "none" | "HS256";
  /** A stranger's key carries the current key's name; an unannounced one has a name that nobody published. */
  signedBy?: "current" | "stranger" | "unannounced";
}

/** Keys of an issuer: those that are published, and the one that signs. */
export interface Signer {
  published(): JWK[];
  sign(order: TokenOrder): Promise<string>;
  /** A new key signs from now on; the last one is published beside it, as Entra does. */
  rotate(): Promise<void>;
}

interface Key {
  kid: string;
  privateKey: webcrypto.CryptoKey;
  jwk: JWK;
}

export async function createSigner(): Promise<Signer> {
  let made = 0;
  let keys = [await makeKey()];

  async function makeKey(): Promise<Key> {
    made += 1;
    const kid = `key-${made}`;
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" };
    return { kid, privateKey, jwk };
  }

  return {
    published: () => keys.map(({ jwk }) => jwk),
    async sign({ claims, alg = "RS256", signedBy = "current" }) {
      if (alg === "none") return new UnsecuredJWT(claims).encode();
      const [current] = keys;
      const key = signedBy === "current" && current ? current : await makeKey();
      const kid = signedBy === "unannounced" ? key.kid : current?.kid;
      const header = { typ: "JWT", alg, ...(kid === undefined ? {} : { kid }) };
      const secret = new TextEncoder().encode("a secret that anybody could have");
      return new SignJWT(claims).setProtectedHeader(header).sign(alg === "HS256" ? secret : key.privateKey);
    },
    async rotate() {
      keys = [await makeKey(), ...keys].slice(0, 2);
    },
  };
}

// Reads and checks the signed texts of the register (JWS, Ed25519), without a network.

export function parse(text) {
  const parts = text.split(".");
  if (parts.length !== 3) return null;
  try {
    return {
      header: JSON.parse(words(parts[0])),
      payload: JSON.parse(words(parts[1])),
      signature: bytes(parts[2]),
      signed: new TextEncoder().encode(`${parts[0]}.${parts[1]}`),
    };
  } catch {
    return null;
  }
}

// A label's QR code: the signature stands behind the #, over the number that stands before it.
const LABEL = /(?:\/v\/|\/21\/)([0-9A-Z-]{11,13})(?:\?[^#]*)?#l1\.([0-9a-f]{16})\.([a-z0-9-]{1,120})\.([0-9A-Z]{1,18})\.([0-9]{4})\.([A-Za-z0-9_-]{86})$/;

export function parseLabel(text) {
  const found = text.trim().match(LABEL);
  if (!found) return null;
  const [, typed, kid, gi, producer, year, signature] = found;
  const code = typed.replaceAll("-", "");
  return {
    header: { alg: "EdDSA", kid },
    payload: { code: `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`, plain: code, gi, producer, year },
    signature: bytes(signature),
    signed: new TextEncoder().encode(`gi-label:${code}:${gi}:${producer}:${year}`),
  };
}

export function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function words(text) {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes(text));
}

// "holds", "broken", or "stranger" where the key is none of those kept.
export async function judge(read, keys, fallback) {
  const key = keys.find((one) => one.kid === read.header.kid);
  if (read.header.alg !== "EdDSA" || !key) return "stranger";
  return (await holds(read, key, fallback)) ? "holds" : "broken";
}

async function holds(read, key, fallback) {
  let imported;
  try {
    const { kty, crv, x } = key;
    imported = await crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    // A browser that cannot do it itself; the small library can.
    const library = await import(fallback);
    return library.verifyAsync(read.signature, read.signed, bytes(key.x)).catch(() => false);
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, read.signature, read.signed);
}

export async function unpacked(encodedList) {
  const packed = new Blob([bytes(encodedList.slice(1))]).stream();
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

export function bitAt(row, place) {
  return Boolean(row[place >> 3] & (128 >> (place & 7)));
}

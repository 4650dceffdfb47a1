// What lies on the device is unreadable without a key that no script can export. Who may use the browser's profile may
// use the key; who only finds the files reads nothing.

/** Bytes that only the key opens, and only for the place they were made for. */
export type Sealed = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };

const ALGORITHM = { name: "AES-GCM", length: 256 };

export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(ALGORITHM, false, ["encrypt", "decrypt"]);
}

export function seal(key: CryptoKey, place: string, value: unknown): Promise<Sealed> {
  return sealBytes(key, place, new TextEncoder().encode(JSON.stringify(value)));
}

export async function sealBytes(key: CryptoKey, place: string, bytes: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt(parameters(iv, place), key, bytes) };
}

/** Rejects when the bytes are not what was sealed for this place. */
export async function open(key: CryptoKey, place: string, sealed: Sealed): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, place, sealed)));
}

export function openBytes(key: CryptoKey, place: string, { iv, data }: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(parameters(iv, place), key, data);
}

const parameters = (iv: Uint8Array<ArrayBuffer>, place: string) => ({
  name: ALGORITHM.name,
  iv,
  additionalData: new TextEncoder().encode(place),
});

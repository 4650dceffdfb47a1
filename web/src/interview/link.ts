// The invitation link: `/i#<invitation id>.<secret>`. The secret is in the fragment, which browsers never send.

export type Link = { invitation_id: string; secret: string };

/** Reads the link's fragment; null when a mail program cut or dropped it. */
export function readLink(hash: string): Link | null {
  const fragment = hash.replace(/^#/, "").trim();
  const dot = fragment.indexOf(".");
  if (dot <= 0 || dot === fragment.length - 1) return null;
  return { invitation_id: fragment.slice(0, dot), secret: fragment.slice(dot + 1) };
}

/** Names of tensors and of metadata, which in a file may be anything. */

/** A name from a file as it goes into one line of an error message. */
export function shorten(name: string): string {
  const plain = JSON.stringify(name).slice(1, -1);
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}

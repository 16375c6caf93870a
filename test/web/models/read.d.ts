/** What Node and browser both do with a file: base64 of it and of those beside it in, base64 of what came out. */
export function read(file: { name: string; bytes: string; beside: Record<string, string> }): {
  format: string;
  hash: string;
  pixels: string;
  logits: string;
  map: string;
};

/** What stands in an instruction: markdown, and documents of others between it. Pure. */

export type Block =
  | { readonly kind: "markdown"; readonly text: string }
  /** A document that may be shown in a frame. */
  | { readonly kind: "document"; readonly address: string }
  /** A document of a host that may not: a link to it. */
  | { readonly kind: "link"; readonly address: string };

const FRAME = /<iframe\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(?:\s*<\/iframe\s*>)?/giu;
const ADDRESS_ALONE = /^[ \t]*(https:\/\/\S+)[ \t]*$/gmu;

/**
 * Customers paste a frame as HTML, or a document's address on a line of its own.
 *
 * @param embedHosts hosts, with a port where it is not 443, whose documents may be framed.
 */
export function blocksOf(text: string, embedHosts: readonly string[]): Block[] {
  const found = [
    ...[...text.matchAll(FRAME)].map((match) => ({ match, address: match[1] ?? match[2] ?? "" })),
    ...[...text.matchAll(ADDRESS_ALONE)]
      .map((match) => ({ match, address: match[1] ?? "" }))
      .filter(({ address }) => isFramed(address, embedHosts)),
  ].sort((a, b) => a.match.index - b.match.index);
  const blocks: Block[] = [];
  let at = 0;
  for (const { match, address } of found) {
    if (match.index < at) continue;
    pushMarkdown(blocks, text.slice(at, match.index));
    const block = documentBlock(address.trim(), embedHosts);
    if (block !== null) blocks.push(block);
    at = match.index + match[0].length;
  }
  pushMarkdown(blocks, text.slice(at));
  return blocks;
}

function pushMarkdown(blocks: Block[], text: string): void {
  if (text.trim() !== "") blocks.push({ kind: "markdown", text: text.trim() });
}

function documentBlock(address: string, embedHosts: readonly string[]): Block | null {
  const url = parsed(address);
  if (url === null) return null;
  if (!isFramed(address, embedHosts)) return { kind: "link", address: url.href };
  return { kind: "document", address: framed(url) };
}

/** Google's editor refuses to be framed; its preview of the same document does not. */
function framed(url: URL): string {
  const document = /^\/(document|spreadsheets|presentation)\/d\/([^/]+)\/edit/u.exec(url.pathname);
  if (url.host !== "docs.google.com" || document === null) return url.href;
  return `https://docs.google.com/${document[1]}/d/${document[2]}/preview`;
}

function isFramed(address: string, embedHosts: readonly string[]): boolean {
  const url = parsed(address);
  return url?.protocol === "https:" && embedHosts.includes(url.host);
}

function parsed(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === "https:" || url.protocol === "http:" ? url : null;
}

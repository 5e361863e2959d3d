import type { Element, Root } from "hast";
import { useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import type { Picture } from "../api/types";

type Pictures = Readonly<Record<string, Picture>>;

interface Props {
  readonly text: string;
  /** Where we serve the pictures, by the address that the text names them with. */
  readonly pictures?: Pictures;
}

/** Links open elsewhere and learn nothing; pictures come from this server only. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ src, alt }) =>
    typeof src === "string" && isOurs(src) ? (
      <a href={src} target="_blank" rel="noopener noreferrer" className="picture">
        <img src={src} alt={alt ?? ""} loading="lazy" />
      </a>
    ) : (
      <span className="faint">[picture from elsewhere{alt ? `: ${alt}` : ""}]</span>
    ),
};

function isOurs(address: string): boolean {
  try {
    return new URL(address, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

/** The one place where a user's text becomes elements: markdown, sanitised, never HTML. */
export function Markdown({ text, pictures }: Props) {
  return useMemo(
    () => (
      <div className="markdown">
        <ReactMarkdown
          rehypePlugins={pictures ? [[ourPictures, pictures], rehypeSanitize] : [rehypeSanitize]}
          components={COMPONENTS}
          skipHtml
        >
          {text}
        </ReactMarkdown>
      </div>
    ),
    [text, pictures],
  );
}

/** Pictures are named by where we serve them, before anything judges their addresses. */
function ourPictures(pictures: Pictures): (tree: Root) => void {
  const visit = (parent: Root | Element) => {
    parent.children = parent.children.map((child) => {
      if (child.type !== "element") return child;
      if (child.tagName === "img") return served(child, pictures);
      visit(child);
      return child;
    });
  };
  return visit;
}

function served(image: Element, pictures: Pictures): Element {
  const { src, alt } = image.properties;
  const picture = typeof src === "string" && Object.hasOwn(pictures, src) ? pictures[src] : undefined;
  if (picture?.address !== undefined && picture.address !== null) {
    return { ...image, properties: { ...image.properties, src: picture.address } };
  }
  const name = typeof alt === "string" && alt !== "" ? `“${alt}”` : "A picture";
  const value =
    picture === undefined
      ? `[${name} is still being fetched. Reload the page in a moment.]`
      : `[${name} is missing: ${picture.error ?? "it could not be fetched."}]`;
  return { ...image, tagName: "em", properties: {}, children: [{ type: "text", value }] };
}

import { useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";

/** Links open elsewhere and learn nothing; pictures come from this server only. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ src, alt }) =>
    typeof src === "string" && isOurs(src) ? (
      <img src={src} alt={alt ?? ""} loading="lazy" />
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
export function Markdown({ text }: { readonly text: string }) {
  return useMemo(
    () => (
      <div className="markdown">
        <ReactMarkdown rehypePlugins={[rehypeSanitize]} components={COMPONENTS} skipHtml>
          {text}
        </ReactMarkdown>
      </div>
    ),
    [text],
  );
}

/** The token of a pasted sign-in link, or the text itself when only the token was pasted. */
export function tokenIn(pasted: string): string {
  const text = pasted.trim();
  try {
    return new URL(text).searchParams.get("token") ?? text;
  } catch {
    return text;
  }
}

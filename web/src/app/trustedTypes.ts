/**
 * The page's policy demands Trusted Types. The only text that may become code is the address of a
 * worker, and only one of our own; nothing may become HTML.
 */

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): unknown;
}

export function allowOwnWorkersOnly(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy("default", {
    createScriptURL(address) {
      if (new URL(address, location.href).origin === location.origin) return address;
      throw new TypeError("Scripts come from this server only.");
    },
  });
}

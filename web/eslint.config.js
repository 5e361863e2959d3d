import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const REACT = ["react", "react/*", "react-dom", "react-dom/*", "zustand", "react-markdown"];
const THREE = ["three", "three/*"];

/** Only `panels/Markdown.tsx` turns a user's text into elements; nothing sets HTML. */
const NO_HTML = [
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: "User text is drawn by panels/Markdown.tsx, never as HTML.",
  },
  {
    selector:
      "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]",
    message: "Nothing sets HTML; make elements.",
  },
  {
    selector: "CallExpression[callee.property.name='write'][callee.object.name='document']",
    message: "Nothing sets HTML; make elements.",
  },
];

/** Files may import only what lies below them; `names` are forbidden with the reason. */
function without(files, patterns, message) {
  return {
    files,
    ignores: ["**/*.test.ts", "**/*.test.tsx"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: patterns.map((group) => ({ group: [group].flat(), message })) },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["node_modules", "dist", "src/api/schema.gen.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.{ts,tsx}"] })),
  {
    files: ["**/*.{ts,tsx}"],
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      eqeqeq: "error",
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      "no-console": "error",
      "no-restricted-syntax": ["error", ...NO_HTML],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      // A number in a sentence is written as JavaScript writes it, which is what we want.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => setOpen(true)` reads better than a block around it.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Event handlers may be async: their rejections are handled inside.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
      // Indexes into typed arrays inside checked loops are always there.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    // Markup is long and flat: one element a line.
    files: ["**/*.tsx"],
    rules: { "max-lines-per-function": ["error", { max: 90, skipComments: true }] },
  },
  {
    // A test is a list of cases: its `describe` callback is long by nature.
    files: ["**/*.test.{ts,tsx}"],
    rules: { "max-lines-per-function": "off" },
  },
  without(
    ["src/geometry/**"],
    [REACT, THREE, ["**/model/*", "**/tools/*", "**/scene3d/*", "**/panels/*", "**/api/*"]],
    "geometry/ is pure: numbers in, numbers out.",
  ),
  without(
    ["src/model/**"],
    [REACT, THREE, ["**/tools/*", "**/scene3d/*", "**/panels/*", "**/pages/*", "**/api/*"]],
    "model/ is pure: it knows geometry and nothing above.",
  ),
  without(
    ["src/tools/**"],
    [REACT, THREE, ["**/scene3d/*", "**/panels/*", "**/pages/*", "**/api/*", "**/journal/*"]],
    "tools/ decide edits from inputs; they neither draw nor fetch.",
  ),
  without(
    ["src/scene3d/**", "src/workers/**"],
    [REACT, ["**/panels/*", "**/pages/*", "**/journal/*", "**/app/*"]],
    "scene3d/ draws what it is told; React never sees a frame.",
  ),
  without(
    ["src/journal/**", "src/api/**"],
    [REACT, THREE, ["**/panels/*", "**/pages/*", "**/scene3d/*", "**/app/*"]],
    "The journal and the client know no page.",
  ),
  {
    files: ["*.js", "scripts/*.mjs"],
    languageOptions: { globals: { URL: "readonly", process: "readonly" } },
  },
);
